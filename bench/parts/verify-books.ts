import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { auditKey } from "@/lib/recovery/audit-key";
import { fillBooks } from "../lib/fill-books";
import { shown } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { endedChildrenMicros, processorMicros } from "../lib/processor-time";
import { table, type Section } from "../lib/report";

const SECONDS_AIM = 30;
const MEMORY_AIM_MIB = 200;
const LOOK_EVERY_MS = 100;
const MICROS = 1_000_000;

/**
 * The whole of `verify-books` over the books of one merchant with 1,000,000 ledger lines: seconds, and processor
 * time and memory of the program and of Postgres. The books are whole, and the program has to say so.
 */
export async function benchVerifyBooks(
  bench: Pick<Bench, "short" | "freshDatabase">,
): Promise<Section> {
  const databaseUrl = await bench.freshDatabase();
  const filledFrom = performance.now();
  const books = await fillBooks(databaseUrl, bench.short ? 20_000 : 1_000_000);
  const fillSeconds = (performance.now() - filledFrom) / 1_000;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const server = await readServerPid(client);
  const serverBefore = endedChildrenMicros(server);
  const ran = await runChecker(databaseUrl);
  // The server has ended the checker's processes a moment after the checker has.
  while ((await othersOf(client)) > 0) await delay(LOOK_EVERY_MS);
  const serverSeconds = (endedChildrenMicros(server) - serverBefore) / MICROS;
  await client.end();
  const { seconds, cpuSeconds, memoryMiB } = ran;
  const { lines, movements, auditRows, payments } = books;
  return {
    title: "Proof of the books",
    text: [
      `One merchant with ${shown(payments)} payments over two months: ${shown(movements)} movements of ${shown(lines)} ` +
        `ledger lines, ${shown(auditRows)} audit rows in the chain, and the receipts, prompts, orders and lines of M-Pesa\u2019s ` +
        `books that belong to them, filled in ${shown(fillSeconds)} s. \`scripts/verify-books.mjs\` checks all of it ` +
        "in one snapshot, signatures included:",
      table(
        ["", "measured"],
        [
          ["seconds", shown(seconds)],
          ["processor seconds of the program", shown(cpuSeconds)],
          ["processor seconds of Postgres", shown(serverSeconds)],
          ["most memory of the program, MiB", shown(memoryMiB)],
        ],
      ),
    ].join("\n\n"),
    aims: [
      {
        what: `verify-books over ${shown(lines)} ledger lines, seconds`,
        ...{ aim: `≤ ${SECONDS_AIM}`, got: shown(seconds), met: seconds <= SECONDS_AIM },
      },
      {
        what: "its memory, MiB",
        ...{ aim: `≤ ${MEMORY_AIM_MIB}`, got: shown(memoryMiB), met: memoryMiB <= MEMORY_AIM_MIB },
      },
    ],
  };
}

/** Runs the program as anybody would, and looks at it meanwhile. Throws unless it finds the books whole. */
async function runChecker(databaseUrl: string) {
  const key = auditKey().publicText;
  const args = ["scripts/verify-books.mjs", "--database", databaseUrl, "--public-key", key];
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let [cpuMicros, memoryMiB] = [0, 0];
  const look = setInterval(() => {
    // Once it has ended it tells nothing any more: what it told last counts.
    cpuMicros = Math.max(cpuMicros, processorMicros(child.pid ?? 0));
    memoryMiB = Math.max(memoryMiB, mostMemoryMiB(child.pid ?? 0));
  }, LOOK_EVERY_MS);
  const code = await ended;
  clearInterval(look);
  if (code !== 0) throw new Error(`verify-books ended with ${code}:\n${told}`);
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, cpuSeconds: cpuMicros / MICROS, memoryMiB };
}

/** The most memory a process has held so far. Zero where the system does not tell. */
function mostMemoryMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
  } catch {
    return 0;
  }
}

async function readServerPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ text: string }>(
    "SELECT pg_read_file('postmaster.pid') AS text",
  );
  return Number(rows[0]?.text.split("\n")[0]);
}

/** How many others are connected to the same database. */
async function othersOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type IN ('client backend', 'parallel worker')`,
  );
  return rows[0]?.count ?? 0;
}
