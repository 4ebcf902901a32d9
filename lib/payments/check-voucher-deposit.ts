import { withTransaction, type Ctx } from "@/lib/context";
import type { Deposit } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { PaymentFate } from "@/lib/providers/sells-vouchers";
import { providers } from "@/lib/providers/registry";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { recordAudit } from "@/lib/audit";
import { failDeposit } from "./fail-deposit";
import { moveDeposit } from "./move-deposit";
import { recordProviderCall } from "@/lib/provider-gate/record-provider-call";
import type { DepositReason } from "./schemas";

const CHECK_DELAYS_MS = [
  3 * SECOND_MS,
  5 * SECOND_MS,
  10 * SECOND_MS,
  20 * SECOND_MS,
  45 * SECOND_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
] as const;
const CHECK_DELAY_LATER_MS = HOUR_MS;
const JITTER = 0.2;

export type CheckResult = "closed" | "waiting" | "paid-needs-code" | "not-paid" | "unconfirmed";

/**
 * Looks one open voucher purchase up at its provider and writes what follows: failed when the provider says so,
 * marked as bought when it says paid (only the code can bring the money), asked again later otherwise.
 * At its deadline a purchase nobody heard of ends for the screen, and one the provider was paid for
 * goes to a person. Every path leaves a next due time or none needed. `paymentId` is the one a callback
 * named, when it is not the one we know.
 */
export async function checkVoucherDeposit(
  ctx: Ctx,
  input: { depositId: string; paymentId?: string },
): Promise<CheckResult> {
  const deposit = await ctx.db.deposit.findFirst({
    where: { id: input.depositId, merchantId: ctx.merchantId },
  });
  if (!deposit || (deposit.state !== "submitted" && deposit.state !== "failed")) {
    if (deposit) await stopChecking(ctx, deposit);
    return "closed";
  }
  const paymentId = input.paymentId ?? deposit.providerPaymentId;
  const fate = paymentId ? await askProvider(ctx, deposit, paymentId) : "no-id";
  return applyFate(ctx, deposit, fate);
}

type Fate = PaymentFate | "no-id" | "not-found" | "no-answer";

async function askProvider(ctx: Ctx, deposit: Deposit, paymentId: string): Promise<Fate> {
  const provider = providers.voucher();
  const outcome = await recordProviderCall(
    ctx,
    { provider: provider.name, operation: "payment_status", subjectId: deposit.id },
    () => provider.paymentStatus({ paymentId }),
  );
  if (outcome.kind === "answered") return outcome.fate;
  return outcome.kind === "refused" ? "not-found" : "no-answer";
}

async function applyFate(ctx: Ctx, deposit: Deposit, fate: Fate): Promise<CheckResult> {
  switch (fate) {
    case "succeeded":
      return rememberPaid(ctx, deposit);
    case "failed":
      return end(ctx, deposit, "declined");
    case "cancelled":
      return end(ctx, deposit, "cancelled");
    case "timed_out":
      return end(ctx, deposit, "no_answer");
    case "not-found":
      await wait(ctx, deposit);
      return "unconfirmed";
    case "no-id":
    case "pending":
    case "unclear":
    case "no-answer":
      return wait(ctx, deposit);
    default:
      return unreachable(fate);
  }
}

async function end(ctx: Ctx, deposit: Deposit, reason: DepositReason): Promise<CheckResult> {
  const failed = await failDeposit(ctx, { depositId: deposit.id, reason });
  if (!failed) await stopChecking(ctx, deposit);
  return "not-paid";
}

/** The provider was paid; only the customer's code can bring the money here. Told once. */
async function rememberPaid(ctx: Ctx, deposit: Deposit): Promise<CheckResult> {
  if (isPastDeadline(ctx, deposit)) return hold(ctx, deposit);
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.deposit.updateMany({
      where: { id: deposit.id, providerPaidAt: null, state: { in: ["submitted", "failed"] } },
      data: { providerPaidAt: tx.now(), nextCheckAt: deposit.deadlineAt },
    });
    if (count === 0) return;
    // "Not paid" was wrong, so the screen goes back to waiting; the code now decides.
    await moveDeposit(tx, deposit.id, "reopen", { reason: null, failedAt: null });
    await recordAudit(tx, { action: "deposit.provider_says_paid", subjectId: deposit.id });
    await emitLiveEvent(tx, deposit.customerId, {
      type: "deposit_changed",
      payload: { deposit_id: deposit.id },
    });
  });
  return "paid-needs-code";
}

async function hold(ctx: Ctx, deposit: Deposit): Promise<CheckResult> {
  await withTransaction(ctx, async (tx) => {
    const moved = await moveDeposit(tx, deposit.id, "hold", {
      reason: "bought_not_redeemed",
      providerPaidAt: deposit.providerPaidAt ?? tx.now(),
      nextCheckAt: null,
    });
    if (!moved) return;
    await recordAudit(tx, {
      action: "deposit.held_for_review",
      subjectId: deposit.id,
      after: { reason: "bought_not_redeemed" },
    });
    await emitLiveEvent(tx, deposit.customerId, {
      type: "deposit_changed",
      payload: { deposit_id: deposit.id },
    });
  });
  return "paid-needs-code";
}

async function wait(ctx: Ctx, deposit: Deposit): Promise<CheckResult> {
  if (isPastDeadline(ctx, deposit)) {
    if (deposit.providerPaidAt) return hold(ctx, deposit);
    return end(ctx, deposit, "expired");
  }
  const delayMs = CHECK_DELAYS_MS[deposit.checksDone] ?? CHECK_DELAY_LATER_MS;
  const jittered = delayMs * (1 + JITTER * Math.random());
  const dueAt = deposit.providerPaymentId ? addMs(ctx.now(), jittered) : deposit.deadlineAt;
  await ctx.db.deposit.updateMany({
    where: { id: deposit.id, state: { in: ["submitted", "failed"] } },
    data: {
      checksDone: { increment: 1 },
      nextCheckAt: dueAt < deposit.deadlineAt ? dueAt : deposit.deadlineAt,
    },
  });
  return "waiting";
}

async function stopChecking(ctx: Ctx, deposit: Deposit): Promise<void> {
  await ctx.db.deposit.updateMany({
    where: { id: deposit.id, state: deposit.state },
    data: { nextCheckAt: null },
  });
}

function isPastDeadline(ctx: Ctx, deposit: Deposit): boolean {
  return ctx.now() >= deposit.deadlineAt;
}
