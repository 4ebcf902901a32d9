import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { binDir, rootDir } from "./paths.mjs";
import { CommandError, run } from "./run-command.mjs";

const schemaDir = path.join(rootDir, "prisma/schema");
const generatedDir = path.join(rootDir, "lib/generated");
const stampFile = path.join(generatedDir, "schema-hash");

/** Writes the typed client to lib/generated/prisma when the schema has changed. Needs no database. */
export async function generateClient({ quiet = true } = {}) {
  const hash = hashOfFolder(schemaDir);
  const isCurrent =
    existsSync(path.join(generatedDir, "prisma")) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, "utf8") === hash;
  if (isCurrent) return false;
  await run(path.join(binDir, "prisma"), ["generate"], { quiet });
  mkdirSync(generatedDir, { recursive: true });
  writeFileSync(stampFile, hash);
  return true;
}

/**
 * Applies the migrations of our own tables; creates the database if it is missing. One that was killed on
 * the way is taken up again. One that fails by itself fails again, with its own words.
 */
export async function deployMigrations({ databaseUrl, quiet = true }) {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const migrate = (...words) =>
    run(path.join(binDir, "prisma"), ["migrate", ...words], { env, quiet });
  try {
    await migrate("deploy");
  } catch (error) {
    const [name] = error instanceof CommandError ? await interruptedMigrations(databaseUrl) : [];
    if (name === undefined) throw error;
    await takeUpAgain(migrate, name);
  }
}

/**
 * A migration is one transaction, and the note that it is done comes after it. Killed before its commit it
 * has left nothing, and is simply run; killed after it, everything is there already and only the note
 * is missing.
 */
async function takeUpAgain(migrate, name) {
  await migrate("resolve", "--rolled-back", name);
  try {
    await migrate("deploy");
  } catch (error) {
    if (!(error instanceof CommandError) || !error.output.includes("already exists")) throw error;
    await migrate("resolve", "--applied", name);
    await migrate("deploy");
  }
}

/** What was begun and neither ended nor failed with words of its own: its process was killed. */
async function interruptedMigrations(databaseUrl) {
  // Here, for this file is read before the packages are installed.
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT migration_name AS name FROM _prisma_migrations
        WHERE finished_at IS NULL AND rolled_back_at IS NULL AND coalesce(logs, '') = ''`,
    );
    return rows.map(({ name }) => name);
  } catch {
    return []; // Not even asking works: what went wrong first says more.
  } finally {
    await client.end();
  }
}

/** Brings a database to the current schema: our tables first, then the job queue's own. */
export async function migrateDatabase({ databaseUrl, quiet = true }) {
  await deployMigrations({ databaseUrl, quiet });
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  await run(path.join(binDir, "tsx"), ["lib/jobs/migrate.ts"], { env, quiet });
}

/** Fills a migrated demo database; what is already there stays as it is. */
export async function seedDatabase({ databaseUrl, env = process.env, quiet = true }) {
  const options = { env: { ...env, DATABASE_URL: databaseUrl }, quiet };
  await run(path.join(binDir, "tsx"), ["prisma/seed.ts"], options);
}

function hashOfFolder(dir) {
  const hash = createHash("sha256");
  const names = existsSync(dir) ? readdirSync(dir, { recursive: true }).map(String).sort() : [];
  for (const name of names) {
    const file = path.join(dir, name);
    if (statSync(file).isFile()) hash.update(name).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex");
}
