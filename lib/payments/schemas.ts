import { z } from "zod";

/** The form a payment has in every answer of the API and on every page. */
export const PaymentResource = z.object({
  id: z.string(),
  direction: z.enum(["in", "out"]),
  method: z.enum(["pesavoucher", "mpesa"]),
  /** What a person reads: waiting, paid, not_paid or checking. */
  status: z.enum(["waiting", "paid", "not_paid", "checking"]),
  /** The exact state behind the status. */
  state: z.string(),
  /** Why it failed or waits for a person; null otherwise. One of a closed list with a sentence each. */
  reason: z.string().nullable(),
  /** What happens next while it waits: the customer is at the provider, we are confirming, or a code is missing. */
  step: z.enum(["at_provider", "confirming", "needs_code"]).nullable(),
  /** Why the last code that came for this payment was not accepted; null when none was refused. */
  code_problem: z.string().nullable(),
  currency: z.literal("KES"),
  /** What was asked for, `500.00`; null when a code was pasted without an amount. */
  amount_asked: z.string().nullable(),
  /** What was paid, `500.00`; null until paid. */
  amount_paid: z.string().nullable(),
  /** Masked voucher code, when one is known. */
  voucher: z.string().nullable(),
  /** M-Pesa receipt as the provider reported it. */
  provider_receipt: z.string().nullable(),
  /** Short code of the public check page. */
  public_code: z.string(),
  created_at: z.iso.datetime(),
  settled_at: z.iso.datetime().nullable(),
});
export type PaymentResource = z.infer<typeof PaymentResource>;

export const PaymentList = z.object({
  payments: z.array(PaymentResource),
  /** Give this as `cursor` to read on; null at the end. */
  next_cursor: z.string().nullable(),
});
export type PaymentList = z.infer<typeof PaymentList>;

export const BalanceResource = z.object({
  available: z.string(),
  held: z.string(),
  currency: z.literal("KES"),
});
export type BalanceResource = z.infer<typeof BalanceResource>;

/** Reasons a deposit can carry. Each has a sentence in both languages. */
export const DEPOSIT_REASONS = [
  "cancelled",
  "insufficient_funds",
  "no_answer",
  "expired",
  "declined",
  "provider_error",
  "voucher_used",
  "voucher_not_ours",
  "voucher_expired",
  "redeem_unconfirmed",
  "bought_not_redeemed",
] as const;
export type DepositReason = (typeof DEPOSIT_REASONS)[number];

/** Why a voucher code was not accepted. Each has a sentence in both languages. */
export const CODE_PROBLEMS = [
  "empty",
  "bad_shape",
  "already_used",
  "not_found",
  "payout_code",
  "wrong_merchant",
  "expired",
  "not_accepted",
  "being_checked",
  "provider_unreachable",
] as const;
export type CodeProblem = (typeof CODE_PROBLEMS)[number];

/** What the deposit page accepts, per method, in cents. */
export const PESAVOUCHER_LIMITS = { minCents: 5_000n, maxCents: 15_000_000n } as const;
