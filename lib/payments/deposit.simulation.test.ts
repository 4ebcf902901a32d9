import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { scheduleAfterAnswer } from "@/lib/http/after-answer";
import { openShop, type Shop } from "@/test/shop";
import { CHOSEN_LIVES } from "@/test/simulation/chosen-lives";
import { installCrashPoints } from "@/test/simulation/crash-points";
import { endLife } from "@/test/simulation/end-of-life";
import { Life } from "@/test/simulation/life";
import { PROVIDER_TIMEOUT_MS } from "@/test/simulation/pauses";
import { freezeClock } from "@/test/simulation/recover";
import { SABOTAGES, type Sabotage } from "@/test/simulation/sabotages";
import { nameOf, seededRandom } from "@/test/simulation/seeded-random";
import { stepsArbitrary, type Step } from "@/test/simulation/steps";
import { expectSoundBooks, takeStep } from "@/test/simulation/take-step";

vi.mock("node:timers/promises", async (load) => ({
  ...(await load<object>()),
  setTimeout: (await import("@/test/simulation/pauses")).pauseOnClock,
}));

const afterAnswers: (() => Promise<unknown>)[] = [];

const LONG_RUNS = 2_000;
const SHORT_RUNS = 60;
const numRuns = Number(
  process.env.SIMULATION_RUNS ?? (process.env.SIMULATION_LONG ? LONG_RUNS : SHORT_RUNS),
);
const seed = Number(process.env.SIMULATION_SEED ?? 20_261_121);
const path = process.env.SIMULATION_PATH;

let shop: Shop;
const lived = new Map<string, number>();
const credited = { vouchers: 0, prompts: 0 };

beforeAll(async () => {
  process.env.PV_TIMEOUT_MS = String(PROVIDER_TIMEOUT_MS);
  process.env.MPESA_TIMEOUT_MS = String(PROVIDER_TIMEOUT_MS);
  shop = await openShop();
  // Work after an answer is run by the steps, so that a process can die before, during or after it.
  scheduleAfterAnswer((work) => void afterAnswers.push(work));
  installCrashPoints();
  freezeClock();
});
afterAll(async () => {
  vi.useRealTimers();
  await shop.close();
});

/** One life of the shop: the steps, the end, and what must be true then. */
async function live(steps: readonly Step[], sabotage?: Sabotage): Promise<void> {
  const repetition = lived.get(nameOf(steps, 0)) ?? 0;
  lived.set(nameOf(steps, 0), repetition + 1);
  const name = nameOf(steps, repetition);
  // Look-ups come due a little later at random: the same life has the same chances.
  const random = vi.spyOn(Math, "random").mockImplementation(seededRandom(name));
  try {
    const life = await Life.open(shop, name, () => afterAnswers.splice(0));
    for (const step of steps) await takeStep(life, step);
    await sabotage?.(life);
    if (sabotage) await expectSoundBooks(life);
    const { vouchers, prompts } = await endLife(life);
    credited.vouchers += vouchers.length;
    credited.prompts += prompts.length;
  } finally {
    random.mockRestore();
  }
}

test(`whatever is lost, repeated, forged, reordered or killed, every shilling is credited once (seed ${seed})`, async () => {
  // A failure prints its seed and path; SIMULATION_SEED and SIMULATION_PATH replay exactly that life.
  await fc.assert(
    fc.asyncProperty(stepsArbitrary, (steps) => live(steps)),
    { numRuns, seed, path, endOnFailure: numRuns <= SHORT_RUNS },
  );
  // Lives in which nobody is ever paid would prove nothing.
  expect(credited.vouchers).toBeGreaterThan(path ? -1 : numRuns / 4);
  expect(credited.prompts).toBeGreaterThan(path ? -1 : numRuns / 4);
}, 3_600_000);

test.each(CHOSEN_LIVES)("every shilling is credited once after $name", async ({ life }) => {
  await live(life);
});

// A check that cannot fail proves nothing: each sabotage breaks one guard, and the same life must notice.
test.each(SABOTAGES)("the simulation notices $name", async ({ life, sabotage, notice, repair }) => {
  await live(life);
  await expect(live(life, sabotage)).rejects.toThrow(notice);
  await repair?.();
});
