import type { Ctx } from "@/lib/context";
import { InvalidInputError, NotFoundError } from "@/lib/errors";
import { idOfKind, isId } from "@/lib/kit/ids";
import { PARTS_OF_PAYMENT, toPaymentResource } from "./payment-resource";
import { depositsGivenBackBy } from "./refunds/deposits-given-back-by";
import type { PaymentList, PaymentResource } from "./schemas";
import { toWithdrawalResource } from "./withdrawals/withdrawal-resource";

const PAGE_SIZE = 20;

/**
 * The signed-in customer's payments, in and out, newest first, twenty a page. `cursor` is the last id of
 * the page before. Throws `InvalidInputError` for a cursor we never gave.
 */
export async function listPayments(ctx: Ctx, input: { cursor?: string }): Promise<PaymentList> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  const { cursor } = input;
  if (cursor !== undefined && !isId("deposit", cursor) && !isId("withdrawal", cursor)) {
    throw new InvalidInputError({ cursor: "unknown_cursor" });
  }
  const owner = { merchantId: ctx.merchantId, customerId: ctx.actor.id };
  // Both kinds of id hold the moment they were made behind their prefix, so one cursor cuts both lists.
  const before = (kind: "deposit" | "withdrawal") =>
    cursor === undefined ? undefined : { lt: idOfKind(kind, cursor) };
  const page = { orderBy: { id: "desc" }, take: PAGE_SIZE + 1 } as const;
  const [deposits, withdrawals] = await Promise.all([
    ctx.db.deposit.findMany({
      where: { ...owner, id: before("deposit") },
      include: PARTS_OF_PAYMENT,
      ...page,
    }),
    ctx.db.withdrawal.findMany({ where: { ...owner, id: before("withdrawal") }, ...page }),
  ]);
  const refunds = await depositsGivenBackBy(
    ctx,
    withdrawals.filter(({ method }) => method === "pesavoucher").map(({ id }) => id),
  );
  const rows = [
    ...deposits.map((row) => toPaymentResource(row, ctx.now())),
    ...withdrawals.map((row) => toWithdrawalResource(row, ctx.now(), refunds.get(row.id))),
  ].sort(newestFirst);
  const payments = rows.slice(0, PAGE_SIZE);
  return {
    payments,
    next_cursor: rows.length > PAGE_SIZE ? (payments.at(-1)?.id ?? null) : null,
  };
}

function newestFirst(a: PaymentResource, b: PaymentResource): number {
  return idOfKind("deposit", a.id) < idOfKind("deposit", b.id) ? 1 : -1;
}
