import { afterAll, expect, test } from "vitest";
import { recordAudit } from "@/lib/audit";
import { makeCtx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { sealWholeLog } from "@/lib/recovery/seal-whole-log";
import { eventually } from "@/test/eventually";
import { CRON_ITEMS, HANDLERS } from "./registry";
import { startWorker } from "./worker";

afterAll(closeDb);

/** Other tests share the server: what is open there beside these rows has to end first. */
const BOUND = { timeoutMs: 15_000 };

async function expectAllSealed(): Promise<void> {
  expect(await db().auditSeal.count()).toBe(await db().auditEntry.count());
}

test("a worker seals the audit log within seconds, and signs the day before when it starts", async () => {
  const { id: merchantId } = await createMerchant();
  const ctx = makeCtx(merchantId, { kind: "system", id: "worker.test" });
  await recordAudit(ctx, { action: "test.before", subjectId: "s1" });
  await eventually(async () => {
    await sealWholeLog();
    await expectAllSealed();
  }, BOUND);
  const worker = await startWorker();
  await eventually(async () => expect(await db().auditHead.count()).toBe(1), BOUND);
  await recordAudit(ctx, { action: "test.after", subjectId: "s1" });
  await eventually(expectAllSealed, BOUND);
  await worker.stop();
});

test("a worker starts with every job and its clock, works what is due, and stops cleanly", async () => {
  const worker = await startWorker();
  await db().$executeRaw`SELECT graphile_worker.add_job('ledger.check-invariants', '{}'::json)`;
  await eventually(async () => expect(await db().invariantCheck.count()).toBeGreaterThan(5));
  await worker.stop();
  const known = new Set(HANDLERS.map((handler) => handler.id));
  expect(CRON_ITEMS.map((item) => item.task).filter((task) => !known.has(task))).toEqual([]);
});
