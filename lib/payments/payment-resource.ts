import type { Deposit, VoucherRedemption } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { unreachable } from "@/lib/kit/assert";
import type { PaymentResource } from "./schemas";

export type DepositWithClaims = Deposit & {
  redemptions: Pick<VoucherRedemption, "codeMasked" | "state" | "refusal">[];
};

/** The claims a payment shows: newest first. */
export const CLAIMS_OF_PAYMENT = {
  select: { codeMasked: true, state: true, refusal: true },
  orderBy: { createdAt: "desc" },
} as const;

/** A deposit as pages and the API show it. Codes are masked; nothing internal passes. */
export function toPaymentResource(deposit: DepositWithClaims): PaymentResource {
  const status = statusOf(deposit.state);
  const live = deposit.redemptions.find((claim) => claim.state !== "refused");
  const refused = deposit.redemptions.find((claim) => claim.state === "refused");
  const decimal = (cents: bigint | null) => (cents === null ? null : decimalFromCents(cents));
  return {
    id: deposit.id,
    direction: "in",
    method: deposit.method,
    status,
    state: deposit.state,
    reason: status === "not_paid" || status === "checking" ? deposit.reason : null,
    step: status === "waiting" ? stepOf(deposit) : null,
    code_problem: !live && refused ? (refused.refusal ?? "not_accepted") : null,
    currency: "KES",
    amount_asked: decimal(deposit.askedCents),
    amount_paid: decimal(deposit.paidCents),
    voucher: live?.codeMasked ?? null,
    provider_receipt: deposit.providerReceipt,
    public_code: deposit.publicCode,
    created_at: deposit.createdAt.toISOString(),
    settled_at: deposit.settledAt?.toISOString() ?? null,
  };
}

function statusOf(state: Deposit["state"]): PaymentResource["status"] {
  switch (state) {
    case "pending":
    case "submitted":
    case "redeeming":
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

function stepOf(deposit: Deposit): NonNullable<PaymentResource["step"]> {
  if (deposit.state === "redeeming") return "confirming";
  return deposit.providerPaidAt ? "needs_code" : "at_provider";
}
