import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recordAudit } from "@/lib/audit";
import { makeCtx, withTransaction, type Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { eventually } from "@/test/eventually";
import { installCrashPoints, runUntilCrash, type Moment } from "@/test/simulation/crash-points";
import { sealAudit } from "./seal-audit";
import { sealWholeLog } from "./seal-whole-log";
import { BEFORE_THE_CHAIN, walkAuditChain } from "./walk-audit-chain";

let ctx: Ctx;
let client: pg.Client;

beforeAll(async () => {
  installCrashPoints();
  ctx = makeCtx((await createMerchant()).id, { kind: "system", id: "seal-audit.test" });
  client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
});
beforeEach(async () => {
  await client.query("ROLLBACK");
  await onTheSly("TRUNCATE audit_log, audit_seals");
});
afterAll(async () => {
  await client.end();
  await closeDb();
});

/** What no program of ours can do: change what is append-only. */
async function onTheSly(sql: string): Promise<void> {
  await db().$transaction([
    db().$executeRaw`SET LOCAL session_replication_role = replica`,
    db().$executeRawUnsafe(sql),
  ]);
}

async function write(count: number, within: Ctx = ctx): Promise<void> {
  for (let n = 0; n < count; n += 1)
    await recordAudit(within, {
      action: "test.wrote",
      subjectId: `s${n}`,
      after: { n, b: "é\"'" },
    });
}

/** Other tests share the server: a row is old enough only when what was open there beside it has ended. */
async function sealAll(count: number): Promise<void> {
  await eventually(async () => {
    await sealAudit({ limit: 1_000 });
    expect(await db().auditSeal.count()).toBe(count);
  });
}

async function expectWhole(count: number): Promise<void> {
  expect(await db().auditEntry.count()).toBe(count);
  const { reached, breaks } = await walkAuditChain(db(), { from: BEFORE_THE_CHAIN, limit: 10_000 });
  expect({ breaks, position: reached.position }).toEqual({
    breaks: false,
    position: BigInt(count),
  });
}

describe("sealing", () => {
  test("covers every row once, in batches as well as at once", async () => {
    await write(7);
    await eventually(async () => expect(await sealAudit({ limit: 3 })).toBe(3));
    expect(await sealAudit({ limit: 3 })).toBe(3);
    await sealAll(7);
    expect(await sealAudit({ limit: 3 })).toBe(0);
    await expectWhole(7);
  });

  test("by many processes at once is done by one of them at a time, and by none twice", async () => {
    let sealed = 0;
    const sealer = async () => {
      while (sealed < 60) {
        const more = await sealAudit({ limit: 4 });
        sealed += more;
      }
    };
    await Promise.all([write(20), write(20), write(20), sealer(), sealer(), sealer()]);
    expect(sealed).toBe(60);
    await expectWhole(60);
  });

  test("passes over no transaction that began early and commits late", async () => {
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let wrote: () => void = () => undefined;
    const hasWritten = new Promise<void>((resolve) => (wrote = resolve));
    const late = withTransaction(ctx, async (tx) => {
      await write(2, tx);
      wrote();
      await mayCommit;
    });
    await hasWritten;
    await write(3);
    expect(await sealAudit({ limit: 100 })).toBe(0);
    commit();
    await late;
    await sealAll(5);
    const [first] = await db().auditSeal.findMany({ orderBy: { position: "asc" }, take: 1 });
    const earliest = await db().auditEntry.findFirst({ orderBy: { seq: "asc" } });
    expect(first?.auditSeq).toBe(earliest?.seq);
    await expectWhole(5);
  });

  test.each<{ at: number; moment: Moment }>(
    [1, 2, 3, 4, 5, 6].flatMap((at) => [
      { at, moment: "before" as const },
      { at, moment: "after" as const },
    ]),
  )("that dies $moment its statement $at is finished by the next one", async (crash) => {
    await write(4);
    await eventually(async () => {
      const ready = await client.query<{ ready: boolean }>(
        "SELECT bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint) AS ready FROM audit_log",
      );
      expect(ready.rows[0]?.ready).toBe(true);
    });
    const run = await runUntilCrash(() => sealAudit({ limit: 100 }), crash);
    expect(run.crashed).toBe(true);
    const left = await db().auditSeal.count();
    expect([0, 4]).toContain(left);
    await sealAll(4);
    await expectWhole(4);
  });

  test("waits for nobody: rows are written while the end of the chain is held", async () => {
    await client.query("BEGIN");
    await client.query(
      "SELECT pg_advisory_xact_lock(hashtextextended('malipo: seal the audit log', 0))",
    );
    await write(2);
    expect(await sealAudit({ limit: 100 })).toBe(0);
    await client.query("COMMIT");
    await sealAll(2);
  });
});

describe("after a dump was restored on another server", () => {
  test.each([
    ["ahead", 5_000_000],
    ["a little ahead", 3],
    ["far behind", -100_000],
  ])("whose numbers are %s, old and new rows are sealed", async (_where, shift) => {
    await write(3);
    await sealAll(3);
    await write(2);
    // Numbers are counted from this server's: the others are moved away from them.
    await onTheSly(`UPDATE audit_log SET xid = greatest(xid - (${-shift}), 3)`);
    await write(2);
    await eventually(async () => {
      await sealWholeLog();
      expect(await db().auditSeal.count()).toBe(7);
    });
    await write(1);
    await sealAll(8);
    await expectWhole(8);
  });

  test("a row with a number before the last sealed one is found by looking through the whole log", async () => {
    await write(3);
    await sealAll(3);
    await write(1);
    await onTheSly("UPDATE audit_log SET xid = 3 WHERE seq = (SELECT max(seq) FROM audit_log)");
    expect(await sealAudit({ limit: 10 })).toBe(0);
    await sealWholeLog();
    await expectWhole(4);
    expect(await db().auditSeal.count()).toBe(4);
    await write(1);
    await sealAll(5);
    await expectWhole(5);
  });
});

test("what is sealed or signed can be neither changed nor removed", async () => {
  await write(1);
  await sealAll(1);
  for (const table of ["audit_seals", "audit_heads"])
    for (const sql of [
      `UPDATE ${table} SET position = 9`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
    ])
      await expect(client.query(sql), sql).rejects.toMatchObject({ code: "23001" });
});
