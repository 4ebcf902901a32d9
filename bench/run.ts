/**
 * `npm run bench`: measures the built shop against its aims and writes docs/benchmarks.md. With `--only=a,c`
 * it runs some parts, with `--short` short rounds; both print the report instead of keeping it.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { rootDir } from "../scripts/lib/paths.mjs";
import { openBench, type Bench } from "./lib/open-bench";
import { renderReport, type Section } from "./lib/report";
import { benchCallbacks, benchStkCallbacks } from "./parts/callbacks";
import { benchHotMerchant } from "./parts/hot-merchant";
import { benchLists } from "./parts/lists";
import { benchLiveEvents } from "./parts/live-events";
import { benchLongOutage } from "./parts/long-outage";
import { benchLostCallbacks } from "./parts/lost-callbacks";
import { benchPageWeight } from "./parts/page-weight";
import { benchQueries } from "./parts/queries";
import { benchStatement } from "./parts/statement";
import { benchStreamMemory } from "./parts/stream-memory";
import { benchVerifyBooks } from "./parts/verify-books";
import { benchWithdrawals } from "./parts/withdrawals";

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<Section>>> = {
  a: benchCallbacks,
  b: benchLiveEvents,
  c: benchHotMerchant,
  d: benchStreamMemory,
  e: benchPageWeight,
  queries: benchQueries,
  f: benchStkCallbacks,
  g: benchLostCallbacks,
  h: benchLongOutage,
  i: benchWithdrawals,
  j: benchStatement,
  k: benchLists,
  l: benchVerifyBooks,
};

const NOTES = [
  "Load, app, worker, sandbox and Postgres share one machine, so what matters is the ratio to a baseline of the same",
  "run; milliseconds and rates are those of this machine on that day, with whatever else it had to do.",
];

const loadBefore = os.loadavg();

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const short = words.includes("--short");
  const only = words.find((word) => word.startsWith("--only="))?.slice("--only=".length);
  const names = only ? only.split(",") : Object.keys(PARTS);
  const bench = await openBench({ short });
  const sections: Section[] = [];
  try {
    for (const name of names) {
      const part = PARTS[name];
      if (!part) throw new Error(`--only takes ${Object.keys(PARTS).join(",")}`);
      process.stdout.write(`Part ${name}\n`);
      const section = await part(bench);
      // At once, so that a later part that breaks does not take this one's figures with it.
      process.stdout.write(`${section.text}\n\n`);
      sections.push(section);
    }
  } finally {
    await bench.close();
  }
  const command = ["npm run bench", ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
  const text = renderReport({ command, machine: machineOf(bench), notes: NOTES, sections });
  const file = path.join(rootDir, "docs/benchmarks.md");
  const config = await resolveConfig(file);
  const pretty = await format(text, { ...config, parser: "markdown" });
  if (short || only) process.stdout.write(`\n${pretty}`);
  else {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, pretty);
  }
}

function machineOf(bench: Bench): string[] {
  const cpus = os.cpus();
  const gib = (os.totalmem() / 2 ** 30).toFixed(0);
  return [
    `Machine: ${cpus.length} cores (${cpus[0]?.model ?? "unknown"}), ${gib} GiB, ${os.type()}`,
    `Load average when the run began: ${loadBefore.map((load) => load.toFixed(1)).join(", ")} (1, 5, 15 minutes)`,
    `Node ${process.versions.node}, Postgres ${bench.postgresVersion} (fsync and synchronous_commit on)`,
  ];
}

await main();
// Pools and sockets of the bench itself must not keep a finished run alive.
process.exit(0);
