import type {
  Deposit,
  ProviderAccount,
  Refund,
  StkPush,
  VoucherRedemption,
} from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { unreachable } from "@/lib/kit/assert";
import { newAttemptAfter } from "./new-attempt";
import type { PaymentResource } from "./schemas";
import { mayPromptAgainAt, NO_COUNTS_AFTER_MS } from "./stk-times";

export type DepositWithParts = Deposit & {
  redemptions: Pick<VoucherRedemption, "codeMasked" | "state" | "refusal">[];
  /** Those that went back. */
  refunds: Pick<Refund, "amountCents" | "method" | "settledAt" | "createdAt" | "withdrawalId">[];
  stkPush:
    | (Pick<StkPush, "phoneMasked" | "pushedAt" | "noes" | "providerPaidAt"> & {
        account: Pick<ProviderAccount, "shortcode" | "kind" | "tillNumber">;
      })
    | null;
};

/** What a payment shows beside its own row: its voucher claims or its M-Pesa prompt, and what went back. */
export const PARTS_OF_PAYMENT = {
  redemptions: {
    select: { codeMasked: true, state: true, refusal: true },
    orderBy: { createdAt: "desc" },
  },
  refunds: {
    select: {
      amountCents: true,
      method: true,
      settledAt: true,
      createdAt: true,
      withdrawalId: true,
    },
    where: { state: "done" },
    orderBy: { id: "asc" },
  },
  stkPush: {
    select: {
      phoneMasked: true,
      pushedAt: true,
      noes: true,
      providerPaidAt: true,
      account: { select: { shortcode: true, kind: true, tillNumber: true } },
    },
  },
} as const;

/** A deposit as pages and the API show it. Codes and numbers are masked; nothing internal passes. */
export function toPaymentResource(deposit: DepositWithParts, now: Date): PaymentResource {
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
    step: status === "waiting" ? stepOf(deposit, now) : null,
    prompt: promptOf(deposit),
    payout: null,
    new_attempt: status === "not_paid" && deposit.stkPush ? newAttemptAfter(deposit.reason) : null,
    code_problem: !live && refused ? (refused.refusal ?? "not_accepted") : null,
    currency: "KES",
    amount_asked: decimal(deposit.askedCents),
    amount_paid: decimal(deposit.paidCents),
    voucher: live?.codeMasked ?? null,
    provider_receipt: deposit.providerReceipt,
    ...givenBackOf(deposit),
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
    case "reversed":
      return "given_back";
    default:
      return unreachable(state);
  }
}

function stepOf(deposit: DepositWithParts, now: Date): NonNullable<PaymentResource["step"]> {
  if (deposit.stkPush) {
    const sentAt = deposit.stkPush.pushedAt ?? deposit.createdAt;
    const isOld = now.getTime() - sentAt.getTime() >= NO_COUNTS_AFTER_MS;
    // A look-up that said "not paid" is not believed yet, and no reason to say "check your phone" still.
    return isOld || deposit.stkPush.noes > 0 ? "asking_mpesa" : "check_phone";
  }
  if (deposit.state === "redeeming") return "confirming";
  return deposit.providerPaidAt ? "needs_code" : "at_provider";
}

function givenBackOf({ refunds }: DepositWithParts) {
  const cents = refunds.reduce((sum, { amountCents }) => sum + amountCents, 0n);
  return {
    amount_given_back: refunds.length === 0 ? null : decimalFromCents(cents),
    given_back: refunds.map((refund) => ({
      amount: decimalFromCents(refund.amountCents),
      at: (refund.settledAt ?? refund.createdAt).toISOString(),
      method: refund.method === "reversal" ? ("mpesa" as const) : ("pesavoucher" as const),
      payment_id: refund.withdrawalId,
    })),
  };
}

function promptOf(deposit: DepositWithParts): PaymentResource["prompt"] {
  const push = deposit.stkPush;
  if (!push) return null;
  return {
    phone: push.phoneMasked,
    shortcode: push.account.tillNumber ?? push.account.shortcode,
    kind: push.account.kind,
    reference: deposit.publicCode,
    pay_reference: deposit.payReference,
    sent_at: push.pushedAt?.toISOString() ?? null,
    retry_at: mayPromptAgainAt(push.pushedAt ?? deposit.createdAt).toISOString(),
    paid_at: push.providerPaidAt?.toISOString() ?? null,
  };
}
