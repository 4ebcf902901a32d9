import type { Ctx } from "@/lib/context";
import type { Prisma } from "@/lib/db";
import { ForbiddenError } from "@/lib/errors";
import { readPayReference } from "@/lib/kit/pay-reference";
import { PARTS_OF_PAYMENT, toPaymentResource } from "@/lib/payments/payment-resource";
import { toWithdrawalResource } from "@/lib/payments/withdrawals/withdrawal-resource";
import type { FoundPayment } from "./schemas";

const CHARS_MAX = 100;

/**
 * The merchant's payments that a reference names, in or out: our id, the public reference, the account
 * number for paying by hand, the M-Pesa receipt, the CheckoutRequestID, a conversation's id, the voucher's
 * id at its provider or our id there, whole, in whatever case and grouping it was copied. Several only
 * where it means several things. Throws `ForbiddenError` for anyone but staff.
 */
export async function findPayment(ctx: Ctx, input: { text: string }): Promise<FoundPayment[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const typed = input.text.slice(0, CHARS_MAX).replace(/[^!-~]/g, "");
  if (typed === "") return [];
  const found = await Promise.all([findDeposits(ctx, typed), findWithdrawals(ctx, typed)]);
  return found.flat();
}

async function findDeposits(ctx: Ctx, typed: string): Promise<FoundPayment[]> {
  // Each is a look-up in a unique index; one query for all of them could use none of them.
  const names: Prisma.DepositWhereInput[] = [
    { id: typed.toLowerCase() },
    { publicCode: referenceOf(typed) },
    { payReference: readPayReference(typed) ?? "" },
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
  return eachOnce(rows).map((row) => ({
    payment: toPaymentResource(row, ctx.now()),
    customer: row.customer.name,
  }));
}

async function findWithdrawals(ctx: Ctx, typed: string): Promise<FoundPayment[]> {
  const names: Prisma.WithdrawalWhereInput[] = [
    { id: typed.toLowerCase() },
    { publicCode: referenceOf(typed) },
    { method: "mpesa", providerReceipt: typed.toUpperCase() },
    { method: "pesavoucher", providerReceipt: typed },
    { providerRef: typed.toLowerCase() },
    { conversationId: typed },
  ];
  const rows = await Promise.all(
    names.map((name) =>
      ctx.db.withdrawal.findFirst({
        where: { merchantId: ctx.merchantId, ...name },
        include: { customer: { select: { name: true } } },
      }),
    ),
  );
  return eachOnce(rows).map((row) => ({
    payment: toWithdrawalResource(row, ctx.now()),
    customer: row.customer.name,
  }));
}

function referenceOf(typed: string): string {
  return typed.replaceAll("-", "").toUpperCase();
}

function eachOnce<Row extends { readonly id: string }>(rows: readonly (Row | null)[]): Row[] {
  return [...new Map(rows.flatMap((row) => (row ? [[row.id, row] as const] : []))).values()];
}
