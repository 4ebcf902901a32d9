import type { Withdrawal } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import type { PaymentResource } from "../schemas";

/** After it was sent, this long nobody has to be asked what became of it. */
const USUAL_MS = 20_000;

/**
 * A withdrawal as pages and the API show it. Codes, numbers and names are masked; nothing internal passes.
 * `refundOf` is the deposit that goes back by it.
 */
export function toWithdrawalResource(
  withdrawal: Withdrawal,
  now: Date,
  refundOf: string | null = null,
): PaymentResource {
  const status = statusOf(withdrawal.state);
  const amount = decimalFromCents(withdrawal.amountCents);
  const isReasonShown = status === "not_paid" || status === "checking";
  return {
    id: withdrawal.id,
    direction: "out",
    method: withdrawal.method,
    status,
    state: withdrawal.state,
    reason: isReasonShown ? withdrawal.reason : null,
    step: stepOf(withdrawal, now),
    prompt: null,
    payout: {
      to: withdrawal.destinationMasked,
      is_own: withdrawal.isOwnDestination,
      fee: decimalFromCents(withdrawal.feeCents),
      total: decimalFromCents(withdrawal.amountCents + withdrawal.feeCents),
      receiver: withdrawal.receiverName,
      message: withdrawal.message,
      redeemed_at: withdrawal.voucherRedeemedAt?.toISOString() ?? null,
      by_staff: withdrawal.requestedById !== withdrawal.customerId,
      approve_before:
        withdrawal.state === "awaiting_approval" ? withdrawal.deadlineAt.toISOString() : null,
      refund_of: refundOf,
    },
    new_attempt: null,
    code_problem: null,
    currency: "KES",
    amount_asked: amount,
    amount_paid: status === "paid" ? amount : null,
    voucher: withdrawal.voucherCodeMasked,
    provider_receipt: withdrawal.providerReceipt,
    amount_given_back: null,
    given_back: [],
    public_code: withdrawal.publicCode,
    created_at: withdrawal.createdAt.toISOString(),
    settled_at: withdrawal.settledAt?.toISOString() ?? null,
  };
}

function statusOf(state: Withdrawal["state"]): PaymentResource["status"] {
  switch (state) {
    case "requested":
    case "awaiting_approval":
    case "sending":
    case "submitted":
      return "waiting";
    case "paid":
      return "paid";
    case "failed":
      return "not_paid";
    case "needs_review":
      return "checking";
    default:
      return unreachable(state);
  }
}

function stepOf({ state, sentAt, timedOutAt }: Withdrawal, now: Date): PaymentResource["step"] {
  switch (state) {
    case "requested":
      return "queued";
    case "awaiting_approval":
      return "approval";
    case "sending":
    case "submitted": {
      const isLate = sentAt !== null && now.getTime() - sentAt.getTime() >= USUAL_MS;
      return isLate || timedOutAt !== null ? "asking_provider" : "sending";
    }
    case "paid":
    case "failed":
    case "needs_review":
      return null;
    default:
      return unreachable(state);
  }
}
