import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { encrypt, keyedHash } from "@/lib/crypto";
import { env } from "@/lib/env";
import type { RedemptionSource, RedemptionState } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { addMs } from "@/lib/kit/time";
import { maskVoucherCode } from "@/lib/kit/voucher-code";
import { enqueue } from "@/lib/jobs/queue";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { resumeRedemptionJob } from "./jobs";
import { moveDeposit } from "./move-deposit";
import { newDeposit } from "./open-deposit";
import { CLAIM_LEASE_MS } from "./take-claim-lease";

export type ClaimResult =
  /** The code is bound to `depositId`; the caller holds the lease unless it left the work to the job. */
  | { kind: "claimed"; redemptionId: string; depositId: string }
  /** This customer's code was bound before. */
  | { kind: "known"; redemptionId: string; depositId: string; state: RedemptionState }
  /** Somebody else bound it. */
  | { kind: "taken" };

/**
 * Binds a voucher code to one deposit of one customer, before anyone is asked to burn it. The code's
 * unique hash makes this happen once, whichever roads it comes by at the same time. A code that was
 * refused before may be bound again. When the deposit is already paid or busy with another code, the
 * customer gets a further deposit, because a second voucher is second money. The job that finishes the
 * claim is enqueued in the same transaction.
 */
export async function claimVoucher(
  ctx: Ctx,
  input: {
    code: string;
    source: RedemptionSource;
    customerId: string;
    /** The deposit the code came for; null opens one. */
    depositId: string | null;
    /** Who works the claim first: the caller now, or the worker's job. */
    worker: "caller" | "job";
  },
): Promise<ClaimResult> {
  return withTransaction(ctx, async (tx) => {
    const bound = await bindCode(tx, input);
    if (bound.kind !== "claimed") return bound;
    const depositId = await takeDeposit(tx, input, bound);
    if (depositId !== bound.depositId) {
      await tx.db.voucherRedemption.update({
        where: { id: bound.redemptionId },
        data: { depositId },
        select: { id: true },
      });
    }
    await recordAudit(tx, {
      action: "voucher.claimed",
      subjectId: depositId,
      after: {
        voucher: maskVoucherCode(input.code),
        source: input.source,
        foreign_prefix: !input.code.startsWith(`${env().pesavoucher.prefix}-`),
      },
    });
    await emitLiveEvent(tx, input.customerId, {
      type: "deposit_changed",
      payload: { deposit_id: depositId },
    });
    await enqueue(
      tx,
      resumeRedemptionJob,
      { merchantId: tx.merchantId, redemptionId: bound.redemptionId },
      {
        key: `redemption:${bound.redemptionId}`,
        runAt: input.worker === "job" ? tx.now() : addMs(tx.now(), CLAIM_LEASE_MS),
      },
    );
    return { kind: "claimed", redemptionId: bound.redemptionId, depositId };
  });
}

type ClaimInput = Parameters<typeof claimVoucher>[1];

/** Inserts the claim, or takes over one that was refused; otherwise says whose it is. */
async function bindCode(tx: Ctx, input: ClaimInput): Promise<ClaimResult> {
  const now = tx.now();
  const claim = {
    state: "redeeming",
    source: input.source,
    leaseUntil: input.worker === "caller" ? addMs(now, CLAIM_LEASE_MS) : null,
  } as const;
  const codeHash = keyedHash("voucher", input.code);
  // A deposit that does not exist yet gets its row first: the claim must point at one.
  const depositId = input.depositId ?? (await openPastedDeposit(tx, input.customerId));
  const redemptionId = newId("redemption", now.getTime());
  const { count } = await tx.db.voucherRedemption.createMany({
    data: [
      {
        ...claim,
        id: redemptionId,
        merchantId: tx.merchantId,
        depositId,
        codeHash,
        codeCipher: encrypt(Buffer.from(input.code)),
        codeMasked: maskVoucherCode(input.code),
        createdAt: now,
      },
    ],
    skipDuplicates: true,
  });
  if (count === 1) return { kind: "claimed", redemptionId, depositId };

  const existing = await tx.db.voucherRedemption.findUniqueOrThrow({
    where: { codeHash },
    select: { id: true, state: true, depositId: true, deposit: { select: { customerId: true } } },
  });
  if (existing.state === "refused") {
    // A refusal proves that nothing was burnt, so the code is free for another try.
    const taken = await tx.db.voucherRedemption.updateMany({
      where: { id: existing.id, state: "refused" },
      data: {
        ...claim,
        merchantId: tx.merchantId,
        depositId,
        refusal: null,
        redeemSentAt: null,
        attempts: 0,
      },
    });
    if (taken.count === 1) return { kind: "claimed", redemptionId: existing.id, depositId };
  }
  if (input.depositId === null) await dropUnusedDeposit(tx, depositId);
  if (existing.deposit.customerId !== input.customerId) return { kind: "taken" };
  return {
    kind: "known",
    redemptionId: existing.id,
    depositId: existing.depositId,
    state: existing.state,
  };
}

async function openPastedDeposit(tx: Ctx, customerId: string): Promise<string> {
  const row = newDeposit(tx, {
    customerId,
    origin: "pasted_code",
    state: "submitted",
    askedCents: null,
  });
  await tx.db.deposit.create({ data: row, select: { id: true } });
  return row.id;
}

/** Takes back a row of this very transaction that turned out not to be needed; nobody ever saw it. */
async function dropUnusedDeposit(tx: Ctx, depositId: string): Promise<void> {
  await tx.db.deposit.delete({ where: { id: depositId }, select: { id: true } });
}

/** Moves the deposit to `redeeming`, or opens a further one when it cannot take another code. */
async function takeDeposit(
  tx: Ctx,
  input: ClaimInput,
  claim: { redemptionId: string; depositId: string },
): Promise<string> {
  if (await moveDeposit(tx, claim.depositId, "claim")) return claim.depositId;
  if (await takeFromReview(tx, claim)) return claim.depositId;
  const extra = newDeposit(tx, {
    customerId: input.customerId,
    origin: "extra_voucher",
    state: "redeeming",
    askedCents: null,
  });
  await tx.db.deposit.create({ data: extra, select: { id: true } });
  return extra.id;
}

/** A purchase in review for want of its code may have it; one with a code in doubt takes no second one. */
async function takeFromReview(
  tx: Ctx,
  claim: { redemptionId: string; depositId: string },
): Promise<boolean> {
  const inDoubt = await tx.db.voucherRedemption.count({
    where: {
      depositId: claim.depositId,
      id: { not: claim.redemptionId },
      state: { in: ["redeeming", "unknown"] },
    },
  });
  return inDoubt === 0 && moveDeposit(tx, claim.depositId, "claim_reviewed");
}
