import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { closeDb, db, type Db } from "@/lib/db";
import { newId } from "@/lib/kit/ids";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { eventually } from "@/test/eventually";
import { customerAvailable, providerAccount } from "./accounts";
import { postMovement } from "./post-movement";
import { readAccountBalance } from "./read-balance";
import { rollUpBalances } from "./roll-up-balances";

const PROVIDER = providerAccount("pesavoucher");

let merchantId = "";

beforeEach(async () => {
  merchantId = (await createMerchant()).id;
  await credit(db(), 1n);
});
afterAll(closeDb);

async function credit(client: Db, amountCents: bigint): Promise<void> {
  await postMovement(client, {
    merchantId,
    kind: "test",
    ref: crypto.randomUUID(),
    now: new Date(),
    lines: [
      { account: PROVIDER, amountCents: -amountCents },
      { account: customerAvailable(newId("user")), amountCents },
    ],
  });
}

function balanceOf(client: Db = db()): Promise<bigint> {
  return readAccountBalance(client, { merchantId, ...PROVIDER });
}

async function rollUpRow(): Promise<{ amountCents: bigint; xidBelow: bigint } | null> {
  const account = await db().ledgerAccount.findFirstOrThrow({
    where: { merchantId, kind: "provider" },
    select: { id: true },
  });
  return db().ledgerRollup.findUnique({
    where: { accountId: account.id },
    select: { amountCents: true, xidBelow: true },
  });
}

/** Nothing else may be open in this file's database when a test wants lines to be old enough. */
async function rollUpAll(): Promise<void> {
  await eventually(async () => {
    await rollUpBalances(db());
    expect((await rollUpRow())?.amountCents).toBe(await balanceOf());
  });
}

describe("rolling balances up", () => {
  test("changes no balance, and a second time has nothing to do", async () => {
    await credit(db(), 500n);
    await credit(db(), 250n);
    expect(await balanceOf()).toBe(-751n);
    await rollUpAll();
    expect(await balanceOf()).toBe(-751n);
    const before = await rollUpRow();
    await rollUpBalances(db());
    expect(await rollUpRow()).toEqual(before);

    await credit(db(), 49n);
    expect(await balanceOf()).toBe(-800n);
    await rollUpAll();
    expect((await rollUpRow())?.amountCents).toBe(-800n);
  });

  test("never skips a line whose transaction began early and commits late", async () => {
    let commit: () => void = () => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let wrote: () => void = () => undefined;
    const hasWritten = new Promise<void>((resolve) => (wrote = resolve));
    const late = db().$transaction(async (tx) => {
      await credit(tx, 7_000n);
      wrote();
      await mayCommit;
    });
    await hasWritten;
    await credit(db(), 300n);
    await rollUpBalances(db());
    expect(await balanceOf()).toBe(-301n);
    expect((await rollUpRow())?.amountCents ?? 0n).not.toBe(-301n);

    commit();
    await late;
    expect(await balanceOf()).toBe(-7_301n);
    await rollUpAll();
    expect(await balanceOf()).toBe(-7_301n);
  });

  test("by many workers at once counts each line once", async () => {
    for (let count = 0; count < 20; count += 1) await credit(db(), 10n);
    await Promise.all(Array.from({ length: 8 }, () => rollUpBalances(db())));
    expect(await balanceOf()).toBe(-201n);
    await rollUpAll();
    expect((await rollUpRow())?.amountCents).toBe(-201n);
  });

  test("leaves customers alone: their balance is kept with every posting", async () => {
    await credit(db(), 100n);
    await rollUpAll();
    const customers = await db().ledgerAccount.findMany({
      where: { merchantId, kind: "customer_available" },
      select: { id: true },
    });
    expect(customers.length).toBeGreaterThan(0);
    const rolled = await db().ledgerRollup.count({
      where: { accountId: { in: customers.map(({ id }) => id) } },
    });
    expect(rolled).toBe(0);
  });

  test("while writers post, commit out of order and roll back, every reading is the sum of the lines", async () => {
    let writing = true;
    const writer = async (lane: number) => {
      for (let turn = 0; turn < 25; turn += 1) {
        const fails = turn % 7 === lane;
        await db()
          .$transaction(async (tx) => {
            await credit(tx, BigInt(lane * 100 + turn + 1));
            // Stays open across other transactions' commits and at least one roll-up.
            await tx.$executeRaw`SELECT pg_sleep(${((lane * 13 + turn * 7) % 9) / 1_000})`;
            if (fails) throw new Error("rolled back");
          })
          .catch((error: unknown) => expect(String(error)).toContain("rolled back"));
      }
    };
    const roller = async () => {
      let rounds = 0;
      while (writing) {
        await rollUpBalances(db());
        rounds += 1;
      }
      return rounds;
    };
    const reader = async () => {
      let readings = 0;
      while (writing) {
        const [balance, total] = await db().$transaction(
          async (tx) => [await balanceOf(tx), await sumOfLines(tx)] as const,
          { isolationLevel: "RepeatableRead" },
        );
        expect(balance).toBe(total);
        readings += 1;
      }
      return readings;
    };
    const watching = Promise.all([roller(), roller(), reader(), reader()]);
    await Promise.all([0, 1, 2, 3].map(writer)).finally(() => (writing = false));
    const counts = await watching;

    for (const count of counts) expect(count).toBeGreaterThan(3);
    await rollUpAll();
    expect(await balanceOf()).toBe(await sumOfLines(db()));
  }, 60_000);

  test("survives a move to a server whose transaction numbers start anew", async () => {
    await credit(db(), 400n);
    await rollUpAll();
    // What a dump restored elsewhere looks like: the roll-up claims numbers this server has not reached.
    await db().$executeRaw`UPDATE ledger_rollups SET xid_below = xid_below + 1000000`;
    await credit(db(), 99n);
    expect(await balanceOf()).toBe(-500n);
    await rollUpBalances(db());
    expect(await balanceOf()).toBe(-500n);
    await credit(db(), 100n);
    await rollUpAll();
    expect(await balanceOf()).toBe(-600n);
  });
});

async function sumOfLines(client: Db): Promise<bigint> {
  const rows = await client.$queryRaw<{ total: bigint }[]>`
    SELECT coalesce(sum(l.amount_cents), 0)::bigint AS total
      FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
     WHERE a.merchant_id = ${merchantId} AND a.kind = 'provider'`;
  return rows[0]?.total ?? 0n;
}
