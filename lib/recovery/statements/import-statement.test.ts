import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { withTransaction, type Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { readAccountBalance } from "@/lib/ledger/read-balance";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { eventually } from "@/test/eventually";
import { staffOf, workerOf } from "@/test/payouts";
import { expectInvariants } from "@/test/simulation/compare-books";
import { installCrashPoints, runUntilCrash } from "@/test/simulation/crash-points";
import {
  accountOf,
  lineOfPayment,
  makeCustomers,
  momentsOf,
  receiptOf,
  seedPayments,
  statementCsv,
  type MadeLine,
  type SeededPayment,
} from "@/test/statements";
import { matchTransaction } from "../transactions/match-transaction";
import { recordTransaction } from "../transactions/record-transaction";
import { closeStatement } from "./close-statement";
import { discardStatement } from "./discard-statement";
import { getStatement } from "./get-statement";
import { importStatement } from "./import-statement";
import { previewStatement } from "./preview-statement";
import { sweepStatements } from "./sweep-statements";
import { workStatement } from "./work-statement";

const SHORTCODE = "174379";

let merchantId: string;
let customer: User;
let customers: User[];
let staff: Ctx;
let worker: Ctx;
let series = 0;

beforeAll(() => installCrashPoints());
beforeEach(async () => {
  ({ id: merchantId } = await createMerchant());
  customer = await createCustomer({ merchantId });
  customers = [customer];
  staff = (await staffOf(merchantId)).ctx;
  await setWithdrawalRules(merchantId, { reviewAboveCents: null });
  worker = workerOf(merchantId);
  series += 1;
});
afterAll(() => closeDb());

const receipt = (place: number) =>
  receiptOf(series.toString(36).toUpperCase().padStart(3, "K"), place);

async function preview(
  lines: readonly MadeLine[],
  file: Partial<Parameters<typeof statementCsv>[0]> = {},
) {
  const bytes = statementCsv({ shortcode: SHORTCODE, lines, ...file });
  return (await previewStatement(staff, { fileName: "statement.csv", bytes })).statementId;
}

async function importAll(
  lines: readonly MadeLine[],
  file: Partial<Parameters<typeof statementCsv>[0]> = {},
) {
  const statementId = await preview(lines, file);
  await importStatement(staff, { statementId });
  await workStatement(worker, { statementId });
  const { report } = await getStatement(staff, { statementId });
  if (!report) throw new Error("a statement that was worked has a report");
  return { statementId, report };
}

/** What the merchant's books say, whatever the order in which it came to be so. */
async function books() {
  const [deposits, accounts, transactions] = await Promise.all([
    db().deposit.findMany({
      where: { merchantId },
      orderBy: { id: "asc" },
      select: { id: true, state: true, paidCents: true, providerReceipt: true },
    }),
    db().ledgerAccount.findMany({
      where: { merchantId },
      orderBy: [{ kind: "asc" }, { owner: "asc" }],
    }),
    db().providerTransaction.findMany({
      where: { merchantId },
      orderBy: [{ receipt: "asc" }, { kind: "asc" }, { amountCents: "asc" }],
      select: { receipt: true, kind: true, amountCents: true, standing: true, cause: true },
    }),
  ]);
  const balances = await Promise.all(
    accounts.map(async ({ kind, owner }) => {
      const cents = await readAccountBalance(db(), { merchantId, kind, owner });
      return `${kind}:${owner} ${cents}`;
    }),
  );
  return { deposits, transactions, balances: balances.filter((text) => !text.endsWith(" 0")) };
}

/** What all customers of the merchant have together. */
async function available(): Promise<bigint> {
  const { _sum } = await db().ledgerAccount.aggregate({
    where: { merchantId, kind: "customer_available" },
    _sum: { balanceCents: true },
  });
  return _sum.balanceCents ?? 0n;
}

/** Payments of every road, and the lines that M-Pesa's statement has for them. */
async function mixedDay(
  count: number,
  every = 10,
): Promise<{ lines: MadeLine[]; payments: SeededPayment[] }> {
  const moments = momentsOf(count);
  const turnOf = (i: number) => (i % every < 10 ? i % every : 0);
  if (count > 100) customers = [customer, ...(await makeCustomers(merchantId, count / 20))];
  const payments = await seedPayments(
    customers,
    moments.map((at, i) => ({
      state: turnOf(i) === 7 ? "submitted" : turnOf(i) === 8 ? "failed" : "paid",
      amountCents: BigInt(100 + (i % 900)) * 100n,
      receipt: turnOf(i) < 6 ? receipt(i) : null,
      at,
    })),
  );
  const lines = payments.map((payment, i) => lineOfPayment(payment, receipt(i)));
  const at = moments.at(-1) ?? new Date();
  return {
    payments,
    lines: [
      ...lines,
      { receipt: receipt(0), at, details: "Pay Bill Charge", amountCents: -500n },
      {
        receipt: receipt(count + 1),
        at,
        details: "Utility to Working Account Transfer",
        amountCents: -20_000n,
      },
      { ...lineOfPayment(one(payments), receipt(count + 2), "NOBODY77"), at },
      { ...lineOfPayment(one(payments), receipt(count + 3), ""), at },
    ],
  };
}

/** As the layout without labels has it: the table alone. */
function withoutShortcode(bytes: Uint8Array): Uint8Array {
  return Buffer.from(
    Buffer.from(bytes)
      .toString()
      .replace(/^Short Code.*\r\n/m, ""),
  );
}

function one<T>(list: readonly T[], place = 0): T {
  const item = list[place];
  if (item === undefined) throw new Error(`nothing at ${place}`);
  return item;
}

describe("a file that is handed in", () => {
  test("is kept encrypted and told of, and books nothing", async () => {
    const { lines } = await mixedDay(20);
    const before = await books();
    const statementId = await preview(lines);
    expect(await books()).toEqual(before);
    const { preview: told, state, shortcode } = await getStatement(staff, { statementId });
    expect({ state, shortcode }).toEqual({ state: "previewed", shortcode: SHORTCODE });
    expect(told.lines).toBe(lines.length);
    const forecast = Object.fromEntries(told.forecast.map(({ what, count }) => [what, count]));
    // Twelve with a receipt; two open, two failed and four without a receipt are found by what was typed.
    expect(forecast).toEqual({ by_receipt: 12, by_reference: 8, booked: 2, suspense: 2 });
    const { content } = await db().statementImport.findUniqueOrThrow({
      where: { id: statementId },
    });
    expect(Buffer.from(content ?? []).includes("ALICE")).toBe(false);
  });

  test("is the same import when it comes again", async () => {
    const { lines } = await mixedDay(5);
    expect(await preview(lines)).toBe(await preview(lines));
    expect(await db().statementImport.count({ where: { merchantId } })).toBe(1);
  });

  test.each([
    ["another shortcode's", statementCsv({ shortcode: "999999", lines: [] }), "other_shortcode"],
    ["no statement", Buffer.from("hello, this is a letter"), "no_table"],
    ["a page", Buffer.from("<!doctype html><html></html>"), "not_a_statement"],
    ["empty", new Uint8Array(), "empty"],
  ])("is refused when it is %s", async (_what, bytes, problem) => {
    const told = previewStatement(staff, { fileName: "statement.csv", bytes });
    await expect(told).rejects.toMatchObject({ fields: { file: problem } });
    expect(await db().statementImport.count({ where: { merchantId } })).toBe(0);
  });

  test("of another merchant is not there, and customers hand in nothing", async () => {
    const statementId = await preview((await mixedDay(3)).lines);
    const stranger = (await staffOf((await createMerchant()).id)).ctx;
    for (const verb of [getStatement, importStatement, discardStatement, closeStatement]) {
      await expect(verb(stranger, { statementId })).rejects.toMatchObject({ status: 404 });
      const theirs: Ctx = { ...staff, actor: { kind: "customer", id: customer.id } };
      await expect(verb(theirs, { statementId })).rejects.toMatchObject({ status: 403 });
    }
  });

  test("that would pay customers more than the limit is booked by somebody else than who handed it in", async () => {
    const { lines, payments } = await mixedDay(20);
    const lost = payments.filter(({ state }) => state !== "paid");
    const statementId = await preview(lines);
    await setWithdrawalRules(merchantId, { reviewAboveCents: 100n });
    expect(lost.length).toBeGreaterThan(0);
    await expect(importStatement(staff, { statementId })).rejects.toMatchObject({
      code: "own_request",
    });
    expect((await getStatement(staff, { statementId })).state).toBe("previewed");
    const colleague = (await staffOf(merchantId)).ctx;
    expect(await importStatement(colleague, { statementId })).toBe(true);
    await workStatement(worker, { statementId });
  });

  test("and so is the one with which one person's files of a day come above it", async () => {
    const { lines, payments } = await mixedDay(20);
    const lost = payments.flatMap(({ state }, i) => (state === "paid" ? [] : [lines[i]]));
    const [first, second] = [lost.slice(0, 2), lost.slice(2, 4)].map((own) =>
      own.flatMap((line) => line ?? []),
    );
    if (!first?.length || !second?.length) throw new Error("four payments were lost");
    const centsOf = (own: readonly MadeLine[]) =>
      own.reduce((sum, { amountCents }) => sum + amountCents, 0n);
    const limit = centsOf(first) + centsOf(second) - 1n;
    await setWithdrawalRules(merchantId, { reviewAboveCents: limit });
    const ids = [await preview(first), await preview(second)] as const;
    const known = await preview(lines.slice(0, 1));
    // Pressed at once: whichever comes second waits for the first, and finds it.
    const [quick, left] = ids;
    const { slow } = await withTransaction(staff, async (tx) => {
      expect(await importStatement(tx, { statementId: quick })).toBe(true);
      const asked = Promise.allSettled([importStatement(staff, { statementId: left })]);
      await eventually(async () => {
        const waiting = await db().$queryRaw<unknown[]>`
          SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
           WHERE a.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`;
        expect(waiting).toHaveLength(1);
      });
      return { slow: asked };
    });
    expect(await slow).toMatchObject([{ status: "rejected", reason: { code: "own_request" } }]);
    await expect(importStatement(staff, { statementId: left })).rejects.toMatchObject({
      code: "own_request",
    });
    // What credits nobody waits for nobody, and a day later it is another day.
    expect(await importStatement(staff, { statementId: known })).toBe(true);
    const tomorrow: Ctx = { ...staff, now: () => addMs(new Date(), DAY_MS + MINUTE_MS) };
    expect(await importStatement(tomorrow, { statementId: left })).toBe(true);
    for (const statementId of [...ids, known]) await workStatement(worker, { statementId });
  });

  test("that says no shortcode is refused when none of its many receipts is known", async () => {
    await db().providerAccount.updateMany({
      where: { merchantId, shortcode: { not: SHORTCODE } },
      data: { environment: "production" },
    });
    const { lines } = await mixedDay(20);
    const strange = lines.map((line, i) => ({
      ...line,
      receipt: receipt(1_000 + i),
      reference: `THEIRS${i}`,
    }));
    const handIn = (own: readonly MadeLine[]) =>
      previewStatement(staff, {
        fileName: "statement.csv",
        bytes: withoutShortcode(statementCsv({ shortcode: SHORTCODE, lines: own })),
      });
    await expect(handIn(strange)).rejects.toMatchObject({ fields: { file: "nothing_known" } });
    expect(await db().statementImport.count({ where: { merchantId } })).toBe(0);
    // One that is ours says whose it is, and of a few nothing can be said.
    expect(await handIn([...strange, one(lines)])).toMatchObject({ isNew: true });
    expect(await handIn(strange.slice(0, 3))).toMatchObject({ isNew: true });
    await preview(strange);
  });

  test("can be put aside before it is booked, and handed in again", async () => {
    const { lines } = await mixedDay(3);
    const statementId = await preview(lines);
    expect(await discardStatement(staff, { statementId })).toBe(true);
    expect(await importStatement(staff, { statementId })).toBe(false);
    const kept = await db().statementImport.findUniqueOrThrow({ where: { id: statementId } });
    expect(kept).toMatchObject({ state: "discarded", content: null });
    expect(await preview(lines)).toBe(statementId);
    expect((await getStatement(staff, { statementId })).state).toBe("previewed");
  });
});

describe("importing", () => {
  test("5,000 lines against 5,000 payments of every road books each once, to the cent", async () => {
    const { lines, payments } = await mixedDay(5_000, 50);
    const { report, statementId } = await importAll(lines);
    const paidCents = payments.reduce((sum, { amountCents }) => sum + amountCents, 0n);
    expect(await available()).toBe(paidCents);
    const states = await db().deposit.groupBy({
      by: ["state"],
      where: { merchantId },
      _count: true,
    });
    expect(states.map(({ state, _count }) => [state, _count])).toEqual([["paid", 5_000]]);
    expect(await db().deposit.count({ where: { merchantId, providerReceipt: null } })).toBe(0);
    expect(report).toMatchObject({ difference: "0.00", differences: [], inFlight: { count: 0 } });
    expect(report.suspense.count).toBe(2);
    const { state, preview: told } = await getStatement(staff, { statementId });
    expect(state).toBe("matched");
    expect(report.provider.net).toBe(told.net);
    await expectInvariants();
  }, 120_000);

  test("pays a deposit whose callback is lost, and only with the line that names it", async () => {
    const [at = new Date()] = momentsOf(1);
    const [lost] = await seedPayments(
      [customer],
      [{ state: "submitted", amountCents: 70_000n, receipt: null, at }],
    );
    if (!lost) throw new Error("nothing was seeded");
    await importAll([lineOfPayment(lost, receipt(1))]);
    expect(await db().deposit.findUnique({ where: { id: lost.id } })).toMatchObject({
      state: "paid",
      paidCents: 70_000n,
      providerReceipt: receipt(1),
    });
    expect(await available()).toBe(70_000n);
  });

  test("ticks nothing off by the receipt of another shop's payment", async () => {
    const [at = new Date()] = momentsOf(1);
    const theirs = await createCustomer({ merchantId: (await createMerchant()).id });
    const [payment] = await seedPayments(
      [theirs],
      [{ state: "paid", amountCents: 40_000n, receipt: receipt(1), at }],
    );
    if (!payment) throw new Error("nothing was seeded");
    const { id: accountId } = await accountOf(merchantId);
    const { transactionId } = await recordTransaction(worker, {
      ...{ accountId, kind: "payment_in", receipt: receipt(1), amountCents: 40_000n },
      ...{ occurredAt: at, reference: null, details: "by another road", payer: null },
      ...{ originalReceipt: null, source: "pull" },
    });
    const payout = { receipt: receipt(1), at, details: "Business Payment", amountCents: -40_000n };
    await importAll([lineOfPayment(payment), payout]);
    const lines = await db().providerTransaction.findMany({ where: { merchantId } });
    expect(lines.map(({ standing }) => standing)).toEqual(["unmatched", "unmatched"]);
    expect(lines.find(({ id }) => id === transactionId)?.cause).toBe("amount_differs");
    // And where the statement is the first to tell of it.
    ({ id: merchantId } = await createMerchant());
    staff = (await staffOf(merchantId)).ctx;
    await setWithdrawalRules(merchantId, { reviewAboveCents: null });
    worker = workerOf(merchantId);
    await importAll([lineOfPayment(payment)]);
    expect(await db().providerTransaction.findMany({ where: { merchantId } })).toMatchObject([
      { standing: "unmatched", cause: "amount_differs" },
    ]);
  });

  test("the same lines again, in the same file or another, changes nothing", async () => {
    const { lines } = await mixedDay(30);
    await importAll(lines);
    const before = await books();
    const { statementId } = await importAll([...lines, one(lines), one(lines)]);
    expect(await books()).toEqual(before);
    expect((await getStatement(staff, { statementId })).preview.doubled).toBe(2);
    expect(await importStatement(staff, { statementId })).toBe(false);
    await workStatement(worker, { statementId });
    expect(await books()).toEqual(before);
  });

  test("never books what was not completed, and shows it", async () => {
    const [at = new Date()] = momentsOf(1);
    const [open] = await seedPayments(
      [customer],
      [{ state: "submitted", amountCents: 30_000n, receipt: null, at }],
    );
    if (!open) throw new Error("nothing was seeded");
    const { statementId } = await importAll([
      { ...lineOfPayment(open, receipt(1)), status: "Declined" },
    ]);
    expect(await db().providerTransaction.count({ where: { merchantId } })).toBe(0);
    const { preview: told } = await getStatement(staff, { statementId });
    expect(told.notCompleted).toMatchObject({ count: 1, lines: [{ amount: "300.00" }] });
    expect(JSON.stringify(told)).not.toContain("ALICE");
  });

  test("by two workers at once books everything once", async () => {
    const { lines } = await mixedDay(1_200, 50);
    const statementId = await preview(lines);
    await importStatement(staff, { statementId });
    await Promise.all([
      workStatement(worker, { statementId }),
      workStatement(workerOf(merchantId), { statementId }),
    ]);
    const { report } = await getStatement(staff, { statementId });
    expect(report?.difference).toBe("0.00");
    expect(await db().providerTransaction.count({ where: { merchantId, standing: "fresh" } })).toBe(
      0,
    );
    await expectInvariants();
  }, 60_000);

  test("of two files with the same lines at once books them once", async () => {
    const { lines } = await mixedDay(300);
    const ids = [await preview(lines), await preview(lines.toReversed().slice(0, 250))];
    for (const statementId of ids) await importStatement(staff, { statementId });
    await Promise.all(ids.map((statementId) => workStatement(worker, { statementId })));
    for (const statementId of ids) {
      await workStatement(worker, { statementId });
      expect((await closeStatement(staff, { statementId })).difference).toBe("0.00");
    }
    await expectInvariants();
  });

  test("that died at any statement is finished by the sweep, with the same books", async () => {
    const { lines } = await mixedDay(20);
    const reference = lines;
    const statementId = await preview(reference);
    await importStatement(staff, { statementId });
    let deaths = 0;
    for (let at = 1; ; at += 1) {
      const moment = at % 2 === 0 ? "before" : "after";
      const { crashed } = await runUntilCrash(() => workStatement(worker, { statementId }), {
        at,
        moment,
      });
      if (!crashed) break;
      deaths += 1;
      // So many deaths in a row would be given up on.
      await db().statementImport.update({ where: { id: statementId }, data: { tries: 0 } });
    }
    expect(deaths).toBeGreaterThan(25);
    const { report, state } = await getStatement(staff, { statementId });
    expect(state).toBe("matched");
    expect(report).toMatchObject({ difference: "0.00", differences: [] });
    expect(await available()).toBe(
      lines.slice(0, 20).reduce((sum, { amountCents }) => sum + amountCents, 0n),
    );
    await expectInvariants();
  }, 60_000);

  test("whose worker fell silent is taken up by another, and not before", async () => {
    const { lines } = await mixedDay(10);
    const statementId = await preview(lines);
    await importStatement(staff, { statementId });
    const soon = addMs(new Date(), 10 * SECOND_MS);
    expect(await sweepStatements({ now: () => soon, limit: 10 })).toBe(0);
    const later = addMs(new Date(), 2 * MINUTE_MS);
    expect(await sweepStatements({ now: () => later, limit: 10 })).toBe(1);
    expect((await getStatement(staff, { statementId })).state).toBe("matched");
  });

  test("that cannot be worked keeps no other from being taken up", async () => {
    const [at = new Date()] = momentsOf(1);
    const made = { at, details: "Pay Bill", amountCents: 5_000n, reference: "NOBODY" };
    const ids = [
      await preview([{ ...made, receipt: receipt(1) }]),
      await preview([{ ...made, receipt: receipt(2) }]),
    ];
    for (const statementId of ids) await importStatement(staff, { statementId });
    const [broken = "", sound = ""] = ids.toSorted();
    const content = Buffer.from("nobody can open this");
    await db().statementImport.update({ where: { id: broken }, data: { content } });
    const later = addMs(new Date(), 2 * MINUTE_MS);
    expect(await sweepStatements({ now: () => later, limit: 10 })).toBe(2);
    expect((await getStatement(staff, { statementId: sound })).state).toBe("matched");
    expect(await db().statementImport.findUnique({ where: { id: broken } })).toMatchObject({
      ...{ state: "matching", tries: 1 },
    });
    await db().statementImport.update({ where: { id: broken }, data: { state: "discarded" } });
  });

  test("that cannot be worked is given up after five tries, each later, and waits for a person", async () => {
    const { lines } = await mixedDay(5);
    const statementId = await preview(lines);
    const where = { id: statementId };
    const { content } = await db().statementImport.findUniqueOrThrow({ where });
    await db().statementImport.update({ where, data: { content: Buffer.from("torn") } });
    await importStatement(staff, { statementId });
    const tries: number[] = [];
    let now = addMs(new Date(), SECOND_MS);
    for (let minute = 0; minute < 90; minute += 1) {
      now = addMs(now, MINUTE_MS);
      const moment = now;
      const before = await db().statementImport.findUniqueOrThrow({ where });
      await sweepStatements({ now: () => moment, limit: 10 });
      const after = await db().statementImport.findUniqueOrThrow({ where });
      if (after.tries > before.tries) tries.push(minute);
    }
    expect(tries).toEqual([0, 2, 4, 8, 16]);
    expect((await getStatement(staff, { statementId })).state).toBe("failed");
    const told = await db().auditEntry.findMany({ where: { subjectId: statementId } });
    expect(told.map(({ action }) => action)).toEqual([
      "statement.previewed",
      "statement.import_asked",
      "statement.failed",
    ]);
    expect(await sweepStatements({ now: () => addMs(now, HOUR_MS), limit: 10 })).toBe(0);
    await expect(closeStatement(staff, { statementId })).rejects.toMatchObject({ status: 409 });

    // Somebody mends it, and has it tried again.
    await db().statementImport.update({ where, data: { content } });
    expect(await importStatement(staff, { statementId })).toBe(true);
    await workStatement(worker, { statementId });
    expect((await getStatement(staff, { statementId })).state).toBe("matched");
    expect(await discardStatement(staff, { statementId })).toBe(false);
  });

  test("of which the process dies each time is given up as well, and can be put aside", async () => {
    const { lines } = await mixedDay(5);
    const statementId = await preview(lines);
    await importStatement(staff, { statementId });
    const work = () => workStatement(worker, { statementId });
    for (let death = 0; death < 5; death += 1) {
      expect(await runUntilCrash(work, { at: 3, moment: "before" })).toMatchObject({
        crashed: true,
      });
    }
    await work();
    expect((await getStatement(staff, { statementId })).state).toBe("failed");
    expect(await db().providerTransaction.count({ where: { merchantId } })).toBe(0);
    expect(await discardStatement(staff, { statementId })).toBe(true);
    expect(await preview(lines)).toBe(statementId);
    await importStatement(staff, { statementId });
    await work();
    expect((await getStatement(staff, { statementId })).state).toBe("matched");
  });

  test("keeps no full number and no name of a payer", async () => {
    const [at = new Date()] = momentsOf(1);
    const details = "Pay Bill from 254722000111 - JOHN DOE Acc. NOBODY";
    const otherParty = "254722000111 - JOHN DOE";
    await importAll([
      { receipt: receipt(1), at, details, amountCents: 5_000n, otherParty, reference: "NOBODY" },
    ]);
    const kept = await db().providerTransaction.findFirstOrThrow({ where: { merchantId } });
    expect(JSON.stringify([kept.details, kept.payerMasked])).not.toMatch(/722000111|JOHN|DOE/);
    expect(kept.reference).toBe("NOBODY");
  });
});

describe("whichever road a line came by first", () => {
  test.each([1, 2, 3, 4, 5, 6])("the statement leaves the same books (%i)", async (seed) => {
    const { lines, payments } = await mixedDay(40);
    const { id: accountId } = await accountOf(merchantId);
    const toBook = lines.map((line, place) => ({ line, place }));
    // A subset of its own for each seed came as a confirmation or in M-Pesa's list, some matched, some not.
    for (const { line, place } of toBook) {
      const draw = (place * 7 + seed * 13) % 5;
      const isPayment = line.details.startsWith("Pay Bill from");
      if (draw > 2 || !isPayment) continue;
      const { transactionId } = await recordTransaction(worker, {
        accountId,
        kind: "payment_in",
        receipt: line.receipt,
        amountCents: line.amountCents,
        occurredAt: line.at,
        reference: line.reference || null,
        details: "as another road words it",
        payer: "2547****111",
        originalReceipt: null,
        source: draw === 0 ? "confirmation" : "pull",
      });
      if (draw !== 2) await matchTransaction(worker, { transactionId });
    }
    const { report } = await importAll(lines);
    expect(report).toMatchObject({ difference: "0.00", differences: [] });
    const paidCents = payments.reduce((sum, { amountCents }) => sum + amountCents, 0n);
    const found = await books();
    expect(found.deposits.every(({ state }) => state === "paid")).toBe(true);
    expect(found.transactions.map(({ standing }) => standing).toSorted()).toEqual(
      [...Array(40).fill("matched"), "booked", "booked", "suspense", "suspense"].toSorted(),
    );
    const strangersCents = 2n * one(payments).amountCents;
    expect(found.balances.toSorted()).toEqual(
      [
        `customer_available:${customer.id} ${paidCents}`,
        `fees: -500`,
        `in_transit: -20000`,
        `provider:mpesa:${SHORTCODE} ${-(paidCents + strangersCents - 20_500n)}`,
        `suspense: ${strangersCents}`,
      ].toSorted(),
    );
    await expectInvariants();
  });
});

vi.setConfig({ testTimeout: 30_000 });
