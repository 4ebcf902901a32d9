import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Deposit, VoucherRedemption } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { metrics } from "@/lib/metrics";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { moveDeposit } from "./move-deposit";
import { newDeposit } from "./open-deposit";
import { PESAVOUCHER_LIMITS } from "./schemas";

/** Proof that the provider took money for us. */
export type Evidence =
  /** The provider answered our own redeem call. */
  | { kind: "voucher_redeemed"; redemptionId: string; amountCents: bigint }
  /** The provider reported the redemption to the address only it knows. */
  | { kind: "redemption_callback"; redemptionId: string; amountCents: bigint };

export type SettleResult =
  | { kind: "settled"; depositId: string; movementId: string }
  | { kind: "already-settled"; depositId: string };

/**
 * The only verb that credits. Given proof, it moves the deposit to `paid` from any state but `paid`,
 * posts the proven amount to the customer, and writes receipt, audit and live event, all in one
 * Postgres transaction. The same proof again changes nothing. What was asked for plays no part in how
 * much is credited; a difference stays readable on the row.
 */
export async function settleDeposit(
  ctx: Ctx,
  input: { depositId: string; evidence: Evidence },
): Promise<SettleResult> {
  const { evidence } = input;
  assert(evidence.amountCents > 0n, "only a positive amount settles a deposit");
  const result = await withTransaction<SettleResult>(ctx, async (tx) => {
    const claim = await spendClaim(tx, evidence);
    if (!claim) return { kind: "already-settled", depositId: input.depositId };
    const deposit = await markPaid(tx, claim, evidence.amountCents);
    const movementId = await credit(tx, deposit, claim, evidence.amountCents);
    await recordAudit(tx, {
      action: "deposit.paid",
      subjectId: deposit.id,
      before: { state: deposit.state, reason: deposit.reason },
      after: {
        paid: decimalFromCents(evidence.amountCents),
        asked: deposit.askedCents === null ? null : decimalFromCents(deposit.askedCents),
        evidence: evidence.kind,
        flags: flagsOf(deposit.askedCents, evidence.amountCents),
        movement: movementId,
      },
    });
    await announce(tx, deposit, evidence.amountCents);
    return { kind: "settled", depositId: deposit.id, movementId };
  });
  if (result.kind === "settled") {
    metrics.depositsSettled.inc({ method: "pesavoucher", road: evidence.kind });
  }
  return result;
}

/** Marks the claim redeemed, once. Null when it was redeemed before. */
async function spendClaim(tx: Ctx, evidence: Evidence): Promise<VoucherRedemption | null> {
  const { count } = await tx.db.voucherRedemption.updateMany({
    where: { id: evidence.redemptionId, merchantId: tx.merchantId, state: { not: "redeemed" } },
    data: {
      state: "redeemed",
      refusal: null,
      amountCents: evidence.amountCents,
      leaseUntil: null,
      settledAt: tx.now(),
    },
  });
  if (count === 0) return null;
  return tx.db.voucherRedemption.findUniqueOrThrow({ where: { id: evidence.redemptionId } });
}

/** The claim's deposit as it was, now paid. A deposit that another voucher paid gets a further one. */
async function markPaid(
  tx: Ctx,
  claim: VoucherRedemption,
  amountCents: bigint,
): Promise<Pick<Deposit, "id" | "customerId" | "state" | "reason" | "askedCents">> {
  const before = await tx.db.deposit.findUniqueOrThrow({ where: { id: claim.depositId } });
  const paid = { paidCents: amountCents, settledAt: tx.now(), nextCheckAt: null };
  if (await moveDeposit(tx, before.id, "settle", paid)) return before;
  const extra = newDeposit(tx, {
    customerId: before.customerId,
    origin: "extra_voucher",
    state: "paid",
    askedCents: null,
  });
  await tx.db.deposit.create({ data: { ...extra, ...paid }, select: { id: true } });
  await tx.db.voucherRedemption.update({
    where: { id: claim.id },
    data: { depositId: extra.id },
    select: { id: true },
  });
  return { ...extra, reason: null };
}

async function credit(
  tx: Ctx,
  deposit: Pick<Deposit, "id" | "customerId">,
  claim: VoucherRedemption,
  amountCents: bigint,
): Promise<string> {
  // The receipt's primary key and the movement's reference both refuse a second credit for one code.
  await tx.db.receipt.create({
    data: {
      provider: "pesavoucher",
      number: claim.codeHash,
      merchantId: tx.merchantId,
      paymentId: deposit.id,
      createdAt: tx.now(),
    },
  });
  const posted = await postMovement(tx.db, {
    merchantId: tx.merchantId,
    kind: "deposit",
    ref: `voucher:${claim.codeHash}`,
    now: tx.now(),
    lines: [
      { account: providerAccount("pesavoucher"), amountCents: -amountCents },
      { account: customerAvailable(deposit.customerId), amountCents },
    ],
  });
  assert(posted.kind === "posted", "a claim that was just spent has no movement yet");
  return posted.movementId;
}

async function announce(
  tx: Ctx,
  deposit: Pick<Deposit, "id" | "customerId">,
  amountCents: bigint,
): Promise<void> {
  const balance = await readCustomerBalance(tx.db, {
    merchantId: tx.merchantId,
    customerId: deposit.customerId,
  });
  await emitLiveEvent(tx, deposit.customerId, {
    type: "deposit_confirmed",
    payload: {
      deposit_id: deposit.id,
      amount: decimalFromCents(amountCents),
      available: decimalFromCents(balance.availableCents),
      held: decimalFromCents(balance.heldCents),
    },
  });
}

/** What a person may want to look at; none of it stops a credit, for the money is here. */
function flagsOf(askedCents: bigint | null, paidCents: bigint): string[] {
  const { minCents, maxCents } = PESAVOUCHER_LIMITS;
  return [
    ...(askedCents !== null && askedCents !== paidCents ? ["amount_differs"] : []),
    ...(paidCents < minCents || paidCents > maxCents ? ["out_of_range"] : []),
  ];
}
