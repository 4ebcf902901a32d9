import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { openShop, type Shop } from "@/test/shop";
import { PROVIDER_TIMEOUT_MS } from "@/test/simulation/pauses";
import { freezeClock } from "@/test/simulation/recover";
import { seededRandom } from "@/test/simulation/seeded-random";
import { Outside } from "@/test/withdrawal-simulation/outside";
import { installProcesses } from "@/test/withdrawal-simulation/processes";
import { ROUND_SIZE, simulateRound, type Place } from "@/test/withdrawal-simulation/simulate";
import { Tally } from "@/test/withdrawal-simulation/tally";

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: (await import("@/test/simulation/pauses")).pauseOnClock,
}));

const LONG = 200_000;
const SHORT = 2_000;
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
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

test(
  `of ${withdrawals} withdrawals none is paid out twice, none lost, and both books agree (seed ${seed})`,
  async () => {
    const tally = new Tally();
    const startedAt = vi.getRealSystemTime();
    const startedAtMs = Date.now();
    const rounds = Math.ceil(withdrawals / roundSize);
    for (let round = 0; round < rounds; round += 1) {
      if (only !== undefined && Number(only) !== round) continue;
      vi.setSystemTime(startedAtMs);
      // Look-ups come due a little later at random: the same round has the same chances.
      vi.spyOn(Math, "random").mockImplementation(seededRandom(`${seed}:${round}`));
      const left = withdrawals - round * roundSize;
      const size = only === undefined ? Math.min(roundSize, left) : roundSize;
      await simulateRound(place, { seed, round, withdrawals: size, tally });
      const seconds = Math.round((vi.getRealSystemTime() - startedAt) / 1_000);
      const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
      if (rounds > 20 && round % 20 === 19)
        process.stdout.write(`${tally.withdrawals} withdrawals, ${seconds} s, ${megabytes} MB\n`);
    }
    process.stdout.write(`${tally.summary()}\n`);
    // Withdrawals of which none is paid, given back or in doubt would prove nothing.
    expect(tally.count("paid")).toBeGreaterThan(tally.withdrawals / 3);
    expect(tally.count("failed")).toBeGreaterThan(0);
  },
  24 * 3_600_000,
);
