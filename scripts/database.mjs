/** `npm run db:migrate`, `db:seed`, `db:reset` and `db:generate`. */
import { createInterface } from "node:readline/promises";
import { loadEnvironment, prepareSimulators } from "./lib/environment.mjs";
import { ensureInstalledAndPinned } from "./lib/install.mjs";
import { generateClient, migrateDatabase, seedDatabase } from "./lib/prisma.mjs";
import { exitWith, SetupError } from "./lib/setup-error.mjs";
import { openDatabase, stopDatabaseOnSignals } from "./lib/shop.mjs";

const COMMANDS = { migrate, seed, reset };

main().catch(exitWith);

async function main() {
  const command = process.argv[2];
  await ensureInstalledAndPinned();
  const changed = await generateClient({ quiet: false });
  if (command === "generate") {
    process.stdout.write(changed ? "" : "The client fits the schema already.\n");
    return;
  }
  if (!COMMANDS[command]) throw new SetupError("Usage: database.mjs migrate|seed|reset|generate");
  const { mode } = loadEnvironment();
  await prepareSimulators(process.env);
  const postgres = await openDatabase(process.env);
  stopDatabaseOnSignals(postgres);
  try {
    await COMMANDS[command]({ mode, databaseUrl: process.env.DATABASE_URL });
  } finally {
    await postgres?.stop();
  }
}

async function migrate({ databaseUrl }) {
  await migrateDatabase({ databaseUrl, quiet: false });
}

async function seed({ mode, databaseUrl }) {
  if (mode === "live") throw new SetupError("Demo data has no place in a live shop.");
  await seedDatabase({ databaseUrl, quiet: false });
}

/** Empties the database and fills it anew. Never for live books, and never without a yes. */
async function reset({ mode, databaseUrl }) {
  if (mode === "live") throw new SetupError("The books of a live shop are never emptied.");
  const { host, pathname } = new URL(databaseUrl);
  if (!process.argv.includes("--yes")) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(`Empty ${pathname.slice(1)} at ${host}? Type yes: `);
    terminal.close();
    if (answer.trim() !== "yes") throw new SetupError("Nothing was changed.");
  }
  await dropAndCreate(databaseUrl);
  await migrateDatabase({ databaseUrl, quiet: false });
  await seedDatabase({ databaseUrl, quiet: false });
}

async function dropAndCreate(databaseUrl) {
  const { default: pg } = await import("pg");
  const url = new URL(databaseUrl);
  const name = pg.escapeIdentifier(decodeURIComponent(url.pathname.slice(1)));
  url.pathname = "/postgres";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}
