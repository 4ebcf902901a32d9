import pg from "pg";
import { db } from "@/lib/db";
import { newId } from "@/lib/kit/ids";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { freePort } from "../../scripts/lib/ports.mjs";
import { distributionOf, median, shown, withRange } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { processorMicros } from "../lib/processor-time";
import type { Program } from "../lib/start-program";
import { waitUntil } from "../lib/wait-until";
import type { LoadOrder, LoadResult } from "../programs/load-generator";

const GENERATORS = 2;
const CONNECTIONS_EACH = 16;
const RATIO_AIM = 1;

interface Round {
  readonly perSecond: number;
  readonly accepted: number;
  readonly refused: number;
  readonly latenciesMs: number[];
}

interface Contestant {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly database: pg.Client;
  readonly rounds: Round[];
  /** Every 200 it ever answered, warm-up included. */
  accepted: number;
  refused: number;
  /** Processor time per callback in each round, in microseconds. */
  readonly serverMicros: number[];
}

/**
 * Callbacks per second, stored and answered, against a bare Node server that does one INSERT a request.
 * Rounds alternate. The worker runs beside the app as it does in a real shop. Afterwards every 200 must
 * be a stored row, and every row of ours must have been worked.
 */
export async function benchCallbacks(bench: Bench): Promise<Section> {
  return race(bench, {
    provider: "pesavoucher",
    title: "Callbacks stored and answered",
    path: () => Promise.resolve("/api/pesavoucher/callback"),
    about: "the sessions are unknown",
  });
}

/** The same for the callbacks of M-Pesa prompts, whose address carries a secret and a deposit's id. */
export async function benchStkCallbacks(bench: Bench): Promise<Section> {
  return race(bench, {
    provider: "mpesa",
    title: "M-Pesa callbacks stored and answered",
    path: async () => {
      const account = await db().providerAccount.findFirstOrThrow({ where: { isDefault: true } });
      return `/callbacks/daraja/${callbackSecretOf(account)}/stk/${newId("deposit")}`;
    },
    about: "the secret in the address is right and the deposit in it unknown",
  });
}

interface Kind {
  readonly provider: "pesavoucher" | "mpesa";
  readonly title: string;
  readonly path: () => Promise<string>;
  /** Why the messages come to nothing. */
  readonly about: string;
}

async function race(bench: Bench, kind: Kind): Promise<Section> {
  const durationMs = bench.short ? 2_000 : 10_000;
  const rounds = bench.short ? 2 : 5;
  const generators = Array.from({ length: GENERATORS }, () => bench.startOwn("load-generator.ts"));
  const load = { path: await kind.path(), provider: kind.provider };
  const bareDatabase = await bench.freshDatabase();
  const bareEnv = { PORT: String(await freePort()), DATABASE_URL: bareDatabase };
  const bare = bench.startOwn("bare-server.ts", bareEnv);
  await bare.ask("are you there?");
  const app = await bench.startApp();
  const next = await bench.startPlainNext();
  const worker = bench.startWorker();

  const fast = await contestant("Malipo", app, bench.databaseUrl);
  const single = await contestant(
    "bare Node, one INSERT",
    { port: Number(bareEnv.PORT), program: bare },
    bareDatabase,
  );
  const plain = await contestant("Next Route Handler", next, bench.databaseUrl);
  const drainSeconds: number[] = [];
  const play = async (player: Contestant, ms: number) => {
    const server = processorMicros(player.pid);
    // A fresh table for every round: the tenth must not pay for the rows of the nine before.
    const round = await loadFor(generators, player.port, ms, load);
    const startedAt = performance.now();
    await waitUntil(() => allWorked(player), { timeoutMs: 120_000 });
    drainSeconds.push((performance.now() - startedAt) / 1_000);
    player.serverMicros.push((processorMicros(player.pid) - server) / round.accepted);
    await proveStored(player, round);
    return round;
  };
  for (const player of [fast, single, plain]) await play(player, durationMs / 2);
  for (let i = 0; i < rounds; i += 1) {
    for (const player of [fast, single]) player.rounds.push(await play(player, durationMs));
  }
  for (let i = 0; i < Math.min(rounds, 2); i += 1) {
    plain.rounds.push(await play(plain, durationMs));
  }
  for (const program of [...generators, bare, worker]) await program.stop();
  await app.stop();
  await next.stop();
  for (const player of [fast, single, plain]) await player.database.end();
  return describe({ kind, fast, single, plain, durationMs, drainSeconds });
}

async function contestant(
  name: string,
  server: { port: number; program: Program },
  databaseUrl: string,
): Promise<Contestant> {
  const database = new pg.Client({ connectionString: databaseUrl });
  // When another part of the run fails first, its error is the one to be seen.
  database.on("error", () => undefined);
  await database.connect();
  await database.query("TRUNCATE messages");
  const counts = { accepted: 0, refused: 0, rounds: [], serverMicros: [] };
  return { name, port: server.port, pid: server.program.pid, database, ...counts };
}

/** Loads one server from all generators at once. */
export async function loadFor(
  generators: readonly Program[],
  port: number,
  durationMs: number,
  load: Pick<LoadOrder, "path" | "provider"> = { path: "/api/pesavoucher/callback" },
): Promise<Round> {
  const order: LoadOrder = { ...load, port, connections: CONNECTIONS_EACH, durationMs };
  const answers = (await Promise.all(
    generators.map((generator) => generator.ask(order)),
  )) as LoadResult[];
  const sum = (of: (result: LoadResult) => number) => answers.map(of).reduce((a, b) => a + b, 0);
  return {
    perSecond: sum((result) => result.accepted / result.seconds),
    accepted: sum((result) => result.accepted),
    refused: sum((result) => result.refused),
    latenciesMs: answers.flatMap((result) => [...result.latenciesMs]),
  };
}

/** The bare server works nothing, so there is nothing to wait for. */
async function allWorked(player: Contestant): Promise<boolean> {
  if (player.name.startsWith("bare")) return true;
  const { rows } = await player.database.query<{ left: boolean }>(
    "SELECT EXISTS (SELECT FROM messages WHERE worked_at IS NULL) AS left",
  );
  return rows[0]?.left === false;
}

/** Every 200 is a row, and nothing else is. */
async function proveStored(player: Contestant, round: Round): Promise<void> {
  const { rows } = await player.database.query<{ stored: string }>(
    "SELECT count(*) AS stored FROM messages",
  );
  const stored = Number(rows[0]?.stored);
  if (stored !== round.accepted) {
    throw new Error(`${player.name}: ${round.accepted} answered 200, ${stored} stored`);
  }
  player.accepted += round.accepted;
  player.refused += round.refused;
  await player.database.query("TRUNCATE messages");
}

function describe(found: {
  kind: Kind;
  fast: Contestant;
  single: Contestant;
  plain: Contestant;
  durationMs: number;
  drainSeconds: readonly number[];
}): Section {
  const { fast, single, plain } = found;
  const ratios = fast.rounds.map(
    (round, i) => round.perSecond / (single.rounds[i]?.perSecond ?? Number.NaN),
  );
  const row = (player: Contestant) => {
    const speeds = player.rounds.map((round) => round.perSecond);
    const latency = distributionOf(player.rounds.flatMap((round) => round.latenciesMs));
    return [
      player.name,
      withRange(speeds),
      shown(latency.p50),
      shown(latency.p99),
      String(player.refused),
      // The first round is the warm-up.
      shown(median(player.serverMicros.slice(1))),
    ];
  };
  const ratio = median(ratios);
  return {
    title: found.kind.title,
    text: [
      `${GENERATORS} load generators with ${CONNECTIONS_EACH} connections each, rounds of ` +
        `${found.durationMs / 1_000} s, Malipo and the bare server in turns, after a warm-up; all on one machine, ` +
        `Malipo's worker included. Every body is new, so nothing is a repeat; ${found.kind.about}, so a message is ` +
        "stored (encrypted, with its dedupe key), answered, looked up and closed as unmatched. The bare server stores " +
        "the body as it came and works nothing.",
      table(
        ["", "callbacks/s, median (range)", "p50 ms", "p99 ms", "not 200"].concat([
          "server's processor µs each",
        ]),
        [fast, single, plain].map(row),
      ),
      `Ratio to the bare server: ${withRange(ratios)}. Checked after every round: as many rows as answers with 200 ` +
        `(${shown(fast.accepted + single.accepted + plain.accepted)} in all). ` +
        `After a round Malipo needed at most ${shown(Math.max(...found.drainSeconds))} s until every message was worked.`,
    ].join("\n\n"),
    aims: [
      {
        what: `${found.kind.provider === "mpesa" ? "M-Pesa " : ""}callbacks per second ÷ bare Node with one INSERT each`,
        aim: `≥ ${shown(RATIO_AIM)}`,
        got: withRange(ratios),
        met: ratio >= RATIO_AIM,
      },
    ],
  };
}
