import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { observeVoucherFloat } from "./observe-float";

/**
 * Asks the voucher provider again what each merchant that has ever paid out by voucher has there. A pause
 * ends this way when the merchant has put money in, without a customer having to try first.
 */
export async function refreshVoucherFloats(input: { now: () => Date }): Promise<void> {
  const floats = await db().providerFloat.findMany({
    where: { name: "pesavoucher" },
    select: { merchantId: true },
  });
  for (const { merchantId } of floats) {
    const ctx = makeCtx(merchantId, { kind: "system", id: "refresh-floats" }, { now: input.now });
    await observeVoucherFloat(ctx, { subjectId: merchantId });
  }
}
