/**
 * `npm run dev`: the shop, worker and sandbox from their sources, each following changes, with the
 * same settings, database and demo data as `npm start`. No build.
 */
import { loadEnvironment, prepareSimulators } from "./lib/environment.mjs";
import { ensureInstalledAndPinned } from "./lib/install.mjs";
import { generateClient, migrateDatabase, seedDatabase } from "./lib/prisma.mjs";
import { watchedPrograms } from "./lib/programs.mjs";
import { exitWith, SetupError } from "./lib/setup-error.mjs";
import {
  openDatabase,
  requireFreePorts,
  runUntilStopped,
  stopDatabaseOnSignals,
} from "./lib/shop.mjs";

const env = process.env;

main().catch(exitWith);

async function main() {
  const { mode, simulated } = loadEnvironment();
  if (mode === "live") throw new SetupError("npm run dev is for MALIPO_MODE=demo; use npm start.");
  await ensureInstalledAndPinned();
  await prepareSimulators(env);
  await requireFreePorts(env, simulated);
  const postgres = await openDatabase(env);
  const release = stopDatabaseOnSignals(postgres);
  try {
    await generateClient();
    await migrateDatabase({ databaseUrl: env.DATABASE_URL });
    await seedDatabase({ databaseUrl: env.DATABASE_URL });
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
  const programs = watchedPrograms({ env, simulated });
  const onReady = () => process.stdout.write(`\n  Malipo is ready at ${env.APP_URL}\n\n`);
  const port = Number(env.PORT);
  release();
  process.exit(await runUntilStopped({ programs, postgres, port, verbose: true, onReady }));
}
