import { amountText } from "@/components/ui/amount-text";
import { decimalFromCents } from "@/lib/kit/money";

/** Two amounts as resources have them, together, as people read them. */
export function sumText(one: string, other: string): string {
  return amountText(decimalFromCents(centsOf(one) + centsOf(other)));
}

function centsOf(decimal: string): bigint {
  return BigInt(decimal.replace(".", ""));
}
