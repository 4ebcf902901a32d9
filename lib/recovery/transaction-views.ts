import type { TransactionCause } from "./transactions/transaction-causes";

/** The parts of the list of the provider's lines; what needs somebody comes first. */
export const TRANSACTION_VIEWS = [
  "needs",
  "all",
  "suspense",
  "unmatched",
  "matched",
  "booked",
  "returned",
] as const;
export type TransactionView = (typeof TRANSACTION_VIEWS)[number];

export const TRANSACTION_SOURCES = ["confirmation", "pull", "statement", "status"] as const;

/** One line of M-Pesa's books as staff see it. */
export interface TransactionForPeople {
  readonly id: string;
  readonly kind: "payment_in" | "payout" | "reversal" | "charge" | "transfer" | "other";
  readonly receipt: string;
  /** Negative when it went out. */
  readonly amount: string;
  readonly occurredAt: Date;
  readonly reference: string | null;
  readonly details: string;
  readonly payer: string | null;
  readonly originalReceipt: string | null;
  readonly standing: "fresh" | "matched" | "suspense" | "booked" | "unmatched" | "returned";
  readonly cause: TransactionCause | null;
  readonly paymentId: string | null;
  readonly source: (typeof TRANSACTION_SOURCES)[number];
  readonly shortcode: string;
  /** A person left it as it is. */
  readonly notedAt: Date | null;
}

export interface TransactionPage {
  readonly transactions: readonly TransactionForPeople[];
  readonly nextCursor: string | null;
}
