import { runOnce } from "graphile-worker";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { closeDb, db, pgPool } from "@/lib/db";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { addMs, DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { listAttention } from "@/lib/recovery/list-attention";
import { retryJob } from "@/lib/recovery/retry-job";
import { createStaff } from "@/prisma/factories/create-staff";
import { eventually } from "@/test/eventually";
import { defineJob } from "./define-job";
import { handle } from "./handle";
import { queueLogger } from "./queue-logger";
import { enqueue } from "./queue";

const countJob = defineJob({
  id: "test.count",
  payload: z.object({ merchantId: z.string(), n: z.number().int().max(10) }),
  attemptsMax: 3,
});

let done: number[] = [];
let failure: Error | null = null;
const counting = handle(countJob, async ({ n }) => {
  if (failure) throw failure;
  done.push(n);
  return Promise.resolve();
});

let staff: Ctx;

beforeAll(async () => {
  staff = await staffCtx();
});
beforeEach(async () => {
  done = [];
  failure = null;
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});
afterAll(closeDb);

async function staffCtx(): Promise<Ctx> {
  const user = await createStaff();
  return makeCtx(user.merchantId, { kind: "staff", id: user.id, role: "staff" });
}

function enqueueCount(n: number, options: { runAt?: Date; key?: string } = {}): Promise<void> {
  return withTransaction(staff, (tx) =>
    enqueue(tx, countJob, { merchantId: staff.merchantId, n }, options),
  );
}

/** Runs what is due. The queue notes a failure after it says that it is done, so that is awaited too. */
async function runDue(): Promise<void> {
  const taskList = { [counting.id]: counting.run };
  await runOnce({ pgPool: pgPool(), noHandleSignals: true, logger: queueLogger(), taskList });
  await eventually(async () => {
    const locked = await db().$queryRaw`
      SELECT id FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL`;
    expect(locked).toEqual([]);
  });
}

interface JobRow {
  id: string;
  attempts: number;
  error: string | null;
  waitSeconds: number;
}

async function jobs(): Promise<JobRow[]> {
  return db().$queryRaw<JobRow[]>`
    SELECT id::text, attempts::int, last_error AS error,
           extract(epoch FROM run_at - now())::float AS "waitSeconds"
      FROM graphile_worker._private_jobs ORDER BY id`;
}

/** Lets the wait between two tries pass. */
async function letWaitPass(): Promise<void> {
  await db().$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
}

/** A job that has spent its tries, and its number. */
async function deadJob(): Promise<string> {
  failure = new Error("the provider is down");
  await enqueueCount(1);
  for (let attempt = 0; attempt < countJob.attemptsMax; attempt += 1) {
    await letWaitPass();
    await runDue();
  }
  return (await jobs())[0]?.id ?? "";
}

describe("a job", () => {
  test("runs when the change that owes it has committed", async () => {
    await enqueueCount(7);
    await runDue();
    expect(done).toEqual([7]);
    expect(await jobs()).toEqual([]);
  });

  test("vanishes with the change that owed it", async () => {
    const change = withTransaction(staff, async (tx) => {
      await enqueue(tx, countJob, { merchantId: staff.merchantId, n: 7 });
      throw new Error("the process died here");
    });
    await expect(change).rejects.toThrow("the process died here");
    expect(await jobs()).toEqual([]);
  });

  test("is seen by nobody before the commit", async () => {
    await withTransaction(staff, async (tx) => {
      await enqueue(tx, countJob, { merchantId: staff.merchantId, n: 7 });
      await runDue();
      expect(done).toEqual([]);
    });
    await runDue();
    expect(done).toEqual([7]);
  });

  test("is refused outside a transaction, where a crash could part it from its change", async () => {
    const outside = enqueue(staff, countJob, { merchantId: staff.merchantId, n: 7 });
    await expect(outside).rejects.toThrow("enqueued with the change that owes it");
    expect(await jobs()).toEqual([]);
  });

  test("waits for its time", async () => {
    await enqueueCount(7, { runAt: addMs(new Date(), HOUR_MS) });
    await runDue();
    expect(done).toEqual([]);
    await letWaitPass();
    await runDue();
    expect(done).toEqual([7]);
  });

  test("of a key that still waits is replaced, so a hundred requests are one look-up", async () => {
    for (let n = 1; n <= 5; n += 1) await enqueueCount(n, { key: "deposit:1" });
    await Promise.all([6, 7, 8].map((n) => enqueueCount(n, { key: "deposit:1" })));
    await enqueueCount(9, { key: "deposit:2" });
    await runDue();
    expect(done).toHaveLength(2);
    expect(done).toContain(9);
  });

  test("is shared out: of four workers at once, one runs it", async () => {
    for (let n = 1; n <= 10; n += 1) await enqueueCount(n);
    await Promise.all([runDue(), runDue(), runDue(), runDue()]);
    expect([...done].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe("a payload that is not what the job takes", () => {
  test("is refused when it is enqueued, and takes its transaction along", async () => {
    await expect(enqueueCount(11)).rejects.toThrow(/Too big|<=10/);
    expect(await jobs()).toEqual([]);
  });

  test("fails the job loudly when it got in another way, and does nothing", async () => {
    await db().$executeRaw`SELECT graphile_worker.add_job(${countJob.id}, '{"n":"seven"}'::json)`;
    await runDue();
    const [job] = await jobs();
    expect(done).toEqual([]);
    expect(job).toMatchObject({ attempts: 1 });
    expect(job?.error).toContain("expected number");
  });
});

describe("a job that fails", () => {
  test("is tried again, later each time, and finishes when the trouble is over", async () => {
    failure = new Error("the provider is down");
    await enqueueCount(7);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await letWaitPass();
      await runDue();
      const [job] = await jobs();
      expect(job).toMatchObject({ attempts: attempt, error: expect.stringContaining("down") });
      waits.push(job?.waitSeconds ?? 0);
    }
    expect(waits[0]).toBeGreaterThan(1);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);

    failure = null;
    await runDue();
    expect(done, "it waits before it tries again").toEqual([]);
    await letWaitPass();
    await runDue();
    expect(done).toEqual([7]);
  });

  test("for the last time is kept, shown to staff and left alone", async () => {
    const jobId = await deadJob();
    const { deadJobs } = await listAttention(staff);
    expect(deadJobs).toEqual([
      { id: jobId, task: "test.count", attempts: 3, error: expect.stringContaining("down") },
    ]);
    failure = null;
    await letWaitPass();
    await runDue();
    expect(done).toEqual([]);
  });

  test("for the last time is nobody else's business", async () => {
    const jobId = await deadJob();
    const stranger = await staffCtx();
    expect((await listAttention(stranger)).deadJobs).toEqual([]);
    await expect(retryJob(stranger, { jobId })).rejects.toBeInstanceOf(NotFoundError);
    const customer = { ...staff, actor: { kind: "customer", id: "usr_1" } as const };
    await expect(listAttention(customer)).rejects.toBeInstanceOf(ForbiddenError);
    await expect(retryJob(customer, { jobId })).rejects.toBeInstanceOf(ForbiddenError);
  });

  test("for the last time can be revived, with all its tries and a line in the audit log", async () => {
    const jobId = await deadJob();
    failure = null;
    await retryJob(staff, { jobId });
    expect((await listAttention(staff)).deadJobs).toEqual([]);
    await runDue();
    expect(done).toEqual([1]);
    expect(await jobs()).toEqual([]);
    const audited = { subjectId: jobId, action: "job.retried", actorId: staff.actor.id };
    expect(await db().auditEntry.count({ where: audited })).toBe(1);
  });
});

describe("reviving a job", () => {
  test("that is not dead is refused, so nothing runs twice", async () => {
    await enqueueCount(7, { runAt: addMs(new Date(), DAY_MS) });
    const [job] = await jobs();
    await expect(retryJob(staff, { jobId: job?.id ?? "" })).rejects.toBeInstanceOf(NotFoundError);
    await runDue();
    expect(done).toEqual([]);
  });

  test.each(["", "abc", "-1", "1; DROP TABLE deposits", "999999999999999999", "9".repeat(40)])(
    "with the number %j finds nothing",
    async (jobId) => {
      await expect(retryJob(staff, { jobId })).rejects.toBeInstanceOf(NotFoundError);
    },
  );
});
