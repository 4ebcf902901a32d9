import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { readReason } from "./decide";
import { endDecision } from "./end-decision";
import { findDecision } from "./find-decision";

/**
 * Turns down what another member of staff decided, with a reason; nothing else changes. False when it waits
 * no longer. Throws `ForbiddenError("own_decision")` for whoever decided it, `InvalidInputError` without a
 * reason and `NotFoundError` when it is not this merchant's.
 */
export async function turnDownDecision(
  ctx: Ctx,
  input: { decisionId: string; reason: string },
): Promise<boolean> {
  const decision = await findDecision(ctx, input.decisionId);
  if (decision.proposedById === ctx.actor.id) throw new ForbiddenError("own_decision");
  const decisionNote = readReason(input.reason);
  return withTransaction(ctx, async (tx) => {
    if (tx.now() >= decision.deadlineAt) return false;
    const ended = await endDecision(tx, decision, {
      state: "turned_down",
      decidedById: tx.actor.id,
      decisionNote,
    });
    if (!ended) return false;
    await recordAudit(tx, {
      action: "review.turned_down",
      subjectId: decision.subjectId,
      after: { decision: decision.id, action: decision.action, reason: decisionNote },
    });
    return true;
  });
}
