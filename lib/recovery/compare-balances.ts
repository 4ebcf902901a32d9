import { recordAudit } from "@/lib/audit";
import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { ForbiddenError, UnavailableError } from "@/lib/errors";
import { decimalFromCents } from "@/lib/kit/money";
import { addMs, HOUR_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { observeVoucherFloat } from "@/lib/payments/withdrawals/observe-float";
import { readVoucherBooks, type VoucherBooks } from "./compare-balances-books";
import { findCandidates } from "./compare-balances-candidates";

const NAME = "pesavoucher";
/** East Africa Time, whose days are the merchants'. */
const EAT_MS = 3 * HOUR_MS;
const TRIES = 4;

export interface Compared {
  readonly bookedCents: bigint;
  readonly providerCents: bigint;
  readonly inFlightCents: bigint;
  readonly driftCents: bigint;
}

/**
 * Compares every merchant's voucher books with the provider's balance. One that cannot be compared now
 * stops none of the others; the job is then tried again.
 */
export async function compareBalances(input: { now: () => Date }): Promise<void> {
  const merchants = await db().ledgerAccount.findMany({
    where: { kind: "provider", owner: NAME },
    select: { merchantId: true },
  });
  let failed = 0;
  for (const { merchantId } of merchants) {
    const ctx = makeCtx(merchantId, { kind: "system", id: "compare-balances" }, input);
    const compared = await compareVoucherBalance(ctx);
    if (!compared) failed += 1;
  }
  if (failed > 0) throw new Error(`${failed} balances could not be compared`);
}

/** The same for the merchant of one of its people, now. Throws `UnavailableError` when it cannot be done. */
export async function compareBalanceNow(ctx: Ctx): Promise<Compared> {
  if (ctx.actor.kind !== "staff") throw new ForbiddenError();
  const compared = await compareVoucherBalance(ctx);
  if (!compared) throw new UnavailableError("balance_not_told");
  return compared;
}

/** Null when the provider did not answer, or money moved each time while it did. */
async function compareVoucherBalance(ctx: Ctx): Promise<Compared | null> {
  for (let i = 0; i < TRIES; i += 1) {
    const before = await readVoucherBooks(ctx);
    const outcome = await observeVoucherFloat(ctx, { subjectId: ctx.merchantId });
    if (outcome.kind !== "answered") return null;
    const after = await readVoucherBooks(ctx);
    // What moved while the answer was under way is in one of the two books and perhaps not in the other.
    if (isQuiet(before, after)) return keep(ctx, after, outcome.balanceCents);
  }
  return null;
}

function isQuiet(before: VoucherBooks, after: VoucherBooks): boolean {
  return (
    before.bookedCents === after.bookedCents &&
    before.inFlightCents === after.inFlightCents &&
    !after.isRedeeming
  );
}

async function keep(ctx: Ctx, books: VoucherBooks, providerCents: bigint): Promise<Compared> {
  const { merchantId } = ctx;
  const { bookedCents, inFlightCents } = books;
  const now = ctx.now();
  const day = new Date(addMs(now, EAT_MS).toISOString().slice(0, 10));
  const compared = await withTransaction(ctx, async (tx) => {
    const before = await tx.db.balanceComparison.findFirst({
      where: { merchantId, name: NAME, day: { lt: day } },
      orderBy: { day: "desc" },
    });
    const apart = providerCents + inFlightCents - bookedCents;
    const apartBefore = before
      ? before.providerCents + before.inFlightCents - before.bookedCents
      : apart;
    const values = { bookedCents, providerCents, inFlightCents, driftCents: apart - apartBefore };
    await tx.db.balanceComparison.upsert({
      where: { merchantId_name_day: { merchantId, name: NAME, day } },
      create: { merchantId, name: NAME, day, ...values, comparedAt: now },
      update: { ...values, comparedAt: now },
    });
    if (values.driftCents !== 0n || tx.actor.kind === "staff") {
      await recordAudit(tx, {
        action: "balance.compared",
        subjectId: merchantId,
        after: {
          provider: decimalFromCents(providerCents),
          booked: decimalFromCents(bookedCents),
          in_flight: decimalFromCents(inFlightCents),
          drift: decimalFromCents(values.driftCents),
        },
      });
    }
    return values;
  });
  if (compared.driftCents !== 0n) await raiseAlert(ctx, compared);
  return compared;
}

async function raiseAlert(ctx: Ctx, compared: Compared): Promise<void> {
  const candidates = await findCandidates(ctx);
  log().error(
    {
      merchantId: ctx.merchantId,
      drift: decimalFromCents(compared.driftCents),
      candidates: candidates.map(({ id }) => id),
    },
    "the voucher provider's balance moved by what nobody booked",
  );
}
