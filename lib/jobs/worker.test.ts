import { afterAll, expect, test } from "vitest";
import { closeDb, db } from "@/lib/db";
import { eventually } from "@/test/eventually";
import { CRON_ITEMS, HANDLERS } from "./registry";
import { startWorker } from "./worker";

afterAll(closeDb);

test("a worker starts with every job and its clock, works what is due, and stops cleanly", async () => {
  const worker = await startWorker();
  await db().$executeRaw`SELECT graphile_worker.add_job('ledger.check-invariants', '{}'::json)`;
  await eventually(async () => expect(await db().invariantCheck.count()).toBeGreaterThan(5));
  await worker.stop();
  const known = new Set(HANDLERS.map((handler) => handler.id));
  expect(CRON_ITEMS.map((item) => item.task).filter((task) => !known.has(task))).toEqual([]);
});
