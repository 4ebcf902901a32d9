import { vi } from "vitest";
import { db } from "@/lib/db";
import { SECOND_MS } from "@/lib/kit/time";
import type { Shop } from "../shop";
import { Broken } from "../withdrawal-simulation/broken";
import type { TakeWork } from "../withdrawal-simulation/round";
import { drawAlike } from "./draw-alike";
import { endWorld } from "./end";
import { liveThrough } from "./live";
import { drawPlan, type Plan } from "./plan";
import { tellTrace, withShortIds } from "./trace";
import type { Wire } from "./wire";
import { CUSTOMERS, World } from "./world";

export interface Place {
  readonly shop: Shop;
  readonly wire: Wire;
  readonly takeWork: TakeWork;
}

/** One seed of the shop's days; every choice is drawn from it, so that it can be had again. */
export async function simulateSeed(
  place: Place,
  input: { seed: number; payments: number; tally: Map<string, number> },
): Promise<void> {
  const { seed, payments, tally } = input;
  const again = `npm run simulate -- --seed ${seed} --seeds 1 --payments ${payments}`;
  const plan = drawPlan(seed, payments, CUSTOMERS);
  const world = await live(place, { name: String(seed), again, plan, withProgram: seed % 5 === 0 });
  for (const [what, count] of world.tally) tally.set(what, (tally.get(what) ?? 0) + count);
}

/** Lives through a plan and ends it. What breaks is told with its trace. */
export async function live(
  place: Place,
  input: { name: string; again: string; plan: Plan; withProgram: boolean },
): Promise<World> {
  const { name, again, plan, withProgram } = input;
  vi.setSystemTime(beginningOfDays());
  drawAlike(name);
  let world: World | null = null;
  try {
    world = await World.open(place, name, plan);
    await liveThrough(world);
    await endWorld(world, { withProgram });
    await countEnds(world);
    if (process.env.SIMULATION_TRACE) await showTrace(world);
    return world;
  } catch (error) {
    const shown = error instanceof Broken ? error : null;
    const why =
      shown?.message ?? (error instanceof Error ? (error.stack ?? String(error)) : String(error));
    const lines = [
      `Seed ${name}: ${why}`,
      `Have it again: ${again}`,
      ...(world ? await tellTrace(world, shown) : []),
    ];
    throw new Error(withShortIds(lines.join("\n")), { cause: error });
  }
}

/** What happened in a seed in which nothing broke, for those who want to read it. */
async function showTrace(world: World): Promise<void> {
  const lines = [`Seed ${world.name} holds.`, ...(await tellTrace(world, null))];
  process.stdout.write(`${withShortIds(lines.join("\n"))}\n`);
}

/** The same hour of the day for every seed, and never before what Postgres takes for now. */
function beginningOfDays(): number {
  const tomorrow = new Date(vi.getRealSystemTime() + 86_400 * SECOND_MS);
  return Date.UTC(tomorrow.getUTCFullYear(), tomorrow.getUTCMonth(), tomorrow.getUTCDate(), 6);
}

async function countEnds(world: World): Promise<void> {
  const rows = await db().$queryRaw<{ what: string; count: number }[]>`
    SELECT method || ' deposit ' || state || coalesce(': ' || CASE state WHEN 'needs_review' THEN reason END, '') AS what,
           count(*)::int AS count FROM deposits GROUP BY 1
    UNION ALL SELECT 'assigned by people', count(*)::int FROM deposits WHERE origin = 'assigned' HAVING count(*) > 0
    UNION ALL SELECT method || ' withdrawal ' || state || coalesce(': ' || reason, ''), count(*)::int FROM withdrawals GROUP BY 1
    UNION ALL SELECT method || ' refund ' || state || coalesce(': ' || reason, ''), count(*)::int FROM refunds GROUP BY 1
    UNION ALL SELECT 'line ' || kind || ' ' || standing || coalesce(': ' || cause, ''), count(*)::int
      FROM provider_transactions GROUP BY 1
    UNION ALL SELECT 'heard first by ' || source, count(*)::int FROM provider_transactions GROUP BY 1
    UNION ALL SELECT 'decision ' || action || ' ' || state, count(*)::int FROM review_decisions GROUP BY 1
    UNION ALL SELECT 'receipt query ' || coalesce(outcome, 'open'), count(*)::int FROM receipt_queries GROUP BY 1
    UNION ALL SELECT 'statement ' || state, count(*)::int FROM statement_imports GROUP BY 1
    UNION ALL SELECT 'pull ' || coalesce(outcome, 'died'), count(*)::int FROM pull_runs GROUP BY 1`;
  for (const { what, count } of rows) world.tally.set(what, (world.tally.get(what) ?? 0) + count);
}
