import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import type { ReviewActionName } from "./actions";
import { situationOf } from "./situations";
import { NO_PARTS, type SubjectPanel } from "./subject-panel";

/** What may be done about a withdrawal; null when there is none. */
export async function readWithdrawalPanel(
  ctx: Ctx,
  withdrawalId: string,
): Promise<SubjectPanel | null> {
  const withdrawal = await ctx.db.withdrawal.findFirst({
    where: { id: withdrawalId, merchantId: ctx.merchantId },
  });
  if (!withdrawal) return null;
  const { state, reason, method, amountCents } = withdrawal;
  return {
    ...NO_PARTS,
    kind: "withdrawal",
    situation: situationOf({ kind: "withdrawal", state, reason, method }),
    isMpesa: method === "mpesa",
    amount: decimalFromCents(amountCents),
    actions: actionsFor(state, reason),
  };
}

function actionsFor(state: string, reason: string | null): readonly ReviewActionName[] {
  if (state !== "needs_review") return [];
  return reason === "contradiction"
    ? ["contradiction_take", "contradiction_loss"]
    : ["withdrawal_paid", "withdrawal_give_back"];
}
