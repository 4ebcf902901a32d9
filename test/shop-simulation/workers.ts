import { db } from "@/lib/db";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { HANDLERS } from "@/lib/jobs/registry";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { pullRecentHistory } from "@/lib/recovery/pull/pull-recent-history";
import { sweepReview } from "@/lib/recovery/review/sweep-review";
import { sweepStatements } from "@/lib/recovery/statements/sweep-statements";
import { sweepClaims } from "@/lib/recovery/sweep-claims";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import { sweepRefunds } from "@/lib/recovery/sweep-refunds";
import { sweepTransactions } from "@/lib/recovery/transactions/sweep-transactions";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import type { CrashPoint } from "../simulation/crash-points";
import { clock } from "../simulation/recover";
import type { Chance } from "../withdrawal-simulation/chance";
import { drawCrash } from "../withdrawal-simulation/plan";
import { inProcess } from "../withdrawal-simulation/processes";
import { freeJobs, takeJobs, type Job } from "../withdrawal-simulation/workers";
import type { World } from "./world";

const SWEEP = { now: clock, limit: 200 } as const;
const AT_ONCE = 4;

/** Everything the worker does by the clock, once, by one that may die in it. */
async function workerTurn(
  world: World,
  jobs: readonly Job[],
  input: { crash: CrashPoint | null; pulls: boolean },
): Promise<void> {
  const died = await inProcess(async () => {
    await sweepMessages(SWEEP);
    await forEachAtOnce(jobs, AT_ONCE, (job) => doJob(world, job));
    await sweepDeposits(SWEEP);
    await sweepWithdrawals(SWEEP);
    await sweepRefunds(SWEEP);
    await sweepClaims(SWEEP);
    await sweepTransactions(SWEEP);
    await sweepStatements({ ...SWEEP, limit: 1 });
    await sweepReview({ now: clock });
    if (input.pulls) await pullRecentHistory({ now: clock });
  }, input.crash);
  if (died) world.count("died: worker");
}

/** A job that throws stays where it is, and is taken again; at the end of a seed none may be left. */
async function doJob(world: World, job: Job): Promise<void> {
  const handler = HANDLERS.find(({ id }) => id === job.task);
  if (!handler) throw new Error(`nobody handles ${job.task}`);
  try {
    await Reflect.apply(handler.run, undefined, [job.payload]);
  } catch (error) {
    world.note(null, "worker", `${job.task} threw ${String(error)}`);
    return;
  }
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs WHERE id = ${job.id}`;
}

/** Two workers at the same rows, and now and then at the same jobs. */
export async function twoWorkers(world: World, chance: Chance): Promise<void> {
  const crashes = [0, 1].map(() => (chance.happens(0.12) ? drawCrash(chance, 80) : null));
  const isStolen = chance.happens(0.15);
  const pulls = chance.happens(0.12);
  const isAlone = chance.happens(0.75);
  await freeJobs();
  const jobs = await takeJobs();
  const half = Math.ceil(jobs.length / 2);
  const shares = isStolen ? [jobs, jobs] : [jobs.slice(0, half), jobs.slice(half)];
  const working = isAlone ? [jobs] : shares;
  await Promise.all(
    working.map(async (share, index) => {
      const crash = crashes[index] ?? null;
      if (crash) world.note(null, "worker", `may die ${crash.moment} its await ${crash.at}`);
      await workerTurn(world, share, { crash, pulls: pulls && index === 0 });
    }),
  );
}

/** One that does not die. */
export async function soundWorker(world: World, { pulls }: { pulls: boolean }): Promise<void> {
  await freeJobs();
  await workerTurn(world, await takeJobs(), { crash: null, pulls });
}

/** What the doors left for after their answers. */
export async function workMessages(world: World, chance: Chance | null): Promise<void> {
  const works = world.takeAfterAnswers().map((work) => {
    return { work, crash: chance?.happens(0.08) ? drawCrash(chance, 25) : null };
  });
  await forEachAtOnce(works, AT_ONCE, async ({ work, crash }) => {
    if (!(await inProcess(work, crash))) return;
    world.note(null, "shop", "a process died working a message");
    world.count("died: after an answer");
  });
}
