import type { Ctx } from "@/lib/context";
import { ForbiddenError, InvalidInputError } from "@/lib/errors";
import { oneLine } from "@/lib/kit/one-line";
import { findCustomer } from "@/lib/payments/withdrawals/find-customer";
import { findSubject } from "./find-subject";

const ROWS_MAX = 10;
const NAME_CHARS_MIN = 2;

/**
 * The merchant's customers whom a phone number or an address names, or whose name contains what was typed.
 * For staff looking at one of their cases; throws `InvalidInputError` when nobody is found and
 * `NotFoundError` when the case is not this merchant's.
 */
export async function findCustomers(
  ctx: Ctx,
  input: { subjectId: string; text: string },
): Promise<string[]> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  await findSubject(ctx, input.subjectId);
  const text = oneLine(input.text);
  if (text === "") throw new InvalidInputError({ owner: "empty" });
  const named = await findCustomer(ctx, { phoneOrEmail: text });
  if (named) return [named.id];
  if (text.length < NAME_CHARS_MIN) throw new InvalidInputError({ owner: "not_found" });
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
  if (rows.length === 0) throw new InvalidInputError({ owner: "not_found" });
  return rows.map(({ id }) => id);
}
