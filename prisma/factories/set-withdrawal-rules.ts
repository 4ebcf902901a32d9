import { db } from "@/lib/db";
import { DEFAULT_RULES, type Rules } from "@/lib/payments/withdrawals/withdrawal-rules";

/** Gives a merchant these rules for withdrawals, and the defaults for what is left out. */
export async function setWithdrawalRules(merchantId: string, rules: Partial<Rules>): Promise<void> {
  const data = { ...DEFAULT_RULES, ...rules, updatedAt: new Date() };
  await db().withdrawalRules.upsert({
    where: { merchantId },
    create: { merchantId, ...data },
    update: data,
  });
}
