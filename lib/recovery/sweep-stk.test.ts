import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { checkDeposit } from "@/lib/payments/check-deposit";
import type { SandboxControl } from "@/sandbox/control/client";
import {
  calmDown,
  callbacksWorked,
  expectMpesaBooks,
  pushesFor,
  pushFor,
  readDeposit,
  setAside,
  standingOf,
} from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { sweepDeposits } from "./sweep-deposits";

const LIMIT = 500;

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({
    seed: "sweep",
    settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 },
  });
  // Only what a test does to a prompt happens to it.
  await shop.sandbox.control.freezeClock();
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  await callbacksWorked(shop);
  await calmDown(shop);
  await expectMpesaBooks(shop);
  await setAside();
});
afterAll(() => shop.close());

type QueryScript = Parameters<SandboxControl["scriptQueries"]>[0]["script"];

async function prompted() {
  const { user, ctx } = await shop.customer();
  const { depositId, phone } = await shop.prompt(ctx);
  const row = await readDeposit(depositId);
  const sentAt = row.stkPush?.pushedAt ?? row.createdAt;
  const push = await pushFor(shop, depositId);
  return { user, ctx, depositId, phone, sentAt, createdAt: row.createdAt, push };
}

function sweepAt(at: Date, limit = LIMIT) {
  return sweepDeposits({ now: () => at, limit });
}

function asked(depositId: string): Promise<number> {
  return db().providerCall.count({ where: { subjectId: depositId, operation: "stk_query" } });
}

async function dueAtOf(depositId: string): Promise<Date> {
  const { nextCheckAt } = await readDeposit(depositId);
  if (!nextCheckAt) throw new Error(`${depositId} is not due any more`);
  return nextCheckAt;
}

describe("when a prompt without a callback is looked up", () => {
  test("after 25, 45, 75, 120 and 240 seconds, then every hour, a little later at random, never earlier", async () => {
    const it = await prompted();
    let now = it.sentAt;
    const steps = [25, 45, 75, 120, 240].map((seconds) => seconds * SECOND_MS);
    for (const [done, afterMs] of steps.entries()) {
      const dueAt = await dueAtOf(it.depositId);
      // The first is promised with the row, before the prompt is sent.
      const since = done === 0 ? it.createdAt : it.sentAt;
      const waitMs = dueAt.getTime() - since.getTime();
      expect(waitMs).toBeGreaterThanOrEqual(afterMs);
      expect(waitMs).toBeLessThanOrEqual(afterMs * 1.1 + 1);
      expect(await sweepAt(addMs(dueAt, -1))).toBe(0);
      expect(await asked(it.depositId)).toBe(done);
      expect(await sweepAt(dueAt)).toBe(1);
      expect(await asked(it.depositId)).toBe(done + 1);
      now = dueAt;
    }
    for (let hour = 0; hour < 5; hour += 1) {
      const dueAt = await dueAtOf(it.depositId);
      const waitMs = dueAt.getTime() - now.getTime();
      expect(waitMs).toBeGreaterThanOrEqual(HOUR_MS);
      expect(waitMs).toBeLessThanOrEqual(1.1 * HOUR_MS + 1);
      expect(await sweepAt(addMs(dueAt, -1))).toBe(0);
      expect(await sweepAt(dueAt)).toBe(1);
      now = dueAt;
    }
    expect(await standingOf(it.depositId)).toBe("submitted");
  });

  test("not all at the same moment", async () => {
    const due = new Set<number>();
    for (let count = 0; count < 10; count += 1) {
      const it = await prompted();
      due.add((await dueAtOf(it.depositId)).getTime() - it.sentAt.getTime());
    }
    expect(due.size).toBeGreaterThan(3);
  });

  test("a customer who keeps asking does not move the schedule", async () => {
    const it = await prompted();
    for (let second = 1; second <= 20; second += 1) {
      const now = () => addMs(it.sentAt, second * SECOND_MS);
      await checkDeposit({ ...it.ctx, now }, { depositId: it.depositId });
      await db().providerGate.deleteMany();
    }
    const waitMs = (await dueAtOf(it.depositId)).getTime() - it.sentAt.getTime();
    expect(waitMs).toBeGreaterThanOrEqual(25 * SECOND_MS);
    expect(waitMs).toBeLessThanOrEqual(44 * SECOND_MS);
  });

  test("until a person is told after two days, and never again then", async () => {
    const it = await prompted();
    let checks = 0;
    for (let { nextCheckAt } = await readDeposit(it.depositId); nextCheckAt; checks += 1) {
      const dueAt = nextCheckAt;
      await db().providerGate.deleteMany();
      await sweepAt(dueAt);
      ({ nextCheckAt } = await readDeposit(it.depositId));
      if (nextCheckAt) expect(nextCheckAt.getTime()).toBeGreaterThan(dueAt.getTime());
    }
    expect(await standingOf(it.depositId)).toBe("needs_review: unconfirmed");
    // Five soon, then one an hour with its little delay: nobody floods M-Pesa with a forgotten prompt.
    expect(checks).toBeGreaterThan(40);
    expect(checks).toBeLessThan(55);
  });

  test("a fresh one before those of yesterday", async () => {
    const old = [];
    for (let count = 0; count < 6; count += 1) old.push(await prompted());
    await db().deposit.updateMany({
      where: { id: { in: old.map(({ depositId }) => depositId) } },
      data: { nextCheckAt: new Date(0), createdAt: addMs(new Date(), -20 * HOUR_MS) },
    });
    const fresh = await prompted();
    await sweepAt(await dueAtOf(fresh.depositId), 1);
    expect(await asked(fresh.depositId)).toBe(1);
  });
});

describe("many workers", () => {
  test("five of them ask about each prompt once", async () => {
    const prompts = [];
    for (let count = 0; count < 20; count += 1) prompts.push(await prompted());
    const at = addMs(new Date(), 40 * SECOND_MS);
    const taken = await Promise.all(Array.from({ length: 5 }, () => sweepAt(at, 7)));
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(20);
    const calls = await Promise.all(prompts.map(({ depositId }) => asked(depositId)));
    expect(calls).toEqual(Array(20).fill(1));
  });

  test("one that is killed anywhere in a sweep leaves nothing undone: the next does it after the lease", async () => {
    const moments = ["before", "after"] as const;
    let kills = 0;
    for (const [index, awaits] of [1, 4, 9, 15, 24].entries()) {
      const declined = await prompted();
      const paid = await prompted();
      await shop.sandbox.control.answerPrompt(declined.phone, "decline");
      await shop.sandbox.control.enterPin(paid.phone);
      const at = addMs(new Date(), 40 * SECOND_MS);
      const program = ["--import", "tsx", "test/simulation/die-sweeping.ts"].concat([
        `${at.getTime()}`,
        moments[index % 2] ?? "before",
        `${awaits}`,
      ]);
      const child = spawn(process.execPath, program, { stdio: ["ignore", "ignore", "inherit"] });
      const ended: unknown[] = await once(child, "exit");
      if (ended[1] === "SIGKILL") kills += 1;
      await expectMpesaBooks(shop);
      // The dead worker's turn at the gate and its lease on the token run out as well.
      await sweepAt(addMs(at, 2 * MINUTE_MS + SECOND_MS));
      expect(await standingOf(paid.depositId), `killed at ${awaits}`).toBe("paid");
      await sweepAt(addMs(at, 6 * MINUTE_MS));
      await sweepAt(addMs(at, 9 * MINUTE_MS));
      expect(await standingOf(declined.depositId), `killed at ${awaits}`).toBe("failed: cancelled");
      expect(await shop.availableCents(paid.user)).toBe(50_000n);
      await calmDown(shop);
    }
    expect(kills, "the workers really die on the way").toBe(5);
  }, 120_000);
});

describe("M-Pesa is down", () => {
  test("a shut breaker puts look-ups off, and none of them is counted as done", async () => {
    const prompts = [];
    for (let count = 0; count < 12; count += 1) prompts.push(await prompted());
    const [first] = prompts;
    if (!first) throw new Error("there are twelve");
    await shop.sandbox.control.enterPin(first.phone);
    await shop.sandbox.control.addFault({
      endpoint: "stk_query",
      effect: { kind: "html", status: 502 },
    });
    const at = addMs(new Date(), 40 * SECOND_MS);
    for (let turn = 0; turn < 12; turn += 1) await sweepAt(at, 1);
    const calls = await Promise.all(prompts.map(({ depositId }) => asked(depositId)));
    expect(
      calls.reduce((sum, count) => sum + count, 0),
      "five faults shut it",
    ).toBe(5);
    const rows = await Promise.all(prompts.map(({ depositId }) => readDeposit(depositId)));
    const untouched = rows.filter(({ checksDone }) => checksDone === 0);
    expect(untouched).toHaveLength(7);
    for (const row of untouched) {
      expect(row.state).toBe("submitted");
      expect(row.nextCheckAt?.getTime()).toBeGreaterThan(addMs(at, MINUTE_MS).getTime());
      expect(row.nextCheckAt?.getTime()).toBeLessThan(addMs(at, 2 * MINUTE_MS).getTime());
    }

    // A minute later one call tries; it fails, and the others wait on.
    const later = addMs(at, 80 * SECOND_MS);
    for (let turn = 0; turn < 12; turn += 1) await sweepAt(later, 1);
    const tried = await Promise.all(prompts.map(({ depositId }) => asked(depositId)));
    expect(tried.reduce((sum, count) => sum + count, 0)).toBe(6);

    await shop.sandbox.control.clearFaults();
    let now = later;
    for (let turn = 0; turn < 20 && (await standingOf(first.depositId)) !== "paid"; turn += 1) {
      now = addMs(now, MINUTE_MS);
      await sweepAt(now);
    }
    expect(await standingOf(first.depositId)).toBe("paid");
    expect(await shop.availableCents(first.user)).toBe(50_000n);
  });

  test("without a token nothing is asked, and nothing is decided", async () => {
    const it = await prompted();
    await db().providerToken.deleteMany();
    await shop.sandbox.control.addFault({ endpoint: "oauth", effect: { kind: "drop" } });
    await sweepAt(addMs(it.sentAt, 30 * SECOND_MS));
    expect(await asked(it.depositId)).toBe(0);
    expect(await readDeposit(it.depositId)).toMatchObject({ state: "submitted", checksDone: 0 });
    expect((await dueAtOf(it.depositId)).getTime()).toBeGreaterThan(it.sentAt.getTime());
  });

  test("a prompt that cannot be looked up does not keep the others waiting", async () => {
    const broken = await prompted();
    const healthy = await prompted();
    await shop.sandbox.control.enterPin(healthy.phone);
    await db().$executeRaw`
      CREATE FUNCTION break_call() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'this row cannot be written'; END $$`;
    await db().$executeRawUnsafe(`
      CREATE TRIGGER calls_break BEFORE INSERT ON provider_calls FOR EACH ROW
        WHEN (NEW.subject_id = '${broken.depositId}') EXECUTE FUNCTION break_call()`);
    try {
      await sweepAt(addMs(new Date(), 40 * SECOND_MS));
    } finally {
      await db().$executeRaw`DROP TRIGGER calls_break ON provider_calls`;
    }
    expect(await standingOf(healthy.depositId)).toBe("paid");
    expect(await standingOf(broken.depositId)).toBe("submitted");
    expect(await dueAtOf(broken.depositId)).toBeInstanceOf(Date);
  });
});

describe("forty hours without us", () => {
  const OPEN = 200;

  /** What M-Pesa did to a prompt meanwhile, and how it has to end here. */
  const FATES: readonly {
    readonly ends: string;
    readonly happens: (it: { phone: string; checkoutRequestId: string }) => Promise<unknown>;
    readonly lostAnswer?: boolean;
  }[] = [
    { ends: "paid", happens: ({ phone }) => shop.sandbox.control.enterPin(phone) },
    {
      ends: "failed: cancelled",
      happens: ({ phone }) => shop.sandbox.control.answerPrompt(phone, "decline"),
    },
    {
      ends: "failed: no_answer",
      happens: ({ phone }) => shop.sandbox.control.answerPrompt(phone, "time_out"),
    },
    {
      ends: "needs_review: unknown_code",
      happens: ({ checkoutRequestId }) =>
        shop.sandbox.control.endPush(checkoutRequestId, { resultCode: 7777 }),
    },
    {
      ends: "needs_review: unclear_result",
      happens: ({ checkoutRequestId }) =>
        shop.sandbox.control.endPush(checkoutRequestId, { resultCode: 1036 }),
    },
    {
      ends: "needs_review: push_unconfirmed",
      happens: ({ phone }) => shop.sandbox.control.enterPin(phone),
      lostAnswer: true,
    },
    {
      ends: "needs_review: unconfirmed",
      happens: ({ checkoutRequestId }) => answerAlways(checkoutRequestId, { answer: "unknown_id" }),
    },
  ];

  function answerAlways(checkoutRequestId: string, script: QueryScript) {
    return shop.sandbox.control.scriptQueries({ checkoutRequestId, script });
  }

  test("two hundred open prompts are caught up with, alone, to what M-Pesa's books say", async () => {
    const { control } = shop.sandbox;
    // Every callback fell on a server that was not there.
    await control.scriptCallbacks({ kind: "stk", script: { drop: true } });
    await control.changeSettings({ stkQueryHiccupShare: 0.2 });
    const merchant = await shop.customer();
    const open = [];
    for (let index = 0; index < OPEN; index += 1) {
      const fate = FATES[index % FATES.length];
      if (!fate) throw new Error("there is a fate for everybody");
      if (fate.lostAnswer) {
        const drop = { kind: "drop" } as const;
        await control.addFault({ endpoint: "stk_push", when: "after", effect: drop, times: 1 });
      }
      const { depositId, phone } = await shop.prompt(merchant.ctx);
      const { checkoutRequestId } = await pushFor(shop, depositId);
      await fate.happens({ phone, checkoutRequestId });
      open.push({ depositId, ends: fate.ends });
      await db().providerGate.deleteMany();
    }

    let now = addMs(new Date(), 40 * HOUR_MS);
    const endsAt = addMs(now, 12 * HOUR_MS);
    while (now < endsAt) {
      await sweepAt(now, 50);
      const [next] = await db().$queryRaw<{ at: Date | null }[]>`
        SELECT min(next_check_at) AS at FROM deposits
         WHERE merchant_id = ${merchant.user.merchantId}`;
      if (!next?.at) break;
      const turnAt = addMs(now, 10 * SECOND_MS);
      now = next.at > turnAt ? next.at : turnAt;
    }
    const ended = await Promise.all(open.map(({ depositId }) => standingOf(depositId)));
    expect(ended).toEqual(open.map(({ ends }) => ends));
    const paid = open.filter(({ ends }) => ends === "paid").length;
    expect(await shop.availableCents(merchant.user)).toBe(50_000n * BigInt(paid));
    for (const { depositId } of open) expect(await pushesFor(shop, depositId)).toHaveLength(1);
    await control.changeSettings({ stkQueryHiccupShare: 0 });
  }, 300_000);

  test("three days without us: a yes still pays, a no is for a person", async () => {
    await shop.sandbox.control.scriptCallbacks({ kind: "stk", script: { drop: true } });
    const paid = await prompted();
    const declined = await prompted();
    await shop.sandbox.control.enterPin(paid.phone);
    await shop.sandbox.control.answerPrompt(declined.phone, "decline");
    await sweepAt(addMs(new Date(), 72 * HOUR_MS));
    expect(await standingOf(paid.depositId)).toBe("paid");
    expect(await standingOf(declined.depositId)).toBe("needs_review: unconfirmed");
    const system = makeCtx(declined.user.merchantId, { kind: "system", id: "test" });
    await checkDeposit(system, { depositId: declined.depositId });
    expect(await standingOf(declined.depositId)).toBe("needs_review: unconfirmed");
  });
});
