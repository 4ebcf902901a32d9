import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { resumePayouts } from "@/lib/merchants/resume-payouts";
import { db } from "@/lib/db";
import { refreshVoucherFloats } from "@/lib/payments/withdrawals/refresh-voucher-floats";
import { clock } from "../simulation/recover";
import { Chance } from "./chance";
import { checkSoFar } from "./check-so-far";
import { act, submit } from "./deeds";
import { drawCrash, type LaterDeed, type Plan } from "./plan";
import { inProcess } from "./processes";
import { UTILITY_CENTS, WALLET_CENTS, type Round } from "./round";
import { freeJobs, takeJobs, workerTurn } from "./workers";

const AT_ONCE = 8;
const TICKS_BETWEEN_CHECKS = 12;

interface Due {
  readonly atMs: number;
  readonly plan: Plan;
  readonly later: LaterDeed | null;
}

/** Lets a round happen: people ask and decide, workers work and die, providers answer as they were drawn to. */
export async function liveThrough(round: Round): Promise<void> {
  const due = round.plans
    .flatMap((plan): Due[] => [
      { atMs: plan.atMs, plan, later: null },
      ...plan.later.map((later) => ({ atMs: plan.atMs + later.afterMs, plan, later })),
    ])
    .sort((a, b) => a.atMs - b.atMs);
  for (let tick = 1; due.length > 0; tick += 1) {
    // Each has draws of its own: how many messages there were must not change what comes later.
    const draws = (what: string) => new Chance(`${round.name} ${tick} ${what}`);
    await passSomeTime(round, draws("time"));
    await troubleEverybody(round, draws("trouble"));
    const now = due.splice(0, countUpTo(due, round.now()));
    await forEachAtOnce(
      now.filter(({ later }) => later === null),
      AT_ONCE,
      ({ plan }) => submit(round, plan),
    );
    await round.noticeNew();
    await Promise.all([
      forEachAtOnce(now, AT_ONCE, async ({ plan, later }) => {
        if (later) await act(round, plan, later);
      }),
      workAfterAnswers(round, draws("messages")),
      twoWorkers(round, draws("workers")),
    ]);
    await round.noticeNew();
    if (tick % TICKS_BETWEEN_CHECKS === 0) await checkSoFar(round);
  }
}

function countUpTo(due: readonly Due[], nowMs: number): number {
  const later = due.findIndex(({ atMs }) => atMs > nowMs);
  return later < 0 ? due.length : later;
}

/** Seconds, mostly; now and then a machine that slept. */
async function passSomeTime(round: Round, chance: Chance): Promise<void> {
  const isJump = chance.happens(0.02);
  const ms = isJump
    ? chance.between(MINUTE_MS, HOUR_MS)
    : chance.between(3 * SECOND_MS, 45 * SECOND_MS);
  if (isJump) round.note(null, `the clock jumps by ${Math.round(ms / 1_000)} s`);
  await round.pass(ms);
}

/** What no single withdrawal is the cause of. */
async function troubleEverybody(round: Round, chance: Chance): Promise<void> {
  const { control } = round;
  if (chance.happens(0.04)) {
    round.note(null, "every access token ends");
    await control.expireTokens();
  }
  if (chance.happens(0.03)) {
    round.note(null, "the wallet at the voucher provider is nearly empty");
    await control.setMerchantBalance({ balanceCents: 60_000n });
  } else if (chance.happens(0.4)) {
    await control.setMerchantBalance({ balanceCents: WALLET_CENTS });
    await refreshVoucherFloats({ now: clock });
  }
  if (chance.happens(0.03)) {
    round.note(null, "the utility account is nearly empty");
    await control.setOrganisationFunds({ utilityCents: 60_000n });
  } else if (chance.happens(0.3)) {
    await control.setOrganisationFunds({ utilityCents: UTILITY_CENTS });
  }
  if (chance.happens(0.04)) {
    const endpoint = chance.pick(["query_balance", "oauth", "tx_status"] as const);
    const effect = chance.pick([{ kind: "drop" }, { kind: "error", status: 503 }] as const);
    round.note(null, `${endpoint} fails: ${effect.kind}`);
    await control.addFault({
      endpoint,
      when: "before",
      effect,
      times: chance.between(1, 3),
    });
  }
  if (chance.happens(0.3)) await letPayoutsGoOn(round);
}

/** An admin has looked after the operator that M-Pesa refused. */
export async function letPayoutsGoOn(round: Round): Promise<void> {
  const stopped = await db().providerAccount.findMany({
    where: { payoutsStopped: { not: null } },
    select: { id: true, merchantId: true },
  });
  for (const { id: accountId, merchantId } of stopped) {
    const owner = round.customers.find(({ user }) => user.merchantId === merchantId);
    if (owner) await resumePayouts(owner.checker, { accountId });
    round.note(null, `payouts from ${accountId} go on`);
  }
}

async function workAfterAnswers(round: Round, chance: Chance): Promise<void> {
  const works = round.takeAfterAnswers().map((work) => {
    return { work, crash: chance.happens(0.06) ? drawCrash(chance, 25) : null };
  });
  await forEachAtOnce(works, AT_ONCE, async ({ work, crash }) => {
    if (await inProcess(work, crash)) round.note(null, "a process died working a message");
  });
}

/** Two at the same rows; now and then the second takes the first's jobs for abandoned. */
async function twoWorkers(round: Round, chance: Chance): Promise<void> {
  const crashes = ["a", "b"].map(() => (chance.happens(0.12) ? drawCrash(chance, 80) : null));
  if (chance.happens(0.3)) await freeJobs();
  const jobs = await takeJobs();
  const isStolen = chance.happens(0.15);
  if (isStolen && jobs.length > 0) round.note(null, "two workers are at the same jobs");
  const half = Math.ceil(jobs.length / 2);
  const shares = isStolen ? [jobs, jobs] : [jobs.slice(0, half), jobs.slice(half)];
  await Promise.all(
    shares.map(async (share, index) => {
      const crash = crashes[index] ?? null;
      if (crash) round.note(null, `a worker dies ${crash.moment} its await ${crash.at}`);
      await workerTurn(share, crash);
    }),
  );
}
