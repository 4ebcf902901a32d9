import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { openShop, type Shop } from "@/test/shop";
import { neverMet } from "@/test/shop-simulation/coverage";
import { SABOTAGES } from "@/test/shop-simulation/sabotages";
import { live, simulateSeed, type Place } from "@/test/shop-simulation/simulate";
import { Wire } from "@/test/shop-simulation/wire";
import { freezeClock } from "@/test/simulation/recover";
import { pullUp } from "@/test/withdrawal-simulation/plant";
import { installProcesses } from "@/test/withdrawal-simulation/processes";

// Loaded before everything: what takes the place of modules cannot wait for them.
const { pauseOnClock } = await vi.hoisted(() => import("@/test/withdrawal-simulation/pauses"));
const { plantable } = await vi.hoisted(() => import("@/test/withdrawal-simulation/plant"));

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: pauseOnClock,
}));

// Bugs can be planted in these; without one they are what they are.
vi.mock("@/lib/payments/take-receipt", async (load) => plantable(await load<object>()));
vi.mock("@/lib/recovery/transactions/record-transaction", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/recovery/transactions/find-by-reference", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/refunds/refund-share", async (load) => plantable(await load<object>()));
vi.mock("@/lib/payments/refunds/follow-withdrawal", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/refunds/book-reversal-by-hand", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/payments/refunds/settle-refund", async (load) => plantable(await load<object>()));
vi.mock("@/lib/payments/refunds/apply-reversal-result", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/recovery/statements/store-lines", async (load) => plantable(await load<object>()));
vi.mock("@/lib/recovery/statements/book-costs", async (load) => plantable(await load<object>()));
vi.mock("@/lib/recovery/review/decide", async (load) => plantable(await load<object>()));
vi.mock("@/lib/recovery/transactions/match-transaction", async (load) =>
  plantable(await load<object>()),
);
vi.mock("@/lib/recovery/transactions/match-lines", async (load) => plantable(await load<object>()));
vi.mock("@/lib/payments/settle-deposit", async (load) => plantable(await load<object>()));

const SHORT = 50;
const LONG = 1_000;
/** A busy machine is no provider that does not answer: what is lost here is drawn. */
const PATIENCE_MS = 12_000;
const LONGEST_MS = 24 * HOUR_MS;
const seeds = Number(process.env.SIMULATION_SEEDS ?? (process.env.SIMULATION_LONG ? LONG : SHORT));
const payments = Number(process.env.SIMULATION_PAYMENTS ?? (process.env.SIMULATION_LONG ? 6 : 4));
const firstSeed = Number(process.env.SIMULATION_SHOP_SEED ?? 1);

const afterAnswers: (() => Promise<unknown>)[] = [];
const wire = new Wire();
let shop: Shop;
let place: Place;

beforeAll(async () => {
  process.env.PV_TIMEOUT_MS = String(PATIENCE_MS);
  process.env.MPESA_TIMEOUT_MS = String(PATIENCE_MS);
  process.env.DATABASE_POOL_MAX = "40";
  shop = await openShop();
  // Work after an answer is run by the seeds, so that a process can die before, during or after it.
  scheduleAfterAnswer((work) => void afterAnswers.push(work));
  installProcesses(wire);
  freezeClock();
  place = { shop, wire, takeWork: () => afterAnswers.splice(0) };
});
afterEach(() => pullUp());
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

test(
  `in ${seeds} shops of ${payments} payments both books agree to the cent, and nothing is forgotten`,
  async () => {
    const tally = new Map<string, number>();
    const beganMs = vi.getRealSystemTime();
    for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
      await simulateSeed(place, { seed, payments, tally });
      const done = seed - firstSeed + 1;
      if (done % 10 === 0 && process.env.SIMULATION_LONG) sayHowFar(done, beganMs);
    }
    if (process.env.SIMULATION_LONG) process.stdout.write(`${summaryOf(tally)}\n`);
    expect(tally.size).toBeGreaterThan(0);
    if (seeds >= SHORT) expect(neverMet(tally), "what these shops never met").toEqual([]);
  },
  LONGEST_MS,
);

function sayHowFar(done: number, beganMs: number): void {
  const seconds = Math.round((vi.getRealSystemTime() - beganMs) / SECOND_MS);
  const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(
    `${done} shops, ${done * payments} payments, ${seconds} s, ${megabytes} MB\n`,
  );
}

function summaryOf(tally: ReadonlyMap<string, number>): string {
  return [...tally]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([what, count]) => `${String(count).padStart(7)} ${what}`)
    .join("\n");
}

const CHOSEN_MS = 10 * MINUTE_MS;

// A check that cannot fail proves nothing: each bug breaks one guard, and the simulation must notice.
test.each(SABOTAGES)(
  "the simulation notices $name",
  async ({ plan, plantIt, notice }) => {
    const input = { name: "chosen", again: "npm run simulate -- --all", plan, withProgram: false };
    plantIt();
    await expect(live(place, input).then(() => "nothing was noticed")).rejects.toThrow(notice);
  },
  CHOSEN_MS,
);

test(
  "without a planted bug the chosen lives end well",
  async () => {
    const plans = new Map(SABOTAGES.map((one) => [JSON.stringify(one.plan), one]));
    for (const { name, plan } of plans.values()) {
      const input = { name, again: "npm run simulate -- --all", plan, withProgram: true };
      expect((await live(place, input)).tally.size).toBeGreaterThan(0);
    }
  },
  CHOSEN_MS,
);
