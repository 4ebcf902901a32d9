import type { Ctx } from "@/lib/context";
import type { Applied } from "@/lib/payments/applied";
import { findAsked } from "./find-asked";

/** Works M-Pesa's word that a question about a receipt waited too long in its queue: staff may ask again. */
export async function applyReceiptTimeout(
  ctx: Omit<Ctx, "merchantId">,
  message: { queryId: string; secretHash: string; receivedAt: Date },
): Promise<Applied> {
  const asked = await findAsked(ctx, message);
  if ("outcome" in asked) return asked;
  const { own, query } = asked;
  await own.db.receiptQuery.updateMany({
    where: { id: query.id, outcome: null },
    data: { outcome: "unanswered" },
  });
  return {
    outcome: "applied",
    note: "the question waited too long and was not answered",
    subjectId: query.depositId,
  };
}
