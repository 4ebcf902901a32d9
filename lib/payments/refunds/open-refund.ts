import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { ConflictError } from "@/lib/errors";
import type { Prisma, Refund } from "@/lib/generated/prisma/client";
import { enqueue } from "@/lib/jobs/queue";
import { newId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import { addMs } from "@/lib/kit/time";
import { sendRefundJob } from "../jobs";
import {
  APPROVAL_ENDS_AFTER_MS,
  SEND_LEASE_MS,
  SENDING_ENDS_AFTER_MS,
} from "../withdrawals/withdrawal-times";

/** What a refund is of, and who asked. */
type Asked = Pick<Refund, "method" | "amountCents" | "why" | "attemptKey"> &
  Pick<
    Prisma.RefundCreateManyInput,
    "depositId" | "customerId" | "transactionId" | "accountId" | "receipt" | "withdrawalId"
  >;

/** The row of a new refund; with `waits` another person decides first. */
export function newRefund(ctx: Ctx, asked: Asked, { waits }: { waits: boolean }) {
  const now = ctx.now();
  const endsAt = addMs(now, waits ? APPROVAL_ENDS_AFTER_MS : SENDING_ENDS_AFTER_MS);
  return {
    ...asked,
    id: newId("refund", now.getTime()),
    merchantId: ctx.merchantId,
    requestedById: ctx.actor.id,
    state: waits ? ("awaiting_approval" as const) : ("requested" as const),
    // A voucher's due times are its withdrawal's: the sweep of withdrawals does what is due.
    nextCheckAt:
      asked.method === "payout_voucher" ? null : waits ? endsAt : addMs(now, SEND_LEASE_MS),
    deadlineAt: endsAt,
    createdAt: now,
  };
}

export type NewRefund = ReturnType<typeof newRefund>;

/**
 * Writes a new refund, in the caller's transaction. False when the same form was posted twice at once and
 * the other post was quicker. Throws `ConflictError` while the same payment is being reversed already.
 */
export async function insertRefund(tx: Ctx, row: NewRefund): Promise<boolean> {
  const { count } = await tx.db.refund.createMany({ data: [row], skipDuplicates: true });
  if (count === 1) return true;
  const { merchantId, attemptKey } = row;
  const first = await tx.db.refund.findUnique({
    where: { merchantId_attemptKey: { merchantId, attemptKey } },
    select: { id: true },
  });
  if (!first) throw new ConflictError("refund_under_way");
  return false;
}

/** Puts a refund that nobody has to decide about in line, and writes down who asked for it. */
export async function announceRefund(tx: Ctx, row: NewRefund, more: object = {}): Promise<void> {
  if (row.state === "requested") await enqueueSending(tx, row.id);
  await recordAudit(tx, {
    action: "refund.requested",
    subjectId: row.id,
    after: {
      method: row.method,
      amount: decimalFromCents(row.amountCents),
      of: row.depositId ?? row.transactionId ?? null,
      why: row.why,
      state: row.state,
      ...more,
    },
  });
}

/** Has the worker send a refund; the sweep does should the job die. */
export async function enqueueSending(tx: Ctx, refundId: string): Promise<void> {
  const payload = { merchantId: tx.merchantId, refundId };
  await enqueue(tx, sendRefundJob, payload, { key: `refund:${refundId}` });
}
