import { afterAll, afterEach, expect, test, vi } from "vitest";
import { closeDb, db } from "@/lib/db";
import { checkHealth } from "./health";

afterEach(() => vi.unstubAllEnvs());
afterAll(closeDb);

test("a migrated database makes the process ready", async () => {
  expect(await checkHealth()).toEqual({
    ready: true,
    database: "up",
    migrations_missing: [],
    worker_seen_at: null,
  });
});

test("when the worker last checked the books is told, and decides nothing", async () => {
  const checkedAt = new Date("2026-11-21T09:00:00Z");
  await db().invariantCheck.create({
    data: { name: "test", holds: false, detail: "", checkedAt },
  });
  expect(await checkHealth()).toMatchObject({
    ready: true,
    worker_seen_at: "2026-11-21T09:00:00.000Z",
  });
});

test("a migration the database lacks, or that failed halfway, keeps customers away", async () => {
  const [row] = await db().$queryRaw<{ migration_name: string }[]>`
    UPDATE _prisma_migrations SET finished_at = NULL
     WHERE id = (SELECT id FROM _prisma_migrations ORDER BY migration_name DESC LIMIT 1)
    RETURNING migration_name`;
  expect(await checkHealth()).toMatchObject({
    ready: false,
    database: "up",
    migrations_missing: [row?.migration_name],
  });
});

test("without a database the process is not ready and says so without throwing", async () => {
  vi.resetModules();
  vi.stubEnv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none");
  const { checkHealth: check } = await import("./health");
  expect(await check()).toMatchObject({ ready: false, database: "down" });
  await (await import("./db")).closeDb();
});
