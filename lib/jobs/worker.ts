import { pathToFileURL } from "node:url";
import { run, type Runner } from "graphile-worker";
import { closeDb, pgPool } from "@/lib/db";
import { env } from "@/lib/env";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { saveAccountOfShop } from "@/lib/merchants/save-account-of-settings";
import { startMetricsServer } from "@/lib/metrics";
import { sealAudit } from "@/lib/recovery/seal-audit";
import { sweepClaims } from "@/lib/recovery/sweep-claims";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import { requestSimulatedRegistration } from "@/lib/recovery/pull/register-simulated";
import { sweepStatements } from "@/lib/recovery/statements/sweep-statements";
import { sweepRefunds } from "@/lib/recovery/sweep-refunds";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import { sweepTransactions } from "@/lib/recovery/transactions/sweep-transactions";
import { signAudit } from "./handlers/audit.sign";
import { queueLogger } from "./queue-logger";
import { CRON_ITEMS, HANDLERS } from "./registry";
import { runEvery } from "./run-every";

const CONCURRENCY = 6;
const SWEEP_INTERVAL_MS = SECOND_MS;
/** Claims have jobs; this only finds those whose job died with its worker. */
const CLAIM_SWEEP_INTERVAL_MS = 15 * SECOND_MS;
/** They have jobs too. */
const STATEMENT_SWEEP_INTERVAL_MS = 20 * SECOND_MS;
const SWEEP_LIMIT = 50;
const SEAL_INTERVAL_MS = 2 * SECOND_MS;
const SEAL_LIMIT = 5_000;

/**
 * Starts jobs, cron and sweeps in this process. Any number of workers may run; `stop` ends cleanly. `ended`
 * resolves when the jobs have ended, which they also do by themselves when the database is taken away.
 */
export async function startWorker(): Promise<{ stop: () => Promise<void>; ended: Promise<void> }> {
  const now = () => new Date();
  const runner: Runner = await run({
    pgPool: pgPool(),
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    pollInterval: 2 * SECOND_MS,
    taskList: Object.fromEntries(HANDLERS.map((handler) => [handler.id, handler.run])),
    parsedCronItems: CRON_ITEMS,
    logger: queueLogger(),
  });
  await runner.addJob(signAudit.id, {}, { jobKey: signAudit.id, maxAttempts: 5 });
  const sweeps = [
    runEvery("messages", SWEEP_INTERVAL_MS, async () => ({
      more: (await sweepMessages({ now, limit: SWEEP_LIMIT })) === SWEEP_LIMIT,
    })),
    runEvery("deposits", SWEEP_INTERVAL_MS, async () => ({
      more: (await sweepDeposits({ now, limit: SWEEP_LIMIT })) === SWEEP_LIMIT,
    })),
    runEvery("withdrawals", SWEEP_INTERVAL_MS, async () => ({
      more: (await sweepWithdrawals({ now, limit: SWEEP_LIMIT })) === SWEEP_LIMIT,
    })),
    runEvery("refunds", SWEEP_INTERVAL_MS, async () => ({
      more: (await sweepRefunds({ now, limit: SWEEP_LIMIT })) === SWEEP_LIMIT,
    })),
    runEvery("claims", CLAIM_SWEEP_INTERVAL_MS, async () => ({
      more: (await sweepClaims({ now, limit: SWEEP_LIMIT })) === SWEEP_LIMIT,
    })),
    runEvery("lines of M-Pesa's books", CLAIM_SWEEP_INTERVAL_MS, async () => ({
      more: (await sweepTransactions({ now, limit: SWEEP_LIMIT })) === SWEEP_LIMIT,
    })),
    runEvery("statements", STATEMENT_SWEEP_INTERVAL_MS, async () => ({
      more: (await sweepStatements({ now, limit: 1 })) === 1,
    })),
    runEvery("audit log", SEAL_INTERVAL_MS, async () => ({
      more: (await sealAudit({ limit: SEAL_LIMIT })) === SEAL_LIMIT,
    })),
  ];
  let ended = false;
  return {
    ended: runner.promise.finally(() => {
      ended = true;
    }),
    async stop() {
      await Promise.all(sweeps.map((sweep) => sweep.stop()));
      if (!ended) await runner.stop();
    },
  };
}

async function main(): Promise<void> {
  await saveAccountOfShop();
  const worker = await startWorker();
  await requestSimulatedRegistration();
  const metrics = await startMetricsServer(env().workerMetricsPort);
  log().info("worker is working");
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await worker.stop();
    await metrics.close();
    await closeDb();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
  await worker.ended.catch((error: unknown) => log().fatal({ err: error }, "the jobs broke off"));
  if (stopping) return;
  // A worker without jobs looks alive and does nothing: better to end, and be started again.
  log().fatal("the jobs ended by themselves");
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
