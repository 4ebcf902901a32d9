import { MPESA_REASONS, type MpesaReason, type PaymentResource } from "./schemas";

type NewAttempt = NonNullable<PaymentResource["new_attempt"]>;

const NEW_ATTEMPT: Readonly<Record<MpesaReason, NewAttempt>> = {
  cancelled: "after_wait",
  insufficient_funds: "after_wait",
  wrong_pin: "after_wait",
  pin_locked: "other_phone",
  no_answer: "after_wait",
  prompt_expired: "after_wait",
  prompt_failed: "after_wait",
  amount_too_small: "other_amount",
  amount_too_large: "other_amount",
  daily_limit: "tomorrow",
  account_inactive: "other_phone",
  merchant_cannot_receive: "no",
  same_amount_too_soon: "after_wait",
  phone_busy: "after_wait",
  mpesa_busy: "after_wait",
  merchant_setup: "no",
  cancelled_here: "after_wait",
  phone_refused: "other_phone",
  not_sent: "now",
  unclear_result: "no",
  unknown_code: "no",
  push_unconfirmed: "no",
  contradiction: "no",
  amount_mismatch: "no",
  receipt_reused: "no",
  unconfirmed: "no",
};

/** What a new prompt needs after an M-Pesa deposit ended for this reason; "no" for one we cannot name. */
export function newAttemptAfter(reason: string | null): NewAttempt {
  const known = MPESA_REASONS.find((name) => name === reason);
  return known ? NEW_ATTEMPT[known] : "no";
}
