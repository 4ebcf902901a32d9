import type { ReviewActionName } from "./actions";
import type { QueryOutcome } from "./query-outcomes";
import type { CaseKind, Situation } from "./situations";

export type QueueFilter = "mine" | "approval";

/** One thing that waits for a person. */
export interface QueueRow {
  /** The deposit, withdrawal, refund or line of the provider's books; or the name of a difference. */
  readonly subjectId: string;
  readonly kind: CaseKind;
  readonly situation: Situation;
  readonly method: "mpesa" | "pesavoucher" | null;
  readonly amount: string | null;
  readonly customer: string | null;
  /** Of a line of the provider's books: what was typed as account number, and who paid. */
  readonly line: {
    readonly receipt: string;
    readonly reference: string | null;
    readonly payer: string | null;
  } | null;
  readonly since: Date;
  /** Who looks after it; null for nobody. */
  readonly assignee: string | null;
  readonly isMine: boolean;
  /** What somebody decided and a second person has to look at; null for nothing. */
  readonly decision: {
    readonly id: string;
    readonly action: ReviewActionName;
    readonly by: string;
    readonly isMine: boolean;
    readonly before: Date;
  } | null;
}

export interface QueuePage {
  readonly rows: readonly QueueRow[];
  /** Give this as `cursor` to read on; null at the end. */
  readonly nextCursor: string | null;
  /** Of the whole queue, whatever the page shows of it. */
  readonly counts: {
    readonly all: number;
    readonly mine: number;
    readonly approval: number;
    readonly ofKind: Readonly<Partial<Record<CaseKind, number>>>;
  };
}

/** What staff may do about one case, and what was decided and asked about it. */
export interface ReviewCase {
  readonly subjectId: string;
  readonly kind: CaseKind;
  readonly situation: Situation;
  readonly isMpesa: boolean;
  readonly amount: string | null;
  /** What can be decided now. */
  readonly actions: readonly ReviewActionName[];
  /** M-Pesa can be asked about a receipt, and its answer can change something. */
  readonly canAskReceipt: boolean;
  /** Payments M-Pesa told of that a person may credit with. */
  readonly proofs: readonly { queryId: string; receipt: string; amount: string }[];
  readonly transaction: CaseTransaction | null;
  /** A message that had no effect. */
  readonly message: CaseMessageFacts | null;
  /** The deposit, or the line of the provider's books, that a refund gives back. */
  readonly refundOf: string | null;
  readonly drift: {
    readonly name: string;
    readonly comparedAt: Date;
    readonly booked: string;
    readonly atProvider: string;
    readonly inFlight: string;
    readonly changed: string;
  } | null;
  /** Oldest first. */
  readonly decisions: readonly CaseDecision[];
  /** Oldest first. */
  readonly queries: readonly CaseQuery[];
  /** The merchant's people, who can look after it. */
  readonly people: readonly { id: string; name: string }[];
  readonly assignee: { readonly id: string; readonly name: string } | null;
  readonly viewerId: string;
  /** Customers that were searched for; two of one name are told apart by their masked number or address. */
  readonly customers: readonly { id: string; name: string; contact: string | null }[];
}

export interface CaseDecision {
  readonly id: string;
  readonly action: ReviewActionName | null;
  readonly state: "waiting" | "carried_out" | "turned_down" | "expired" | "overtaken";
  readonly amount: string;
  readonly reason: string;
  /** What it was decided with, for whoever has to agree: a receipt, a payment, a customer. */
  readonly using: readonly string[];
  readonly by: string;
  readonly isMine: boolean;
  readonly at: Date;
  readonly before: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string | null;
}

export interface CaseQuery {
  readonly id: string;
  readonly receipt: string;
  readonly by: string;
  readonly reason: string;
  readonly at: Date;
  /** Null while it is open. */
  readonly outcome: QueryOutcome | null;
  readonly answeredAt: Date | null;
  readonly amount: string | null;
}

/** A callback as it was kept; of what it says nothing is shown. */
export interface CaseMessageFacts {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  /** Null while it is not worked. */
  readonly outcome: string | null;
  readonly note: string | null;
  readonly receivedAt: Date;
  readonly repeats: number;
  /** Somebody wrote down why it stays as it is. */
  readonly isLeft: boolean;
}

/** A line of the provider's books with the payments it could be. */
export interface CaseTransaction {
  readonly kind: string;
  readonly standing: string;
  readonly receipt: string;
  /** Negative out of the merchant's account. */
  readonly amount: string;
  readonly occurredAt: Date;
  readonly shortcode: string;
  readonly reference: string | null;
  readonly details: string;
  readonly payer: string | null;
  readonly originalReceipt: string | null;
  readonly source: string;
  readonly paymentId: string | null;
  readonly notedAt: Date | null;
  readonly candidates: readonly PaymentCandidate[];
  /** Those it may be the missing half of: while there are any, it is given to nobody by one person. */
  readonly ownCredits: readonly PaymentCandidate[];
}

export interface PaymentCandidate {
  readonly id: string;
  readonly customer: string;
  readonly state: string;
  readonly amount: string;
  readonly createdAt: Date;
}
