import { InvalidInputError } from "@/lib/errors";
import { parseAmount } from "@/lib/kit/money";

const ANY = { minCents: 1n, maxCents: 10n ** 14n } as const;

/** The amount as it was typed, in cents. Throws `InvalidInputError` for none. */
export function centsFromTyped(typed: string): bigint {
  const amount = parseAmount(typed, ANY);
  if (!amount.ok) throw new InvalidInputError({ amount: amount.problem });
  return amount.amountCents;
}
