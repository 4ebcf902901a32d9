import { verify } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recordAudit } from "@/lib/audit";
import { makeCtx, type Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { eventually } from "@/test/eventually";
import { auditKey } from "./audit-key";
import { runInvariantChecks } from "./run-invariant-checks";
import { sealWholeLog } from "./seal-whole-log";
import { signAuditHead } from "./sign-audit-head";

/** Five past midnight in Nairobi. */
const NIGHT = new Date("2026-11-21T21:05:00Z");

let ctx: Ctx;

beforeAll(async () => {
  ctx = makeCtx((await createMerchant()).id, { kind: "system", id: "sign-audit-head.test" });
});
beforeEach(() => onTheSly("TRUNCATE audit_log, audit_seals, audit_heads, invariant_checks"));
afterAll(closeDb);

/** What no program of ours can do: change what is append-only. */
async function onTheSly(sql: string): Promise<void> {
  await db().$transaction([
    db().$executeRaw`SET LOCAL session_replication_role = replica`,
    ...sql.split(";").map((part) => db().$executeRawUnsafe(part)),
  ]);
}

async function writeAndSeal(count: number): Promise<void> {
  const before = await db().auditSeal.count();
  for (let n = 0; n < count; n += 1)
    await recordAudit(ctx, { action: "test.wrote", subjectId: `s${n}`, after: { n } });
  await eventually(async () => {
    await sealWholeLog();
    expect(await db().auditSeal.count()).toBe(before + count);
  });
}

function sign(at = NIGHT) {
  return signAuditHead({ now: () => at });
}

describe("when a day is over", () => {
  test("the end of the chain is signed for it, once, and whoever has the public key can tell", async () => {
    await writeAndSeal(3);
    const head = await sign();
    expect(head).toMatchObject({ position: 3n, day: new Date("2026-11-21T00:00:00Z") });
    expect(await sign()).toBeNull();
    expect(await sign(addMs(NIGHT, 20 * HOUR_MS))).toBeNull();
    expect(await db().auditHead.count()).toBe(1);
    const last = await db().auditSeal.findUniqueOrThrow({ where: { position: 3n } });
    const text = JSON.stringify(["2026-11-21", "3", last.hash, String(NIGHT.getTime()), ""]);
    const signature = Buffer.from(head?.signature ?? "", "base64");
    expect(verify(null, Buffer.from(text), auditKey().publicKey, signature)).toBe(true);
  });

  test("the day is the one in Nairobi: three hours before midnight there it is not over", async () => {
    await writeAndSeal(1);
    const head = await sign(addMs(NIGHT, -10 * 60_000));
    expect(head?.day).toEqual(new Date("2026-11-20T00:00:00Z"));
  });

  test("many workers sign one head between them", async () => {
    await writeAndSeal(2);
    const heads = await Promise.all([sign(), sign(), sign(), sign()]);
    expect(heads.filter((head) => head !== null)).toHaveLength(1);
  });

  test("a worker that was away for days signs the day before it came back", async () => {
    await writeAndSeal(2);
    await sign();
    await writeAndSeal(1);
    const late = await sign(addMs(NIGHT, 4 * DAY_MS));
    expect(late).toMatchObject({ position: 3n, day: new Date("2026-11-25T00:00:00Z") });
    expect(await brokenNames()).toEqual([]);
  });

  test("nothing is signed while nothing was ever written", async () => {
    expect(await sign()).toBeNull();
  });

  test("a chain that does not fit is not signed", async () => {
    await writeAndSeal(3);
    await onTheSly(`UPDATE audit_log SET after = '{"n": 7}' WHERE after = '{"n": 1}'`);
    await expect(sign()).rejects.toThrow("does not fit after position 1");
    expect(await db().auditHead.count()).toBe(0);
  });
});

const CHAIN = "the audit chain is unbroken";
const HEADS = "the signed heads are in the audit chain";

async function brokenNames(now = NIGHT): Promise<string[]> {
  const results = await runInvariantChecks({ now: () => now });
  return results.filter(({ holds }) => !holds).map(({ name }) => name);
}

describe("the check of the books", () => {
  test("reads on where it stopped, and seals what was left", async () => {
    await writeAndSeal(3);
    expect(await brokenNames()).toEqual([]);
    await writeAndSeal(2);
    // Behind where it stopped: seen tomorrow, when it begins anew.
    await onTheSly(`UPDATE audit_log SET actor_id = 'x' WHERE after = '{"n": 2}'`);
    expect(await brokenNames()).toEqual([]);
    const kept = await db().invariantCheck.findUniqueOrThrow({ where: { name: CHAIN } });
    expect(kept.readTo).toBe(5n);
    expect(await brokenNames(addMs(NIGHT, DAY_MS))).toEqual([CHAIN]);
  });

  test("keeps saying that a chain is broken until it is whole again, across days too", async () => {
    await writeAndSeal(3);
    await onTheSly(`UPDATE audit_log SET action = 'x' WHERE after = '{"n": 1}'`);
    expect(await brokenNames()).toEqual([CHAIN]);
    const kept = await db().invariantCheck.findUniqueOrThrow({ where: { name: CHAIN } });
    expect(kept).toMatchObject({ holds: false, detail: "position 2", readTo: 1n });
    expect(await brokenNames(addMs(NIGHT, DAY_MS))).toEqual([CHAIN]);
    await onTheSly(`UPDATE audit_log SET action = 'test.wrote' WHERE action = 'x'`);
    expect(await brokenNames(addMs(NIGHT, DAY_MS))).toEqual([]);
  });

  test("sees an end that was cut off, even when the chain has grown again since", async () => {
    await writeAndSeal(4);
    expect(await brokenNames()).toEqual([]);
    const cut = "audit_seq IN (SELECT max(seq) FROM audit_log)";
    await onTheSly(
      `DELETE FROM audit_seals WHERE ${cut}; DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log)`,
    );
    expect(await brokenNames()).toEqual([CHAIN]);
    await writeAndSeal(2);
    expect(await brokenNames()).toEqual([CHAIN]);
  });

  test.each([
    [
      "cut off",
      "DELETE FROM audit_seals WHERE position = 3; DELETE FROM audit_log WHERE seq IN (SELECT max(seq) FROM audit_log)",
    ],
    [
      "moved",
      "UPDATE audit_heads SET position = 2, hash = (SELECT hash FROM audit_seals WHERE position = 2)",
    ],
    ["dated otherwise", "UPDATE audit_heads SET day = '2026-11-19'"],
    ["signed by nobody", "UPDATE audit_heads SET signature = repeat('A', 86) || '=='"],
  ])("sees a signed head that was %s", async (_what, sql) => {
    await writeAndSeal(3);
    await sign();
    expect(await brokenNames()).toEqual([]);
    await onTheSly(sql);
    expect(await brokenNames(addMs(NIGHT, DAY_MS))).toContain(HEADS);
  });

  test("sees a head that was taken out from between two others", async () => {
    for (const days of [0, 1, 2]) {
      await writeAndSeal(1);
      await sign(addMs(NIGHT, days * DAY_MS));
    }
    expect(await brokenNames()).toEqual([]);
    await onTheSly("DELETE FROM audit_heads WHERE day = '2026-11-22'");
    expect(await brokenNames()).toEqual([HEADS]);
  });

  test("lets a head stand that was signed with a key from before", async () => {
    await writeAndSeal(1);
    await sign();
    await onTheSly("UPDATE audit_heads SET key_id = repeat('0', 16)");
    expect(await brokenNames()).toEqual([]);
  });
});
