import { recordAudit } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import type { ReviewDecision } from "@/lib/generated/prisma/client";

/**
 * Ends a decision that waits for a second person, in the caller's transaction. False when it waits no
 * longer. What the second person did has an audit row of its own, with the name of who did it.
 */
export async function endDecision(
  tx: Ctx,
  decision: Pick<ReviewDecision, "id" | "subjectId" | "action">,
  ending:
    | { state: "carried_out" | "turned_down"; decidedById: string; decisionNote?: string }
    | { state: "expired" | "overtaken"; decidedById: null },
): Promise<boolean> {
  const { id, subjectId, action } = decision;
  const { count } = await tx.db.reviewDecision.updateMany({
    where: { id, merchantId: tx.merchantId, state: "waiting" },
    data: { ...ending, decidedAt: tx.now() },
  });
  if (count === 0) return false;
  if (ending.decidedById === null) {
    await recordAudit(tx, {
      action: `review.${ending.state}`,
      subjectId,
      after: { decision: id, action },
    });
  }
  return true;
}
