import type { Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { decimalFromCents } from "@/lib/kit/money";
import { maskPhone } from "@/lib/kit/phone";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import type { PayeeCustomer } from "./schemas";

/** The merchant's customer with this id and what they can take out; null for nobody. For staff. */
export async function getPayeeCustomer(
  ctx: Ctx,
  { customerId }: { customerId: string },
): Promise<PayeeCustomer | null> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  if (!isId("user", customerId)) return null;
  const customer = await ctx.db.user.findFirst({
    where: { id: customerId, merchantId: ctx.merchantId, role: "customer" },
    select: { id: true, name: true, phone: true },
  });
  if (!customer) return null;
  const { id, name, phone } = customer;
  const owner = { merchantId: ctx.merchantId, customerId: id };
  const { availableCents } = await readCustomerBalance(ctx.db, owner);
  return {
    id,
    name,
    phone: phone === null ? null : maskPhone(phone),
    available: decimalFromCents(availableCents),
  };
}
