import type { Deposit, StkPush } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { NEXT_STEPS, type NextStep } from "./schemas";

type Standing = Pick<
  Deposit,
  "state" | "reason" | "method" | "providerPaidAt" | "providerReceipt"
> & { stkPush: Pick<StkPush, "pushedAt" | "checkoutRequestId"> | null };

const SETUP_REASONS: ReadonlySet<string> = new Set(["merchant_setup", "merchant_cannot_receive"]);

/** The one thing that staff do next about a payment, by where it stands and why. */
export function nextStepOf(deposit: Standing): NextStep {
  switch (deposit.state) {
    case "needs_review":
      return NEXT_STEPS.find((step) => step === deposit.reason) ?? "review_other";
    case "pending":
    case "submitted":
      return whileItWaits(deposit);
    case "redeeming":
      return "voucher_redeeming";
    case "paid":
      return deposit.stkPush && !deposit.providerReceipt ? "paid_without_receipt" : "paid";
    case "reversed":
      return "given_back";
    case "failed":
      return afterNotPaid(deposit);
    default:
      return unreachable(deposit.state);
  }
}

function whileItWaits({ stkPush, providerPaidAt }: Standing): NextStep {
  if (stkPush) return stkPush.checkoutRequestId ? "prompt_open" : "prompt_answer_lost";
  return providerPaidAt ? "voucher_code_missing" : "at_voucher_provider";
}

function afterNotPaid({ reason, stkPush }: Standing): NextStep {
  if (!stkPush) return "voucher_not_paid";
  if (SETUP_REASONS.has(reason ?? "")) return "not_paid_setup";
  if (reason === "cancelled_here") return "stopped_by_customer";
  return stkPush.pushedAt ? "not_paid" : "never_prompted";
}
