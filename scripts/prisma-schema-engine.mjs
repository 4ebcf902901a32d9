#!/usr/bin/env node
/**
 * A `schema-engine` executable for the Prisma CLI, made of npm packages only: the WebAssembly build
 * of the same engine, talking to Postgres through Prisma's own driver adapter. With it every
 * `prisma` command works on a machine that can reach the npm registry and nothing else.
 *
 * Two faces, both called by the CLI: `cli <command>` for database existence, and JSON-RPC over
 * stdio, one message a line, for everything else. prisma.config.ts puts it in place.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const args = process.argv.slice(2);

if (args.includes("--version") || args.includes("-V")) {
  const { version } = require("@prisma/schema-engine-wasm/package.json");
  process.stdout.write(`schema-engine-wasm ${version}\n`);
  process.exit(0);
}

const { PrismaPg } = await import("@prisma/adapter-pg");
const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } =
  await import("@prisma/driver-adapter-utils");
const { default: pg } = await import("pg");

const OID_CHAR = 18;
const OID_TEXT = 25;
const CLI_ERROR_BY_SQLSTATE = {
  "3D000": "P1003",
  "42P04": "P1009",
  "28P01": "P1000",
  28000: "P1010",
  ECONNREFUSED: "P1001",
  ENOTFOUND: "P1001",
};

const datasource = JSON.parse(valuesOf("--datasource")[0] ?? "{}");
const cliCommand = args.includes("cli") ? args[args.indexOf("cli") + 1] : undefined;
if (cliCommand !== undefined) await answerCli(cliCommand);
else await answerRpc();

function valuesOf(name) {
  return args.flatMap((argument, index) => (argument === name ? [args[index + 1]] : []));
}

/** The CLI reads log lines from stderr and looks for this target. */
function log(level, message, fields = {}) {
  const line = { timestamp: new Date().toISOString(), level, target: "schema_engine::logger" };
  process.stderr.write(`${JSON.stringify({ ...line, fields: { message, ...fields } })}\n`);
}

/**
 * Discrete settings rather than a connection string: node-postgres lets a string's database win over
 * `database`, and a shadow database would then silently be the real one.
 */
function connectionOf(url, database) {
  const parsed = new URL(url);
  const sslMode = parsed.searchParams.get("sslmode") ?? "disable";
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ""),
    port: Number(parsed.port || 5432),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: database ?? databaseOf(url),
    ssl: sslMode === "disable" ? false : { rejectUnauthorized: sslMode.startsWith("verify") },
    max: 4,
    connectionTimeoutMillis: 15_000,
  };
}

function databaseOf(url) {
  return decodeURIComponent(new URL(url).pathname.slice(1)) || "postgres";
}

async function queryOnce(connection, sql) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function onMaintenanceDatabase(url, sql) {
  return queryOnce(connectionOf(url, "postgres"), sql);
}

async function createDatabase(url) {
  const name = databaseOf(url);
  await onMaintenanceDatabase(url, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  return name;
}

async function answerCli(command) {
  // The CLI drops the first line of stderr, so something harmless has to be first.
  log("INFO", "Starting schema engine CLI");
  try {
    if (command === "can-connect-to-database") {
      await queryOnce(connectionOf(datasource.url), "SELECT 1");
      log("INFO", "Connection successful");
    } else if (command === "create-database") {
      log("INFO", `Successfully created '${await createDatabase(datasource.url)}'`);
    } else if (command === "drop-database") {
      const name = pg.escapeIdentifier(databaseOf(datasource.url));
      await onMaintenanceDatabase(datasource.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      log("INFO", "The database was successfully dropped");
    } else throw new Error(`Unknown command: ${command}`);
    process.exit(0);
  } catch (error) {
    const code = CLI_ERROR_BY_SQLSTATE[error.code];
    const unreachable = `Can't reach database server at ${new URL(datasource.url).host}`;
    const message = code === "P1001" ? unreachable : error.message || String(error.code);
    log("ERROR", message, { is_panic: false, ...(code && { error_code: code }) });
    process.exit(1);
  }
}

/**
 * Catalogue queries return the one-byte type "char", which the adapter does not know and which the
 * engine insists on seeing as Character. Read it as text, then label the column.
 */
function withCharColumns(queryable) {
  const performIO = queryable.performIO.bind(queryable);
  const queryRaw = Object.getPrototypeOf(queryable).queryRaw;
  queryable.queryRaw = async (query) => {
    const charColumns = [];
    const reader = Object.create(queryable, {
      performIO: {
        value: async (input) => {
          const result = await performIO(input);
          result.fields.forEach((field, index) => {
            if (field.dataTypeID !== OID_CHAR) return;
            charColumns.push(index);
            field.dataTypeID = OID_TEXT;
          });
          return result;
        },
      },
    });
    const answer = await queryRaw.call(reader, query);
    for (const index of charColumns) answer.columnTypes[index] = ColumnTypeEnum.Character;
    return answer;
  };
  return queryable;
}

/** A connection as the engine needs it: catalogue types, and scripts sent whole. */
async function connect(connection, schema) {
  const adapter = withCharColumns(await new PrismaPg(connection, { schema }).connect());
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (...options) =>
    withCharColumns(await startTransaction(...options));
  // One simple query: splitting at ";" would cut function bodies in two. It is also one implicit
  // transaction, so a migration that fails leaves nothing half done.
  adapter.executeScript = async (sql) => {
    const client = await adapter.underlyingDriver().connect();
    try {
      await client.query(sql);
    } catch (error) {
      adapter.onError(error);
    } finally {
      client.release();
    }
  };
  return adapter;
}

async function connectToShadow(schema) {
  const { url, shadowDatabaseUrl } = datasource;
  if (shadowDatabaseUrl) return connect(connectionOf(shadowDatabaseUrl), schema);
  const database = `prisma_migrate_shadow_db_${randomUUID()}`;
  await onMaintenanceDatabase(url, `CREATE DATABASE "${database}"`);
  const adapter = await connect(connectionOf(url, database), schema);
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await dispose();
    await onMaintenanceDatabase(url, `DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`);
  };
  return adapter;
}

function adapterFactory() {
  if (!datasource.url) return undefined;
  const schema = new URL(datasource.url).searchParams.get("schema") ?? undefined;
  return bindMigrationAwareSqlAdapterFactory({
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: () => connect(connectionOf(datasource.url), schema),
    connectToShadowDb: () => connectToShadow(schema),
  });
}

async function loadEngine() {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => log("ERROR", message) };
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const gluePath = require.resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const wasm = readFileSync(gluePath.replace(/\.js$/, ".wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const files = valuesOf("--datamodels").map((file) => [file, readFileSync(file, "utf8")]);
  const trace = (line) => process.env.DEBUG && process.stderr.write(`${line}\n`);
  const options = { datamodels: files.length > 0 ? files : undefined };
  return glue.SchemaEngine.new(options, trace, adapterFactory());
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

async function answerRpc() {
  const engine = await loadEngine();
  const own = {
    getDatabaseVersion: (params) => engine.version(params),
    // The CLI prints a diff only when it is asked to by a request of ours; its reply is not needed.
    diff: async (params) => {
      const result = await engine.diff(params);
      if (result.stdout) send({ id: 0, method: "print", params: { content: result.stdout } });
      return { ...result, stdout: null };
    },
    createDatabase: async ({ datasource: target }) => {
      const url = target.tag === "ConnectionString" ? target.url : datasource.url;
      return { databaseName: await createDatabase(url) };
    },
  };

  async function answer({ id, method, params }) {
    try {
      if (!own[method] && typeof engine[method] !== "function") {
        throw new Error(`The schema engine has no method ${method}`);
      }
      const result = await (own[method] ? own[method](params ?? {}) : engine[method](params ?? {}));
      send({ id, result: result ?? null });
    } catch (error) {
      const { message = String(error), meta = null, code = null } = error ?? {};
      const data = { is_panic: false, message, meta, error_code: code };
      send({ id, error: { code: 4466, message: "The schema engine failed, see data.", data } });
    }
  }

  let last = Promise.resolve();
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on("line", (line) => {
    const request = line.trim() === "" ? {} : JSON.parse(line);
    if (request.method) last = last.then(() => answer(request));
  });
  lines.on("close", () => last.then(() => process.exit(0)));
}
