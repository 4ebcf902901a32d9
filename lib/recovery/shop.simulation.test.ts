import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import { openShop, type Shop } from "@/test/shop";
import { simulateSeed, type Place } from "@/test/shop-simulation/simulate";
import { Wire } from "@/test/shop-simulation/wire";
import { freezeClock } from "@/test/simulation/recover";
import { PROVIDER_TIMEOUT_MS } from "@/test/withdrawal-simulation/pauses";
import { installProcesses } from "@/test/withdrawal-simulation/processes";

// Loaded before everything: what takes the place of modules cannot wait for them.
const { pauseOnClock } = await vi.hoisted(() => import("@/test/withdrawal-simulation/pauses"));

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: pauseOnClock,
}));

const SHORT = 25;
const LONG = 1_000;
const LONGEST_MS = 24 * HOUR_MS;
const seeds = Number(process.env.SIMULATION_SEEDS ?? (process.env.SIMULATION_LONG ? LONG : SHORT));
const payments = Number(process.env.SIMULATION_PAYMENTS ?? 6);
const firstSeed = Number(process.env.SIMULATION_SHOP_SEED ?? 1);

const afterAnswers: (() => Promise<unknown>)[] = [];
const wire = new Wire();
let shop: Shop;
let place: Place;

beforeAll(async () => {
  process.env.PV_TIMEOUT_MS = String(PROVIDER_TIMEOUT_MS);
  process.env.MPESA_TIMEOUT_MS = String(PROVIDER_TIMEOUT_MS);
  process.env.DATABASE_POOL_MAX = "40";
  shop = await openShop();
  // Work after an answer is run by the seeds, so that a process can die before, during or after it.
  scheduleAfterAnswer((work) => void afterAnswers.push(work));
  installProcesses(wire);
  freezeClock();
  place = { shop, wire, takeWork: () => afterAnswers.splice(0) };
});
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
      if (done % 50 === 0) sayHowFar(done, beganMs);
    }
    if (seeds > 1) process.stdout.write(`${summaryOf(tally)}\n`);
    expect(tally.size).toBeGreaterThan(0);
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
