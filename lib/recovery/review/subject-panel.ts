import type { ReviewCase } from "./review-case";

/** What the state of a case decides about its panel. */
export type SubjectPanel = Pick<
  ReviewCase,
  | "kind"
  | "situation"
  | "isMpesa"
  | "actions"
  | "amount"
  | "canAskReceipt"
  | "proofs"
  | "transaction"
  | "refundOf"
  | "drift"
  | "message"
>;

export const NO_PARTS = {
  canAskReceipt: false,
  proofs: [],
  transaction: null,
  refundOf: null,
  drift: null,
  message: null,
} as const;
