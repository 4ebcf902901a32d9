import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { ConflictError, InvalidInputError, NotFoundError } from "@/lib/errors";
import { enqueue } from "@/lib/jobs/queue";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { oneAtATime } from "@/lib/kit/one-at-a-time";
import { sendWithdrawalJob } from "../jobs";
import { emitBalance } from "./emit-balance";
import { holdMoney } from "./hold-money";
import { newWithdrawal, waiting, type NewWithdrawal } from "./new-withdrawal";
import { parseWithdrawal, type TypedWithdrawal } from "./parse-withdrawal";
import { requirePayouts } from "./payouts-available";
import { refuseOverLimit } from "./refuse-over-limit";
import { standingOfDestination } from "./standing-of-destination";
import { feeCentsOf, needsApproval, readRules, type Rules } from "./withdrawal-rules";

const ATTEMPT_KEY_LENGTH_MAX = 100;

export interface WithdrawalRequest extends TypedWithdrawal {
  readonly attemptKey: string;
  /** The customer has just typed their password, and it was right. */
  readonly passwordConfirmed: boolean;
  /** The fee the customer was shown, `10.00`; left out where nobody was shown any. */
  readonly shownFee?: string;
  /** Whose money: only staff name a customer, and what they ask for always waits for another person. */
  readonly customerId?: string;
}

/**
 * Takes a customer's order to pay out: holds the money and puts the payment in line, or before another
 * person, all in one transaction. Nothing is asked of a provider here. The same form again gives the first
 * withdrawal, unless that one failed and its money is back.
 *
 * Throws `InvalidInputError` naming the field's problem (a limit, the balance and a missing password
 * included), `ConflictError` when the fee is no longer the one that was shown, and `UnavailableError`
 * while the method does not pay out. Whatever is thrown, nothing was held.
 */
export async function requestWithdrawal(
  ctx: Ctx,
  request: WithdrawalRequest,
): Promise<{ withdrawalId: string; existing: boolean }> {
  const customerId = await customerOf(ctx, request);
  const parsed = parseWithdrawal(request);
  const rules = await readRules(ctx);
  const feeCents = feeCentsOf(rules, parsed.method);
  if (request.shownFee !== undefined && request.shownFee !== decimalFromCents(feeCents))
    throw new ConflictError("fee_changed");
  const { destination } = parsed;
  const standing = await standingOfDestination(ctx, { customerId, ...parsed });
  const byStaff = ctx.actor.kind === "staff";
  if (standing.needsPassword && !byStaff && !request.passwordConfirmed)
    throw new InvalidInputError({ password: "empty" });
  const form = [request.attemptKey.slice(0, ATTEMPT_KEY_LENGTH_MAX), destination.hash];
  const attemptKey = sha256Hex([...form, String(parsed.amountCents)].join(":"));
  const known = await findAttempt(ctx, customerId, attemptKey);
  if (known.withdrawalId) return { withdrawalId: known.withdrawalId, existing: true };
  const account = await requirePayouts(ctx, { method: parsed.method, rules });
  const row = newWithdrawal(ctx, {
    parsed,
    customerId,
    account,
    feeCents,
    attemptKey: known.attemptKey,
    isOwnDestination: standing.isOwn,
  });
  // All of one customer's wait for one balance; in line here they leave the connections to the others.
  return oneAtATime(`withdrawals of ${customerId}`, () =>
    withTransaction(ctx, (tx) => open(tx, row, rules)),
  );
}

async function open(
  tx: Ctx,
  row: NewWithdrawal,
  rules: Rules,
): Promise<{ withdrawalId: string; existing: boolean }> {
  const { customerId, amountCents, attemptKey } = row;
  const { count } = await tx.db.withdrawal.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) {
    // The same form, sent twice at once: the other one was quicker.
    const first = await tx.db.withdrawal.findUniqueOrThrow({
      where: {
        merchantId_customerId_attemptKey: { merchantId: tx.merchantId, customerId, attemptKey },
      },
      select: { id: true },
    });
    return { withdrawalId: first.id, existing: true };
  }
  await holdMoney(tx, row);
  const taken = await refuseOverLimit(tx, { customerId, amountCents, rules, except: row.id });
  // Decided under the lock of the balance, so that no two of them overlook each other.
  const waits = row.state === "requested" && needsApproval(rules, { amountCents, ...taken });
  if (waits) await tx.db.withdrawal.update({ where: { id: row.id }, data: waiting(row.createdAt) });
  const state = waits ? "awaiting_approval" : row.state;
  if (state === "requested") {
    const payload = { merchantId: tx.merchantId, withdrawalId: row.id };
    await enqueue(tx, sendWithdrawalJob, payload, { key: `withdrawal:${row.id}` });
  }
  await recordAudit(tx, {
    action: "withdrawal.requested",
    subjectId: row.id,
    after: {
      method: row.method,
      amount: decimalFromCents(amountCents),
      fee: decimalFromCents(row.feeCents),
      to: row.destinationMasked,
      to_hash: row.destinationHash,
      to_sealed: sha256Hex(row.destinationCipher),
      own: row.isOwnDestination,
      state,
    },
  });
  await emitBalance(tx, customerId);
  return { withdrawalId: row.id, existing: false };
}

/** The customer whose money it is. Staff may ask for their merchant's customers alone. */
async function customerOf(ctx: Ctx, request: WithdrawalRequest): Promise<string> {
  if (ctx.actor.kind === "customer") {
    assert(request.customerId === undefined, "customers ask for themselves");
    return ctx.actor.id;
  }
  assert(ctx.actor.kind === "staff" && request.customerId, "only people ask for withdrawals");
  const customer = await ctx.db.user.findFirst({
    where: { id: request.customerId, merchantId: ctx.merchantId, role: "customer" },
    select: { id: true },
  });
  if (!customer) throw new NotFoundError("customer_not_found");
  return customer.id;
}

/** The withdrawal of this form that has not failed, or the key for a new one. */
async function findAttempt(
  ctx: Ctx,
  customerId: string,
  attemptKey: string,
): Promise<{ attemptKey: string; withdrawalId: string | null }> {
  const earlier = await ctx.db.withdrawal.findUnique({
    where: {
      merchantId_customerId_attemptKey: { merchantId: ctx.merchantId, customerId, attemptKey },
    },
    select: { id: true, state: true },
  });
  if (!earlier) return { attemptKey, withdrawalId: null };
  if (earlier.state !== "failed") return { attemptKey, withdrawalId: earlier.id };
  return findAttempt(ctx, customerId, sha256Hex(`${attemptKey}:after:${earlier.id}`));
}
