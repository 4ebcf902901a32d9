import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { openThrowawayPostgres } from "../scripts/lib/postgres.mjs";
import { generateClient, migrateDatabase } from "../scripts/lib/prisma.mjs";
import { ensureSimulatedCertificate } from "../scripts/lib/simulated-certificate.mjs";

/**
 * One migrated database per run, the template that every test file's own database is copied from.
 * It lives in the server of TEST_DATABASE_ADMIN_URL, or in a throwaway one started here. One key pair too:
 * the shops and the simulated gateways of a run agree on it.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await generateClient();
  const given = process.env.TEST_DATABASE_ADMIN_URL;
  const server = given ? undefined : await openThrowawayPostgres();
  const adminUrl = given ?? server?.urlFor("postgres") ?? "";
  const run = `test_${randomBytes(4).toString("hex")}`;
  const templateUrl = new URL(adminUrl);
  templateUrl.pathname = `/${run}`;

  try {
    await asAdmin(adminUrl, (client) => client.query(`CREATE DATABASE "${run}"`));
    await migrateDatabase({ databaseUrl: templateUrl.href });
  } catch (error) {
    await server?.stop();
    throw error;
  }

  process.env.TEST_DATABASE_ADMIN_URL = adminUrl;
  process.env.TEST_DATABASE_TEMPLATE = run;
  const folder = mkdtempSync(path.join(tmpdir(), "malipo-test-"));
  const { keyFile, certificateFile } = await ensureSimulatedCertificate(folder);
  process.env.SANDBOX_KEY_FILE = keyFile;
  process.env.SANDBOX_CERTIFICATE_FILE = certificateFile;
  process.env.MPESA_CERTIFICATE_FILE = certificateFile;

  return async function teardown() {
    rmSync(folder, { recursive: true, force: true });
    if (server) return server.stop();
    await asAdmin(adminUrl, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        "SELECT datname AS name FROM pg_database WHERE datname = $1 OR datname LIKE $1 || '~%'",
        [run],
      );
      for (const { name } of rows) await client.query(`DROP DATABASE "${name}" WITH (FORCE)`);
    });
  };
}

async function asAdmin(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
