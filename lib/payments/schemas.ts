import { z } from "zod";

/** The form a payment has in every answer of the API and on every page. */
export const PaymentResource = z.object({
  id: z.string(),
  direction: z.enum(["in", "out"]),
  method: z.enum(["pesavoucher", "mpesa"]),
  /** What a person reads: waiting, paid, not_paid, checking or given_back. */
  status: z.enum(["waiting", "paid", "not_paid", "checking", "given_back"]),
  /** The exact state behind the status. */
  state: z.string(),
  /** Why it failed or waits for a person; null otherwise. One of a closed list with a sentence each. */
  reason: z.string().nullable(),
  /**
   * What happens next while it waits. Vouchers: the customer is at the provider, we are confirming, or a
   * code is missing. M-Pesa: the customer has a prompt to answer, or we are asking what became of it.
   * Money on its way out: another person approves it, it stands in line, it is with the provider, or we
   * are asking the provider what became of it.
   */
  step: z
    .enum([
      "at_provider",
      "confirming",
      "needs_code",
      "check_phone",
      "asking_mpesa",
      "approval",
      "queued",
      "sending",
      "asking_provider",
    ])
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
      /** The account number to type when paying by hand, `4K7M2PA9`; null where that cannot be. */
      pay_reference: z.string().nullable(),
      /** When it was sent; null when it was not. */
      sent_at: z.iso.datetime().nullable(),
      /** From then on this phone may be prompted for this amount again. */
      retry_at: z.iso.datetime(),
      /** When M-Pesa says the money moved; null until it has said so. */
      paid_at: z.iso.datetime().nullable(),
    })
    .nullable(),
  /** Where money goes to, and what it costs; null for money that comes in. */
  payout: z
    .object({
      /** `0712 *** 678` or `a***@duka.co.ke`. */
      to: z.string(),
      /** The phone or the address of the customer's own account. */
      is_own: z.boolean(),
      /** On top of the amount, `10.00`. */
      fee: z.string(),
      /** Amount and fee together: what left the balance. */
      total: z.string(),
      /** Who was paid, as the provider says, masked: `J*** D**`; null until it has said so. */
      receiver: z.string().nullable(),
      /** What the e-mail with the voucher says; null for none. */
      message: z.string().nullable(),
      /** When the receiver turned the voucher into money; null until we were told. */
      redeemed_at: z.iso.datetime().nullable(),
      /** Staff asked for it in the customer's name. */
      by_staff: z.boolean(),
      /** Approval ends then, and the money comes back; null where none is waited for. */
      approve_before: z.iso.datetime().nullable(),
      /** The deposit that goes back this way; null for a withdrawal. */
      refund_of: z.string().nullable(),
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
  /** What went back to the customer, all of it or a part; null when nothing did. */
  amount_given_back: z.string().nullable(),
  /** Each time something of it went back, the first one first. */
  given_back: z.array(
    z.object({
      amount: z.string(),
      at: z.iso.datetime(),
      method: z.enum(["pesavoucher", "mpesa"]),
      /** The payment by which it went back, with a page of its own; null where there is none. */
      payment_id: z.string().nullable(),
    }),
  ),
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

/** Reasons a withdrawal can carry. Each has a sentence in both languages, for staff too. */
export const WITHDRAWAL_REASONS = [
  // The provider refused, or a look-up proved that nothing moved: the money is back.
  "email_not_registered",
  "phone_not_registered",
  "phone_refused",
  "float_empty",
  "float_low",
  "amount_too_small",
  "amount_too_large",
  "receiver_limit",
  "receiver_full",
  "receiver_inactive",
  "provider_busy",
  "merchant_setup",
  "declined",
  // Nothing was asked of the provider: the money is back.
  "not_sent",
  "cancelled",
  "rejected",
  "approval_expired",
  // Nobody knows, or two answers disagree: a person decides, and the money stays where it is.
  "unconfirmed",
  "unknown_code",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
] as const;
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number];

/** Reasons that leave open where the money is. Only "we are checking" may give one of them. */
export const WITHDRAWAL_REVIEW_REASONS = [
  "unconfirmed",
  "unknown_code",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
] as const satisfies readonly WithdrawalReason[];

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

/** What the withdrawal page accepts, per method, in cents. */
export const VOUCHER_PAYOUT_LIMITS = { minCents: 5_000n, maxCents: 15_000_000n } as const;
export const MPESA_PAYOUT_LIMITS = { minCents: 1_000n, maxCents: 25_000_000n } as const;
export const PAYOUT_MESSAGE_MAX = 140;

/** What the customer is shown before money leaves. Amounts as `500.00`. */
export const WithdrawalQuote = z.object({
  method: z.enum(["pesavoucher", "mpesa"]),
  /** As it will be sent to, whole: the customer has just typed it. */
  to: z.string(),
  message: z.string().nullable(),
  amount: z.string(),
  fee: z.string(),
  total: z.string(),
  /** What is left to use afterwards. */
  balance_after: z.string(),
  /** The phone or the address of the customer's own account. */
  is_own: z.boolean(),
  /** Never paid before by this customer. */
  is_new: z.boolean(),
  /** `J*** D**`, from the last payment there; null when the provider never told. */
  last_paid_as: z.string().nullable(),
  /** The password has to be typed again. */
  needs_password: z.boolean(),
  /** A second person has to approve it. */
  needs_approval: z.boolean(),
});
export type WithdrawalQuote = z.infer<typeof WithdrawalQuote>;

/** What a customer may take out now. Amounts as `500.00`; null where nothing limits. */
export const WithdrawalAllowance = z.object({
  available: z.string(),
  /** The largest single withdrawal the limits leave room for, balance aside. */
  payment_left: z.string(),
  /** In the last 24 hours and 7 days: the limit, and how much of it is left. */
  day_limit: z.string(),
  day_left: z.string(),
  week_limit: z.string(),
  week_left: z.string(),
  methods: z.object({
    /** `paused`: the merchant's balance at the provider is low. `off`: not set up. */
    pesavoucher: z.object({ state: z.enum(["on", "paused", "off"]), fee: z.string() }),
    mpesa: z.object({ state: z.enum(["on", "paused", "off"]), fee: z.string() }),
  }),
});
export type WithdrawalAllowance = z.infer<typeof WithdrawalAllowance>;

/** One limit a customer has set, and the higher one that waits for its day. */
export const OwnLimit = z.object({
  kind: z.enum(["payment", "day", "week"]),
  /** What counts now, `500.00`; null for none of their own. */
  amount: z.string().nullable(),
  /** The merchant's, which always counts. */
  merchant: z.string(),
  /** What counts from `next_from` on; null for none of their own then. */
  next: z.string().nullable(),
  next_from: z.iso.datetime().nullable(),
});
export type OwnLimit = z.infer<typeof OwnLimit>;
