import type { Ctx } from "@/lib/context";
import { InvalidInputError, NotFoundError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import type { WithdrawalQuote } from "../schemas";
import { parseWithdrawal, type TypedWithdrawal } from "./parse-withdrawal";
import { requirePayouts } from "./payouts-available";
import { refuseOverLimit } from "./refuse-over-limit";
import { standingOfDestination } from "./standing-of-destination";
import { feeCentsOf, needsApproval, readRules } from "./withdrawal-rules";

/**
 * Says what a withdrawal would do, before anything is done: who gets what, the fee, and what is left.
 * Changes nothing and promises nothing: the request checks all of it again. Throws `InvalidInputError` for
 * fields that cannot be used, an amount over a limit or over the balance, and `UnavailableError` while the
 * method does not pay out.
 */
export async function quoteWithdrawal(ctx: Ctx, typed: TypedWithdrawal): Promise<WithdrawalQuote> {
  if (ctx.actor.kind !== "customer") throw new NotFoundError();
  const customerId = ctx.actor.id;
  const parsed = parseWithdrawal(typed);
  const { method, amountCents, destination } = parsed;
  const rules = await readRules(ctx);
  await requirePayouts(ctx, { method, rules });
  const feeCents = feeCentsOf(rules, method);
  const [balance, standing, taken] = await Promise.all([
    readCustomerBalance(ctx.db, { merchantId: ctx.merchantId, customerId }),
    standingOfDestination(ctx, { customerId, method, destination }),
    refuseOverLimit(ctx, { customerId, amountCents, rules }),
  ]);
  const totalCents = amountCents + feeCents;
  if (totalCents > balance.availableCents) throw new InvalidInputError({ amount: "above_balance" });
  return {
    method,
    to: destination.text,
    message: parsed.message,
    amount: decimalFromCents(amountCents),
    fee: decimalFromCents(feeCents),
    total: decimalFromCents(totalCents),
    balance_after: decimalFromCents(balance.availableCents - totalCents),
    is_own: standing.isOwn,
    is_new: !standing.isKnown,
    last_paid_as: standing.lastPaidAs,
    needs_password: standing.needsPassword,
    needs_approval: needsApproval(rules, { amountCents, ...taken }),
  };
}
