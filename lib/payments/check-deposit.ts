import type { Ctx } from "@/lib/context";
import { checkStkDeposit } from "./check-stk-deposit";
import { checkVoucherDeposit } from "./check-voucher-deposit";

/** Looks one open deposit up at its provider, whichever that is, and writes what follows. */
export async function checkDeposit(ctx: Ctx, input: { depositId: string }): Promise<void> {
  const deposit = await ctx.db.deposit.findFirst({
    where: { id: input.depositId, merchantId: ctx.merchantId },
    select: { method: true },
  });
  if (deposit?.method === "mpesa") await checkStkDeposit(ctx, input);
  if (deposit?.method === "pesavoucher") await checkVoucherDeposit(ctx, input);
}
