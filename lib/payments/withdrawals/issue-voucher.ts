import type { Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";
import { unreachable } from "@/lib/kit/assert";
import { addMs } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { recordProviderCall } from "@/lib/provider-gate/record-provider-call";
import type { IssueOutcome, PayoutRefusal } from "@/lib/providers/sells-vouchers";
import { providers } from "@/lib/providers/registry";
import type { WithdrawalReason } from "../schemas";
import { failWithdrawal } from "./fail-withdrawal";
import { isCodeOfAnother } from "./is-code-of-another";
import { isReceiptOfAnother } from "./is-receipt-of-another";
import { observeVoucherFloat } from "./observe-float";
import { parkWithdrawal } from "./park-withdrawal";
import { commitIntent, defer, stayInLine, type Sendable } from "./sending";
import { settleWithdrawal } from "./settle-withdrawal";
import { voucherCreatedAddress } from "./voucher-created-address";
import { readRules } from "./withdrawal-rules";
import { VOUCHER_PATIENCE_MS } from "./withdrawal-times";

const REASON_OF_REFUSAL: Readonly<Record<PayoutRefusal, WithdrawalReason>> = {
  receiver_unknown: "email_not_registered",
  float_empty: "float_empty",
  amount_too_small: "amount_too_small",
  amount_too_large: "amount_too_large",
  misconfigured: "merchant_setup",
};

/**
 * Has a voucher issued for one withdrawal: the merchant's balance there first, then one order, whose answer
 * is the voucher. Nothing can be asked about a voucher later, so an unknown outcome waits for the callback
 * and then for a person, and is never repeated: the same id again would be a second voucher.
 */
export async function issueVoucher(ctx: Ctx, withdrawal: Sendable): Promise<void> {
  if (!(await floatSuffices(ctx, withdrawal))) return;
  const firstLookAt = addMs(ctx.now(), VOUCHER_PATIENCE_MS);
  // Whatever can fail without the provider fails before the intent says that it was asked.
  const email = decrypt(withdrawal.destinationCipher).toString("utf8");
  const callbackUrl = voucherCreatedAddress(withdrawal.id);
  const sentAt = await commitIntent(ctx, withdrawal.id, firstLookAt);
  if (sentAt === null) return;
  const provider = providers.voucher();
  const outcome = await recordProviderCall(
    ctx,
    { provider: provider.name, operation: "create_voucher", subjectId: withdrawal.id },
    () =>
      provider.issue({
        email,
        amountCents: withdrawal.amountCents,
        uniqueId: withdrawal.providerRef,
        message: withdrawal.message,
        callbackUrl,
      }),
  );
  await applyOutcome(ctx, { ...withdrawal, sentAt }, outcome);
}

/** False when nothing is to be sent now: given up, or left in line. */
async function floatSuffices(ctx: Ctx, withdrawal: Sendable): Promise<boolean> {
  const [rules, float] = await Promise.all([
    readRules(ctx),
    observeVoucherFloat(ctx, { subjectId: withdrawal.id }),
  ]);
  switch (float.kind) {
    case "answered":
      if (float.balanceCents - withdrawal.amountCents >= rules.voucherFloorCents) return true;
      log().warn({ withdrawalId: withdrawal.id }, "too little at the voucher provider to pay out");
      await giveUp(ctx, withdrawal, "float_low");
      return false;
    case "refused":
      log().error(
        { withdrawalId: withdrawal.id },
        "the voucher provider does not tell our balance",
      );
      await giveUp(ctx, withdrawal, "merchant_setup");
      return false;
    case "unknown":
      await stayInLine(ctx, withdrawal, { retryAt: null });
      return false;
    default:
      return unreachable(float);
  }
}

/** Nothing was ordered yet. */
async function giveUp(
  ctx: Ctx,
  withdrawal: Sendable,
  reason: "float_low" | "merchant_setup",
): Promise<void> {
  await failWithdrawal(ctx, { withdrawalId: withdrawal.id, reason, event: "give_up" });
}

async function applyOutcome(
  ctx: Ctx,
  withdrawal: Sendable & { sentAt: Date },
  outcome: IssueOutcome,
): Promise<void> {
  const withdrawalId = withdrawal.id;
  switch (outcome.kind) {
    case "accepted":
      return settleIssued(ctx, withdrawal, outcome);
    case "refused":
      if (outcome.refusal === "misconfigured") log().error({ withdrawalId }, "voucher refused");
      await failWithdrawal(ctx, { withdrawalId, reason: REASON_OF_REFUSAL[outcome.refusal] });
      return;
    case "unreached":
      return defer(ctx, withdrawal, {
        because: "unreached",
        retryAt: null,
        sentAt: withdrawal.sentAt,
      });
    case "unknown":
      // Whether the balance fell is the one thing a person can see of it.
      await observeVoucherFloat(ctx, { subjectId: withdrawalId });
      return;
    default:
      return unreachable(outcome);
  }
}

async function settleIssued(
  ctx: Ctx,
  withdrawal: Sendable,
  outcome: Extract<IssueOutcome, { kind: "accepted" }>,
): Promise<void> {
  const { code, transactionId } = outcome;
  if (await isCodeOfAnother(ctx, withdrawal, code)) {
    await parkWithdrawal(ctx, { withdrawalId: withdrawal.id, reason: "receipt_reused" });
    return;
  }
  // The code is what was paid; an id that stands for another voucher says nothing about this one.
  const isOthers =
    transactionId !== null && (await isReceiptOfAnother(ctx, withdrawal, transactionId));
  if (isOthers) log().error({ withdrawalId: withdrawal.id }, "a voucher's id came twice");
  await settleWithdrawal(ctx, {
    withdrawalId: withdrawal.id,
    evidence: {
      kind: "issued",
      namesAmount: true,
      code,
      receipt: isOthers ? null : transactionId,
    },
  });
}
