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
  /**
   * What happens next while it waits. Vouchers: the customer is at the provider, we are confirming, or a
   * code is missing. M-Pesa: the customer has a prompt to answer, or we are asking what became of it.
   */
  step: z
    .enum(["at_provider", "confirming", "needs_code", "check_phone", "asking_mpesa"])
    .nullable(),
  /** The M-Pesa prompt; null for other methods. */
  prompt: z
    .object({
      /** `0712 *** 678`. */
      phone: z.string(),
      /** The PayBill or till number that asks. */
      shortcode: z.string(),
      kind: z.enum(["paybill", "till"]),
      /** The account number the prompt and the SMS name. */
      reference: z.string(),
      /** When it was sent; null when it was not. */
      sent_at: z.iso.datetime().nullable(),
      /** From then on this phone may be prompted for this amount again. */
      retry_at: z.iso.datetime(),
      /** When M-Pesa says the money moved; null until it has said so. */
      paid_at: z.iso.datetime().nullable(),
    })
    .nullable(),
  /** After "not paid": whether the customer may be prompted again, and what has to change first. */
  new_attempt: z
    .enum(["now", "after_wait", "other_amount", "other_phone", "tomorrow", "no"])
    .nullable(),
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

/** Reasons an M-Pesa deposit can carry. Each has a sentence in both languages, for staff too. */
export const MPESA_REASONS = [
  // M-Pesa said so, in a result code (docs/providers/daraja.md).
  "cancelled",
  "insufficient_funds",
  "wrong_pin",
  "pin_locked",
  "no_answer",
  "prompt_expired",
  "prompt_failed",
  "amount_too_small",
  "amount_too_large",
  "daily_limit",
  "account_inactive",
  "merchant_cannot_receive",
  "same_amount_too_soon",
  "phone_busy",
  "mpesa_busy",
  "merchant_setup",
  // The customer stopped waiting on our page.
  "cancelled_here",
  // The gateway refused the number before any phone was prompted.
  "phone_refused",
  // Nothing was sent: M-Pesa cannot be reached, or takes no more calls now.
  "not_sent",
  // A person decides.
  "unclear_result",
  "unknown_code",
  "push_unconfirmed",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
  "unconfirmed",
] as const;
export type MpesaReason = (typeof MPESA_REASONS)[number];

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
export const MPESA_LIMITS = { minCents: 100n, maxCents: 25_000_000n } as const;
