import type { Ctx } from "@/lib/context";
import { requireStaffActor } from "./refund-form";
import { refundsForPeople } from "./refund-for-people";
import type { RefundForPeople } from "./schemas";

const ROWS_MAX = 100;

/** Every refund of one deposit, or of one line of the provider's books, the oldest first. For staff. */
export async function listRefundsOf(
  ctx: Ctx,
  of: { depositId: string } | { transactionId: string },
): Promise<RefundForPeople[]> {
  requireStaffActor(ctx);
  const rows = await ctx.db.refund.findMany({
    where: { merchantId: ctx.merchantId, ...of },
    orderBy: { id: "asc" },
    take: ROWS_MAX,
  });
  return refundsForPeople(ctx, rows);
}

/** Refunds that wait for another person, the oldest first. For staff of the merchant. */
export async function listRefundsForApproval(ctx: Ctx): Promise<RefundForPeople[]> {
  requireStaffActor(ctx);
  const rows = await ctx.db.refund.findMany({
    where: { merchantId: ctx.merchantId, state: "awaiting_approval", settledAt: null },
    orderBy: { createdAt: "asc" },
    take: ROWS_MAX,
  });
  return refundsForPeople(ctx, rows);
}
