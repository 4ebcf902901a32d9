import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { findDrift, isDrift } from "./drift";
import { findMessageToReview } from "./read-message-panel";

/** Makes sure that what a case is about exists and is the merchant's. Throws `NotFoundError`. */
export async function findSubject(ctx: Ctx, subjectId: string): Promise<void> {
  if (isDrift(subjectId)) {
    await findDrift(ctx, subjectId);
    return;
  }
  if (isId("message", subjectId)) {
    await findMessageToReview(ctx, subjectId);
    return;
  }
  const query: Query = {
    where: { id: subjectId, merchantId: ctx.merchantId },
    select: { id: true },
  };
  const found = await findRow(ctx, subjectId, query);
  if (!found) throw new NotFoundError();
}

type Query = { where: { id: string; merchantId: string }; select: { id: true } };

function findRow({ db }: Ctx, id: string, query: Query): Promise<{ id: string } | null> {
  if (isId("deposit", id)) return db.deposit.findFirst(query);
  if (isId("withdrawal", id)) return db.withdrawal.findFirst(query);
  if (isId("refund", id)) return db.refund.findFirst(query);
  if (isId("transaction", id)) return db.providerTransaction.findFirst(query);
  return Promise.resolve(null);
}
