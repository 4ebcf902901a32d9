import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { providerAccount, SUSPENSE } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { emitLiveEvent } from "@/lib/realtime/emit-live-event";
import { SUSPENSE_END_KIND, SUSPENSE_KIND } from "./suspense";
import { takeReceipt } from "./take-receipt";

/** `same` when the deposit has this very receipt already. */
export type Attached = "attached" | "same" | "conflict";

/**
 * Gives a paid M-Pesa deposit the receipt that came later, once. A conflict when it has another one, or the
 * number belongs to another payment of any merchant: then nothing is changed and the audit log says what
 * was reported. Credits nothing: what stood in suspense under that receipt was this deposit's, and leaves it.
 */
export async function attachStkReceipt(
  ctx: Ctx,
  input: { depositId: string; receipt: string; paidAt: Date | null; payerMasked: string | null },
): Promise<Attached> {
  const { depositId, receipt } = input;
  return withTransaction<Attached>(ctx, async (tx) => {
    const { count } = await tx.db.deposit.updateMany({
      where: { id: depositId, merchantId: tx.merchantId, state: "paid", providerReceipt: null },
      data: { providerReceipt: receipt },
    });
    const added = count === 1 ? await addReceipt(tx, depositId, receipt) : null;
    if (!added) return refuse(tx, depositId, receipt, count === 1);
    await tx.db.stkPush.updateMany({
      where: { depositId },
      data: { providerPaidAt: input.paidAt, payerMasked: input.payerMasked },
    });
    await recordAudit(tx, {
      action: "deposit.receipt_attached",
      subjectId: depositId,
      after: { receipt, ...added.leftSuspense },
    });
    const { customerId } = await tx.db.deposit.findUniqueOrThrow({
      where: { id: depositId },
      select: { customerId: true },
    });
    await emitLiveEvent(tx, customerId, {
      type: "deposit_changed",
      payload: { deposit_id: depositId },
    });
    return "attached";
  });
}

/** Null when the number belongs to another payment, or stands in suspense with another amount. */
async function addReceipt(
  tx: Ctx,
  depositId: string,
  receipt: string,
): Promise<{ leftSuspense: { amount: string; movement: string } | null } | null> {
  const { paidCents: amountCents } = await tx.db.deposit.findUniqueOrThrow({
    where: { id: depositId },
    select: { paidCents: true },
  });
  assert(amountCents !== null, "what is paid has an amount");
  const taken = await takeReceipt(tx, {
    ...{ provider: "mpesa", number: receipt },
    ...{ paymentId: depositId, amountCents },
  });
  if (taken.kind === "taken") return null;
  if (taken.kind === "new") return { leftSuspense: null };
  const movement = await leaveSuspense(tx, receipt, { ...taken, amountCents });
  return { leftSuspense: { amount: decimalFromCents(amountCents), movement } };
}

/** The deposit was credited from the provider before: the same money was booked a second time, to suspense. Returns the movement. */
async function leaveSuspense(
  tx: Ctx,
  receipt: string,
  { transactionId, amountCents }: { transactionId: string; amountCents: bigint },
): Promise<string> {
  const { account, movementId } = await findSuspended(tx, transactionId);
  const posted = await postMovement(tx.db, {
    merchantId: tx.merchantId,
    kind: SUSPENSE_END_KIND,
    ref: transactionId,
    reversesId: movementId,
    now: tx.now(),
    lines: [
      { account: SUSPENSE, amountCents: -amountCents },
      { account: providerAccount(`mpesa:${account.shortcode}`), amountCents },
    ],
  });
  assert(posted.kind === "posted", `what was in suspense under ${receipt} leaves it once`);
  return posted.movementId;
}

async function findSuspended(tx: Ctx, transactionId: string) {
  const [{ account }, { id: movementId }] = await Promise.all([
    tx.db.providerTransaction.findUniqueOrThrow({
      where: { id: transactionId },
      select: { account: { select: { shortcode: true } } },
    }),
    tx.db.ledgerMovement.findUniqueOrThrow({
      where: {
        merchantId_kind_ref: { merchantId: tx.merchantId, kind: SUSPENSE_KIND, ref: transactionId },
      },
      select: { id: true },
    }),
  ]);
  return { account, movementId };
}

async function refuse(
  tx: Ctx,
  depositId: string,
  receipt: string,
  wasSet: boolean,
): Promise<Attached> {
  if (!wasSet) {
    const { providerReceipt } = await tx.db.deposit.findUniqueOrThrow({
      where: { id: depositId },
      select: { providerReceipt: true },
    });
    if (providerReceipt === receipt) return "same";
  } else {
    await tx.db.deposit.update({
      where: { id: depositId },
      data: { providerReceipt: null },
      select: { id: true },
    });
  }
  await recordAudit(tx, {
    action: "deposit.receipt_conflict",
    subjectId: depositId,
    after: { reported: receipt },
  });
  return "conflict";
}
