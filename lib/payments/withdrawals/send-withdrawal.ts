import type { Ctx } from "@/lib/context";
import { failWithdrawal } from "./fail-withdrawal";
import { issueVoucher } from "./issue-voucher";
import { sendToPhone } from "./send-to-phone";

/**
 * Sends one withdrawal that stands in line, at most once ever: the intent is committed before the call, and
 * a withdrawal that has one is never sent again, whatever became of the answer. What cannot be sent for too
 * long is given up and its money given back.
 */
export async function sendWithdrawal(ctx: Ctx, input: { withdrawalId: string }): Promise<void> {
  const withdrawal = await ctx.db.withdrawal.findFirst({
    where: { id: input.withdrawalId, merchantId: ctx.merchantId, state: "requested" },
    include: { account: true },
  });
  if (!withdrawal) return;
  if (ctx.now() >= withdrawal.deadlineAt) {
    await failWithdrawal(ctx, { withdrawalId: withdrawal.id, reason: "not_sent" });
    return;
  }
  return withdrawal.method === "mpesa"
    ? sendToPhone(ctx, withdrawal)
    : issueVoucher(ctx, withdrawal);
}
