import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { ReviewDecision } from "@/lib/generated/prisma/client";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { actionOf } from "./action-of";
import { endDecision } from "./end-decision";
import { lockSubjects } from "../lock-subjects";
import { SubjectEnded } from "./review-action";

/** M-Pesa answers within seconds; after this long staff may ask again, and a late answer still counts. */
const ANSWER_PATIENCE_MS = 10 * MINUTE_MS;
const DECISIONS_MAX = 200;

/**
 * Ends what waits no longer: decisions whose day is over, decisions about what has ended by itself, and
 * questions that M-Pesa has not answered. Any number of workers may sweep.
 */
export async function sweepReview(input: { now: () => Date }): Promise<void> {
  const now = input.now();
  await db().receiptQuery.updateMany({
    where: { outcome: null, answeredAt: null, askedAt: { lte: addMs(now, -ANSWER_PATIENCE_MS) } },
    data: { outcome: "unanswered" },
  });
  const waiting = await db().reviewDecision.findMany({
    where: { state: "waiting" },
    orderBy: { proposedAt: "asc" },
    take: DECISIONS_MAX,
  });
  for (const decision of waiting) {
    const { merchantId } = decision;
    const actor = { kind: "system", id: "review.sweep" } as const;
    await endIfOver(makeCtx(merchantId, actor, { now: input.now }), decision);
  }
}

async function endIfOver(ctx: Ctx, decision: ReviewDecision): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    if (decision.deadlineAt <= tx.now()) {
      await endDecision(tx, decision, { state: "expired", decidedById: null });
      return;
    }
    const action = actionOf(decision);
    await lockSubjects(tx, [...action.alsoLocks, decision.subjectId]);
    const hasEnded = await action.weigh(tx, decision.subjectId).then(
      () => false,
      // Anything else, such as a balance that does not cover it now, may pass.
      (error: unknown) => error instanceof SubjectEnded,
    );
    if (hasEnded) await endDecision(tx, decision, { state: "overtaken", decidedById: null });
  });
}
