import { DEPOSIT_REASONS, type DepositReason, type PaymentResource } from "@/lib/payments/schemas";

/** What of a payment decides its screen. */
export type ShownPayment = Pick<
  PaymentResource,
  "status" | "step" | "reason" | "code_problem" | "amount_asked" | "amount_paid" | "voucher"
>;

export type PaymentScreen =
  | { kind: "at_provider" }
  | { kind: "confirming"; voucher: string | null }
  | { kind: "needs_code" }
  | { kind: "paid"; difference: { asked: string; paid: string } | null }
  | { kind: "not_paid"; reason: DepositReason | "other"; next: "try_again" | "another_code" }
  | { kind: "checking"; reason: DepositReason | "otherChecking" };

/** The screen a payment is shown on. A reason nobody wrote a sentence for still gets a true one. */
export function screenOf(payment: ShownPayment): PaymentScreen {
  switch (payment.status) {
    case "waiting":
      if (payment.step === "confirming") return { kind: "confirming", voucher: payment.voucher };
      return { kind: payment.step ?? "at_provider" };
    case "paid":
      return { kind: "paid", difference: differenceOf(payment) };
    case "not_paid": {
      const reason = knownReason(payment.reason) ?? "other";
      // Trying the same used or foreign code again would fail again; so would an amount nobody gave.
      const codeIsBad = reason.startsWith("voucher_") || payment.amount_asked === null;
      return { kind: "not_paid", reason, next: codeIsBad ? "another_code" : "try_again" };
    }
    case "checking":
      return { kind: "checking", reason: knownReason(payment.reason) ?? "otherChecking" };
  }
}

function knownReason(reason: string | null): DepositReason | undefined {
  return DEPOSIT_REASONS.find((known) => known === reason);
}

function differenceOf(payment: ShownPayment): { asked: string; paid: string } | null {
  const { amount_asked: asked, amount_paid: paid } = payment;
  return asked !== null && paid !== null && asked !== paid ? { asked, paid } : null;
}
