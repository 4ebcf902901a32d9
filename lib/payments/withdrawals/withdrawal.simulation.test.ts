import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { openShop, type Shop } from "@/test/shop";
import { PROVIDER_TIMEOUT_MS } from "@/test/withdrawal-simulation/pauses";
import { freezeClock } from "@/test/simulation/recover";
import { seededRandom } from "@/test/simulation/seeded-random";
import { Outside } from "@/test/withdrawal-simulation/outside";
import { installProcesses } from "@/test/withdrawal-simulation/processes";
import { everyPlan, type Plan } from "@/test/withdrawal-simulation/plan";
import { pullUp } from "@/test/withdrawal-simulation/plant";
import { CUSTOMERS } from "@/test/withdrawal-simulation/round";
import { SABOTAGES } from "@/test/withdrawal-simulation/sabotages";
import { live, ROUND_SIZE, simulateRound, type Place } from "@/test/withdrawal-simulation/simulate";
import { Tally } from "@/test/withdrawal-simulation/tally";

// Loaded before everything: what takes the place of modules cannot wait for them.
const { pauseOnClock } = await vi.hoisted(() => import("@/test/withdrawal-simulation/pauses"));
const { plantable } = await vi.hoisted(() => import("@/test/withdrawal-simulation/plant"));

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: pauseOnClock,
}));

// Bugs can be planted in these; without one they are what they are.
vi.mock("@/lib/providers/daraja/payouts", async (load) => plantable(await load<object>()));
vi.mock("@/lib/providers/pesavoucher/payouts", async (load) => plantable(await load<object>()));
vi.mock("@/lib/payments/withdrawals/apply-b2c-result", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/apply-b2c-timeout", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/apply-status-result", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/apply-voucher-created", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/cancel-withdrawal", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/refuse-over-limit", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/request-withdrawal", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/sending", async (load) => plantable(await load<object>()));
vi.mock("@/lib/payments/withdrawals/settle-withdrawal", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/withdrawals/withdrawal-rules", async (load) =>
  plantable(await load<object>()),
);

const LONG = 200_000;
const SHORT = 2_000;
const ROUNDS_BETWEEN_WORDS = 10;
// A machine that is busy with other things takes its time.
const CHOSEN_MS = 10 * MINUTE_MS;
const LONGEST_MS = 24 * HOUR_MS;
const withdrawals = Number(
  process.env.SIMULATION_WITHDRAWALS ?? (process.env.SIMULATION_LONG ? LONG : SHORT),
);
const seed = Number(process.env.SIMULATION_SEED ?? 20_261_121);
const only = process.env.SIMULATION_ROUND;
const roundSize = Number(process.env.SIMULATION_ROUND_SIZE ?? ROUND_SIZE);

const afterAnswers: (() => Promise<unknown>)[] = [];
const outside = new Outside();
let shop: Shop;
let place: Place;

beforeAll(async () => {
  process.env.PV_TIMEOUT_MS = String(PROVIDER_TIMEOUT_MS);
  process.env.MPESA_TIMEOUT_MS = String(PROVIDER_TIMEOUT_MS);
  process.env.DATABASE_POOL_MAX = "40";
  shop = await openShop();
  // Work after an answer is run by the rounds, so that a process can die before, during or after it.
  scheduleAfterAnswer((work) => void afterAnswers.push(work));
  installProcesses(outside);
  freezeClock();
  place = { shop, outside, takeWork: () => afterAnswers.splice(0) };
});
afterEach(() => pullUp());
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

test(
  `of ${withdrawals} withdrawals none is paid out twice, none lost, and both books agree (seed ${seed})`,
  async () => {
    const tally = new Tally();
    const began = { realMs: vi.getRealSystemTime(), ms: Date.now() };
    for (const [done, { round, size }] of roundsToLive().entries()) {
      vi.setSystemTime(began.ms);
      // Look-ups come due a little later at random: the same round has the same chances.
      vi.spyOn(Math, "random").mockImplementation(seededRandom(`${seed}:${round}`));
      await simulateRound(place, { seed, round, withdrawals: size, tally });
      if ((done + 1) % ROUNDS_BETWEEN_WORDS === 0) sayHowFar(tally, began.realMs);
    }
    process.stdout.write(`${tally.summary()}\n`);
    // Withdrawals of which none is paid, given back or in doubt would prove nothing.
    expect(tally.count(" paid")).toBeGreaterThan(tally.withdrawals / 3);
    expect(tally.count(" failed")).toBeGreaterThan(0);
  },
  LONGEST_MS,
);

/** All of them, or the one that is to be had again. */
function roundsToLive(): { round: number; size: number }[] {
  if (only !== undefined) return [{ round: Number(only), size: roundSize }];
  return Array.from({ length: Math.ceil(withdrawals / roundSize) }, (_, round) => {
    return { round, size: Math.min(roundSize, withdrawals - round * roundSize) };
  });
}

function sayHowFar(tally: Tally, beganMs: number): void {
  const seconds = Math.round((vi.getRealSystemTime() - beganMs) / SECOND_MS);
  const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(
    `${tally.forms} asked for, ${tally.withdrawals} made, ${seconds} s, ${megabytes} MB\n`,
  );
}

/** A round of chosen withdrawals, the same each time. */
async function liveChosen(plans: readonly Plan[]): Promise<Tally> {
  const name = "chosen:0";
  const tally = new Tally();
  vi.spyOn(Math, "random").mockImplementation(seededRandom(name));
  await live(place, { name, again: 'npm run simulate -- -t "everything"', plans, tally });
  return tally;
}

test(
  "everything that can happen to a withdrawal happens once, and both books agree",
  async () => {
    const tally = await liveChosen(everyPlan(CUSTOMERS));
    for (const state of ["paid", "failed", "needs_review"]) {
      expect(tally.count(`mpesa ${state}`), state).toBeGreaterThan(0);
      expect(tally.count(`pesavoucher ${state}`), state).toBeGreaterThan(0);
    }
  },
  CHOSEN_MS,
);

// A check that cannot fail proves nothing: each bug breaks one guard, and the simulation must notice.
test.each(SABOTAGES)(
  "the simulation notices $name",
  async ({ plans, plantIt, notice }) => {
    plantIt();
    await expect(liveChosen(plans).then((tally) => tally.summary())).rejects.toThrow(notice);
  },
  CHOSEN_MS,
);
