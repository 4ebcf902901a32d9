import {
  DEPOSIT_REASONS,
  MPESA_REASONS,
  type DepositReason,
  type MpesaReason,
  type PaymentResource,
} from "@/lib/payments/schemas";

/** What of a payment decides its screen. */
export type ShownPayment = Pick<
  PaymentResource,
  | "method"
  | "status"
  | "step"
  | "reason"
  | "new_attempt"
  | "code_problem"
  | "amount_asked"
  | "amount_paid"
  | "voucher"
>;

export type NewAttempt = NonNullable<PaymentResource["new_attempt"]>;

export type PaymentScreen =
  | { kind: "at_provider" }
  | { kind: "confirming"; voucher: string | null }
  | { kind: "needs_code" }
  | { kind: "check_phone" }
  | { kind: "asking_mpesa" }
  | { kind: "paid"; difference: { asked: string; paid: string } | null }
  | { kind: "given_back" }
  | { kind: "not_paid"; reason: DepositReason | "other"; next: "try_again" | "another_code" }
  | { kind: "mpesa_not_paid"; reason: MpesaReason | "other"; next: NewAttempt }
  | { kind: "checking"; reason: DepositReason | "otherChecking" }
  | { kind: "mpesa_checking"; reason: MpesaReason | "otherChecking" };

/** Reasons that leave the money open. Only a page that says "we are checking" may give one of them. */
export const MPESA_REVIEW_REASONS: readonly MpesaReason[] = [
  "unclear_result",
  "unknown_code",
  "push_unconfirmed",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
  "unconfirmed",
];

/** Where money that comes in can be while it waits. Money going out has screens of its own. */
const DEPOSIT_STEPS = ["at_provider", "needs_code", "check_phone", "asking_mpesa"] as const;

/** The screen money that comes in is shown on. A reason nobody wrote a sentence for still gets a true one. */
export function screenOf(payment: ShownPayment): PaymentScreen {
  switch (payment.status) {
    case "waiting":
      if (payment.step === "confirming") return { kind: "confirming", voucher: payment.voucher };
      return { kind: DEPOSIT_STEPS.find((step) => step === payment.step) ?? "at_provider" };
    case "paid":
      return { kind: "paid", difference: differenceOf(payment) };
    case "given_back":
      return { kind: "given_back" };
    case "not_paid":
      return payment.method === "mpesa" ? mpesaNotPaid(payment) : notPaid(payment);
    case "checking":
      if (payment.method === "mpesa") return mpesaChecking(payment);
      return { kind: "checking", reason: knownReason(payment.reason) ?? "otherChecking" };
  }
}

function notPaid(payment: ShownPayment): PaymentScreen {
  const reason = knownReason(payment.reason) ?? "other";
  // Trying the same used or foreign code again would fail again; so would an amount nobody gave.
  const codeIsBad = reason.startsWith("voucher_") || payment.amount_asked === null;
  return { kind: "not_paid", reason, next: codeIsBad ? "another_code" : "try_again" };
}

function mpesaNotPaid(payment: ShownPayment): PaymentScreen {
  const known = MPESA_REASONS.find((name) => name === payment.reason);
  // "Your money is safe" belongs to a payment that is open, and this one is not.
  const reason = known && !MPESA_REVIEW_REASONS.includes(known) ? known : "other";
  return { kind: "mpesa_not_paid", reason, next: payment.new_attempt ?? "no" };
}

function mpesaChecking(payment: ShownPayment): PaymentScreen {
  const known = MPESA_REVIEW_REASONS.find((name) => name === payment.reason);
  return { kind: "mpesa_checking", reason: known ?? "otherChecking" };
}

function knownReason(reason: string | null): DepositReason | undefined {
  return DEPOSIT_REASONS.find((known) => known === reason);
}

function differenceOf(payment: ShownPayment): { asked: string; paid: string } | null {
  const { amount_asked: asked, amount_paid: paid } = payment;
  return asked !== null && paid !== null && asked !== paid ? { asked, paid } : null;
}
