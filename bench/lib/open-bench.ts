import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { closeDb } from "@/lib/db";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createSandboxControl, type SandboxControl } from "@/sandbox/control/client";
import { bundlePrograms, buildPages, START_BUILD } from "../../scripts/lib/build.mjs";
import { freePort } from "../../scripts/lib/ports.mjs";
import { ensureDatabase, openPostgres, type PostgresHandle } from "../../scripts/lib/postgres.mjs";
import { migrateDatabase } from "../../scripts/lib/prisma.mjs";
import { builtPrograms, waitForApp } from "../../scripts/lib/programs.mjs";
import { demoShopSettings, isolatedEnvironment } from "../../scripts/lib/test-environment.mjs";
import { rootDir } from "../../scripts/lib/paths.mjs";
import { startProgram, type Program } from "./start-program";

/** Everything a part of the bench works with: the built shop on a database and ports of its own. */
export interface Bench {
  /** Short rounds, to try the bench itself; its figures mean little. */
  readonly short: boolean;
  readonly databaseUrl: string;
  readonly sandbox: SandboxControl;
  readonly postgresVersion: string;
  /** The address of a new, migrated, empty database on the same server. */
  freshDatabase(): Promise<string>;
  /** Starts the built app; `env` and `nodeArgs` are added to the usual ones. */
  startApp(options?: {
    env?: Record<string, string>;
    nodeArgs?: readonly string[];
  }): Promise<{ port: number; url: string; program: Program; stop: () => Promise<void> }>;
  /** Starts the built worker; `env` is added to the usual settings. */
  startWorker(env?: Record<string, string>): Program;
  /** Starts a program from `bench/programs`. */
  startOwn(file: string, env?: Record<string, string>, nodeArgs?: readonly string[]): Program;
  /** Starts Next's own server on the build, without ours in front of it. */
  startPlainNext(): Promise<{ port: number; program: Program; stop: () => Promise<void> }>;
  close(): Promise<void>;
}

/**
 * Builds the shop and starts Postgres and the sandbox. Postgres runs as it does for `npm start`, waiting
 * for the disk at every commit, in a temporary folder that is removed at the end.
 */
export async function openBench(options: { short: boolean }): Promise<Bench> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "malipo-bench-"));
  const postgres = await openPostgres({
    dir: path.join(folder, "pg"),
    port: await freePort(),
    password: "bench",
    logFile: path.join(folder, "postgres.log"),
  });
  const removeNow = () => {
    process.kill(processIdOf(folder), "SIGQUIT");
    // It still writes a last file or two while it goes.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  process.once("exit", removeNow);
  const close = async () => {
    await closeDb();
    await postgres.stop();
    process.removeListener("exit", removeNow);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await prepare(postgres, close, options);
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepare(
  postgres: PostgresHandle,
  closePostgres: () => Promise<void>,
  options: { short: boolean },
): Promise<Bench> {
  const databaseUrl = await ensureDatabase(postgres, "bench");
  const settings = await demoShopSettings(databaseUrl);
  const shared = { ...isolatedEnvironment(process.env), ...settings };
  const production = {
    ...shared,
    NODE_ENV: "production" as const,
    NEXT_DIST_DIR: START_BUILD.distDir,
  };
  Object.assign(process.env, settings);

  await migrateDatabase({ databaseUrl });
  await bundlePrograms({ build: START_BUILD });
  await buildPages({
    build: START_BUILD,
    env: shared,
    onStart: () => process.stdout.write("Building the pages.\n"),
  });
  await createMerchant({ slug: "demo", name: "Duka Bora" });
  const programs = builtPrograms({
    build: START_BUILD,
    env: {},
    simulated: ["pesavoucher", "daraja"],
  });
  const argsOf = (name: string) => programs.find((program) => program.name === name)?.args ?? [];
  const bundled = (name: string, extra: Record<string, string> = {}, nodeArgs: readonly string[]) =>
    startProgram({
      name,
      args: ["--enable-source-maps", ...nodeArgs, ...argsOf(name)],
      env: { ...production, ...extra },
    });
  const simulator = bundled("sandbox", {}, []);
  const sandbox = createSandboxControl(shared.SANDBOX_URL ?? "");
  await waitUntilItAnswers(() => sandbox.health());

  let databases = 0;
  return {
    short: options.short,
    databaseUrl,
    sandbox,
    postgresVersion: await serverVersion(databaseUrl),
    async freshDatabase() {
      const url = await ensureDatabase(postgres, `bench_${(databases += 1)}`);
      await migrateDatabase({ databaseUrl: url });
      return url;
    },
    async startApp({ env = {}, nodeArgs = [] } = {}) {
      // Callbacks of the sandbox reach the app whose address the settings name: the first one.
      const port = env.PORT ?? shared.PORT;
      const program = bundled("app", env, nodeArgs);
      if (!(await waitForApp({ port: port ?? "" }))) throw new Error("the app did not come up");
      const url = `http://127.0.0.1:${port}`;
      return { port: Number(port), url, program, stop: () => program.stop() };
    },
    startWorker: (env = {}) => bundled("worker", env, []),
    startOwn: (file, env = {}, nodeArgs = []) =>
      startProgram({
        name: file,
        args: [...nodeArgs, "--import", "tsx", path.join("bench/programs", file)],
        env: { ...production, ...env },
      }),
    async startPlainNext() {
      const port = await freePort();
      const next = path.join(rootDir, "node_modules/next/dist/bin/next");
      const program = startProgram({
        name: "next",
        args: [next, "start", "-H", "127.0.0.1", "-p", String(port)],
        env: { ...production, PORT: String(port) },
      });
      if (!(await waitForApp({ port }))) throw new Error("Next's own server did not come up");
      return { port, program, stop: () => program.stop() };
    },
    async close() {
      await simulator.stop();
      await closePostgres();
    },
  };
}

/** For a bench that ends in the middle, when nothing can be waited for any more. */
function processIdOf(folder: string): number {
  return Number(readFileSync(path.join(folder, "pg/postmaster.pid"), "utf8").split("\n")[0]);
}

async function serverVersion(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    return rows[0]?.server_version ?? "unknown";
  } finally {
    await client.end();
  }
}

/** Asks again until the answer comes, for programs that are only just starting. */
async function waitUntilItAnswers(ask: () => Promise<unknown>): Promise<void> {
  const endsAt = performance.now() + 30_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > endsAt) throw error;
      await delay(50);
    }
  }
}
