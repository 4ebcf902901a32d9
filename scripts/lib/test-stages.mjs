import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { bundlePrograms, buildPages, TEST_BUILD } from "./build.mjs";
import { ensureLightChromium } from "./find-chromium.mjs";
import { binDir, rootDir } from "./paths.mjs";
import { ensureDatabase } from "./postgres.mjs";
import { migrateDatabase, seedDatabase } from "./prisma.mjs";
import { builtPrograms, waitForApp } from "./programs.mjs";
import { CommandError, run, withProjectPath } from "./run-command.mjs";
import { failedStage } from "./stages.mjs";
import { createSupervisor } from "./supervisor.mjs";
import { demoShopSettings } from "./test-environment.mjs";

/** Style, types, structure and documents: see scripts/verify.mjs. */
export async function runVerify() {
  const code = await showing(process.execPath, ["scripts/verify.mjs"], process.env);
  if (code !== 0) throw new Error("verify found something; it is listed above.");
}

/** Vitest over a template database in the run's own Postgres. */
export async function runUnit({ postgres, env, resultsDir, rest }) {
  const report = path.join(resultsDir, "unit.json");
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const options = { ...env, TEST_DATABASE_ADMIN_URL: postgres.urlFor("postgres") };
  const code = await showing(path.join(binDir, "vitest"), [...args, ...rest], options);
  const found = readReport(report);
  const counts = { passed: found?.numPassedTests ?? 0, failed: found?.numFailedTests ?? 0 };
  if (code !== 0) throw failedStage("vitest did not end well; see above.", counts);
  return counts;
}

/** The migrations and the schema must describe the same tables. */
export async function checkDrift({ postgres, env }) {
  const DATABASE_URL = await ensureDatabase(postgres, "drift");
  const args = ["migrate", "diff", "--from-migrations", "prisma/migrations"];
  const target = ["--to-schema", "prisma/schema", "--exit-code"];
  await run(path.join(binDir, "prisma"), [...args, ...target], { env: { ...env, DATABASE_URL } });
}

/** The production build, in folders of its own. */
export async function buildForTests({ env }) {
  const settings = await demoShopSettings("postgresql://nobody@127.0.0.1:1/none");
  await bundlePrograms({ build: TEST_BUILD });
  await buildPages({ build: TEST_BUILD, env: { ...env, ...settings } });
}

/** Everything is killed at random for a while, each once; `npm run chaos` does it for longer. */
export async function runChaos({ env }) {
  const args = ["test/chaos/run.ts", "--test-build", "--seconds", "40"];
  const code = await showing(path.join(binDir, "tsx"), args, env);
  const counts = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  if (code !== 0) throw failedStage("Something was lost in the chaos; see above.", counts);
  return counts;
}

/** Playwright against the built shop, worker and sandbox over a freshly seeded database. */
export async function runE2e({ postgres, env, resultsDir, rest }) {
  const executable = ensureLightChromium();
  const databaseUrl = await ensureDatabase(postgres, "e2e");
  const settings = { ...env, ...(await demoShopSettings(databaseUrl)) };
  await migrateDatabase({ databaseUrl });
  await seedDatabase({ databaseUrl, env: settings });

  let givenUp = false;
  const onGiveUp = (name, lines) => {
    givenUp = true;
    process.stderr.write(`${name} keeps failing. Its last lines:\n  ${lines.join("\n  ")}\n`);
  };
  const supervisor = createSupervisor({ logDir: path.join(resultsDir, "logs"), onGiveUp });
  const simulated = ["pesavoucher", "daraja"];
  for (const program of builtPrograms({ build: TEST_BUILD, env: settings, simulated })) {
    supervisor.start(program);
  }
  try {
    const ready = await waitForApp({ port: settings.PORT, isGivenUp: () => givenUp });
    if (!ready || givenUp) throw new Error(lastWords(supervisor));
    return await runPlaywright({ settings, executable, resultsDir, rest });
  } finally {
    await supervisor.stop();
  }
}

async function runPlaywright({ settings, executable, resultsDir, rest }) {
  const report = path.join(resultsDir, "e2e.json");
  const code = await showing(path.join(binDir, "playwright"), ["test", ...rest], {
    ...settings,
    CHROMIUM_PATH: executable,
    E2E_APP_URL: settings.APP_URL,
    E2E_SANDBOX_URL: settings.SANDBOX_URL,
    E2E_REPORT: report,
  });
  const stats = readReport(report)?.stats;
  const counts = {
    passed: stats?.expected ?? 0,
    failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
  };
  if (code !== 0) throw failedStage("Playwright did not end well; see above.", counts);
  return counts;
}

function lastWords(supervisor) {
  const words = supervisor
    .lastLines()
    .map(({ name, lastLines }) => `${name}:\n  ${lastLines.join("\n  ")}`);
  return `The shop did not come up.\n${words.join("\n")}`;
}

/** Runs a program with its output on the terminal and resolves with its exit code. */
function showing(file, args, env) {
  return new Promise((resolve, reject) => {
    const options = { cwd: rootDir, env: withProjectPath(env), stdio: "inherit" };
    const child = spawn(file, args, options);
    child.once("error", (error) => reject(new CommandError(file, error.message, "")));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
