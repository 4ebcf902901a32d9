import type { Ctx } from "@/lib/context";
import { ForbiddenError, InvalidInputError } from "@/lib/errors";
import { oneLine } from "@/lib/kit/one-line";
import { findCustomer } from "@/lib/payments/withdrawals/find-customer";

const ROWS_MAX = 10;
const NAME_CHARS_MIN = 2;

/**
 * The merchant's customers whom a phone number or an address names, or whose name contains what was typed.
 * For staff; throws `InvalidInputError` when nobody is found.
 */
export async function findCustomers(ctx: Ctx, input: { text: string }): Promise<string[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const text = oneLine(input.text);
  if (text === "") throw new InvalidInputError({ customer: "empty" });
  const named = await findCustomer(ctx, { phoneOrEmail: text });
  if (named) return [named.id];
  if (text.length < NAME_CHARS_MIN) throw new InvalidInputError({ customer: "not_found" });
  const rows = await ctx.db.user.findMany({
    where: {
      merchantId: ctx.merchantId,
      role: "customer",
      name: { contains: text, mode: "insensitive" },
    },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: ROWS_MAX,
    select: { id: true },
  });
  if (rows.length === 0) throw new InvalidInputError({ customer: "not_found" });
  return rows.map(({ id }) => id);
}
