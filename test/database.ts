import { randomBytes } from "node:crypto";
import pg from "pg";

/**
 * Copies the migrated template into a new, empty database and returns its address. Every test file
 * gets one in DATABASE_URL before it is loaded; a test that needs a second one may call this itself.
 * `slot` names the vitest worker: databases that the same worker made for earlier files are dropped.
 */
export async function createTestDatabase(slot?: string): Promise<string> {
  const adminUrl = required("TEST_DATABASE_ADMIN_URL");
  const template = required("TEST_DATABASE_TEMPLATE");
  const prefix = `${template}~${slot ?? "extra"}~`;
  const name = prefix + randomBytes(4).toString("hex");
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    if (slot !== undefined) await dropAll(client, prefix);
    await client.query(`CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY FILE_COPY`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function dropAll(client: pg.Client, prefix: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)",
    [prefix],
  );
  for (const { name } of rows) await client.query(`DROP DATABASE "${name}" WITH (FORCE)`);
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: test/global-setup.ts sets it for vitest`);
  return value;
}
