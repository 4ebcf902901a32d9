import type { Ctx } from "@/lib/context";
import type { Refund, RefundState } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { mayOrderAgain } from "./order-refund-again";
import { REFUND_REASONS } from "./refund-reasons";
import type { RefundForPeople, RefundStanding } from "./schemas";

const STANDING: Readonly<Record<RefundState, RefundStanding>> = {
  awaiting_approval: "approval",
  requested: "queued",
  sending: "sending",
  submitted: "sending",
  done: "done",
  failed: "failed",
  needs_review: "review",
};

/** Refunds as pages for staff show them, with the names of everybody who had to do with them. */
export async function refundsForPeople(
  ctx: Ctx,
  rows: readonly Refund[],
): Promise<RefundForPeople[]> {
  const { merchantId } = ctx;
  const userIds = rows.flatMap((row) => [row.requestedById, row.decidedById, row.customerId]);
  const [people, vouchers] = await Promise.all([
    ctx.db.user.findMany({
      where: { merchantId, id: { in: userIds.filter((id) => id !== null) } },
      select: { id: true, name: true },
    }),
    ctx.db.withdrawal.findMany({
      where: { merchantId, id: { in: rows.flatMap((row) => row.withdrawalId ?? []) } },
      select: { id: true, destinationMasked: true },
    }),
  ]);
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const addresses = new Map(vouchers.map((row) => [row.id, row.destinationMasked]));
  const nameOf = (id: string) => names.get(id) ?? id;
  return rows.map((row) => {
    const isMine = row.requestedById === ctx.actor.id;
    const isWaiting = row.state === "awaiting_approval" || row.state === "requested";
    return {
      id: row.id,
      method: row.method,
      standing: STANDING[row.state],
      reason: reasonOf(row),
      amount: decimalFromCents(row.amountCents),
      why: row.why,
      depositId: row.depositId,
      transactionId: row.transactionId,
      withdrawalId: row.withdrawalId,
      customer: row.customerId === null ? null : nameOf(row.customerId),
      askedBy: nameOf(row.requestedById),
      isMine,
      decision:
        row.decidedById === null ? null : { by: nameOf(row.decidedById), note: row.decisionNote },
      to: row.withdrawalId === null ? null : (addresses.get(row.withdrawalId) ?? null),
      receipt: row.receipt,
      providerReceipt: row.providerReceipt,
      mayOrderAgain: mayOrderAgain(row),
      mayCancel: isMine && isWaiting,
      createdAt: row.createdAt,
      endsAt: row.deadlineAt,
      settledAt: row.settledAt,
    };
  });
}

function reasonOf({ state, reason }: Refund): RefundForPeople["reason"] {
  if (reason === null || (state !== "failed" && state !== "needs_review")) return null;
  return REFUND_REASONS.find((known) => known === reason) ?? "other";
}
