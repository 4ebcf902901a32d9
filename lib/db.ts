import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "./env";
import { Prisma, PrismaClient } from "./generated/prisma/client";
import { log } from "./log";

export { Prisma };

/** A Prisma client, or the transaction a verb was handed. Both run queries; only one commits. */
export type Db = Prisma.TransactionClient;

const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 15_000;

let pool: pg.Pool | undefined;
let client: PrismaClient | undefined;

/** The process's connection pool. Used directly only where one hand-written statement is the point. */
export function pgPool(): pg.Pool {
  if (!pool) {
    pool = new pg.Pool({
      connectionString: env().databaseUrl,
      max: env().databasePoolMax,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: 30_000,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      application_name: "malipo",
    });
    // An idle connection that breaks is replaced by the pool; unhandled it would end the process.
    pool.on("error", (error) => log().warn({ err: error }, "idle database connection lost"));
    pool.on("connect", (connection) => {
      connection.on("error", (error) => log().warn({ err: error }, "database connection broke"));
    });
  }
  return pool;
}

/** The process's Prisma client, over the same pool. */
export function db(): PrismaClient {
  client ??= new PrismaClient({
    adapter: new PrismaPg(pgPool(), { disposeExternalPool: false }),
    transactionOptions: { maxWait: 5_000, timeout: STATEMENT_TIMEOUT_MS },
  });
  return client;
}

/** Ends the pool, for processes that stop and tests that finish. */
export async function closeDb(): Promise<void> {
  await client?.$disconnect();
  await pool?.end();
  client = undefined;
  pool = undefined;
}
