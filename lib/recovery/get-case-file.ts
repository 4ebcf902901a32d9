import type { Ctx } from "@/lib/context";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { isId } from "@/lib/kit/ids";
import { readDepositCase } from "./read-deposit-case";
import { readWithdrawalCase } from "./read-withdrawal-case";
import type { CaseFile } from "./schemas";

/**
 * Everything that is kept about one payment, in or out, for the merchant's people: what was asked and
 * answered, every message about it or to its address, believed or not, who did what, and the books. Phone
 * numbers, addresses and codes are masked. Throws `ForbiddenError` for anyone but staff and `NotFoundError`
 * when the payment is not this merchant's.
 */
export async function getCaseFile(ctx: Ctx, input: { paymentId: string }): Promise<CaseFile> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const file = await readFile(ctx, input.paymentId);
  if (!file) throw new NotFoundError();
  return file;
}

async function readFile(ctx: Ctx, paymentId: string): Promise<CaseFile | null> {
  if (isId("deposit", paymentId)) return readDepositCase(ctx, paymentId);
  return isId("withdrawal", paymentId) ? readWithdrawalCase(ctx, paymentId) : null;
}
