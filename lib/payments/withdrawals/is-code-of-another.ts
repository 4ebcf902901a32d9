import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import type { Withdrawal } from "@/lib/generated/prisma/client";

/** True when this voucher code was issued for another withdrawal: one code cannot pay two. */
export async function isCodeOfAnother(
  ctx: Ctx,
  withdrawal: Pick<Withdrawal, "id">,
  code: string,
): Promise<boolean> {
  const known = await ctx.db.withdrawal.findUnique({
    where: { voucherCodeHash: keyedHash("voucher", code) },
    select: { id: true },
  });
  return known !== null && known.id !== withdrawal.id;
}
