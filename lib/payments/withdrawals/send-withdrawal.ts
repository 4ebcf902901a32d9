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
  const giveUp = (reason: "not_sent" | "merchant_setup") =>
    failWithdrawal(ctx, { withdrawalId: withdrawal.id, reason, event: "give_up" });
  if (ctx.now() >= withdrawal.deadlineAt) return void (await giveUp("not_sent"));
  // A further order by an operator M-Pesa refuses would only bring its password nearer to being locked.
  if (withdrawal.account?.payoutsStopped) return void (await giveUp("merchant_setup"));
  return withdrawal.method === "mpesa"
    ? sendToPhone(ctx, withdrawal)
    : issueVoucher(ctx, withdrawal);
}
