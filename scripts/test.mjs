/**
 * `npm test`: everything, on a fresh clone as well. `-- --only=verify|unit|chaos|e2e` runs one part; other
 * words are handed to vitest or Playwright, for example a file name. Everything it starts is its own,
 * on free ports and in temporary folders, so a running shop is not disturbed.
 */
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureInstalledAndPinned } from "./lib/install.mjs";
import { rootDir } from "./lib/paths.mjs";
import { openThrowawayPostgres } from "./lib/postgres.mjs";
import { generateClient } from "./lib/prisma.mjs";
import { onAbandonedByNpm } from "./lib/processes.mjs";
import { exitWith, SetupError } from "./lib/setup-error.mjs";
import { createStages } from "./lib/stages.mjs";
import { isolatedEnvironment } from "./lib/test-environment.mjs";
import {
  buildForTests,
  checkDrift,
  runChaos,
  runE2e,
  runUnit,
  runVerify,
} from "./lib/test-stages.mjs";

const PARTS = ["verify", "unit", "chaos", "e2e"];

main().catch(exitWith);

async function main() {
  const words = process.argv.slice(2);
  const only = words.find((word) => word.startsWith("--only="))?.slice("--only=".length);
  const rest = words.filter((word) => !word.startsWith("--only="));
  if (only && !PARTS.includes(only)) throw new SetupError(`--only takes ${PARTS.join(", ")}`);
  if (rest.length > 0 && !only)
    throw new SetupError("Say --only=unit or --only=e2e with test names.");
  await ensureInstalledAndPinned();

  const resultsDir = path.join(rootDir, "test-results");
  rmSync(resultsDir, { recursive: true, force: true });
  mkdirSync(resultsDir, { recursive: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(signal, () => process.exit(130));
  onAbandonedByNpm(() => process.exit(130));

  const stages = createStages();
  const wants = (part) => only === undefined || only === part;
  const ready = await stages.run("client", async () => void (await generateClient()));
  if (ready && wants("verify")) await stages.run("verify", runVerify);
  if (ready && only !== "verify") {
    await withDatabase(stages, async (postgres) => {
      const env = isolatedEnvironment(process.env);
      const context = { postgres, env, resultsDir, rest };
      if (wants("unit")) {
        await stages.run("unit, integration and simulation", () => runUnit(context));
        if (rest.length === 0) await stages.run("schema drift", () => checkDrift(context));
      }
      if (!wants("chaos") && !wants("e2e")) return;
      if (!(await stages.run("build", () => buildForTests(context)))) return;
      if (wants("chaos")) await stages.run("chaos", () => runChaos(context));
      if (wants("e2e")) await stages.run("end to end", () => runE2e(context));
    });
  }
  process.exit(stages.report());
}

async function withDatabase(stages, work) {
  let postgres;
  const started = await stages.run("database", async () => {
    postgres = await openThrowawayPostgres();
  });
  if (!started) return;
  try {
    await work(postgres);
  } finally {
    await postgres.stop();
  }
}
