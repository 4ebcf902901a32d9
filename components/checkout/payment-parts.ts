import type { PaymentResource } from "@/lib/payments/schemas";

/** What every screen of a payment is given. */
export interface PaymentParts {
  readonly payment: PaymentResource;
  readonly merchant: { readonly name: string; readonly supportLine: string };
  readonly csrfToken: string;
  readonly codePrefix: string;
  /** What was typed into the code field before, and what was wrong with it. */
  readonly code: { readonly typed?: string; readonly problem?: string };
}
