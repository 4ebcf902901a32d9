import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import type { User } from "@/lib/generated/prisma/client";
import { workMessage } from "@/lib/inbox/work-message";
import { SECOND_MS } from "@/lib/kit/time";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants, readBothBooks } from "@/test/simulation/compare-books";
import { installCrashPoints, runUntilCrash, type Moment } from "@/test/simulation/crash-points";
import { advanceClock, clock, freezeClock, recover } from "@/test/simulation/recover";
import { checkStkDeposit } from "./check-stk-deposit";
import { requestMpesaDeposit } from "./request-mpesa-deposit";

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: (await import("@/test/simulation/pauses")).pauseOnClock,
}));

let shop: Shop;
let phones = 0;

beforeAll(async () => {
  shop = await openShop({ seed: "stk crash", settings: { stkQueryHiccupShare: 0 } });
  // What a process owes after its answers is left to the sweeps, as if it had died there.
  scheduleAfterAnswer(() => undefined);
  installCrashPoints();
  freezeClock();
  // Every callback is lost at first, so that each road is seen to do without it.
  await shop.sandbox.control.scriptCallbacks({ kind: "stk", script: { hold: true } });
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

interface Case {
  readonly user: User;
  readonly ctx: Ctx;
  readonly phone: string;
  readonly attemptKey: string;
}

/** A customer about to be prompted, in a shop that has no access token yet. */
async function makeCase(): Promise<Case> {
  await db().providerToken.deleteMany();
  const { user, ctx } = await shop.customer();
  phones += 1;
  const phone = `+2547${String(200_000 + phones)}42`;
  return { user, ctx, phone, attemptKey: `form ${phones}` };
}

function tap({ ctx, phone, attemptKey }: Case) {
  return requestMpesaDeposit(ctx, { phone, amount: "500", attemptKey });
}

/** The person answers the prompt, if the phone shows one. */
async function answer({ phone }: Case, how: "approve" | "decline"): Promise<void> {
  const { openPrompt } = await shop.sandbox.control.phone(phone);
  if (openPrompt) await shop.sandbox.control.answerPrompt(phone, how);
}

/** M-Pesa sends everything that it has to say about this phone; nobody has worked it yet. */
async function deliverCallbacks({ phone }: Case): Promise<void> {
  const told = await shop.sandbox.control.callbacks({ kind: "stk", msisdn: phone });
  for (const { id } of told) await shop.sandbox.control.duplicateCallback(id);
}

async function workCallback(it: Case, how: "approve" | "decline") {
  const { depositId } = await tap(it);
  await answer(it, how);
  await deliverCallbacks(it);
  const { id } = await db().message.findFirstOrThrow({ where: { addressee: depositId } });
  return () => workMessage({ messageId: id, now: clock });
}

async function workLookUp(it: Case, how: "approve" | "decline") {
  const { depositId } = await tap(it);
  await answer(it, how);
  await db().providerToken.deleteMany();
  advanceClock(30 * SECOND_MS);
  const worker = makeCtx(it.user.merchantId, { kind: "system", id: "look-up" }, { now: clock });
  return () => checkStkDeposit(worker, { depositId });
}

interface Road {
  readonly name: string;
  /** Prepares the road and returns the work that a process dies in. */
  readonly prepare: (it: Case) => Promise<() => Promise<unknown>>;
  readonly pays: boolean;
  /** Fewer awaits than this would mean that the instruments hear nothing. */
  readonly awaitsMin: number;
}

const ROADS: readonly Road[] = [
  {
    name: "a request for a prompt",
    prepare: (it) => Promise.resolve(() => tap(it)),
    pays: true,
    awaitsMin: 25,
  },
  {
    name: "a callback that says paid",
    prepare: (it) => workCallback(it, "approve"),
    pays: true,
    awaitsMin: 20,
  },
  {
    name: "a callback that says declined",
    prepare: (it) => workCallback(it, "decline"),
    pays: false,
    awaitsMin: 10,
  },
  {
    name: "a look-up of a prompt that was paid",
    prepare: (it) => workLookUp(it, "approve"),
    pays: true,
    awaitsMin: 25,
  },
];

/** Dies at one await of the road and recovers. False when the road ended before it got there. */
async function surviveCrash(road: Road, at: number, moment: Moment): Promise<boolean> {
  const it = await makeCase();
  const work = await road.prepare(it);
  const { crashed, points } = await runUntilCrash(work, { at, moment });
  const where = `${moment} await ${at}: ${points.at(-1) ?? "none"}`;
  if (road.pays) {
    // The customer saw an error and taps again, then does what the phone asks.
    await tap(it);
    await answer(it, "approve");
  }
  await recover(shop);
  await expectOutcome(road, it, where);
  return crashed;
}

async function expectOutcome({ pays }: Road, it: Case, where: string): Promise<void> {
  await expectInvariants();
  const pushes = await shop.sandbox.control.listPushes({ msisdn: it.phone });
  const unsent = pushes.length === 0;
  expect(pushes.length, where).toBeLessThan(2);
  await expectNothingForgotten(it, unsent, where);
  if (unsent) {
    await promptAtLast(it);
    await answer(it, "approve");
  }
  await deliverCallbacks(it);
  await recover(shop, 1);
  const { prompts } = await readBothBooks(shop, [it.user]);
  const expected = pays ? [{ credited: true, amountCents: 50_000n, depositState: "paid" }] : [];
  expect(prompts, where).toMatchObject(expected);
  expect(await shop.sandbox.control.listPushes({ msisdn: it.phone }), where).toHaveLength(1);
  await expectInvariants();
}

/** The process died before anything was sent: the next tap, or the next form, sends the first prompt. */
async function promptAtLast(it: Case): Promise<void> {
  const { existing } = await tap(it);
  if (existing) await tap({ ...it, attemptKey: `another ${it.attemptKey}` });
}

/** Without the callback: credited by a look-up, or not paid, or a person knows why it is neither. */
async function expectNothingForgotten(it: Case, unsent: boolean, where: string): Promise<void> {
  const deposits = await db().deposit.findMany({
    where: { customerId: it.user.id },
    select: { state: true, reason: true },
  });
  const [deposit] = deposits;
  expect(deposits, where).toHaveLength(1);
  const ends = unsent
    ? ["failed: not_sent", "needs_review: push_unconfirmed"]
    : ["paid", "failed: cancelled", "needs_review: push_unconfirmed"];
  const { state, reason } = deposit ?? {};
  expect(ends, where).toContain(reason ? `${state}: ${reason}` : state);
}

for (const road of ROADS) {
  // What follows an answer is the moment before the next question, so most roads are asked once.
  const moments: readonly Moment[] =
    road.name === "a request for a prompt" || process.env.SIMULATION_LONG
      ? ["before", "after"]
      : ["before"];
  for (const moment of moments) {
    test(`${road.name}: a process that dies ${moment} any await leaves one prompt and one credit at most`, async () => {
      let at = 1;
      while (await surviveCrash(road, at, moment)) at += 1;
      expect(at).toBeGreaterThan(road.awaitsMin);
    }, 240_000);
  }
}
