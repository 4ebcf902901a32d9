import { sha256Hex } from "@/lib/crypto";
import type { Ctx } from "@/lib/context";
import { ForbiddenError, InvalidInputError } from "@/lib/errors";
import { oneLine } from "@/lib/kit/one-line";

/** The longest reason a person writes. */
export const WHY_MAX = 500;
const ATTEMPT_KEY_LENGTH_MAX = 100;

/** Throws `ForbiddenError` for anyone but staff. */
export function requireStaffActor(ctx: Ctx): void {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
}

/** The reason as it is kept. Throws `InvalidInputError` for none, or too long a one. */
export function readWhy(typed: string, field = "why"): string {
  const why = oneLine(typed);
  if (why === "") throw new InvalidInputError({ [field]: "empty" });
  if (why.length > WHY_MAX) throw new InvalidInputError({ [field]: "too_long" });
  return why;
}

/** One key per form and what it asks for: another amount in the same form is another refund. */
export function keyOfForm(attemptKey: string, ...asked: readonly string[]): string {
  return sha256Hex([attemptKey.slice(0, ATTEMPT_KEY_LENGTH_MAX), ...asked].join(":"));
}

/** The refund of this form that has not failed, or the key for a new one. */
export async function findRefundOfForm(
  ctx: Ctx,
  attemptKey: string,
): Promise<{ attemptKey: string; refundId: string | null }> {
  const earlier = await ctx.db.refund.findUnique({
    where: { merchantId_attemptKey: { merchantId: ctx.merchantId, attemptKey } },
    select: { id: true, failedAt: true },
  });
  if (!earlier) return { attemptKey, refundId: null };
  if (earlier.failedAt === null) return { attemptKey, refundId: earlier.id };
  return findRefundOfForm(ctx, sha256Hex(`${attemptKey}:after:${earlier.id}`));
}
