/**
 * `npm run chaos [-- --seconds 120]`, and shortly in `npm test`: the built shop, its worker, the simulated providers and Postgres under
 * load, while each of them is killed and started again at random. Ends with 1 when a message that was
 * acknowledged is lost, when anything is credited that nobody paid, or when something is away for longer
 * than ten seconds.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { closeDb } from "@/lib/db";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { bundlePrograms, buildPages, START_BUILD, TEST_BUILD } from "../../scripts/lib/build.mjs";
import { freePort } from "../../scripts/lib/ports.mjs";
import { ensureDatabase, openPostgres } from "../../scripts/lib/postgres.mjs";
import { migrateDatabase } from "../../scripts/lib/prisma.mjs";
import { builtPrograms, waitForApp } from "../../scripts/lib/programs.mjs";
import { POSTGRES_CHECK_MS, reviver } from "../../scripts/lib/shop.mjs";
import { createSupervisor } from "../../scripts/lib/supervisor.mjs";
import { demoShopSettings, isolatedEnvironment } from "../../scripts/lib/test-environment.mjs";
import { killAtRandom, type Killing, type Victim } from "./killer";
import { letPeoplePay, makePeople, type People } from "./people";
import { Truth } from "./truth";
import { findBroken, isAllCredited } from "./verdict";

const SECONDS_USUAL = 120;
const SETTLED_WITHIN_MS = 60_000;

async function main(): Promise<number> {
  const asked = process.argv.at(process.argv.indexOf("--seconds") + 1);
  const seconds = process.argv.includes("--seconds") ? Number(asked) : SECONDS_USUAL;
  const build = process.argv.includes("--test-build") ? TEST_BUILD : START_BUILD;
  const folder = mkdtempSync(path.join(os.tmpdir(), "malipo-chaos-"));
  const postgres = await openPostgres({
    dir: path.join(folder, "pg"),
    port: await freePort(),
    password: "chaos",
    logFile: path.join(folder, "postgres.log"),
  });
  const watch = setInterval(reviver(postgres), POSTGRES_CHECK_MS);
  const supervisor = createSupervisor({
    logDir: path.join(folder, "logs"),
    say: () => undefined,
    onGiveUp: (name, lines) => {
      process.stderr.write(`${name} keeps failing:\n${lines.join("\n")}\n`);
      process.exit(1);
    },
  });
  try {
    const databaseUrl = await ensureDatabase(postgres, "chaos");
    const demo = await demoShopSettings(databaseUrl);
    // What fails while something is away is no news here.
    const settings = { ...demo, MPESA_CALLS_PER_SECOND: "1000", LOG_LEVEL: "fatal" };
    Object.assign(process.env, settings);
    await migrateDatabase({ databaseUrl });
    await bundlePrograms({ build });
    const env = { ...isolatedEnvironment(process.env), ...settings };
    await buildPages({ build, env });
    const { id: merchantId } = await createMerchant({ slug: "demo", name: "Duka Bora" });
    const simulated = ["pesavoucher", "daraja"];
    for (const program of builtPrograms({ build, env, simulated })) {
      supervisor.start(program);
    }
    const port = Number(demo.PORT);
    const url = `http://127.0.0.1:${port}`;
    if (!(await waitForApp({ port }))) throw new Error("the shop did not come up");
    const victims = victimsOf({ settings, folder, databaseUrl, pidOf: supervisor.pidOf });
    const people = await makePeople({ url }, merchantId);
    return await run({ shop: { url }, people, victims, seconds });
  } finally {
    clearInterval(watch);
    await supervisor.stop();
    await closeDb();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(input: {
  shop: { url: string };
  people: People;
  victims: readonly Victim[];
  seconds: number;
}): Promise<number> {
  const truth = new Truth();
  const endsAt = performance.now() + input.seconds * 1_000;
  const tell = ({ name, backAfterMs }: Killing) =>
    process.stdout.write(`${name} killed, back after ${backAfterMs} ms\n`);
  const [killings] = await Promise.all([
    killAtRandom(input.victims, endsAt, tell),
    letPeoplePay(input.shop, input.people, truth, endsAt),
  ]);
  const settledBy = performance.now() + SETTLED_WITHIN_MS;
  while (!(await isAllCredited(truth)) && performance.now() < settledBy) await pause(200);
  const broken = await findBroken(truth, killings);
  const { acknowledged, repeated, refused, unreachable, forged } = truth.answers;
  const worst = Math.max(...killings.map(({ backAfterMs }) => backAfterMs));
  process.stdout.write(
    `${killings.length} killed, the longest away ${worst} ms. ${acknowledged} callbacks acknowledged, ` +
      `${repeated} of them twice, ${forged} forged; ${unreachable} times nobody answered, ${refused} times "not now".\n`,
  );
  for (const sentence of broken) process.stderr.write(`BROKEN: ${sentence}\n`);
  const isIdle = acknowledged === 0 || killings.length === 0;
  if (isIdle) process.stderr.write("BROKEN: nothing was paid, or nothing was killed\n");
  if (broken.length === 0 && !isIdle) {
    process.stdout.write("0 acknowledged messages lost, 0 wrong credits.\n");
  }
  return broken.length > 0 || isIdle ? 1 : 0;
}

function victimsOf(input: {
  settings: Record<string, string>;
  folder: string;
  databaseUrl: string;
  pidOf: (name: string) => number | undefined;
}): Victim[] {
  const { settings, pidOf } = input;
  const answers = async (url: string, headers: Record<string, string> = {}) => {
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
      return response.ok;
    } catch {
      return false;
    }
  };
  const authorization = `Bearer ${settings.METRICS_TOKEN}`;
  return [
    {
      name: "app",
      pid: () => pidOf("app"),
      isBack: () => answers(`http://127.0.0.1:${settings.PORT}/api/health/ready`),
    },
    {
      name: "worker",
      pid: () => pidOf("worker"),
      isBack: () =>
        answers(`http://127.0.0.1:${settings.WORKER_METRICS_PORT}/metrics`, { authorization }),
    },
    {
      name: "sandbox",
      pid: () => pidOf("sandbox"),
      isBack: () => answers(`${settings.SANDBOX_URL}/_control/health`),
    },
    {
      name: "postgres",
      pid: () => postmasterOf(input.folder),
      isBack: () => takesQueries(input.databaseUrl),
    },
  ];
}

function postmasterOf(folder: string): number | undefined {
  try {
    return Number(readFileSync(path.join(folder, "pg/postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
}

async function takesQueries(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

process.exitCode = await main();
