import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordAudit } from "@/lib/audit";
import { makeCtx, withTransaction } from "@/lib/context";
import { closeDb, db, type Db } from "@/lib/db";
import { newId } from "@/lib/kit/ids";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { customerAvailable, customerHeld, providerAccount, type AccountRef } from "./accounts";
import { postMovement, type Movement, type PostResult } from "./post-movement";
import { readAccountBalance, readCustomerBalance } from "./read-balance";

const PROVIDER = providerAccount("pesavoucher");
const LOCK_WAIT = "400ms";

let merchantId = "";

beforeAll(async () => {
  merchantId = (await createMerchant()).id;
});
afterAll(closeDb);

function movement(from: AccountRef, to: AccountRef, amountCents: bigint, ref?: string): Movement {
  return {
    merchantId,
    kind: "test",
    ref: ref ?? crypto.randomUUID(),
    now: new Date(),
    lines: [
      { account: from, amountCents: -amountCents },
      { account: to, amountCents },
    ],
  };
}

/** Posts in a transaction of its own, as every verb does. */
function post(posted: Movement): Promise<PostResult> {
  return db().$transaction((tx) => postMovement(tx, posted));
}

/** A new customer's available account, holding `amountCents`. */
async function fundedCustomer(amountCents: bigint): Promise<{ id: string; account: AccountRef }> {
  const id = newId("user");
  const account = customerAvailable(id);
  if (amountCents > 0n) await post(movement(PROVIDER, account, amountCents));
  return { id, account };
}

async function availableCents(customerId: string): Promise<bigint> {
  return (await readCustomerBalance(db(), { merchantId, customerId })).availableCents;
}

/** What the lines themselves add up to, materialised balances aside. */
async function sumOfLines(account: AccountRef, client: Db = db()): Promise<bigint> {
  const rows = await client.$queryRaw<{ total: bigint }[]>`
    SELECT coalesce(sum(l.amount_cents), 0)::bigint AS total
      FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
     WHERE a.merchant_id = ${merchantId} AND a.kind::text = ${account.kind} AND a.owner = ${account.owner}`;
  return rows[0]?.total ?? 0n;
}

describe("a balanced movement", () => {
  test("moves the customer's balance and writes one line per leg", async () => {
    const { id, account } = await fundedCustomer(0n);
    const result = await post(movement(PROVIDER, account, 50_000n));

    expect(result.kind).toBe("posted");
    expect(await availableCents(id)).toBe(50_000n);
    const lines = await db().ledgerLine.findMany({
      where: { movementId: result.movementId },
      select: { amountCents: true, account: { select: { kind: true, owner: true } } },
      orderBy: { id: "asc" },
    });
    expect(lines).toEqual([
      { amountCents: -50_000n, account: PROVIDER },
      { amountCents: 50_000n, account },
    ]);
  });

  test("may have several legs on one account, and each stays readable", async () => {
    const { id, account } = await fundedCustomer(0n);
    await post({
      ...movement(PROVIDER, account, 0n),
      lines: [
        { account: PROVIDER, amountCents: -1_000n },
        { account, amountCents: 700n },
        { account, amountCents: 300n },
      ],
    });
    expect(await availableCents(id)).toBe(1_000n);
    expect(await sumOfLines(account)).toBe(1_000n);
  });

  test("points at the movement it takes back", async () => {
    const { id, account } = await fundedCustomer(0n);
    const first = await post(movement(PROVIDER, account, 5_000n));
    const back = await post({
      ...movement(account, PROVIDER, 5_000n),
      reversesId: first.movementId,
    });
    expect(await availableCents(id)).toBe(0n);
    const row = await db().ledgerMovement.findUniqueOrThrow({ where: { id: back.movementId } });
    expect(row.reversesId).toBe(first.movementId);
  });
});

describe("a movement that is not sound", () => {
  test.each<[name: string, amounts: readonly bigint[], words: string]>([
    ["does not sum to zero", [-100n, 99n], "must sum to zero"],
    ["has a single line", [100n], "two or more lines"],
    ["has no line", [], "two or more lines"],
    ["has an empty line", [-100n, 100n, 0n], "no empty lines"],
  ])("is refused before anything is written when it %s", async (_name, amounts, words) => {
    const ref = crypto.randomUUID();
    const { account } = await fundedCustomer(0n);
    const unsound = {
      ...movement(PROVIDER, account, 1n, ref),
      lines: amounts.map((amountCents) => ({ account, amountCents })),
    };
    await expect(post(unsound)).rejects.toThrow(words);
    expect(await db().ledgerMovement.count({ where: { ref } })).toBe(0);
  });
});

describe("one reference", () => {
  test("is posted once, however many ask for it at the same moment", async () => {
    const { id, account } = await fundedCustomer(0n);
    const same = movement(PROVIDER, account, 1_000n, "once");
    const results = await Promise.all(Array.from({ length: 50 }, () => post(same)));

    expect(results.filter((result) => result.kind === "posted")).toHaveLength(1);
    expect(new Set(results.map((result) => result.movementId)).size).toBe(1);
    expect(await availableCents(id)).toBe(1_000n);
    expect(await sumOfLines(account)).toBe(1_000n);
  });

  test("counts per merchant and per kind", async () => {
    const { account } = await fundedCustomer(0n);
    const first = movement(PROVIDER, account, 1_000n, "shared-ref");
    const otherMerchant = (await createMerchant()).id;
    const results = [
      await post(first),
      await post({ ...first, kind: "other" }),
      await post({ ...first, merchantId: otherMerchant }),
      await post(first),
    ];
    expect(results.map((result) => result.kind)).toEqual([
      "posted",
      "posted",
      "posted",
      "already-posted",
    ]);
  });

  test("whose transaction was rolled back can be posted again", async () => {
    const { id, account } = await fundedCustomer(0n);
    const retried = movement(PROVIDER, account, 1_000n);
    await expect(
      db().$transaction(async (tx) => {
        await postMovement(tx, retried);
        throw new Error("the process died here");
      }),
    ).rejects.toThrow("the process died here");
    expect(await availableCents(id)).toBe(0n);

    expect((await post(retried)).kind).toBe("posted");
    expect(await availableCents(id)).toBe(1_000n);
  });
});

describe("a customer's money", () => {
  test("covers exactly as many of 100 parallel debits as it can, and never goes below zero", async () => {
    const { id, account } = await fundedCustomer(3_050n);
    const tries = Array.from({ length: 100 }, () => post(movement(account, PROVIDER, 100n)));
    const settled = await Promise.allSettled(tries);

    const refused = settled.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(settled.filter((one) => one.status === "fulfilled")).toHaveLength(30);
    for (const reason of refused) expect(String(reason)).toContain("never_below_zero");
    expect(await availableCents(id)).toBe(50n);
    expect(await sumOfLines(account)).toBe(50n);
  });

  test("cannot be spent before it is there, not even by one cent", async () => {
    const { id, account } = await fundedCustomer(500n);
    await expect(post(movement(account, PROVIDER, 501n))).rejects.toThrow("never_below_zero");
    expect(await availableCents(id)).toBe(500n);
  });

  test("moves between available and held without a cent appearing or vanishing", async () => {
    const { id, account } = await fundedCustomer(10_000n);
    const held = customerHeld(id);
    const moves = Array.from({ length: 60 }, (_, index) =>
      index % 2 === 0
        ? post(movement(account, held, 300n))
        : post(movement(held, account, 200n)).catch((error: unknown) => {
            // Giving back more than is held is refused like any other overdraft.
            expect(String(error)).toContain("never_below_zero");
          }),
    );
    await Promise.all(moves);

    const balance = await readCustomerBalance(db(), { merchantId, customerId: id });
    expect(balance.availableCents + balance.heldCents).toBe(10_000n);
    expect(await sumOfLines(account)).toBe(balance.availableCents);
    expect(await sumOfLines(held)).toBe(balance.heldCents);
  });

  test("goes both ways between two customers at once without a deadlock", async () => {
    const amina = await fundedCustomer(100_000n);
    const brian = await fundedCustomer(100_000n);
    const transfers = Array.from({ length: 80 }, (_, index) =>
      index % 2 === 0
        ? post(movement(amina.account, brian.account, 10n))
        : post(movement(brian.account, amina.account, 10n)),
    );
    await Promise.all(transfers);
    expect(await availableCents(amina.id)).toBe(100_000n);
    expect(await availableCents(brian.id)).toBe(100_000n);
  });

  test("of two new customers may be opened from both sides at once", async () => {
    for (let round = 0; round < 10; round += 1) {
      const [amina, brian] = [newId("user"), newId("user")].map(customerAvailable);
      if (!amina || !brian) throw new Error("two accounts were made");
      const results = await Promise.allSettled([
        post(movement(amina, brian, 10n)),
        post(movement(brian, amina, 10n)),
      ]);
      // Neither has money, so both are refused for that reason and for no other.
      for (const result of results) {
        expect(String(result.status === "rejected" && result.reason)).toContain("never_below_zero");
      }
    }
  });

  test("of one merchant is not another's, even with the same owner", async () => {
    const { id, account } = await fundedCustomer(1_000n);
    const other = (await createMerchant()).id;
    const theft = { ...movement(account, PROVIDER, 1_000n), merchantId: other };
    await expect(post(theft)).rejects.toThrow("never_below_zero");
    expect(await availableCents(id)).toBe(1_000n);
    expect(await readCustomerBalance(db(), { merchantId: other, customerId: id })).toEqual({
      availableCents: 0n,
      heldCents: 0n,
    });
  });

  test("that never moved is zero, not an error", async () => {
    const customerId = newId("user");
    const nothing = { availableCents: 0n, heldCents: 0n };
    expect(await readCustomerBalance(db(), { merchantId, customerId })).toEqual(nothing);
    expect(await readAccountBalance(db(), { merchantId, kind: "provider", owner: "nobody" })).toBe(
      0n,
    );
  });
});

describe("a busy provider account", () => {
  test("is locked by nobody: a second posting does not wait for the first to commit", async () => {
    const [first, second] = [await fundedCustomer(1n), await fundedCustomer(1n)];
    await db().$transaction(async (open) => {
      await postMovement(open, movement(PROVIDER, first.account, 100n));
      await db().$transaction(async (other) => {
        await other.$executeRaw`SELECT set_config('lock_timeout', ${LOCK_WAIT}, true)`;
        await postMovement(other, movement(PROVIDER, second.account, 200n));
      });
      expect(await availableCents(second.id)).toBe(201n);
      expect(await availableCents(first.id)).toBe(1n);
    });
    expect(await availableCents(first.id)).toBe(101n);
  });

  test("and the proof can fail: the same customer's account does make the second one wait", async () => {
    const { account } = await fundedCustomer(1n);
    await db().$transaction(async (open) => {
      await postMovement(open, movement(PROVIDER, account, 100n));
      const blocked = db().$transaction(async (other) => {
        await other.$executeRaw`SELECT set_config('lock_timeout', ${LOCK_WAIT}, true)`;
        await postMovement(other, movement(PROVIDER, account, 200n));
      });
      await expect(blocked).rejects.toThrow(/lock timeout/);
    });
  });
});

describe("the audit trail", () => {
  test("commits with the change it tells of, or not at all", async () => {
    const { id, account } = await fundedCustomer(0n);
    const ctx = makeCtx(merchantId, { kind: "system", id: "ledger.test" });
    const change = (fails: boolean) =>
      withTransaction(ctx, async (tx) => {
        await postMovement(tx.db, movement(PROVIDER, account, 100n));
        await recordAudit(tx, { action: "test.credited", subjectId: id });
        if (fails) throw new Error("the process died here");
      });

    await expect(change(true)).rejects.toThrow("the process died here");
    expect(await db().auditEntry.count({ where: { subjectId: id } })).toBe(0);
    expect(await availableCents(id)).toBe(0n);

    await change(false);
    expect(await db().auditEntry.count({ where: { subjectId: id } })).toBe(1);
    expect(await availableCents(id)).toBe(100n);
  });
});
