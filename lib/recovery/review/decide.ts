import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { AppError, ConflictError, ForbiddenError, InvalidInputError } from "@/lib/errors";
import { newId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import { oneLine } from "@/lib/kit/one-line";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { takeTurnOf } from "@/lib/payments/take-turn-of";
import { NOTE_MAX } from "@/lib/payments/withdrawals/withdrawal-for-people";
import { actionOf } from "./action-of";
import { endDecision } from "./end-decision";
import { jsonOf } from "./json-of";
import { lockSubjects } from "../lock-subjects";
import { needsSecondPerson } from "./needs-second-person";
import { paramsForLog } from "./params-for-log";

/** A decision that no second person looked at ends. */
export const DECISION_ENDS_AFTER_MS = DAY_MS;

export interface Decided {
  readonly kind: "done" | "waiting";
  readonly decisionId: string;
}

/**
 * Carries out what a member of staff decided about a case, with their reason, in one transaction; or, above
 * the merchant's limit and where they would gain by it, keeps it for a second person. Throws
 * `ForbiddenError` for anyone but staff, `NotFoundError` for what is not the merchant's, `InvalidInputError`
 * for a missing reason or param, and `ConflictError` when the case has ended, another decision about it
 * waits, or the receipt is another payment's: then nothing was changed.
 */
export async function decide(
  ctx: Ctx,
  input: { subjectId: string; action: string; reason: string; params: unknown },
): Promise<Decided> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const { subjectId } = input;
  const action = actionOf(input);
  const reason = readReason(input.reason);
  const decisionId = newId("decision", ctx.now().getTime());
  try {
    return await withTransaction<Decided>(ctx, async (tx) => {
      await takeTurnOf(tx, tx.actor.id);
      await lockSubjects(tx, [...action.alsoLocks, subjectId]);
      const weighed = await action.weigh(tx, subjectId);
      await refuseSecondDecision(tx, subjectId);
      const waits = await needsSecondPerson(tx, weighed, tx.actor.id);
      const now = tx.now();
      await tx.db.reviewDecision.create({
        data: {
          ...{ id: decisionId, subjectId, reason, action: action.name },
          merchantId: tx.merchantId,
          params: jsonOf(action.params),
          amountCents: weighed.amountCents,
          state: waits ? "waiting" : "carried_out",
          proposedById: tx.actor.id,
          proposedAt: now,
          decidedAt: waits ? null : now,
          deadlineAt: addMs(now, DECISION_ENDS_AFTER_MS),
        },
        select: { id: true },
      });
      await recordAudit(tx, {
        action: waits ? "review.proposed" : "review.carried_out",
        subjectId,
        after: {
          decision: decisionId,
          action: action.name,
          amount: decimalFromCents(weighed.amountCents),
          reason,
          ...paramsForLog(jsonOf(action.params)),
        },
      });
      if (!waits) await action.carryOut(tx, { id: decisionId, subjectId, reason });
      return { kind: waits ? "waiting" : "done", decisionId };
    });
  } catch (error) {
    // A key refused what somebody else did a moment sooner: what stands now says it in words.
    if (!(error instanceof AppError)) await action.weigh(ctx, subjectId);
    throw error;
  }
}

/** The reason as it is kept, on one line. Throws `InvalidInputError` without one. */
export function readReason(typed: string): string {
  const reason = oneLine(typed);
  if (reason === "") throw new InvalidInputError({ reason: "empty" });
  if (reason.length > NOTE_MAX) throw new InvalidInputError({ reason: "too_long" });
  return reason;
}

/** One decision at a time about one thing; one whose day is over waits no longer. */
async function refuseSecondDecision(tx: Ctx, subjectId: string): Promise<void> {
  const open = await tx.db.reviewDecision.findFirst({ where: { subjectId, state: "waiting" } });
  if (!open) return;
  if (open.deadlineAt > tx.now()) throw new ConflictError("decision_waits");
  await endDecision(tx, open, { state: "expired", decidedById: null });
}
