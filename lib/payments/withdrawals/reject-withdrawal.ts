import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { InvalidInputError } from "@/lib/errors";
import { oneLine } from "@/lib/kit/one-line";
import { failWithdrawal } from "./fail-withdrawal";
import { findToDecide } from "./find-to-decide";
import { NOTE_MAX } from "./withdrawal-for-people";

/**
 * Turns down a withdrawal that waits for another person, with a reason in words, and gives its money back.
 * False when it waits no longer. For staff other than whoever asked for it; throws `InvalidInputError`
 * without a reason, `ForbiddenError` for others and `NotFoundError` when it is not this merchant's.
 */
export async function rejectWithdrawal(
  ctx: Ctx,
  input: { withdrawalId: string; note: string },
): Promise<boolean> {
  const withdrawal = await findToDecide(ctx, input.withdrawalId);
  const note = oneLine(input.note);
  if (note === "") throw new InvalidInputError({ note: "empty" });
  if (note.length > NOTE_MAX) throw new InvalidInputError({ note: "too_long" });
  return withTransaction(ctx, async (tx) => {
    // Only what still waits: the state is checked again by the move itself.
    const { count } = await tx.db.withdrawal.updateMany({
      where: { id: withdrawal.id, state: "awaiting_approval" },
      data: { decidedById: tx.actor.id, decidedAt: tx.now(), decisionNote: note },
    });
    if (count === 0) return false;
    await recordAudit(tx, {
      action: "withdrawal.rejected",
      subjectId: withdrawal.id,
      after: { note },
    });
    return failWithdrawal(tx, {
      withdrawalId: withdrawal.id,
      reason: "rejected",
      event: "turn_down",
    });
  });
}
