import type { Ctx } from "@/lib/context";
import { isId } from "@/lib/kit/ids";
import { InvalidInputError, NotFoundError } from "@/lib/errors";
import { PARTS_OF_PAYMENT, toPaymentResource } from "./payment-resource";
import type { PaymentList } from "./schemas";

const PAGE_SIZE = 20;

/**
 * The signed-in customer's payments, newest first, twenty a page. `cursor` is the last id of the page
 * before. Throws `InvalidInputError` for a cursor we never gave.
 */
export async function listPayments(ctx: Ctx, input: { cursor?: string }): Promise<PaymentList> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  if (input.cursor !== undefined && !isId("deposit", input.cursor)) {
    throw new InvalidInputError({ cursor: "unknown_cursor" });
  }
  const rows = await ctx.db.deposit.findMany({
    where: {
      merchantId: ctx.merchantId,
      customerId: ctx.actor.id,
      id: input.cursor ? { lt: input.cursor } : undefined,
    },
    include: PARTS_OF_PAYMENT,
    orderBy: { id: "desc" },
    take: PAGE_SIZE + 1,
  });
  const page = rows.slice(0, PAGE_SIZE);
  return {
    payments: page.map((row) => toPaymentResource(row, ctx.now())),
    next_cursor: rows.length > PAGE_SIZE ? (page.at(-1)?.id ?? null) : null,
  };
}
