import {
  WITHDRAWAL_REASONS,
  WITHDRAWAL_REVIEW_REASONS,
  type PaymentResource,
  type WithdrawalReason,
} from "@/lib/payments/schemas";

/** What of a withdrawal decides its screen. */
export type ShownPayout = Pick<PaymentResource, "method" | "status" | "step" | "reason">;

export type PayoutStep = (typeof PAYOUT_STEPS)[number];
export type PayoutReviewReason = (typeof WITHDRAWAL_REVIEW_REASONS)[number];
export type PayoutEndReason = Exclude<WithdrawalReason, PayoutReviewReason>;

/** The one thing to do after money came back: each has a button, and the form behind it is filled in. */
export type PayoutNext = "again" | "other_phone" | "other_email" | "other_amount" | "other_method";

export type PayoutScreen =
  | { kind: "waiting"; step: PayoutStep; canCancel: boolean }
  | { kind: "paid" }
  | { kind: "not_paid"; reason: PayoutEndReason | "other"; next: PayoutNext; isOurs: boolean }
  | { kind: "checking"; reason: PayoutReviewReason | "otherChecking"; isSetAside: boolean };

const PAYOUT_STEPS = ["approval", "queued", "sending", "asking_provider"] as const;

/** What helps after each reason. A new one does not compile before it is here. */
const NEXT: Readonly<Record<PayoutEndReason, PayoutNext>> = {
  email_not_registered: "other_email",
  phone_not_registered: "other_phone",
  phone_refused: "other_phone",
  float_empty: "other_method",
  float_low: "other_method",
  amount_too_small: "other_amount",
  amount_too_large: "other_amount",
  receiver_limit: "other_phone",
  receiver_full: "other_phone",
  receiver_inactive: "other_phone",
  provider_busy: "again",
  merchant_setup: "other_method",
  declined: "other_method",
  not_sent: "again",
  cancelled: "again",
  rejected: "again",
  approval_expired: "again",
};

/** Reasons only the merchant can do something about, so the page says how to reach them. */
const OURS: ReadonlySet<PayoutEndReason> = new Set<PayoutEndReason>([
  "float_empty",
  "float_low",
  "merchant_setup",
  "declined",
  "rejected",
  "approval_expired",
]);

/** The screen a withdrawal is shown on. A reason nobody wrote a sentence for still gets a true one. */
export function payoutScreenOf(payment: ShownPayout): PayoutScreen {
  switch (payment.status) {
    case "waiting": {
      // A step of tomorrow still waits, and may be under way: nothing is offered that could be too late.
      const step = PAYOUT_STEPS.find((known) => known === payment.step) ?? "sending";
      return { kind: "waiting", step, canCancel: step === "approval" || step === "queued" };
    }
    case "paid":
    // What went out does not come back by a refund of ours.
    case "given_back":
      return { kind: "paid" };
    case "not_paid":
      return notPaid(payment);
    case "checking":
      return checking(payment.reason);
  }
}

function notPaid({ reason: name }: ShownPayout): PayoutScreen {
  const reason = endReason(name);
  if (!reason) return { kind: "not_paid", reason: "other", next: "again", isOurs: true };
  return { kind: "not_paid", reason, next: NEXT[reason], isOurs: OURS.has(reason) };
}

function checking(name: string | null): PayoutScreen {
  const reason = WITHDRAWAL_REVIEW_REASONS.find((known) => known === name) ?? "otherChecking";
  // Two answers that disagree can mean that the money was given back before: then nothing is set aside.
  return { kind: "checking", reason, isSetAside: reason !== "contradiction" };
}

/** A reason that says the money is back. One that leaves it open is none, whoever gave it. */
function endReason(name: string | null): PayoutEndReason | undefined {
  return WITHDRAWAL_REASONS.filter(isEndReason).find((known) => known === name);
}

function isEndReason(reason: WithdrawalReason): reason is PayoutEndReason {
  return !WITHDRAWAL_REVIEW_REASONS.some((open) => open === reason);
}
