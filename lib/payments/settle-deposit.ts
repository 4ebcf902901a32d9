import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Deposit } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { customerAvailable, SUSPENSE, type AccountRef } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { metrics } from "@/lib/metrics";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { paidAudit } from "./paid-audit";
import type { Spent } from "./spent";
import { spendPrompt, type MpesaEvidence } from "./spend-prompt";
import { spendVoucherClaim, type VoucherEvidence } from "./spend-voucher-claim";
import { takeReceipt } from "./take-receipt";

/** Proof that the provider took money for us. */
export type Evidence = VoucherEvidence | MpesaEvidence;

export type SettleResult =
  | { kind: "settled"; depositId: string; movementId: string }
  | { kind: "already-settled"; depositId: string };

/**
 * The only verb that credits, with `settleDeposits`, which does the same for many at once. Given proof, it
 * moves the deposit to `paid` from any state but `paid`, posts the proven amount to the customer, and
 * writes receipt, audit and live event, all in one Postgres transaction. The same proof again changes
 * nothing. What was asked for plays no part in how much is credited; a difference stays readable on the
 * row.
 */
export async function settleDeposit(
  ctx: Ctx,
  input: { depositId: string; evidence: Evidence },
): Promise<SettleResult> {
  const { evidence } = input;
  assert(evidence.amountCents > 0n, "only a positive amount settles a deposit");
  const settled = await withTransaction(ctx, async (tx) => {
    const spent = await spend(tx, input);
    if (!spent) return null;
    const { deposit } = spent;
    const movementId = await credit(tx, spent, evidence.amountCents);
    await recordAudit(
      tx,
      paidAudit(deposit, {
        kind: evidence.kind,
        amountCents: evidence.amountCents,
        ...("receipt" in evidence && { receipt: evidence.receipt }),
        movementId,
      }),
    );
    await announce(tx, deposit, evidence.amountCents);
    return { depositId: deposit.id, method: deposit.method, movementId };
  });
  if (!settled) return { kind: "already-settled", depositId: input.depositId };
  const { method, ...result } = settled;
  metrics.depositsSettled.inc({ method, road: evidence.kind });
  return { kind: "settled", ...result };
}

function spend(tx: Ctx, input: { depositId: string; evidence: Evidence }): Promise<Spent | null> {
  const { depositId, evidence } = input;
  return "redemptionId" in evidence
    ? spendVoucherClaim(tx, evidence)
    : spendPrompt(tx, depositId, evidence);
}

async function credit(tx: Ctx, spent: Spent, amountCents: bigint): Promise<string> {
  const paidFrom = await sourceOf(tx, spent, amountCents);
  const posted = await postMovement(tx.db, {
    merchantId: tx.merchantId,
    kind: "deposit",
    ref: spent.ref,
    now: tx.now(),
    lines: [
      { account: paidFrom, amountCents: -amountCents },
      { account: customerAvailable(spent.deposit.customerId), amountCents },
    ],
  });
  assert(posted.kind === "posted", "a proof that was just spent has no movement yet");
  return posted.movementId;
}

/**
 * Where the money is: with the provider, or in suspense when it was booked there before anybody knew whose
 * it is. The receipt's primary key and the movement's reference both refuse a second credit for one proof.
 */
async function sourceOf(tx: Ctx, spent: Spent, amountCents: bigint): Promise<AccountRef> {
  if (!spent.receipt) return spent.paidFrom;
  const paymentId = spent.deposit.id;
  const taken = await takeReceipt(tx, { ...spent.receipt, paymentId, amountCents });
  assert(taken.kind !== "taken", "a receipt credits one payment");
  return taken.kind === "new" ? spent.paidFrom : SUSPENSE;
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
