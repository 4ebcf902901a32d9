import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import type { TransactionKind, TransactionSource } from "@/lib/generated/prisma/client";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { attachStkReceipts } from "@/lib/payments/attach-stk-receipts";
import { Overtaken } from "@/lib/payments/overtaken";
import { settleDeposits } from "@/lib/payments/settle-deposits";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { eventually } from "@/test/eventually";
import { expectInvariants } from "@/test/simulation/compare-books";
import { installCrashPoints, runUntilCrash } from "@/test/simulation/crash-points";
import { accountOf, makeCustomers, receiptOf, seedPayments } from "@/test/statements";
import { matchLines } from "./match-lines";
import { matchTransaction } from "./match-transaction";
import { recordTransaction } from "./record-transaction";

/** Everything is written at this moment, so that two shops differ in their ids alone. */
const NOW = new Date("2026-11-20T09:00:00.000Z");
const CENTS = 70_000n;
let series = 0;

beforeAll(() => installCrashPoints());
afterAll(() => closeDb());

interface MadeLine {
  /** Which of the seeded deposits it names, or what it says instead. */
  readonly names?: number | string;
  readonly byHand?: boolean;
  readonly place: number;
  readonly kind?: TransactionKind;
  readonly amountCents?: bigint;
  readonly source?: TransactionSource;
}

/** Deposits of every standing, of two customers in turns, half of them with a prompt that stands on a phone. */
const DEPOSITS = [
  { state: "submitted" }, // 0
  { state: "failed" }, // 1
  { state: "submitted" }, // 2
  { state: "paid", receipt: null }, // 3
  { state: "paid", receipt: null }, // 4
  { state: "paid", receipt: null }, // 5
  { state: "paid", receipt: 90 }, // 6
  { state: "submitted" }, // 7
  { state: "submitted" }, // 8
  { state: "paid", receipt: null }, // 9: given back
  { state: "submitted" }, // 10
  { state: "submitted" }, // 11
] as const;

const LINES: readonly MadeLine[] = [
  { place: 0, names: 0 },
  { place: 1, names: 1, byHand: true, source: "pull" },
  // More than was asked for, and more than anybody may pay.
  { place: 2, names: 2, amountCents: 99_000_000n },
  { place: 3, names: 3 },
  // Paid by hand, of another amount, and again: none of it is the prompt's.
  { place: 4, names: 4, byHand: true },
  { place: 5, names: 5, amountCents: CENTS + 100n },
  { place: 6, names: 6 },
  // Two lines of one deposit, and two of one receipt.
  { place: 7, names: 7 },
  { place: 8, names: 7 },
  { place: 9, names: 8 },
  { place: 9, names: 10, amountCents: CENTS + 500n },
  { place: 10, names: 9 },
  { place: 11, names: "NOBODY77" },
  { place: 12 },
  { place: 13, names: "...", source: "confirmation" },
  // The receipt of a payment of ours, and of another amount than that.
  { place: 90, names: 6 },
  { place: 90, names: 6, amountCents: CENTS - 100n },
  { place: 14, kind: "payout", amountCents: -CENTS },
  { place: 15, kind: "reversal", amountCents: -CENTS },
  { place: 16, kind: "other", amountCents: 300n },
];

interface Shop {
  readonly merchantId: string;
  readonly accountId: string;
  readonly ctx: Ctx;
  readonly transactionIds: readonly string[];
  readonly depositIds: readonly string[];
  /** What its ids and its receipts are called here. */
  readonly names: ReadonlyMap<string, string>;
}

async function openShop(lines: readonly MadeLine[] = LINES): Promise<Shop> {
  series += 1;
  const { id: merchantId } = await createMerchant();
  const { id: accountId } = await accountOf(merchantId);
  const customers = await makeCustomers(merchantId, 2);
  const ctx = makeCtx(
    merchantId,
    { kind: "system", id: "test" },
    { requestId: "", now: () => NOW },
  );
  const receipt = (place: number) => receiptOf(`M${String(series).padStart(3, "0")}`, place);
  const deposits = await seedPayments(
    customers,
    DEPOSITS.map((made, i) => ({
      state: made.state,
      amountCents: CENTS,
      receipt: "receipt" in made && made.receipt !== null ? receipt(made.receipt) : null,
      at: addMs(NOW, (i - 60) * MINUTE_MS),
    })),
  );
  await addPrompts(accountId, deposits);
  await db().deposit.update({
    where: { id: deposits[9]?.id ?? "" },
    data: { state: "reversed", refundCents: CENTS },
  });
  const transactionIds: string[] = [];
  for (const [i, line] of lines.entries()) {
    const { names, byHand } = line;
    const deposit = typeof names === "number" ? deposits[names] : undefined;
    const typed = byHand ? deposit?.payReference.toLowerCase() : deposit?.publicCode;
    // Each a moment later, so that their ids are in the order of this list.
    const later: Ctx = { ...ctx, now: () => addMs(NOW, i - lines.length) };
    const { transactionId } = await recordTransaction(later, {
      ...{ accountId, kind: line.kind ?? "payment_in", receipt: receipt(line.place) },
      ...{ amountCents: line.amountCents ?? CENTS, occurredAt: addMs(NOW, -MINUTE_MS) },
      ...{ reference: typed ?? (typeof names === "string" ? names : null), details: "a line" },
      ...{ payer: "254722000111", originalReceipt: null, source: line.source ?? "statement" },
    });
    transactionIds.push(transactionId);
  }
  const named = [
    ...deposits.flatMap(({ id, publicCode }, i) => [
      [id, `deposit ${i}`] as const,
      [publicCode, `code ${i}`] as const,
    ]),
    ...customers.map(({ id }, i) => [id, `customer ${i}`] as const),
    ...transactionIds.map((id, i) => [id, `line ${i}`] as const),
    ...[...Array(100).keys()].map((place) => [receipt(place), `receipt ${place}`] as const),
    ...[[merchantId, "merchant"] as const, [accountId, "account"] as const],
  ];
  const depositIds = deposits.map(({ id }) => id);
  return { merchantId, accountId, ctx, transactionIds, depositIds, names: new Map(named) };
}

/** As a prompt leaves them, for every other deposit. */
async function addPrompts(accountId: string, deposits: readonly { id: string }[]): Promise<void> {
  const prompted = deposits.filter((_, i) => i % 2 === 0);
  const { merchantId } = await db().deposit.findUniqueOrThrow({
    where: { id: deposits[0]?.id ?? "" },
    select: { merchantId: true },
  });
  for (const [i, { id }] of prompted.entries()) {
    await db().stkPush.create({
      data: {
        ...{ depositId: id, merchantId, accountId, phoneHash: id, phoneMasked: "0722 *** 111" },
        ...{ phoneCipher: new Uint8Array([1]), pushedAt: i % 4 === 0 ? addMs(NOW, -1_000) : null },
      },
    });
    await db().openPrompt.create({
      data: { phoneHash: id, depositId: id, until: addMs(NOW, 2 * MINUTE_MS) },
    });
  }
}

/** Everything that is kept of a shop, with its ids called by name, in no order. */
async function everything({ merchantId, depositIds, names }: Shop): Promise<string[]> {
  const where = { merchantId };
  const movements = await db().$queryRaw<{ id: string }[]>`
    SELECT m.kind, m.ref, m.reverses_id, m.created_at, a.kind::text AS account, a.owner, l.amount_cents
      FROM ledger_movements m JOIN ledger_lines l ON l.movement_id = m.id
      JOIN ledger_accounts a ON a.id = l.account_id WHERE m.merchant_id = ${merchantId}`;
  const tables = {
    deposits: await db().deposit.findMany({
      where,
      omit: { payReference: true, deadlineAt: true, nextCheckAt: true },
    }),
    checks: await db().deposit.findMany({ where, select: { id: true, state: true } }),
    due: await db().deposit.findMany({
      where: { ...where, nextCheckAt: null },
      select: { id: true },
    }),
    pushes: await db().stkPush.findMany({ where }),
    prompts: await db().openPrompt.findMany({ where: { depositId: { in: [...depositIds] } } }),
    receipts: await db().receipt.findMany({ where }),
    lines: await db().providerTransaction.findMany({ where, omit: { reference: true } }),
    audit: await db().auditEntry.findMany({
      where: { ...where, requestId: "" },
      omit: { seq: true, xid: true },
    }),
    accounts: await db().ledgerAccount.findMany({ where, omit: { id: true, createdAt: true } }),
    movements,
    events: await db().liveEvent.findMany({
      where: { customer: where, type: { not: "seeded" } },
      omit: { id: true, createdAt: true },
    }),
    numbers: await db().$queryRaw<unknown[]>`
      SELECT u.id, u.event_seq, array_agg(e.id ORDER BY e.id) AS events FROM users u
        JOIN live_events e ON e.customer_id = u.id WHERE u.merchant_id = ${merchantId} GROUP BY u.id`,
  };
  const rows = Object.entries(tables).flatMap(([table, list]) =>
    list.map((row) => `${table} ${textOf(row)}`),
  );
  const called = rows.map((row) => {
    const known = row.replace(/[A-Za-z0-9_]+/g, (word) => names.get(word) ?? word);
    return known.replace(/\b(?:mov|acc)_[0-9a-f]{32}\b/g, "a new id");
  });
  return called.toSorted();
}

function textOf(row: unknown): string {
  return JSON.stringify(row, (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

/** What this file wrote by hand has no refund, and no movement, behind it. */
async function mend(...shops: readonly Shop[]): Promise<void> {
  for (const { depositIds } of shops) {
    await db().deposit.update({
      where: { id: depositIds[9] ?? "" },
      data: { state: "paid", refundCents: 0n },
    });
  }
}

async function matchTogether({ ctx, accountId, transactionIds }: Shop): Promise<number> {
  let matched = 0;
  for (;;) {
    const more = await matchLines(ctx, { accountId, transactionIds });
    if (more === 0) return matched;
    matched += more;
  }
}

async function matchOneByOne({ ctx, transactionIds }: Shop): Promise<void> {
  for (const transactionId of transactionIds) await matchTransaction(ctx, { transactionId });
}

describe("many lines at once", () => {
  test("leave every row as one after the other does: states, receipts, books, audit, what browsers hear", async () => {
    const [together, alone] = [await openShop(), await openShop()];
    await matchOneByOne(alone);
    // All but those with a receipt that is somebody's, the second of one receipt, and what goes back.
    expect(await matchTogether(together)).toBe(LINES.length - 4);
    await matchOneByOne(together);
    expect(await everything(together)).toEqual(await everything(alone));
    const standings = await db().providerTransaction.groupBy({
      by: ["standing"],
      where: { merchantId: together.merchantId },
      _count: true,
    });
    expect(Object.fromEntries(standings.map((row) => [row.standing, row._count]))).toEqual({
      matched: 7,
      suspense: 8,
      unmatched: 5,
    });
    await mend(together, alone);
    await expectInvariants();
  });

  test("again change nothing", async () => {
    const shop = await openShop();
    await matchTogether(shop);
    const before = await everything(shop);
    expect(await matchTogether(shop)).toBe(0);
    expect(await everything(shop)).toEqual(before);
    await mend(shop);
  });

  test("by two workers at once are booked once", async () => {
    const shop = await openShop();
    const [one, other] = await Promise.all([matchTogether(shop), matchTogether(shop)]);
    expect(one + other).toBe(LINES.length - 4);
    await mend(shop);
    await expectInvariants();
  });

  test("of another merchant, or another account, are not touched", async () => {
    const [shop, stranger] = [await openShop(), await openShop()];
    const before = await everything(shop);
    const { ctx, accountId } = stranger;
    expect(await matchLines(ctx, { accountId, transactionIds: shop.transactionIds })).toBe(0);
    expect(await everything(shop)).toEqual(before);
    await mend(shop, stranger);
  });

  test("whose worker dies at any statement are booked all together, or not at all", async () => {
    const lines = LINES.filter(({ place }) => [0, 1, 3, 11, 14].includes(place));
    const done = await doneShop(lines);
    const shop = await openShop(lines);
    const before = await everything(shop);
    let deaths = 0;
    for (let at = 1; ; at += 1) {
      const moment = at % 2 === 0 ? "before" : "after";
      const { crashed } = await runUntilCrash(() => matchTogether(shop), { at, moment });
      if (!crashed) break;
      deaths += 1;
      const after = await everything(shop);
      // Either nothing of it is there, or all of it, and then the worker died with its answer in hand.
      if (after.some((row, i) => row !== before[i])) expect(after).toEqual(done);
    }
    expect(deaths).toBeGreaterThan(25);
    expect(await everything(shop)).toEqual(done);
    await mend(shop);
    await expectInvariants();
  }, 60_000);

  async function doneShop(lines: readonly MadeLine[]): Promise<string[]> {
    const shop = await openShop(lines);
    await matchTogether(shop);
    const rows = await everything(shop);
    await mend(shop);
    return rows;
  }
});

describe("when somebody else is first", () => {
  test("with a receipt, nothing is committed, and one after the other finds whose it is", async () => {
    const shop = await openShop(LINES.filter(({ place }) => place < 2));
    const { ctx, accountId, transactionIds, merchantId, depositIds } = shop;
    const line = await db().providerTransaction.findUniqueOrThrow({
      where: { id: transactionIds[0] ?? "" },
    });
    const matching = await db().$transaction(async (tx) => {
      await tx.receipt.create({
        data: {
          ...{ provider: "mpesa", number: line.receipt, merchantId, createdAt: NOW },
          paymentId: depositIds[11] ?? "",
        },
      });
      const begun = matchLines(ctx, { accountId, transactionIds });
      await someoneWaits("receipts");
      return { begun };
    });
    expect(await matching.begun).toBe(0);
    expect(await statesOf(depositIds.slice(0, 2))).toEqual(["submitted", "failed"]);
    expect(await matchTogether(shop)).toBe(1);
    await matchOneByOne(shop);
    expect(await statesOf(depositIds.slice(0, 2))).toEqual(["submitted", "paid"]);
    await mend(shop);
  });

  test("with a deposit, its second payment stands in suspense", async () => {
    const shop = await openShop(LINES.filter(({ place }) => place < 2));
    const { ctx, accountId, transactionIds, depositIds } = shop;
    const { begun } = await db().$transaction(async (tx) => {
      await tx.deposit.update({
        where: { id: depositIds[0] ?? "" },
        data: { state: "paid", paidCents: CENTS, settledAt: NOW, providerReceipt: "TSOMEOTHER" },
      });
      const begun = matchLines(ctx, { accountId, transactionIds });
      await someoneWaits("deposits");
      return { begun };
    });
    expect(await begun).toBe(2);
    const [twice] = await db().providerTransaction.findMany({ where: { id: transactionIds[0] } });
    expect(twice).toMatchObject({ standing: "suspense", cause: "paid_twice" });
    // The half of it that this test wrote by hand has no movement behind it.
    await db().deposit.update({
      where: { id: depositIds[0] ?? "" },
      data: { state: "failed", paidCents: null, reason: "cancelled", providerReceipt: null },
    });
    await mend(shop);
  });

  test("no deposit is paid, and no receipt attached, on the word of a row that was read before", async () => {
    const shop = await openShop(LINES.filter(({ place }) => place === 0 || place === 3));
    const stale = await db().deposit.findMany({
      where: { id: { in: [shop.depositIds[0] ?? "", shop.depositIds[3] ?? ""] } },
      orderBy: { id: "asc" },
    });
    const [open, paid] = stale;
    if (!open || !paid) throw new Error("two deposits are named");
    expect(await matchTogether(shop)).toBe(2);
    const before = await everything(shop);
    const late = { receipt: `L${open.publicCode.slice(0, 9)}`, paidAt: NOW, payerMasked: null };
    const evidence = { accountId: shop.accountId, amountCents: CENTS, ...late };
    const again = withTransaction(shop.ctx, (tx) =>
      settleDeposits(tx, {
        shortcode: "174379",
        proven: [{ deposit: open, evidence: { ...evidence, kind: "statement" } }],
      }),
    );
    await expect(again).rejects.toThrow(Overtaken);
    const attached = withTransaction(shop.ctx, (tx) =>
      attachStkReceipts(tx, [{ deposit: paid, ...late }]),
    );
    await expect(attached).rejects.toThrow(Overtaken);
    expect(await everything(shop)).toEqual(before);
    await mend(shop);
  });

  async function statesOf(ids: readonly string[]): Promise<string[]> {
    const rows = await db().deposit.findMany({ where: { id: { in: [...ids] } } });
    return ids.map((id) => rows.find((row) => row.id === id)?.state ?? "");
  }

  /** Until a statement about this table waits for a lock that another transaction holds. */
  async function someoneWaits(table: string): Promise<void> {
    await eventually(async () => {
      const waiting = await db().$queryRaw<unknown[]>`
        SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE ${`%${table}%`}`;
      expect(waiting).toHaveLength(1);
    });
  }
});

vi.setConfig({ testTimeout: 30_000 });
