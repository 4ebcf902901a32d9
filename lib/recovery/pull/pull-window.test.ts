import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from "@/lib/errors";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { daraja } from "@/lib/providers/daraja/client";
import type { PulledTransaction } from "@/lib/providers/lists-history";
import { providers } from "@/lib/providers/registry";
import {
  expectCollected,
  lineOf,
  openCollector,
  openUnregistered,
  payByHand,
  payReferenceOf,
  pullEverything,
  readAccount,
  type Collector,
} from "@/test/collector";
import { calmDown, callbacksWorked, freshPhone, setAside, standingOf } from "@/test/mpesa";
import { staffOf } from "@/test/payouts";
import { openShop, type Shop } from "@/test/shop";
import { askHistory } from "./ask-history";
import { listHistory } from "./list-history";
import { beginningOf, pullRecentHistory } from "./pull-recent-history";
import { pullWindow } from "./pull-window";
import { earliestOf } from "./window";

let shop: Shop;
let collector: Collector;

beforeAll(async () => {
  // M-Pesa tells nothing by itself here: only its list does.
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
  collector = await openCollector();
});
beforeEach(async () => {
  await calmDown(shop);
  await shop.sandbox.control.clearJournal();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await calmDown(shop);
  await shop.sandbox.control.changeSettings({ pullPageSize: 100, pullDelayMs: 0 });
  await db().providerAccount.update({
    where: { id: collector.accountId },
    data: { pulledUntil: null },
  });
  await pullEverything(collector);
  await expectCollected(shop, collector);
  await db().providerAccount.update({
    where: { id: collector.accountId },
    data: { pulledUntil: null },
  });
  // Some of them ran days from now.
  await db().pullRun.deleteMany();
  await setAside();
});
afterAll(async () => {
  await callbacksWorked(shop);
  await shop.close();
});

function at(ctx: Ctx, now: Date): Ctx {
  return { ...ctx, now: () => now };
}

/** Somebody paid the account number of a deposit, and nobody told us. */
async function paidByHand() {
  const { user, ctx } = await shop.customer(collector.merchantId);
  const { depositId } = await shop.prompt(ctx);
  const { receipt } = await payByHand(shop, { reference: await payReferenceOf(depositId) });
  return { user, ctx, depositId, receipt };
}

function runOf(runId: string) {
  return db().pullRun.findUniqueOrThrow({ where: { id: runId } });
}

/** The offsets that M-Pesa was asked for, in order. */
async function offsetsAsked(): Promise<string[]> {
  const calls = await db().providerCall.findMany({
    where: { operation: "pull", subjectId: collector.accountId },
    orderBy: { startedAt: "desc" },
    take: 20,
  });
  return calls.flatMap(({ request }) =>
    typeof request === "object" && request !== null && "OffSetValue" in request
      ? [String(request.OffSetValue)]
      : [],
  );
}

describe("M-Pesa's list", () => {
  test("pays a prompt whose answer and callback were both lost, and names its receipt", async () => {
    const { user, ctx } = await shop.customer(collector.merchantId);
    const phone = freshPhone();
    await shop.sandbox.control.addFault({
      ...{ endpoint: "stk_push", when: "after", effect: { kind: "drop" }, msisdn: phone, times: 1 },
    });
    const { depositId } = await shop.prompt(ctx, { phone });
    await shop.sandbox.control.enterPin(phone);
    expect(await standingOf(depositId)).toBe("pending");

    const pulled = await pullEverything(collector);
    expect(pulled.outcome).toBe("complete");
    expect(await standingOf(depositId)).toBe("paid");
    const [payment] = await shop.sandbox.control.customerPayments({ msisdn: phone });
    expect(await lineOf(payment?.receipt ?? "")).toMatchObject({
      standing: "matched",
      paymentId: depositId,
      source: "pull",
      details: "c2b-pay-bill-debit",
    });
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("is read page by page to its end, and a second time brings nothing new", async () => {
    await shop.sandbox.control.changeSettings({ pullPageSize: 3 });
    const paid = await Promise.all(Array.from({ length: 7 }, paidByHand));
    const to = new Date();
    const from = earliestOf(to);
    const { worker, accountId } = collector;
    const first = await pullWindow(worker, { accountId, from, to, askedBy: "schedule" });
    expect(first).toMatchObject({ outcome: "complete", newRows: 7, unreadable: 0 });
    for (const { depositId } of paid) expect(await standingOf(depositId)).toBe("paid");
    expect(await runOf(first.runId)).toMatchObject({
      ...{ accountId, askedBy: "schedule", fromAt: from, untilAt: to, outcome: "complete" },
      ...{ rows: first.rows, newRows: 7, unreadable: 0 },
    });
    expect((await runOf(first.runId)).endedAt).not.toBeNull();
    const pages = Math.ceil(first.rows / 3) + 1;
    const offsets = (await offsetsAsked()).slice(0, pages).reverse();
    expect(offsets.slice(0, 3)).toEqual(["0", "3", "6"]);
    expect((await readAccount(collector)).pulledUntil).toEqual(to);

    const again = await pullWindow(worker, { accountId, from, to, askedBy: "schedule" });
    expect(again).toMatchObject({ outcome: "complete", rows: first.rows, newRows: 0 });
  });

  test("that breaks off in the middle pays what was read, and is known no further", async () => {
    await shop.sandbox.control.changeSettings({ pullPageSize: 1 });
    const earlier = await readAccount(collector);
    const paid = [await paidByHand(), await paidByHand()];
    const before = await db().providerTransaction.count({
      where: { merchantId: collector.merchantId },
    });
    const history = daraja();
    let pages = 0;
    vi.spyOn(providers, "history").mockReturnValue({
      ...history,
      pullTransactions: async (access, input) => {
        pages += 1;
        const page = await history.pullTransactions(access, input);
        // The page before the last payment is the last one that is answered.
        return pages <= before + 1
          ? page
          : { kind: "unknown", because: "timeout", exchange: page.exchange };
      },
    });
    const broken = await pullEverything(collector);
    expect(broken).toMatchObject({ outcome: "no_answer", newRows: 1 });
    expect(await runOf(broken.runId)).toMatchObject({ outcome: "no_answer", newRows: 1 });
    expect(await standingOf(paid[0]?.depositId ?? "")).toBe("paid");
    expect(await standingOf(paid[1]?.depositId ?? "")).not.toBe("paid");
    expect((await readAccount(collector)).pulledUntil).toEqual(earlier.pulledUntil);

    vi.restoreAllMocks();
    expect(await pullEverything(collector)).toMatchObject({ outcome: "complete", newRows: 1 });
    expect(await standingOf(paid[1]?.depositId ?? "")).toBe("paid");
  });

  test.each([
    ["turns us away", "refused", { kind: "gateway", form: "quota" }],
    ["gives no answer", "no_answer", { kind: "drop" }],
    ["answers nonsense", "no_answer", { kind: "html", status: 502 }],
  ] as const)("is not taken for empty when M-Pesa %s", async (_what, outcome, effect) => {
    const { depositId } = await paidByHand();
    await shop.sandbox.control.addFault({ endpoint: "pull_query", effect, times: 1 });
    expect(await pullEverything(collector)).toMatchObject({ outcome, rows: 0 });
    expect((await readAccount(collector)).pulledUntil).toBeNull();
    expect(await standingOf(depositId)).toBe("submitted");
  });

  test("of a gateway that gives the same page for ever is not read for ever", async () => {
    const { receipt } = await paidByHand();
    const row = rowOf(receipt);
    vi.spyOn(providers, "history").mockReturnValue(listing(() => ({ rows: [row], unreadable: 0 })));
    expect(await pullEverything(collector)).toMatchObject({ outcome: "endless", rows: 2 });
    expect((await readAccount(collector)).pulledUntil).toBeNull();
  });

  test("with rows that nobody can read counts them, and goes on behind them", async () => {
    const { receipt, depositId } = await paidByHand();
    const reference = await payReferenceOf(depositId);
    const pages = [
      { rows: [], unreadable: 2 },
      { rows: [{ ...rowOf(receipt), reference }], unreadable: 1 },
    ];
    const asked: number[] = [];
    vi.spyOn(providers, "history").mockReturnValue(
      listing((offset) => {
        asked.push(offset);
        return pages[asked.length - 1] ?? null;
      }),
    );
    const pulled = await pullEverything(collector);
    expect(pulled).toMatchObject({ outcome: "complete", rows: 1, newRows: 1, unreadable: 3 });
    expect(asked).toEqual([0, 2, 4]);
    expect(await runOf(pulled.runId)).toMatchObject({ rows: 1, unreadable: 3 });
    expect(await standingOf(depositId)).toBe("paid");
  });

  test("that two workers read at once pays each payment once", async () => {
    const paid = await Promise.all(Array.from({ length: 4 }, paidByHand));
    const runs = await Promise.all([pullEverything(collector), pullEverything(collector)]);
    expect(runs.map(({ outcome }) => outcome)).toEqual(["complete", "complete"]);
    expect(runs.reduce((sum, { newRows }) => sum + newRows, 0)).toBe(4);
    for (const { user } of paid) expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("shows the payer by the end of the number alone", async () => {
    const { receipt } = await paidByHand();
    await pullEverything(collector);
    expect((await lineOf(receipt)).payerMasked).toMatch(/^\*\*\*\d{3}$/);
  });
});

function rowOf(receipt: string): PulledTransaction {
  return {
    ...{ receipt, paidAt: new Date(), amountCents: 50_000n, reference: "nobody" },
    ...{ payer: null, description: "c2b-pay-bill-debit" },
  };
}

/** A provider whose list is what `page` says; null ends it. */
function listing(
  page: (offset: number) => { rows: PulledTransaction[]; unreadable: number } | null,
) {
  const exchange = { operation: "pull", request: {}, response: {}, httpStatus: 200, durationMs: 1 };
  return {
    ...daraja(),
    pullTransactions: (_access: unknown, { offset }: { offset: number }) => {
      const found = page(offset) ?? { rows: [], unreadable: 0 };
      const isLast = found.rows.length + found.unreadable === 0;
      return Promise.resolve({ kind: "answered" as const, ...found, isLast, exchange });
    },
  };
}

describe("who may ask, and for what", () => {
  const window = () => ({ from: addMs(new Date(), -HOUR_MS), to: new Date(), askedBy: "x" });

  test("a customer may not, and another merchant's account is not there", async () => {
    const { accountId, merchantId } = collector;
    const { ctx } = await shop.customer(merchantId);
    await expect(pullWindow(ctx, { accountId, ...window() })).rejects.toThrow(ForbiddenError);
    const other = await openUnregistered();
    await expect(pullWindow(other.worker, { accountId, ...window() })).rejects.toThrow(
      NotFoundError,
    );
    expect(await db().pullRun.count({ where: { merchantId: other.merchantId } })).toBe(0);
  });

  test("a shortcode whose list is not open to us is not asked about", async () => {
    const { worker, accountId } = await openUnregistered();
    await expect(pullWindow(worker, { accountId, ...window() })).rejects.toThrow(
      new ConflictError("history_not_registered"),
    );
  });

  test.each([
    ["longer ago than M-Pesa goes", { from: -49, to: 0 }, { from: "too_far_back" }],
    ["that ends before it begins", { from: -1, to: -2 }, { to: "not_after" }],
    ["that has not ended yet", { from: -1, to: 1 }, { to: "in_future" }],
  ])("a window %s is refused before anything is asked", async (_what, { from, to }, fields) => {
    const { worker, accountId } = collector;
    const now = new Date();
    const asked = pullWindow(at(worker, now), {
      ...{ accountId, askedBy: "x" },
      ...{ from: addMs(now, from * HOUR_MS), to: addMs(now, to * HOUR_MS) },
    });
    await expect(asked).rejects.toThrow(InvalidInputError);
    await expect(asked).rejects.toMatchObject({ fields });
  });
});

describe("by the clock", () => {
  test("begins two hours back, or where the history is known, or as far back as M-Pesa goes", () => {
    const now = new Date();
    const beginning = (hours: number | null) => {
      const pulledUntil = hours === null ? null : addMs(now, -hours * HOUR_MS);
      return (now.getTime() - beginningOf({ pulledUntil, now }).getTime()) / MINUTE_MS;
    };
    expect(beginning(0.25)).toBe(2 * 60);
    expect(beginning(1.9)).toBe(2 * 60);
    expect(beginning(40)).toBe(40 * 60 + 5);
    expect(beginning(60)).toBe(48 * 60 - 5);
    expect(beginning(null)).toBe(48 * 60 - 5);
  });

  test("after an outage of 40 hours finds what was paid in its first minute", async () => {
    const before = await pullEverything(collector);
    expect(before.outcome).toBe("complete");
    const { depositId } = await paidByHand();
    const now = addMs(new Date(), 40 * HOUR_MS);
    const runs = await pullRecentHistory({ now: () => now });
    const run = await runOf(runs.find(({ newRows }) => newRows === 1)?.runId ?? "");
    expect(run).toMatchObject({ askedBy: "schedule", outcome: "complete" });
    expect(await standingOf(depositId)).toBe("paid");
    expect((await readAccount(collector)).pulledUntil).toEqual(now);
  });

  test("after an outage that is longer than M-Pesa's list, says from when to when a statement is needed", async () => {
    await pullEverything(collector);
    const { pulledUntil } = await readAccount(collector);
    await paidByHand();
    const now = addMs(new Date(), 60 * HOUR_MS);
    await pullRecentHistory({ now: () => now });
    expect((await readAccount(collector)).pulledUntil).toEqual(now);
    const gap = await db().auditEntry.findFirstOrThrow({
      where: { action: "provider_account.history_gap", subjectId: collector.accountId },
    });
    expect(gap.after).toMatchObject({
      from: pulledUntil?.toISOString(),
      until: earliestOf(now).toISOString(),
    });
    const [last] = await db().pullRun.findMany({
      where: { accountId: collector.accountId },
      orderBy: { startedAt: "desc" },
      take: 1,
    });
    expect(last).toMatchObject({ outcome: "after_gap" });
  });

  test("a window that somebody chose within a gap closes no gap", async () => {
    const { worker, accountId } = collector;
    await pullEverything(collector);
    const { pulledUntil } = await readAccount(collector);
    const now = addMs(new Date(), 10 * HOUR_MS);
    const from = addMs(now, -HOUR_MS);
    const ctx = at(worker, now);
    const narrow = await pullWindow(ctx, { accountId, from, to: now, askedBy: "staff" });
    expect(narrow.outcome).toBe("complete");
    expect((await readAccount(collector)).pulledUntil).toEqual(pulledUntil);
  });

  test("a window that somebody chose before the first turn hides nothing that came before it", async () => {
    const { worker, accountId } = collector;
    const now = new Date();
    await pullWindow(worker, {
      accountId,
      from: addMs(now, -MINUTE_MS),
      to: now,
      askedBy: "staff",
    });
    const { pulledUntil } = await readAccount(collector);
    expect(beginningOf({ pulledUntil, now })).toEqual(earliestOf(now));
  });

  test("one shortcode that cannot be read keeps no other from being read", async () => {
    const broken = await openCollector();
    await db().providerAccount.update({
      where: { id: broken.accountId },
      data: { secretsCipher: new Uint8Array([1]), createdAt: new Date(0) },
    });
    const { depositId } = await paidByHand();
    const read = await pullRecentHistory({ now: () => new Date(Date.now() + SECOND_MS) });
    expect(read.map(({ outcome }) => outcome)).toContain("complete");
    expect(await standingOf(depositId)).toBe("paid");
    await db().providerAccount.update({
      where: { id: broken.accountId },
      data: { pullSince: null },
    });
  });
});

describe("a window that a person chose", () => {
  const minute = (instant: Date) =>
    addMs(instant, 3 * HOUR_MS)
      .toISOString()
      .slice(0, 16);

  async function someone(): Promise<Ctx> {
    const { user } = await staffOf(collector.merchantId);
    return makeCtx(collector.merchantId, { kind: "staff", id: user.id, role: "staff" });
  }

  test("is read in East Africa Time with its last minute, and says who asked", async () => {
    const { depositId } = await paidByHand();
    const ctx = await someone();
    const { accountId } = collector;
    const now = new Date();
    const pulled = await askHistory(ctx, { accountId, from: minute(now), to: minute(now) });
    expect(pulled).toMatchObject({ outcome: "complete", newRows: 1 });
    expect(await standingOf(depositId)).toBe("paid");
    const [shown] = await listHistory(ctx);
    const { name } = await db().user.findUniqueOrThrow({ where: { id: ctx.actor.id } });
    expect(shown?.runs[0]).toMatchObject({ id: pulled.runId, askedBy: name, newRows: 1 });
    expect(shown?.runs[0]?.from.toISOString()).toBe(`${now.toISOString().slice(0, 16)}:00.000Z`);
    const audit = await db().auditEntry.findMany({
      where: { action: "provider_account.history_asked", actorId: ctx.actor.id },
    });
    expect(audit).toHaveLength(1);
  });

  test.each([
    ["", "2026-11-21T10:00", { from: "empty" }],
    ["yesterday", "2026-11-21T10:00", { from: "bad_shape" }],
    ["2026-02-31T10:00", "2026-11-21T10:00", { from: "too_far_back" }],
    ["2026-13-01T10:00", "2026-11-21T10:00", { from: "bad_shape" }],
    ["2026-11-21T10:00", "2026-11-21T09:59", { to: "not_after" }],
    ["2026-11-21T10:00", "2126-11-21T09:59", { to: "in_future" }],
  ])("from %j to %j is refused: %j", async (from, to, fields) => {
    const { accountId } = collector;
    const asked = askHistory(await someone(), { accountId, from, to });
    await expect(asked).rejects.toEqual(new InvalidInputError(fields));
  });

  test("shows what is out of reach until a statement closes it", async () => {
    await pullEverything(collector);
    const { pulledUntil } = await readAccount(collector);
    const now = addMs(new Date(), 70 * HOUR_MS);
    await pullRecentHistory({ now: () => now });
    const [shown] = await listHistory(collector.admin);
    expect(shown?.gap).toEqual({ from: pulledUntil, until: earliestOf(now) });
    expect(shown?.runs[0]).toMatchObject({ outcome: "after_gap", askedBy: null });
  });
});

test("staff may ask", async () => {
  const staff = makeCtx(collector.merchantId, { kind: "staff", id: "someone", role: "staff" });
  expect(await pullEverything({ ...collector, worker: staff })).toMatchObject({
    outcome: "complete",
  });
});
