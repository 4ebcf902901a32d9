import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "@/test/eventually";
import { freePort } from "./ports.mjs";
import {
  ensureDatabase,
  openPostgres,
  openThrowawayPostgres,
  type PostgresHandle,
} from "./postgres.mjs";

const PASSWORD = "a-password-of-this-test";

describe("the embedded Postgres", () => {
  let base = "";
  let port = 0;
  let opened: PostgresHandle[] = [];

  beforeEach(async () => {
    base = mkdtempSync(path.join(tmpdir(), "malipo-pg-test-"));
    port = await freePort();
    opened = [];
  });

  afterEach(async () => {
    for (const handle of opened) await handle.stop();
    rmSync(base, { recursive: true, force: true });
  });

  async function open(): Promise<PostgresHandle> {
    const logFile = path.join(base, "postgres.log");
    const handle = await openPostgres({
      dir: path.join(base, "pg"),
      port,
      password: PASSWORD,
      logFile,
    });
    opened.push(handle);
    return handle;
  }

  const postgresPid = () =>
    Number(readFileSync(path.join(base, "pg/postmaster.pid"), "utf8").split("\n")[0]);

  test("keeps what was committed through a kill -9 and a start on the stale pid file", async () => {
    const first = await open();
    const url = await ensureDatabase(first, "shop");
    await query(url, "CREATE TABLE kept (cents bigint)");
    await query(url, "INSERT INTO kept VALUES (125000)");

    process.kill(postgresPid(), "SIGKILL");
    await eventually(() => expect(first.isRunning()).toBe(false));
    expect(existsSync(path.join(base, "pg/postmaster.pid"))).toBe(true);
    const second = await open();

    expect(second.joined).toBe(false);
    expect(await query(second.urlFor("shop"), "SELECT cents FROM kept")).toEqual([
      { cents: "125000" },
    ]);
  });

  test("starts beside a pid file whose process id now belongs to another program", async () => {
    const first = await open();
    await first.stop();
    const sleeper = spawn("sleep", ["60"]);
    await once(sleeper, "spawn");
    const stale = [sleeper.pid, path.join(base, "pg"), 0, port, "", "127.0.0.1", "", "ready", ""];
    writeFileSync(path.join(base, "pg/postmaster.pid"), stale.join("\n"));

    try {
      const second = await open();
      expect(await query(second.urlFor("postgres"), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    } finally {
      sleeper.kill();
    }
  });

  test("is shared by programs of one folder, and stops when the last of them leaves", async () => {
    const [first, second] = await Promise.all([open(), open()]);
    expect([first.joined, second.joined].sort()).toEqual([false, true]);

    await first.stop();
    expect(second.isRunning()).toBe(true);
    await second.stop();
    expect(second.isRunning()).toBe(false);
  });

  test("revives the instance under the same address after it has died", async () => {
    const handle = await open();
    process.kill(postgresPid(), "SIGKILL");
    await eventually(() => expect(handle.isRunning()).toBe(false));

    await handle.revive?.();

    expect(await query(handle.urlFor("postgres"), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("lets nobody in without the password, and speaks UTF-8 and UTC", async () => {
    const handle = await open();
    const stranger = handle.urlFor("postgres").replace(PASSWORD, "guess");

    await expect(query(stranger, "SELECT 1")).rejects.toThrow(/password authentication failed/);
    expect(
      await query(
        handle.urlFor("postgres"),
        "SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone, current_setting('listen_addresses') AS addresses",
      ),
    ).toEqual([{ encoding: "UTF8", zone: "UTC", addresses: "127.0.0.1" }]);
  });

  test("says which port is taken and which settings help", async () => {
    const neighbour = await open();
    rmSync(path.join(base, "other"), { recursive: true, force: true });
    const dir = path.join(base, "other/pg");
    const logFile = path.join(base, "other/postgres.log");

    await expect(
      openPostgres({ dir, port: neighbour.port, password: PASSWORD, logFile }),
    ).rejects.toThrow(
      `Port ${port} (the database) is taken by another program.\nSet POSTGRES_PORT`,
    );
  });
});

test("a throwaway Postgres leaves nothing behind", async () => {
  const handle = await openThrowawayPostgres();
  const rows = await query(handle.urlFor("postgres"), "SHOW data_directory");
  const dir = String(rows[0]?.data_directory);
  expect(existsSync(dir)).toBe(true);

  await handle.stop();

  expect(existsSync(path.dirname(dir))).toBe(false);
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
