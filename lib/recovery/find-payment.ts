import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import { ForbiddenError } from "@/lib/errors";
import { PARTS_OF_PAYMENT, toPaymentResource } from "@/lib/payments/payment-resource";
import type { FoundPayment } from "./schemas";

const CHARS_MAX = 100;

/**
 * The merchant's payments that a reference names: our id, the public reference, the M-Pesa receipt or the
 * CheckoutRequestID, whole, in whatever case and grouping it was copied. Several only where it means
 * several things. Throws `ForbiddenError` for anyone but staff.
 */
export async function findPayment(ctx: Ctx, input: { text: string }): Promise<FoundPayment[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const typed = input.text.slice(0, CHARS_MAX).replace(/[^!-~]/g, "");
  if (typed === "") return [];
  // Each is a look-up in a unique index; one query for all four could use none of them.
  const names: Prisma.DepositWhereInput[] = [
    { id: typed.toLowerCase() },
    { publicCode: typed.replaceAll("-", "").toUpperCase() },
    { method: "mpesa", providerReceipt: typed.toUpperCase() },
    { stkPush: { checkoutRequestId: typed } },
  ];
  const rows = await Promise.all(
    names.map((name) =>
      ctx.db.deposit.findFirst({
        where: { merchantId: ctx.merchantId, ...name },
        include: { ...PARTS_OF_PAYMENT, customer: { select: { name: true } } },
      }),
    ),
  );
  const found = new Map(rows.flatMap((row) => (row ? [[row.id, row] as const] : [])));
  return [...found.values()].map((row) => ({
    payment: toPaymentResource(row, ctx.now()),
    customer: row.customer.name,
  }));
}
