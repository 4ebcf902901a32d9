import type { Withdrawal } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { WITHDRAWAL_REASONS, type WithdrawalReason } from "@/lib/payments/schemas";
import type { NextStep } from "./schemas";

type Standing = Pick<
  Withdrawal,
  "state" | "reason" | "method" | "timedOutAt" | "providerReceipt" | "voucherRedeemedAt"
>;

/** By why it failed or waits for a person. A new reason does not compile before it is here. */
const STEP_OF_REASON: Readonly<Record<WithdrawalReason, NextStep>> = {
  email_not_registered: "payout_back_email",
  phone_not_registered: "payout_back_receiver",
  phone_refused: "payout_back_receiver",
  float_empty: "payout_back_float",
  float_low: "payout_back_float",
  amount_too_small: "payout_back_amount",
  amount_too_large: "payout_back_amount",
  receiver_limit: "payout_back_receiver",
  receiver_full: "payout_back_receiver",
  receiver_inactive: "payout_back_receiver",
  provider_busy: "payout_back_busy",
  merchant_setup: "payout_back_setup",
  declined: "payout_back_declined",
  not_sent: "payout_back_busy",
  cancelled: "payout_back_cancelled",
  rejected: "payout_back_rejected",
  approval_expired: "payout_back_expired",
  unconfirmed: "payout_unconfirmed",
  unknown_code: "payout_unknown_code",
  contradiction: "payout_contradiction",
  amount_mismatch: "payout_amount_mismatch",
  receipt_reused: "payout_receipt_reused",
};

/** The one thing that staff do next about a withdrawal, by where it stands and why. */
export function nextStepOfWithdrawal(withdrawal: Standing): NextStep {
  const { state, method } = withdrawal;
  switch (state) {
    case "requested":
      return "payout_queued";
    case "awaiting_approval":
      return "payout_approval";
    case "sending":
    case "submitted":
      return whileItIsOut(withdrawal);
    case "paid":
      return method === "mpesa" ? afterPaid(withdrawal) : afterIssued(withdrawal);
    case "failed":
      return stepOf(withdrawal) ?? "payout_back_other";
    case "needs_review":
      return inReview(withdrawal);
    default:
      return unreachable(state);
  }
}

function whileItIsOut({ state, method, timedOutAt }: Standing): NextStep {
  if (method === "pesavoucher") return "payout_voucher_ordered";
  if (timedOutAt !== null) return "payout_timed_out";
  return state === "sending" ? "payout_answer_missing" : "payout_at_provider";
}

function afterPaid({ providerReceipt }: Standing): NextStep {
  return providerReceipt === null ? "payout_paid_without_receipt" : "payout_paid";
}

function afterIssued({ voucherRedeemedAt }: Standing): NextStep {
  return voucherRedeemedAt === null ? "payout_voucher_issued" : "payout_voucher_redeemed";
}

function inReview(withdrawal: Standing): NextStep {
  const step = stepOf(withdrawal);
  const isVoucher = withdrawal.method === "pesavoucher";
  // Nothing can be asked about a voucher, so a person asks in other ways.
  if (step === "payout_unconfirmed" && isVoucher) return "payout_voucher_unconfirmed";
  return step ?? "payout_review_other";
}

function stepOf({ reason }: Standing): NextStep | null {
  const known = WITHDRAWAL_REASONS.find((one) => one === reason);
  return known ? STEP_OF_REASON[known] : null;
}
