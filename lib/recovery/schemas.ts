import type { PaymentResource } from "@/lib/payments/schemas";

/** What staff do next about a payment. Each has a sentence in both languages. */
export const NEXT_STEPS = [
  // A person decides.
  "push_unconfirmed",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
  "unconfirmed",
  "unclear_result",
  "unknown_code",
  "redeem_unconfirmed",
  "bought_not_redeemed",
  "review_other",
  // It waits, and the machine goes on asking.
  "prompt_open",
  "prompt_answer_lost",
  "at_voucher_provider",
  "voucher_code_missing",
  "voucher_redeeming",
  // It is over.
  "paid",
  "paid_without_receipt",
  "not_paid",
  "not_paid_setup",
  "never_prompted",
  "stopped_by_customer",
  "voucher_not_paid",
] as const;
export type NextStep = (typeof NEXT_STEPS)[number];

/** Everything that is kept about one payment, as staff may see it: masked, and the newest of each list. */
export interface CaseFile {
  readonly payment: PaymentResource;
  readonly customer: { readonly id: string; readonly name: string };
  readonly nextStep: NextStep;
  /** Asking the provider now can still change something. */
  readonly canAsk: boolean;
  readonly nextCheckAt: Date | null;
  readonly deadlineAt: Date;
  readonly checksDone: number;
  readonly failedAt: Date | null;
  readonly prompt: CasePrompt | null;
  readonly voucher: CaseVoucher | null;
  /** Oldest first. */
  readonly calls: readonly CaseCall[];
  /** Oldest first; those nobody believed are among them. */
  readonly messages: readonly CaseMessage[];
  /** Oldest first. */
  readonly audit: readonly CaseAudit[];
  readonly movements: readonly CaseMovement[];
  /** Some list was longer than what is shown. */
  readonly isCut: boolean;
}

export interface CasePrompt {
  readonly shortcode: string;
  readonly tillNumber: string | null;
  readonly environment: string;
  readonly sentAt: Date | null;
  readonly checkoutRequestId: string | null;
  readonly merchantRequestId: string | null;
  readonly callback: CaseAnswer | null;
  readonly query: CaseAnswer | null;
  /** How many look-ups, apart from each other, said that nothing was paid. */
  readonly noes: number;
  readonly payer: string | null;
}

export interface CaseAnswer {
  readonly code: string;
  readonly text: string;
  readonly at: Date | null;
}

export interface CaseVoucher {
  readonly providerPaymentId: string | null;
  readonly providerPaidAt: Date | null;
  readonly claims: readonly {
    readonly id: string;
    readonly code: string;
    readonly state: "redeeming" | "unknown" | "redeemed" | "refused";
    readonly refusal: string | null;
    readonly amount: string | null;
    readonly redeemSentAt: Date | null;
  }[];
}

export interface CaseCall {
  readonly id: string;
  readonly provider: string;
  readonly operation: string;
  /** Null while it is under way, and for ever when the process died during it. */
  readonly outcome: "accepted" | "refused" | "unknown" | null;
  readonly httpStatus: number | null;
  readonly durationMs: number | null;
  readonly startedAt: Date;
  readonly request: string;
  readonly response: string | null;
}

export interface CaseMessage {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  /** Null until somebody has worked it. */
  readonly outcome: string | null;
  readonly note: string;
  readonly source: string;
  readonly headers: string;
  readonly receivedAt: Date;
  readonly repeats: number;
  readonly body: { readonly text: string; readonly isCut: boolean };
}

export interface CaseAudit {
  readonly seq: string;
  readonly action: string;
  readonly actorKind: string;
  /** Their name, or their id where they have none. */
  readonly actor: string;
  /** The message it is about; null when it is about the payment itself. */
  readonly messageId: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly at: Date;
}

export interface CaseMovement {
  readonly id: string;
  readonly ref: string;
  readonly at: Date;
  readonly lines: readonly { readonly account: string; readonly amount: string }[];
}

/** A payment that a search found, and whose it is. */
export interface FoundPayment {
  readonly payment: PaymentResource;
  readonly customer: string;
}
