import type { PaymentResource } from "@/lib/payments/schemas";

// What pages show of withdrawals, where the verbs that read it have no schemas of their own.
export { NOTE_MAX } from "@/lib/payments/withdrawals/withdrawal-for-people";
export type { WithdrawalForPeople } from "@/lib/payments/withdrawals/withdrawal-for-people";
export type { TypedRules } from "@/lib/payments/withdrawals/save-withdrawal-rules";

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
  "given_back",
  "not_paid",
  "not_paid_setup",
  "never_prompted",
  "stopped_by_customer",
  "voucher_not_paid",
  // Money on its way out. A person decides, and the money stays held.
  "payout_unconfirmed",
  "payout_voucher_unconfirmed",
  "payout_unknown_code",
  "payout_contradiction",
  "payout_amount_mismatch",
  "payout_receipt_reused",
  "payout_review_other",
  // It waits.
  "payout_approval",
  "payout_queued",
  "payout_answer_missing",
  "payout_at_provider",
  "payout_timed_out",
  "payout_voucher_ordered",
  // It is over.
  "payout_paid",
  "payout_paid_without_receipt",
  "payout_voucher_issued",
  "payout_voucher_redeemed",
  // The money is back with the customer.
  "payout_back_receiver",
  "payout_back_email",
  "payout_back_float",
  "payout_back_amount",
  "payout_back_busy",
  "payout_back_setup",
  "payout_back_declined",
  "payout_back_cancelled",
  "payout_back_rejected",
  "payout_back_expired",
  "payout_back_other",
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
  /** Null where they are not counted. */
  readonly checksDone: number | null;
  readonly failedAt: Date | null;
  readonly prompt: CasePrompt | null;
  readonly voucher: CaseVoucher | null;
  readonly payout: CasePayout | null;
  /** Oldest first. */
  readonly calls: readonly CaseCall[];
  /** Oldest first; those nobody believed are among them. */
  readonly messages: readonly CaseMessage[];
  /** Oldest first. */
  readonly audit: readonly CaseAudit[];
  readonly movements: readonly CaseMovement[];
  /** Lines of the provider's own books, oldest first. */
  readonly lines: readonly CaseLine[];
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

/** A withdrawal as its order went out, and everything that was said of it since. */
export interface CasePayout {
  /** The shortcode that pays; null for vouchers. */
  readonly shortcode: string | null;
  readonly environment: string | null;
  /** Our id at the provider: OriginatorConversationID, or `unique_id`. */
  readonly providerRef: string;
  readonly conversationId: string | null;
  readonly sentAt: Date | null;
  readonly submittedAt: Date | null;
  readonly result: CaseAnswer | null;
  readonly timedOutAt: Date | null;
  readonly status: CaseAnswer | null;
  /** Look-ups that were asked since one was answered. */
  readonly statusAsks: number;
  /** Who asked for it in the customer's name; null for the customer. */
  readonly askedBy: string | null;
  /** Null while nobody has decided, or nobody had to. */
  readonly decision: {
    readonly by: string;
    readonly at: Date | null;
    readonly note: string;
  } | null;
  /** Null unless it is a voucher nobody has confirmed. */
  readonly floatHint: CaseFloatHint | null;
}

/** What the merchant had at the voucher provider around an order whose answer is missing: a hint, no proof. */
export interface CaseFloatHint {
  readonly before: CaseFloat | null;
  readonly after: CaseFloat | null;
  /** By how much it fell in between; null unless both are known. */
  readonly fell: string | null;
  /** Vouchers of other withdrawals that were ordered in between, which make it fall too. */
  readonly otherOrders: number;
}

export interface CaseFloat {
  readonly amount: string;
  readonly at: Date;
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
  /** The message, account, merchant or customer it is about; null when it is about the payment itself. */
  readonly aboutId: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly at: Date;
}

export interface CaseMovement {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
  /** It takes back what an earlier movement did. */
  readonly isGivenBack: boolean;
  readonly at: Date;
  readonly lines: readonly { readonly account: string; readonly amount: string }[];
}

/** What the provider's own books say of the payment. */
export interface CaseLine {
  readonly id: string;
  readonly kind: string;
  readonly receipt: string;
  /** Negative out of the merchant's account. */
  readonly amount: string;
  readonly occurredAt: Date;
  readonly source: string;
  readonly details: string;
}

/** A payment that a search found, and whose it is. */
export interface FoundPayment {
  readonly payment: PaymentResource;
  readonly customer: string;
}

/** Where the merchant's withdrawals are paid from, with what was last said to be there. */
export interface PayoutMoney {
  readonly method: "pesavoucher" | "mpesa";
  /** Null for vouchers. */
  readonly shortcode: string | null;
  readonly accountId: string | null;
  /** Null until the provider has told it once. */
  readonly available: string | null;
  readonly observedAt: Date | null;
  readonly floor: string;
  /** `stopped`: nothing is sent until a person acts. `paused`: too little is there. `low`: soon. */
  readonly state: "ok" | "low" | "paused" | "stopped";
  /** Why the provider turned us away; null unless stopped. */
  readonly stopped: string | null;
}

/** A customer as staff see them who are about to pay out for them. */
export interface PayeeCustomer {
  readonly id: string;
  readonly name: string;
  /** Masked; null where the account has none. */
  readonly phone: string | null;
  readonly available: string;
}

// The review queue: what it may say is a closed list, with words in both languages.
export { CERTAINTIES, REVIEW_ACTIONS, type ReviewActionName } from "./review/actions";
export { QUERY_OUTCOMES, type QueryOutcome } from "./review/query-outcomes";
export { CASE_KINDS, SITUATIONS, type CaseKind, type Situation } from "./review/situations";

export type {
  CaseDecision,
  CaseQuery,
  CaseTransaction,
  PaymentCandidate,
  QueueFilter,
  QueuePage,
  QueueRow,
  ReviewCase,
} from "./review/review-case";

// What M-Pesa tells by itself and on asking.
export type { HistoryAccount, HistoryRun } from "./pull/list-history";

// What the pages of M-Pesa's statements and lines show.
export type { BalanceHistory } from "./balance-views";
export type { StatementForPeople } from "./statements/get-statement";
export type { StatementRow } from "./statements/list-statements";
export type { ReportRow, StatementPreview, StatementReport } from "./statements/statement-schemas";
export {
  TRANSACTION_SOURCES,
  TRANSACTION_VIEWS,
  type TransactionForPeople,
  type TransactionPage,
  type TransactionView,
} from "./transaction-views";
