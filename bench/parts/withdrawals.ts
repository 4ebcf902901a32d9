import { db, pgPool } from "@/lib/db";
import type { WithdrawalMethod } from "@/lib/generated/prisma/client";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { asksOf, freshDestination, makePayers } from "../lib/make-payers";
import { distributionOf, median, shown, withRange } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { payBare, type Bare } from "../lib/pay-bare";
import { processorMicros } from "../lib/processor-time";
import { provePayouts } from "../lib/prove-payouts";
import { table, type Section } from "../lib/report";
import type { Program } from "../lib/start-program";
import { waitUntil } from "../lib/wait-until";
import { countWithdrawalStatements, type CountedStep } from "../lib/withdrawal-statements";
import type { Ask, Asked } from "../programs/withdrawer";

const METHODS = ["mpesa", "pesavoucher"] as const;
const NAMES: Readonly<Record<WithdrawalMethod, string>> = {
  mpesa: "M-Pesa",
  pesavoucher: "Pesa Voucher",
};
/** What each call of a provider takes before anything happens there. */
const PROVIDER_MS = 50;
/** As many jobs as a worker has under way at the same time (lib/jobs/worker.ts). */
const JOBS_AT_ONCE = 6;
/** So few that all are sent before the sweep would take its part. */
const A_ROUND = 200;
const ASKED_AT_ONCE = 8;
const CROWD = 100;
const FUNDS_CENTS = 1_000_000_000_000n;
const PATIENCE_MS = 120_000;

interface Round {
  readonly perSecond: number;
  readonly barePerSecond: number;
  readonly heldPerSecond: number;
  /** From the request to the payment in the books, one per withdrawal. */
  readonly waitsMs: number[];
  /** Processor time per withdrawal, in microseconds. */
  readonly workerMicros: number;
  readonly appMicros: number;
}

interface Stage {
  readonly bench: Bench;
  readonly merchantId: string;
  readonly withdrawer: Program;
  readonly worker: Program;
  readonly app: Program;
  readonly bare: Bare;
}

interface Crowd {
  readonly repeats: number;
  readonly heldMs: number;
  readonly paidMs: number;
}

/**
 * How fast one worker sends withdrawals whose money is held, against the provider's calls alone; how long
 * one takes on an idle shop; and many of one customer at once. Results come as soon as the provider has
 * paid. The books are checked against the simulated providers' afterwards.
 */
export async function benchWithdrawals(bench: Bench): Promise<Section> {
  const rounds = bench.short ? 1 : 5;
  const count = bench.short ? 60 : A_ROUND;
  const { id: merchantId } = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  await hurryProviders(bench);
  const app = await bench.startApp();
  const worker = bench.startWorker({ MPESA_CALLS_PER_SECOND: "10000" });
  const withdrawer = bench.startOwn("withdrawer.ts");
  const bare: Bare = new Set();
  const stage: Stage = { bench, merchantId, withdrawer, worker, app: app.program, bare };

  const found: Record<WithdrawalMethod, { rounds: Round[]; aloneMs: number[] }> = {
    mpesa: { rounds: [], aloneMs: [] },
    pesavoucher: { rounds: [], aloneMs: [] },
  };
  for (const method of METHODS) found[method].aloneMs = await payAlone(stage, method);
  for (const method of METHODS) await playRound(stage, method, Math.ceil(count / 4));
  for (let i = 0; i < rounds; i += 1) {
    for (const method of METHODS) found[method].rounds.push(await playRound(stage, method, count));
  }
  const crowd = await payCrowd(stage);
  await allQuiet();
  for (const program of [withdrawer, worker]) await program.stop();
  await app.stop();
  const steps = await countWithdrawalStatements(bench, merchantId);
  const proven = await provePayouts(bench, bare);
  await bench.sandbox.clearFaults();
  return describe({ found, crowd, steps, count, proven });
}

async function hurryProviders(bench: Bench): Promise<void> {
  const { sandbox } = bench;
  await sandbox.changeSettings({ b2cResultDelayMs: 0, voucherCreatedDelayMs: 0 });
  await sandbox.setOrganisationFunds({ utilityCents: FUNDS_CENTS });
  await sandbox.setMerchantBalance({ balanceCents: FUNDS_CENTS });
  for (const endpoint of ["b2c", "query_balance", "create_voucher"]) {
    await sandbox.addFault({ endpoint, effect: { kind: "latency", ms: PROVIDER_MS } });
  }
}

/** One withdrawal after the other on a shop that has nothing else to do; what each took. */
async function payAlone(stage: Stage, method: WithdrawalMethod): Promise<number[]> {
  const payers = await makePayers(stage.merchantId, stage.bench.short ? 20 : 100, { payouts: 1 });
  const waitsMs: number[] = [];
  for (const ask of asksOf(stage.merchantId, payers, method)) {
    const startedAt = Date.now();
    const { withdrawalIds } = await requestAll(stage, [ask], 1);
    await allPaid();
    waitsMs.push((await lastPaidAt(withdrawalIds)) - startedAt);
  }
  await allQuiet();
  // The first one fetches the access token and meets cold code.
  return waitsMs.slice(1);
}

/** The provider's calls alone, then as many withdrawals: held while the worker stands still, and let go. */
async function playRound(stage: Stage, method: WithdrawalMethod, count: number): Promise<Round> {
  const { merchantId, worker, app, bare } = stage;
  const order = { merchantId, method, count, atOnce: JOBS_AT_ONCE };
  const barePerSecond = await payBare(stage.bench, order, bare);
  const payers = await makePayers(merchantId, count, { payouts: 1 });
  process.kill(worker.pid, "SIGSTOP");
  const asked = await requestAll(stage, asksOf(merchantId, payers, method), ASKED_AT_ONCE);
  const before = { worker: processorMicros(worker.pid), app: processorMicros(app.pid) };
  const startedAt = Date.now();
  process.kill(worker.pid, "SIGCONT");
  await allPaid();
  const seconds = ((await lastPaidAt(asked.withdrawalIds)) - startedAt) / 1_000;
  await allQuiet();
  return {
    perSecond: count / seconds,
    barePerSecond,
    heldPerSecond: count / asked.seconds,
    waitsMs: await waitsOf(asked.withdrawalIds),
    workerMicros: (processorMicros(worker.pid) - before.worker) / count,
    appMicros: (processorMicros(app.pid) - before.app) / count,
  };
}

/** One customer asks for more than the balance holds, all at once and by both methods in turns. */
async function payCrowd(stage: Stage): Promise<Crowd> {
  const { merchantId } = stage;
  const [customerId = ""] = await makePayers(merchantId, 1, { payouts: CROWD });
  const refused = CROWD / 10;
  const to = { mpesa: freshDestination("mpesa"), pesavoucher: freshDestination("pesavoucher") };
  const asks = Array.from({ length: CROWD + refused }, (_, i) => {
    const method = METHODS[i % METHODS.length] ?? "mpesa";
    return asksOf(merchantId, [customerId], method).map((ask) => ({ ...ask, to: to[method] }));
  }).flat();
  const startedAt = Date.now();
  const asked = await requestAll(stage, asks, asks.length, refused);
  await allPaid();
  const paidMs = (await lastPaidAt(asked.withdrawalIds)) - startedAt;
  const left = await readCustomerBalance(db(), { merchantId, customerId });
  if (left.availableCents !== 0n || left.heldCents !== 0n) {
    throw new Error(`${left.availableCents} cents are left, and ${left.heldCents} held`);
  }
  return { repeats: asked.repeats, heldMs: asked.seconds * 1_000, paidMs };
}

/** Throws unless every one was taken, but for those the balance had nothing left for. */
async function requestAll(
  { withdrawer }: Stage,
  asks: readonly Ask[],
  atOnce: number,
  refused = 0,
): Promise<Asked> {
  const asked = (await withdrawer.ask({ asks, atOnce })) as Asked;
  const { size } = new Set(asked.withdrawalIds);
  if (size !== asks.length - refused || asked.refused !== refused) {
    throw new Error(`${size} of ${asks.length} were taken and ${asked.refused} refused`);
  }
  return asked;
}

async function allPaid(): Promise<void> {
  const isPaid = async () =>
    (await db().withdrawal.count({ where: { state: { not: "paid" } } })) === 0;
  await waitUntil(isPaid, { timeoutMs: PATIENCE_MS });
}

/** No job is left and every message is worked: what comes next is alone. */
async function allQuiet(): Promise<void> {
  const isQuiet = async () => {
    const { rows } = await pgPool().query<{ quiet: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM graphile_worker.jobs WHERE task_identifier = 'withdrawal.send')
          AND NOT EXISTS (SELECT FROM messages WHERE worked_at IS NULL) AS quiet`,
    );
    return rows[0]?.quiet === true;
  };
  await waitUntil(isQuiet, { timeoutMs: PATIENCE_MS });
}

async function lastPaidAt(ids: readonly string[]): Promise<number> {
  const { _max } = await db().withdrawal.aggregate({
    where: { id: { in: [...ids] } },
    _max: { settledAt: true },
  });
  return _max.settledAt?.getTime() ?? Number.NaN;
}

async function waitsOf(ids: readonly string[]): Promise<number[]> {
  const rows = await db().withdrawal.findMany({
    where: { id: { in: [...ids] } },
    select: { createdAt: true, settledAt: true },
  });
  return rows.map(({ createdAt, settledAt }) => Number(settledAt) - Number(createdAt));
}

function describe(input: {
  found: Readonly<Record<WithdrawalMethod, { rounds: Round[]; aloneMs: number[] }>>;
  crowd: Crowd;
  steps: readonly CountedStep[];
  count: number;
  proven: number;
}): Section {
  const { found, crowd, steps } = input;
  const rates = METHODS.map((method) => {
    const { rounds } = found[method];
    const of = (read: (round: Round) => number) => rounds.map(read);
    return [
      NAMES[method],
      withRange(of((round) => round.perSecond)),
      withRange(of((round) => round.barePerSecond)),
      withRange(of((round) => round.perSecond / round.barePerSecond)),
      shown(median(of((round) => round.heldPerSecond))),
      shown(median(of((round) => round.workerMicros))),
      shown(median(of((round) => round.appMicros))),
    ];
  });
  const waits = METHODS.map((method) => {
    const alone = distributionOf(found[method].aloneMs);
    const inLine = distributionOf(found[method].rounds.flatMap((round) => round.waitsMs));
    const { p50, p95, max } = alone;
    return [NAMES[method], ...[p50, p95, max, inLine.p50, inLine.p95].map(shown)];
  });
  const countOf = (method: WithdrawalMethod) => {
    const own = steps.filter((step) => step.method === method);
    const sum = (read: (step: CountedStep) => number) =>
      own.map(read).reduce((total, value) => total + value, 0);
    return [
      NAMES[method],
      ...own.map(({ statements }) => String(statements)),
      String(sum(({ statements }) => statements)),
      String(sum(({ brackets }) => brackets)),
    ];
  };
  return {
    title: "Withdrawals",
    text: [
      `Every call of a provider takes ${PROVIDER_MS} ms, and its message comes as soon as it has paid. A phone needs one call, ` +
        `a voucher two, one after the other. Rounds of ${input.count} customers with one withdrawal each: their money is ` +
        "held while the one worker process stands still, then it is let go, until all are paid. The provider alone: as " +
        `many payments from the client with nothing around them, ${JOBS_AT_ONCE} at once, as the worker has.`,
      table(
        ["", "paid/s, median (range)", "provider alone/s", "ratio", "held/s"].concat([
          "worker's processor µs each",
          "app's processor µs each",
        ]),
        rates,
      ),
      "A provider's wait costs no processor time and a withdrawal does, so the ratio falls on a machine that has other work.",
      "From the request to the payment in the books, in ms: one at a time on an idle shop, and in the line of a round, " +
        "where the last one waits for all before it.",
      table(["", "alone p50", "alone p95", "alone worst", "in line p50", "in line p95"], waits),
      `One customer with money for ${CROWD} withdrawals asks for ${CROWD + CROWD / 10} at once, by both methods in turns: ` +
        `${CROWD} are held and ${CROWD / 10} refused after ${shown(crowd.heldMs / 1_000)} s, and all are paid after ` +
        `${shown(crowd.paidMs / 1_000)} s, with nothing left and nothing held. One process takes them over its ten ` +
        `connections to the database; ${crowd.repeats} waited more than its patience for one and were sent again.`,
      "SQL statements of one withdrawal to a destination that was paid before: asked for with the verb, sent as the job " +
        "does (the queue's own are not counted), and the provider's message from the INSERT to the noted outcome.",
      table(
        ["", "request", "send", "result", "together", "BEGIN and COMMIT"],
        METHODS.map(countOf),
      ),
      `Checked afterwards: each of ${shown(input.proven)} withdrawals is one payment at the simulated providers, of its amount ` +
        "and with its receipt or code, they paid nothing else, and all invariants.",
    ].join("\n\n"),
    aims: [],
  };
}
