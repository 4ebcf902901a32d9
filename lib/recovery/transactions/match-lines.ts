import { recordAudits } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Deposit, ProviderTransaction } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { providerAccount, SUSPENSE } from "@/lib/ledger/accounts";
import { postTransfers } from "@/lib/ledger/post-transfers";
import { metrics } from "@/lib/metrics";
import { attachStkReceipts } from "@/lib/payments/attach-stk-receipts";
import { Overtaken } from "@/lib/payments/overtaken";
import { settleDeposits } from "@/lib/payments/settle-deposits";
import { SUSPENSE_KIND } from "@/lib/payments/suspense";
import { takeNewReceipts } from "@/lib/payments/take-new-receipts";
import { findByReferences } from "./find-by-references";
import { sortLines, type Sorted } from "./sort-lines";

interface Lines {
  readonly accountId: string;
  readonly transactionIds: readonly string[];
}

/**
 * Matches many stored lines of one account in one Postgres transaction, in a few statements: what
 * `matchTransaction` does with each of them, for the plain cases that nearly all are. Whatever has a receipt
 * that somebody has, or takes a payment back, is left to `matchTransaction`. Returns how many it matched; none
 * when somebody else was first with one of them, for then nothing is committed.
 */
export async function matchLines(ctx: Ctx, input: Lines): Promise<number> {
  const sorted = await matchOrNothing(ctx, input);
  if (!sorted) return 0;
  for (const { evidence } of sorted.paying) {
    metrics.depositsSettled.inc({ method: "mpesa", road: evidence.kind });
  }
  return sorted.decided;
}

async function matchOrNothing(ctx: Ctx, input: Lines): Promise<Sorted | null> {
  try {
    return await withTransaction(ctx, async (tx) => {
      const { shortcode } = await tx.db.providerAccount.findUniqueOrThrow({
        where: { id: input.accountId, merchantId: tx.merchantId },
        select: { shortcode: true },
      });
      // What they name is locked before they are, as by everybody (docs/money.md, "Order of locks").
      const named = await readFreshLines(tx, input);
      const deposits = await findByReferences(
        tx,
        named.filter(({ kind }) => kind === "payment_in"),
      );
      const sorted = await sort(tx, await takeFreshLines(tx, input), deposits);
      await settleDeposits(tx, { shortcode, proven: sorted.paying });
      await attachStkReceipts(tx, sorted.attaching);
      await markMatched(tx, [...sorted.paying, ...sorted.attaching]);
      await suspend(tx, shortcode, sorted.strangers);
      await leave(tx, sorted.leaving);
      return sorted;
    });
  } catch (error) {
    if (error instanceof Overtaken) return null;
    throw error;
  }
}

/** In one order for everybody; a second worker waits here, and finds them worked. */
async function takeFreshLines(tx: Ctx, input: Lines): Promise<ProviderTransaction[]> {
  await tx.db.$queryRaw`
    SELECT id FROM provider_transactions WHERE id = ANY (${[...input.transactionIds]}::text[])
     ORDER BY id FOR NO KEY UPDATE`;
  return readFreshLines(tx, input);
}

function readFreshLines(tx: Ctx, input: Lines): Promise<ProviderTransaction[]> {
  const { merchantId } = tx;
  const { accountId, transactionIds } = input;
  return tx.db.providerTransaction.findMany({
    where: { id: { in: [...transactionIds] }, merchantId, accountId, standing: "fresh" },
    orderBy: { id: "asc" },
  });
}

async function sort(
  tx: Ctx,
  lines: readonly ProviderTransaction[],
  deposits: ReadonlyMap<string, Deposit>,
): Promise<Sorted> {
  const held = await tx.db.receipt.findMany({
    where: { provider: "mpesa", number: { in: lines.map(({ receipt }) => receipt) } },
    select: { number: true },
  });
  const isHeld = new Set(held.map(({ number }) => number));
  const free = lines.filter(({ receipt }) => !isHeld.has(receipt));
  return sortLines(free, (line) => deposits.get(line.id) ?? null);
}

async function markMatched(
  tx: Ctx,
  matched: readonly { readonly lineId: string; readonly deposit: Pick<Deposit, "id"> }[],
): Promise<void> {
  if (matched.length === 0) return;
  const marked = await tx.db.$executeRaw`
    UPDATE provider_transactions t
       SET standing = 'matched', payment_id = found.payment_id, cause = NULL, settled_at = ${tx.now()}
      FROM unnest(${matched.map(({ lineId }) => lineId)}::text[],
                  ${matched.map(({ deposit }) => deposit.id)}::text[]) AS found (id, payment_id)
     WHERE t.id = found.id AND t.standing = 'fresh'`;
  assert(marked === matched.length, "lines that are locked and fresh stay so");
}

/** The provider has it, and nobody knows whose it is: the books say so until a person does. */
async function suspend(tx: Ctx, shortcode: string, strangers: Sorted["strangers"]): Promise<void> {
  if (strangers.length === 0) return;
  const receipts = strangers.map(({ line }) => ({ number: line.receipt, paymentId: line.id }));
  if (!(await takeNewReceipts(tx, receipts))) throw new Overtaken("a receipt was taken");
  const movements = await postTransfers(tx.db, {
    merchantId: tx.merchantId,
    kind: SUSPENSE_KIND,
    from: providerAccount(`mpesa:${shortcode}`),
    to: SUSPENSE,
    entries: strangers.map(({ line }) => ({ ref: line.id, amountCents: line.amountCents })),
    now: tx.now(),
  });
  assert(movements.size === strangers.length, "a line that is fresh was not booked");
  await stand(tx, "suspense", strangers);
  await recordAudits(
    tx,
    strangers.map(({ line, cause }) => ({
      action: "transaction.in_suspense",
      subjectId: line.id,
      after: {
        amount: decimalFromCents(line.amountCents),
        receipt: line.receipt,
        cause,
        movement: movements.get(line.id) ?? "",
      },
    })),
  );
}

/** Nothing is posted: a person looks first. */
async function leave(tx: Ctx, leaving: Sorted["leaving"]): Promise<void> {
  if (leaving.length === 0) return;
  await stand(tx, "unmatched", leaving);
  await recordAudits(
    tx,
    leaving.map(({ line, cause }) => ({
      action: "transaction.unmatched",
      subjectId: line.id,
      after: {
        amount: decimalFromCents(line.amountCents),
        receipt: line.receipt,
        cause,
        payment: null,
      },
    })),
  );
}

async function stand(
  tx: Ctx,
  standing: "suspense" | "unmatched",
  found: Sorted["strangers"],
): Promise<void> {
  await tx.db.$executeRaw`
    UPDATE provider_transactions t SET standing = ${standing}::"TransactionStanding", cause = found.cause
      FROM unnest(${found.map(({ line }) => line.id)}::text[],
                  ${found.map(({ cause }) => cause)}::text[]) AS found (id, cause)
     WHERE t.id = found.id AND t.standing = 'fresh'`;
}
