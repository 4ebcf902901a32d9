import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import type { DepositToReview } from "./find-deposit-to-review";

/** The shortcode that took a deposit's money: the one that asked, else the one that takes deposits; null without one. */
export async function accountOfDeposit(
  ctx: Ctx,
  { stkPush }: Pick<DepositToReview, "stkPush">,
): Promise<ProviderAccount | null> {
  const { merchantId } = ctx;
  if (stkPush)
    return ctx.db.providerAccount.findFirst({ where: { id: stkPush.accountId, merchantId } });
  const { environment } = env().mpesa;
  return ctx.db.providerAccount.findFirst({
    where: { merchantId, provider: "mpesa", environment, isDefault: true },
  });
}

/** True when the account has an operator that M-Pesa listens to: only then a receipt can be asked about. */
export function mayBeAsked(
  account: Pick<ProviderAccount, "initiatorName" | "payoutsStopped"> | null,
): account is ProviderAccount {
  return account !== null && account.initiatorName !== null && account.payoutsStopped === null;
}
