import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { workMessage } from "@/lib/inbox/work-message";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import { freshPhone } from "@/test/mpesa";
import {
  at,
  calmPayouts,
  expectPayoutBooks,
  freshEmail,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  readWithdrawal,
  send,
  setPayoutsAside,
  staffOf,
  standingOfWithdrawal,
  withdraw,
  workerOf,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { installCrashPoints, runUntilCrash, type Moment } from "@/test/simulation/crash-points";
import { advanceClock, clock, freezeClock } from "@/test/simulation/recover";
import { approveWithdrawal } from "./approve-withdrawal";
import { cancelWithdrawal } from "./cancel-withdrawal";
import { checkWithdrawal } from "./check-withdrawal";

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: (await import("@/test/simulation/pauses")).pauseOnClock,
}));

const LIMIT = 1_000;
const FUNDS_CENTS = 10_000_000n;

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop({ seed: "withdrawal crash" });
  // What a process owes after its answers is left to the sweeps, as if it had died there.
  scheduleAfterAnswer(() => undefined);
  installCrashPoints();
  freezeClock();
});
afterEach(async () => {
  await expectPayoutBooks(shop);
  await setPayoutsAside();
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

type Method = "mpesa" | "pesavoucher";

/** One customer whose withdrawal a process dies over. */
interface Case {
  readonly user: User;
  readonly ctx: Ctx;
  readonly form: { method: Method; amount: string; to: string; attemptKey: string };
}

/** What a process dies in, and what its customer or its staff do when they saw an error. */
interface Work {
  readonly run: () => Promise<unknown>;
  readonly again?: () => Promise<unknown>;
}

async function makeCase(method: Method, amount = "500"): Promise<Case> {
  // The access token is part of the road.
  await db().providerToken.deleteMany();
  const to = method === "mpesa" ? freshPhone() : freshEmail();
  const form = { method, amount, to, attemptKey: crypto.randomUUID() };
  return { ...(await fundedCustomer(shop, FUNDS_CENTS)), form };
}

async function sent(it: Case): Promise<string> {
  const id = await withdraw(it.ctx, it.form);
  await send(id);
  return id;
}

/** The message that waits to be worked about a withdrawal. */
async function messageAbout(id: string): Promise<Work> {
  const { id: messageId } = await db().message.findFirstOrThrow({
    where: { addressee: id, workedAt: null },
  });
  return { run: () => workMessage({ messageId, now: clock }) };
}

async function resultOf(it: Case): Promise<Work> {
  const id = await sent(it);
  const { providerRef } = await readWithdrawal(id);
  await shop.sandbox.control.settle({ originatorConversationId: providerRef });
  return messageAbout(id);
}

async function lookUp(it: Case): Promise<{ id: string; run: () => Promise<void> }> {
  const id = await sent(it);
  await db().providerToken.deleteMany();
  const worker = workerOf(it.user.merchantId, clock);
  return { id, run: () => checkWithdrawal(worker, { withdrawalId: id }) };
}

interface Road {
  readonly name: string;
  readonly method: Method;
  readonly amount?: string;
  readonly prepare: (it: Case) => Promise<Work>;
  /** How it may end, wherever the process died. */
  readonly ends: readonly string[];
  /** Whether a death may leave an order of which nobody can tell if it arrived: then a person decides. */
  readonly maySplit?: boolean;
  /** Fewer awaits than this would mean that the instruments hear nothing. */
  readonly awaitsMin: number;
}

const ROADS: readonly Road[] = [
  {
    name: "a request",
    method: "mpesa",
    prepare: (it) => {
      const run = () => withdraw(it.ctx, it.form);
      return Promise.resolve({ run, again: run });
    },
    ends: ["paid"],
    awaitsMin: 12,
  },
  {
    name: "sending to a phone",
    method: "mpesa",
    prepare: async (it) => {
      const id = await withdraw(it.ctx, it.form);
      return { run: () => send(id) };
    },
    ends: ["paid"],
    maySplit: true,
    awaitsMin: 18,
  },
  {
    name: "sending a voucher",
    method: "pesavoucher",
    prepare: async (it) => {
      const id = await withdraw(it.ctx, it.form);
      return { run: () => send(id) };
    },
    ends: ["paid"],
    maySplit: true,
    awaitsMin: 20,
  },
  {
    name: "giving up what could not be sent",
    method: "mpesa",
    prepare: async (it) => {
      const id = await withdraw(at(it.ctx, addMs(clock(), -11 * MINUTE_MS)), it.form);
      return { run: () => send(id) };
    },
    ends: ["failed: not_sent"],
    awaitsMin: 8,
  },
  {
    name: "a result that says paid",
    method: "mpesa",
    prepare: resultOf,
    ends: ["paid"],
    awaitsMin: 15,
  },
  {
    name: "a result that says refused",
    method: "mpesa",
    prepare: async (it) => {
      await shop.sandbox.control.setOrganisationFunds({ utilityCents: 0n });
      return resultOf(it).finally(() => calmPayouts(shop));
    },
    // The look-up may be quicker than the result, and knows less of the reason.
    ends: ["failed: float_empty", "failed: declined"],
    awaitsMin: 12,
  },
  {
    name: "a look-up",
    method: "mpesa",
    prepare: lookUp,
    ends: ["paid"],
    awaitsMin: 9,
  },
  {
    name: "the answer to a look-up",
    method: "mpesa",
    prepare: async (it) => {
      const { id, run } = await lookUp(it);
      await run();
      await shop.sandbox.control.settle({ kind: "status_result" });
      return messageAbout(id);
    },
    ends: ["paid"],
    awaitsMin: 15,
  },
  {
    name: "the callback of a voucher whose answer was lost",
    method: "pesavoucher",
    prepare: async (it) => {
      await shop.sandbox.control.addFault({
        endpoint: "create_voucher",
        when: "after",
        effect: { kind: "drop" },
        times: 1,
      });
      const id = await sent(it);
      const { providerRef: uniqueId } = await readWithdrawal(id);
      await shop.sandbox.control.settle({ uniqueId });
      return messageAbout(id);
    },
    ends: ["paid"],
    awaitsMin: 15,
  },
  {
    name: "an approval",
    method: "mpesa",
    amount: "60000",
    prepare: async (it) => {
      const withdrawalId = await withdraw(it.ctx, it.form);
      const staff = await staffOf(it.user.merchantId);
      const run = () => approveWithdrawal(staff.ctx, { withdrawalId });
      return { run, again: run };
    },
    ends: ["paid"],
    awaitsMin: 7,
  },
  {
    name: "taking it back",
    method: "mpesa",
    prepare: async (it) => {
      const withdrawalId = await withdraw(it.ctx, it.form);
      const run = () => cancelWithdrawal(it.ctx, { withdrawalId });
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
  await sweepWithdrawals({ now: clock, limit: LIMIT });
  await shop.sandbox.control.settle({ kind: "status_result" });
  advanceClock(5 * SECOND_MS);
  await sweepMessages({ now: clock, limit: LIMIT });
}

/** Past every lease, and past the patience of both methods; the results themselves stay away. */
async function recover(): Promise<void> {
  await turn(30 * SECOND_MS);
  await turn(2 * MINUTE_MS);
  await turn(6 * MINUTE_MS);
  await turn(8 * MINUTE_MS);
}

interface Death {
  readonly it: Case;
  readonly where: string;
}

/** Lets processes die at every await of the road, each over a withdrawal of its own. */
async function dieEverywhere(road: Road, moment: Moment): Promise<Death[]> {
  const deaths: Death[] = [];
  for (let count = 1; ; count += 1) {
    const it = await makeCase(road.method, road.amount);
    const { run, again } = await road.prepare(it);
    const { crashed, points } = await runUntilCrash(run, { at: count, moment });
    await again?.();
    deaths.push({ it, where: `${moment} await ${count}: ${points.at(-1) ?? "none"}` });
    if (!crashed) return deaths;
  }
}

/** One withdrawal of this customer, and one payment at the provider where it is paid. */
async function expectOneEnd({ it, where }: Death, road: Road): Promise<void> {
  const rows = await db().withdrawal.findMany({ where: { customerId: it.user.id } });
  const [row] = rows;
  expect(rows, where).toHaveLength(1);
  const { control } = shop.sandbox;
  const { id = "", providerRef = "", amountCents = 0n } = row ?? {};
  const paidThere =
    road.method === "mpesa"
      ? (await control.payouts({ originatorConversationId: providerRef })).filter(
          ({ state }) => state === "completed",
        )
      : await control.payoutVouchers({ uniqueId: providerRef });
  const standing = await standingOfWithdrawal(id);
  const isSplit = road.maySplit && paidThere.length === 0;
  expect(isSplit ? ["needs_review: unconfirmed"] : road.ends, where).toContain(standing);
  expect(paidThere.length, where).toBe(standing === "paid" ? 1 : 0);
  const isHeld = standing.startsWith("needs_review");
  const isGone = standing === "paid" || isHeld;
  expect(await moneyOf(it.user), where).toEqual({
    available: FUNDS_CENTS - (isGone ? amountCents : 0n),
    held: isHeld ? amountCents : 0n,
  });
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
      await recover();
      // At last the providers tell everything they know, in whatever order.
      await shop.sandbox.control.settle();
      advanceClock(5 * SECOND_MS);
      await sweepMessages({ now: clock, limit: LIMIT });
      for (const death of deaths) await expectOneEnd(death, road);
    }, 120_000);
  }
}
