import { vi } from "vitest";
import { db } from "@/lib/db";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { MINUTE_MS } from "@/lib/kit/time";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import type { Shop } from "../shop";

export const SWEEP_LIMIT = 1_000;

/** The clock of everything in this process: it stands until it is moved, and only forward. */
export function freezeClock(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
}

export function advanceClock(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

export const clock = () => new Date();

/** What the worker does in one turn: messages nobody finished, jobs that are due, deposits that are due. */
export async function runWorkerTurn(shop: Shop): Promise<void> {
  await sweepMessages({ now: clock, limit: SWEEP_LIMIT });
  // Jobs wait on Postgres' clock, which stands at the machine's time; ours may be ahead of it.
  await db().$executeRaw`
    UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at <= ${clock()} AND run_at > now()`;
  await shop.runJobs();
  await sweepDeposits({ now: clock, limit: SWEEP_LIMIT });
}

/** Lets every lease run out and every retry come up, as a worker that came back would see them. */
export async function recover(shop: Shop, turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    advanceClock(2 * MINUTE_MS);
    await runWorkerTurn(shop);
  }
}
