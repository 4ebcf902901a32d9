/**
 * `npm start`: from a fresh clone to a running shop, and later from a stopped one to a running one.
 * Stays in the foreground; Ctrl-C stops everything. `-- --verbose` shows every program's log.
 */
import { bundlePrograms, buildPages, programFile, START_BUILD } from "./lib/build.mjs";
import { loadEnvironment, prepareSimulators } from "./lib/environment.mjs";
import { ensureInstalledAndPinned } from "./lib/install.mjs";
import { builtPrograms } from "./lib/programs.mjs";
import { deployMigrations } from "./lib/prisma.mjs";
import { run } from "./lib/run-command.mjs";
import { exitWith } from "./lib/setup-error.mjs";
import {
  openDatabase,
  requireFreePorts,
  runUntilStopped,
  stopDatabaseOnSignals,
} from "./lib/shop.mjs";

const env = process.env;
const build = START_BUILD;
const verbose = process.argv.includes("--verbose");

main().catch(exitWith);

async function main() {
  // First, because it needs nothing installed: a live shop that lacks a setting says so at once.
  const { mode, simulated } = loadEnvironment();
  await ensureInstalledAndPinned();
  await prepareSimulators(env);
  await requireFreePorts(env, simulated);

  const postgres = await openDatabase(env);
  const release = stopDatabaseOnSignals(postgres);
  try {
    await bundlePrograms({ build });
    // Both need only the sources and the database's address, so neither waits for the other.
    await Promise.all([prepareDatabase(mode), preparePages()]);
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
  const programs = builtPrograms({ build, env, simulated });
  const onReady = () => process.stdout.write(`${summary(mode, simulated).join("\n")}\n`);
  const port = Number(env.PORT);
  release();
  process.exit(await runUntilStopped({ programs, postgres, port, verbose, onReady }));
}

async function prepareDatabase(mode) {
  await deployMigrations({ databaseUrl: env.DATABASE_URL, quiet: !verbose });
  const program = (name) =>
    run(process.execPath, ["--enable-source-maps", programFile(build, name)], { quiet: !verbose });
  await program("migrate-jobs");
  // The demo shop's people and payments have no place among live ones.
  if (mode === "demo") await program("seed");
}

function preparePages() {
  const onStart = () => process.stdout.write("Building the pages. This takes a minute or less.\n");
  return buildPages({ build, env, quiet: !verbose, onStart });
}

function summary(mode, simulated) {
  if (mode === "live") return ["", `Malipo is live at ${env.APP_URL}`, "Ctrl-C stops it.", ""];
  const sandbox = [
    `  Phone     ${env.SANDBOX_URL}/phone/254712345678   (virtual handset)`,
    `  Sandbox   ${env.SANDBOX_URL}/help`,
  ];
  return [
    "",
    `  Malipo    ${env.APP_URL}   (demo: no real money)`,
    ...(simulated.length > 0 ? sandbox : []),
    "  Customer  0712345678 / malipo-demo-1",
    "  Staff     staff@malipo.test / malipo-staff-1",
    "  Admin     admin@malipo.test / malipo-admin-1",
    "  Logs are in .data/logs; Ctrl-C stops everything.",
    "",
  ];
}
