import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { AppError, ForbiddenError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { actionOf } from "./action-of";
import { endDecision } from "./end-decision";
import { findDecision } from "./find-decision";
import { lockSubjects } from "../lock-subjects";
import { gainsBy } from "./needs-second-person";
import { SubjectEnded } from "./review-action";

/** `ended` when it waits no longer: turned down, carried out by another, or over. */
export type Approved = "carried_out" | "overtaken" | "ended";

/**
 * Carries out what another member of staff decided. Throws `ForbiddenError("own_decision")` for whoever
 * decided it, `ForbiddenError("own_money")` for whoever would gain by it, `NotFoundError` when it is not
 * this merchant's, and `ConflictError` where it cannot be done now; then it goes on waiting.
 */
export async function approveDecision(ctx: Ctx, input: { decisionId: string }): Promise<Approved> {
  const decision = await findDecision(ctx, input.decisionId);
  const { id, subjectId } = decision;
  if (decision.proposedById === ctx.actor.id) throw new ForbiddenError("own_decision");
  const action = actionOf(decision);
  try {
    return await withTransaction<Approved>(ctx, async (tx) => {
      await lockSubjects(tx, [...action.alsoLocks, subjectId]);
      const now = tx.now();
      const waiting = await tx.db.reviewDecision.findFirst({
        where: { id, state: "waiting", deadlineAt: { gt: now } },
      });
      if (!waiting) return "ended";
      const weighed = await action.weigh(tx, subjectId).catch((error: unknown) => {
        if (error instanceof SubjectEnded) return null;
        throw error;
      });
      if (!weighed) {
        await endDecision(tx, waiting, { state: "overtaken", decidedById: null });
        return "overtaken";
      }
      if (await gainsBy(tx, weighed, tx.actor.id)) throw new ForbiddenError("own_money");
      const isFirst = await endDecision(tx, waiting, {
        state: "carried_out",
        decidedById: tx.actor.id,
      });
      if (!isFirst) return "ended";
      await recordAudit(tx, {
        action: "review.approved",
        subjectId,
        after: {
          decision: id,
          action: action.name,
          amount: decimalFromCents(weighed.amountCents),
        },
      });
      await action.carryOut(tx, waiting);
      return "carried_out";
    });
  } catch (error) {
    // A key refused what somebody else did a moment sooner: what stands now says it in words.
    if (!(error instanceof AppError)) await action.weigh(ctx, subjectId);
    throw error;
  }
}
