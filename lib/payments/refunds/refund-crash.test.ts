import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { workMessage } from "@/lib/inbox/work-message";
import { MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { sweepRefunds } from "@/lib/recovery/sweep-refunds";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { calmPayouts, moneyOf, openPayoutShop, staffOf, workerOf } from "@/test/payouts";
import {
  depositAfter,
  expectRefundBooks,
  paidByHand,
  readRefund,
  refund,
  reversalsOf,
  sendOne,
  setRefundsAside,
  standingOfRefund,
  type PaidDeposit,
} from "@/test/refunds";
import type { Shop } from "@/test/shop";
import { installCrashPoints, runUntilCrash, type Moment } from "@/test/simulation/crash-points";
import { advanceClock, clock, freezeClock } from "@/test/simulation/recover";
import { approveRefund } from "./approve-refund";
import { cancelRefund } from "./cancel-refund";
import { checkRefund } from "./check-refund";

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: (await import("@/test/simulation/pauses")).pauseOnClock,
}));

const LIMIT = 1_000;

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop({ seed: "refund crash" });
  // What a process owes after its answers is left to the sweeps, as if it had died there.
  scheduleAfterAnswer(() => undefined);
  installCrashPoints();
  freezeClock();
});
afterEach(async () => {
  await expectRefundBooks(shop);
  await setRefundsAside();
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

/** One payment that a process dies over while it goes back. */
interface Case extends PaidDeposit {
  readonly attemptKey: string;
}

/** What a process dies in, and what staff do when they saw an error. */
interface Work {
  readonly run: () => Promise<unknown>;
  readonly again?: () => Promise<unknown>;
}

async function makeCase(): Promise<Case> {
  const it = await paidByHand(shop);
  // The access token is part of the road, and no breaker of the death before is.
  await db().providerToken.deleteMany();
  await db().providerGate.deleteMany();
  return { ...it, attemptKey: crypto.randomUUID() };
}

const ask = (it: Case) => refund(it, { attemptKey: it.attemptKey });

async function sent(it: Case): Promise<string> {
  const id = await ask(it);
  await sendOne(id);
  return id;
}

/** The message that waits to be worked about a refund. */
async function messageAbout(id: string): Promise<Work> {
  const { id: messageId } = await db().message.findFirstOrThrow({
    where: { addressee: id, workedAt: null },
  });
  return { run: () => workMessage({ messageId, now: clock }) };
}

async function resultOf(it: Case): Promise<Work> {
  const id = await sent(it);
  const { originatorConversationId } = await readRefund(id);
  await shop.sandbox.control.settle({
    originatorConversationId: originatorConversationId ?? "",
    kind: "reversal_result",
  });
  return messageAbout(id);
}

async function lookUp(it: Case): Promise<{ id: string; run: () => Promise<void> }> {
  const id = await sent(it);
  await db().providerToken.deleteMany();
  const worker = workerOf(it.user.merchantId, clock);
  return { id, run: () => checkRefund(worker, { refundId: id }) };
}

async function waiting(it: Case): Promise<string> {
  await setWithdrawalRules(it.user.merchantId, { reviewAboveCents: 0n });
  return ask(it);
}

interface Road {
  readonly name: string;
  readonly prepare: (it: Case) => Promise<Work>;
  /** How it may end, wherever the process died. */
  readonly ends: readonly string[];
  /** A death may leave an order of which nobody can tell if it arrived: then a person decides. */
  readonly maySplit?: boolean;
  /** Fewer awaits than this would mean that the instruments hear nothing. */
  readonly awaitsMin: number;
}

const ROADS: readonly Road[] = [
  {
    name: "a request",
    prepare: (it) => Promise.resolve({ run: () => ask(it), again: () => ask(it) }),
    ends: ["done"],
    awaitsMin: 12,
  },
  {
    name: "ordering it",
    prepare: async (it) => {
      const id = await ask(it);
      return { run: () => sendOne(id) };
    },
    ends: ["done"],
    maySplit: true,
    awaitsMin: 15,
  },
  { name: "a result that says done", prepare: resultOf, ends: ["done"], awaitsMin: 15 },
  {
    name: "a result that says refused",
    prepare: async (it) => {
      await shop.sandbox.control.scriptCallbacks({
        ...{ kind: "reversal_result", times: 1 },
        script: { endsWith: { resultCode: "1" } },
      });
      return resultOf(it);
    },
    // The look-up may be quicker than the result, and knows less of the reason.
    ends: ["failed: float_empty", "failed: declined"],
    awaitsMin: 12,
  },
  { name: "a look-up", prepare: lookUp, ends: ["done"], awaitsMin: 8 },
  {
    name: "the answer to a look-up",
    prepare: async (it) => {
      const { id, run } = await lookUp(it);
      await run();
      await shop.sandbox.control.settle({ kind: "status_result" });
      return messageAbout(id);
    },
    ends: ["done"],
    awaitsMin: 15,
  },
  {
    name: "an approval",
    prepare: async (it) => {
      const refundId = await waiting(it);
      const { ctx: another } = await staffOf(it.user.merchantId);
      const run = () => approveRefund(another, { refundId });
      return { run, again: run };
    },
    ends: ["done"],
    awaitsMin: 7,
  },
  {
    name: "taking it back",
    prepare: async (it) => {
      const refundId = await waiting(it);
      const run = () => cancelRefund(it.staff, { refundId });
      return { run, again: run };
    },
    ends: ["failed: cancelled"],
    awaitsMin: 9,
  },
];

/** What a worker does that comes back after a while: whatever is due, and M-Pesa answers its questions. */
async function turn(afterMs: number): Promise<void> {
  advanceClock(afterMs);
  await sweepMessages({ now: clock, limit: LIMIT });
  await shop.runJobs();
  await sweepRefunds({ now: clock, limit: LIMIT });
  await shop.sandbox.control.settle({ kind: "status_result" });
  advanceClock(5 * SECOND_MS);
  await sweepMessages({ now: clock, limit: LIMIT });
}

interface Death {
  readonly it: Case;
  readonly where: string;
}

/** Lets processes die at every await of the road, each over a payment of its own. */
async function dieEverywhere(road: Road, moment: Moment): Promise<Death[]> {
  const deaths: Death[] = [];
  for (let count = 1; ; count += 1) {
    const it = await makeCase();
    const { run, again } = await road.prepare(it);
    const { crashed, points } = await runUntilCrash(run, { at: count, moment });
    await again?.();
    deaths.push({ it, where: `${moment} await ${count}: ${points.at(-1) ?? "none"}` });
    if (!crashed) return deaths;
  }
}

/** One refund of this payment, and one reversal where it is done. */
async function expectOneEnd({ it, where }: Death, road: Road): Promise<void> {
  const rows = await db().refund.findMany({ where: { depositId: it.depositId } });
  expect(rows, where).toHaveLength(1);
  const id = rows[0]?.id ?? "";
  const reversals = await reversalsOf(shop, id);
  const back = reversals.filter(({ state }) => state === "completed").length;
  const standing = await standingOfRefund(id);
  const isSplit = road.maySplit && reversals.length === 0;
  expect(isSplit ? ["needs_review: unconfirmed"] : road.ends, where).toContain(standing);
  expect(back, where).toBe(standing === "done" ? 1 : 0);
  const isHeld = standing.startsWith("needs_review");
  const isBack = standing.startsWith("failed");
  expect(await moneyOf(it.user), where).toEqual({
    available: isBack ? 50_000n : 0n,
    held: isHeld ? 50_000n : 0n,
  });
  const state = standing === "done" ? "reversed" : "paid";
  expect(await depositAfter(it.depositId), where).toBe(`${state} ${isBack ? 0 : 50_000}`);
}

for (const road of ROADS) {
  // What follows an answer is the moment before the next question, so most roads are asked once.
  const moments: readonly Moment[] =
    road.maySplit || process.env.SIMULATION_LONG ? ["before", "after"] : ["before"];
  for (const moment of moments) {
    test(`${road.name}: a process that dies ${moment} any await leaves one order at most, and one end`, async () => {
      await calmPayouts(shop);
      const deaths = await dieEverywhere(road, moment);
      expect(deaths.length).toBeGreaterThan(road.awaitsMin);
      for (const afterMs of [30 * SECOND_MS, 2 * MINUTE_MS, 6 * MINUTE_MS, 8 * MINUTE_MS])
        await turn(afterMs);
      // At last M-Pesa tells everything it knows, in whatever order.
      await shop.sandbox.control.settle();
      advanceClock(5 * SECOND_MS);
      await sweepMessages({ now: clock, limit: LIMIT });
      for (const death of deaths) await expectOneEnd(death, road);
    }, 120_000);
  }
}
