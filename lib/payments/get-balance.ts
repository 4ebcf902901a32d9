import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import type { BalanceResource } from "./schemas";

/** The signed-in customer's money: available now, and held for payments under way. */
export async function getBalance(ctx: Ctx): Promise<BalanceResource> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  const balance = await readCustomerBalance(ctx.db, {
    merchantId: ctx.merchantId,
    customerId: ctx.actor.id,
  });
  return {
    available: decimalFromCents(balance.availableCents),
    held: decimalFromCents(balance.heldCents),
    currency: "KES",
  };
}
