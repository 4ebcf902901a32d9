import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ForbiddenError, InvalidInputError } from "@/lib/errors";
import { decimalFromCents, parseAmount, type AmountProblem } from "@/lib/kit/money";
import { readRules, type Rules } from "./withdrawal-rules";

/** The rules as they were typed, in shillings. */
export interface TypedRules {
  readonly perPayment: string;
  readonly day: string;
  readonly week: string;
  /** Empty for never. */
  readonly approvalAbove: string;
  /** Of decisions and refunds; empty for never. */
  readonly reviewAbove: string;
  readonly voucherFee: string;
  readonly mpesaFee: string;
  readonly voucherFloor: string;
  readonly mpesaFloor: string;
}

const RANGE = { minCents: 100n, maxCents: 10_000_000_000n } as const;
const FROM_ZERO = { ...RANGE, minCents: 0n } as const;

/**
 * Keeps what a merchant allows its customers to take out. Counts from the next withdrawal on. For the
 * merchant's admins; throws `ForbiddenError` for others and `InvalidInputError` naming each field that
 * cannot be used: a day may not allow less than one payment, nor a week less than a day.
 */
export async function saveWithdrawalRules(ctx: Ctx, typed: TypedRules): Promise<void> {
  if (ctx.actor.kind !== "staff" || ctx.actor.role !== "admin") throw new ForbiddenError();
  const rules = parseRules(typed);
  await withTransaction(ctx, async (tx) => {
    const before = await readRules(tx);
    const data = { ...rules, updatedAt: tx.now() };
    await tx.db.withdrawalRules.upsert({
      where: { merchantId: tx.merchantId },
      create: { merchantId: tx.merchantId, ...data },
      update: data,
    });
    await recordAudit(tx, {
      action: "withdrawal_rules.changed",
      subjectId: tx.merchantId,
      before: shown(before),
      after: shown(rules),
    });
  });
}

function parseRules(typed: TypedRules): Rules {
  const problems: Record<string, string> = {};
  const read = (name: string, text: string, range: { minCents: bigint; maxCents: bigint }) => {
    const parsed = range.minCents === 0n ? fromZero(text) : parseAmount(text, range);
    if (parsed.ok) return parsed.amountCents;
    problems[name] = parsed.problem;
    return 0n;
  };
  const rules: Rules = {
    perPaymentCents: read("per_payment", typed.perPayment, RANGE),
    dayCents: read("day", typed.day, RANGE),
    weekCents: read("week", typed.week, RANGE),
    approvalAboveCents:
      typed.approvalAbove.trim() === ""
        ? null
        : read("approval_above", typed.approvalAbove, FROM_ZERO),
    reviewAboveCents:
      typed.reviewAbove.trim() === "" ? null : read("review_above", typed.reviewAbove, FROM_ZERO),
    voucherFeeCents: read("voucher_fee", typed.voucherFee, FROM_ZERO),
    mpesaFeeCents: read("mpesa_fee", typed.mpesaFee, FROM_ZERO),
    voucherFloorCents: read("voucher_floor", typed.voucherFloor, FROM_ZERO),
    mpesaFloorCents: read("mpesa_floor", typed.mpesaFloor, FROM_ZERO),
  };
  if (!problems.day && rules.dayCents < rules.perPaymentCents) problems.day = "below_per_payment";
  if (!problems.week && rules.weekCents < rules.dayCents) problems.week = "below_day";
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  return rules;
}

/** Nothing is an amount here too: no fee, no floor. */
function fromZero(
  text: string,
): { ok: true; amountCents: bigint } | { ok: false; problem: AmountProblem } {
  if (/^\s*0*(\.0*)?\s*$/.test(text) && /0/.test(text)) return { ok: true, amountCents: 0n };
  return parseAmount(text, { minCents: 1n, maxCents: RANGE.maxCents });
}

function shown(rules: Rules): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(rules).map(([name, cents]) => [
      name.replace(/Cents$/, ""),
      cents === null ? null : decimalFromCents(cents),
    ]),
  );
}
