import { MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { Chance } from "../withdrawal-simulation/chance";
import { act } from "./deeds";
import { checkCheaply, checkSoFar } from "./checks";
import { noticeNew } from "./notice";
import type { Event } from "./plan";
import { actOnShop } from "./shop-deeds";
import { twoWorkers, workMessages } from "./workers";
import type { World } from "./world";

/** What comes within this long of each other happens at the same moment. */
const TOGETHER_MS = 3 * SECOND_MS;
/** Between two things that happen so far apart the worker has some turns of its own. */
const LONG_MS = 3 * MINUTE_MS;
const STEPS_BETWEEN_CHECKS = 25;

/** Lets a plan happen, with everything that was drawn to go wrong. */
export async function liveThrough(world: World): Promise<void> {
  const events = [...world.plan.events];
  for (let step = 1; events.length > 0; step += 1) {
    const draws = (what: string) => world.draws(`${world.name}:${step}:${what}`);
    await waitFor(world, events[0]?.atMs ?? 0, draws("wait"));
    const later = events.findIndex(({ atMs }) => atMs > world.now() + TOGETHER_MS);
    const now = events.splice(0, Math.max(1, later < 0 ? events.length : later));
    await happen(world, now);
    await workers(world, draws("workers"));
    await checkCheaply(world);
    if (step % STEPS_BETWEEN_CHECKS === 0) await checkSoFar(world);
  }
}

/** The machines go on while nobody does anything. */
async function waitFor(world: World, atMs: number, chance: Chance): Promise<void> {
  const gapMs = atMs - world.now();
  if (gapMs <= 0) return;
  if (gapMs < LONG_MS) return world.pass(gapMs);
  const firstMs = chance.between(SECOND_MS, MINUTE_MS);
  await world.pass(firstMs);
  await workers(world, chance);
  await world.pass(gapMs - firstMs);
  if (chance.happens(0.3)) await workers(world, chance);
}

async function happen(world: World, events: readonly Event[]): Promise<void> {
  await Promise.all(
    events.map((event) => (event.payment === null ? actOnShop(world, event) : act(world, event))),
  );
}

/** Messages are taken even while nobody is at work; what follows from them is done as they come. */
async function workers(world: World, chance: Chance): Promise<void> {
  await noticeNew(world);
  await workMessages(world, chance);
  if (!world.isOut) await twoWorkers(world, chance);
  await workMessages(world, chance);
}
