import { getTranslations } from "next-intl/server";
import { amountText } from "@/components/ui/amount-text";
import type { PaymentResource } from "@/lib/payments/schemas";

type Payout = NonNullable<PaymentResource["payout"]>;

/** What every screen of a withdrawal is given. */
export interface PayoutParts {
  readonly payment: PaymentResource;
  readonly payout: Payout;
  readonly merchant: { readonly name: string; readonly supportLine: string };
  readonly csrfToken: string;
}

/** `KSh 10`, or null where nothing is charged. */
export function feeText({ fee }: Pick<Payout, "fee">): string | null {
  return fee === "0.00" ? null : amountText(fee, { whole: true });
}

/** A number or an address is read in one piece. */
export function oneLine(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

/** The name of the provider that pays. */
export async function providerName({ method }: PaymentResource): Promise<string> {
  return (await getTranslations("methods"))(method);
}
