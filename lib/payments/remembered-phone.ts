import type { Ctx } from "@/lib/context";
import { decrypt } from "@/lib/crypto";

/** The number to offer first, in E.164: the one this customer was last prompted on, else their own. */
export async function rememberedPhone(ctx: Ctx): Promise<string | null> {
  const last = await ctx.db.deposit.findFirst({
    where: { merchantId: ctx.merchantId, customerId: ctx.actor.id, method: "mpesa" },
    orderBy: { id: "desc" },
    select: { stkPush: { select: { phoneCipher: true } } },
  });
  if (last?.stkPush) return decrypt(last.stkPush.phoneCipher).toString("utf8");
  const user = await ctx.db.user.findUnique({
    where: { id: ctx.actor.id },
    select: { phone: true },
  });
  return user?.phone ?? null;
}
