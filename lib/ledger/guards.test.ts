import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { recordAudit } from "@/lib/audit";
import { makeCtx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { newId } from "@/lib/kit/ids";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { customerAvailable, providerAccount } from "./accounts";
import { postMovement } from "./post-movement";

// Whoever goes around our code, with SQL of their own, meets the same promises in the database.

const APPEND_ONLY = ["ledger_lines", "ledger_movements", "audit_log", "receipts"] as const;

let client: pg.Client;
let merchantId = "";
let providerId = "";
let customerId = "";

beforeAll(async () => {
  client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  merchantId = (await createMerchant()).id;
  const ctx = makeCtx(merchantId, { kind: "system", id: "guards.test" });
  const customer = newId("user");
  await postMovement(db(), {
    merchantId,
    kind: "test",
    ref: "first",
    now: new Date(),
    lines: [
      { account: providerAccount("pesavoucher"), amountCents: -10_000n },
      { account: customerAvailable(customer), amountCents: 10_000n },
    ],
  });
  await recordAudit(ctx, { action: "test.first", subjectId: customer });
  await db().receipt.create({
    data: {
      provider: "pesavoucher",
      number: "R1",
      merchantId,
      paymentId: newId("deposit"),
      createdAt: new Date(),
    },
  });
  providerId = await accountId("provider");
  customerId = await accountId("customer_available");
});
beforeEach(() => client.query("ROLLBACK"));
afterAll(async () => {
  await client.end();
  await closeDb();
});

async function accountId(kind: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    "SELECT id FROM ledger_accounts WHERE merchant_id = $1 AND kind::text = $2",
    [merchantId, kind],
  );
  return rows[0]?.id ?? "";
}

/** Opens an account in SQL and gives its id. */
async function openAccount(owner: { merchantId: string; currency: string }): Promise<string> {
  const id = newId("account");
  await client.query(
    "INSERT INTO ledger_accounts (id, merchant_id, kind, owner, currency) VALUES ($1, $2, 'suspense', $3, $4)",
    [id, owner.merchantId, id, owner.currency],
  );
  return id;
}

/** Writes a movement with these lines in one transaction, by hand. Rejects when the commit does. */
async function writeByHand(lines: readonly (readonly [account: string, cents: number])[]) {
  const id = newId("movement");
  await client.query("BEGIN");
  await client.query(
    "INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at) VALUES ($1, $2, 'hand', $1, now())",
    [id, merchantId],
  );
  for (const [account, cents] of lines) {
    await client.query(
      "INSERT INTO ledger_lines (movement_id, account_id, amount_cents) VALUES ($1, $2, $3)",
      [id, account, cents],
    );
  }
  await client.query("COMMIT");
  return id;
}

async function countMovements(): Promise<number> {
  return db().ledgerMovement.count({ where: { merchantId } });
}

describe("a movement written by hand", () => {
  test("is taken when it balances, in whatever order its lines come", async () => {
    await expect(
      writeByHand([
        [providerId, -300],
        [providerId, 100],
        [providerId, 200],
      ]),
    ).resolves.toMatch(/^mov_/);
  });

  test.each<[name: string, lines: () => (readonly [string, number])[], words: RegExp]>([
    [
      "unbalanced",
      () => [
        [providerId, -100],
        [providerId, 99],
      ],
      /does not sum to zero/,
    ],
    ["of one line", () => [[providerId, -100]], /it needs two or more/],
    ["without lines", () => [], /it needs two or more/],
    [
      "with an empty line",
      () => [
        [providerId, 0],
        [providerId, 0],
      ],
      /ledger_lines_amount_not_zero/,
    ],
    [
      "of an account nobody opened",
      () => [
        ["acc_0", 5],
        [providerId, -5],
      ],
      /foreign key/,
    ],
  ])("%s is refused and leaves nothing", async (_name, lines, words) => {
    const before = await countMovements();
    await expect(writeByHand(lines())).rejects.toThrow(words);
    await client.query("ROLLBACK");
    expect(await countMovements()).toBe(before);
  });

  test("that touches another merchant's account is refused", async () => {
    const stranger = await createMerchant();
    const theirs = await openAccount({ merchantId: stranger.id, currency: "KES" });
    await expect(
      writeByHand([
        [theirs, -100],
        [providerId, 100],
      ]),
    ).rejects.toThrow(/another merchant's account/);
  });

  test("that balances only across two currencies is refused", async () => {
    const dollars = await openAccount({ merchantId, currency: "USD" });
    await expect(
      writeByHand([
        [dollars, -100],
        [providerId, 100],
      ]),
    ).rejects.toThrow(/does not sum to zero/);
  });

  test("cannot gain further lines later, balanced or not: it is closed", async () => {
    const movement = await db().ledgerMovement.findFirstOrThrow({ where: { merchantId } });
    await client.query("BEGIN");
    await client.query(
      "INSERT INTO ledger_lines (movement_id, account_id, amount_cents) VALUES ($1, $2, 700), ($1, $2, -700)",
      [movement.id, providerId],
    );
    await expect(client.query("COMMIT")).rejects.toThrow(/is closed/);
  });

  test("cannot gain a line later that unbalances it", async () => {
    const id = await writeByHand([
      [providerId, -100],
      [providerId, 100],
    ]);
    await expect(
      client.query(
        "INSERT INTO ledger_lines (movement_id, account_id, amount_cents) VALUES ($1, $2, 1)",
        [id, providerId],
      ),
    ).rejects.toThrow(/does not sum to zero/);
  });
});

describe("what was written stays", () => {
  test.each(APPEND_ONLY)("%s refuses UPDATE, DELETE and TRUNCATE", async (table) => {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    expect(rows[0]?.n).toBeGreaterThan(0);
    const column =
      table === "ledger_lines" ? "amount_cents = amount_cents + 1" : "created_at = now()";
    const attempts = [
      `UPDATE ${table} SET ${column}`,
      `UPDATE ${table} SET ${column} WHERE false`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
    ];
    for (const sql of attempts) {
      await expect(client.query(sql), sql).rejects.toMatchObject({ code: "23001" });
    }
    const after = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    expect(after.rows).toEqual(rows);
  });

  test("an account with lines can be neither deleted nor swept away with them", async () => {
    await expect(
      client.query("DELETE FROM ledger_accounts WHERE id = $1", [providerId]),
    ).rejects.toThrow(/foreign key/);
    await expect(client.query("TRUNCATE ledger_accounts CASCADE")).rejects.toThrow("append-only");
    await expect(client.query("TRUNCATE ledger_movements")).rejects.toThrow(/foreign key/);
  });

  test("one receipt number of one provider is credited once", async () => {
    const again = (provider: string) =>
      client.query(
        "INSERT INTO receipts (provider, number, merchant_id, payment_id, created_at) VALUES ($1, 'R1', $2, 'dep_other', now())",
        [provider, merchantId],
      );
    await expect(again("pesavoucher")).rejects.toThrow(/receipts_pkey/);
    await expect(again("mpesa")).resolves.toMatchObject({ rowCount: 1 });
  });
});

describe("a balance", () => {
  test("of a customer cannot be set below zero or left out", async () => {
    await expect(
      client.query("UPDATE ledger_accounts SET balance_cents = -1 WHERE id = $1", [customerId]),
    ).rejects.toThrow("ledger_accounts_never_below_zero");
    await expect(
      client.query("UPDATE ledger_accounts SET balance_cents = NULL WHERE id = $1", [customerId]),
    ).rejects.toThrow("ledger_accounts_customers_materialised");
  });

  test("of a provider is never materialised, so no posting has a reason to lock it", async () => {
    await expect(
      client.query("UPDATE ledger_accounts SET balance_cents = 0 WHERE id = $1", [providerId]),
    ).rejects.toThrow("ledger_accounts_customers_materialised");
  });
});
