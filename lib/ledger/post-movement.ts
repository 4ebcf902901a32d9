import type { Db } from "@/lib/db";
import { assert } from "@/lib/kit/assert";
import { newId } from "@/lib/kit/ids";
import type { AccountRef } from "./accounts";
import { openAccounts } from "./open-accounts";

export interface MovementLine {
  readonly account: AccountRef;
  /** Positive: the account's owner is owed more. Negative: it owes more. */
  readonly amountCents: bigint;
}

export interface Movement {
  readonly merchantId: string;
  readonly kind: string;
  /** With merchant and kind this can be posted once, ever. */
  readonly ref: string;
  readonly lines: readonly MovementLine[];
  readonly reversesId?: string;
  readonly now: Date;
}

export type PostResult =
  { kind: "posted"; movementId: string } | { kind: "already-posted"; movementId: string };

/**
 * Posts one balanced movement inside the caller's transaction: movement, lines and the customers'
 * balances in a single statement. The same `(merchantId, kind, ref)` posts once; a second call says
 * `already-posted` and writes nothing. Throws when the lines do not sum to zero, and the database
 * refuses (check violation) to bring a customer's balance below zero. Customers' accounts are locked in
 * the order of their ids, so that opposite movements cannot wait for each other; provider and other hot
 * accounts are never locked: their lines are appended only.
 */
export async function postMovement(db: Db, movement: Movement): Promise<PostResult> {
  const lines = movement.lines;
  assert(lines.length >= 2, "a movement needs two or more lines");
  assert(
    lines.reduce((sum, line) => sum + line.amountCents, 0n) === 0n,
    "a movement's lines must sum to zero",
  );
  assert(
    lines.every((line) => line.amountCents !== 0n),
    "a movement has no empty lines",
  );
  const refs = lines.map((line) => line.account);
  const accountIds = await openAccounts(db, { ...movement, refs });
  const movementId = newId("movement", movement.now.getTime());
  const posted = await db.$executeRaw`
    WITH line AS (
      SELECT * FROM unnest(${accountIds}::text[], ${lines.map((line) => line.amountCents)}::bigint[])
        AS line (account_id, amount_cents)
    ), movement AS (
      INSERT INTO ledger_movements (id, merchant_id, kind, ref, reverses_id, created_at)
      VALUES (${movementId}, ${movement.merchantId}, ${movement.kind}, ${movement.ref},
              ${movement.reversesId ?? null}, ${movement.now})
      ON CONFLICT (merchant_id, kind, ref) DO NOTHING
      RETURNING id
    ), locked AS (
      SELECT a.id FROM ledger_accounts a
       WHERE a.id = ANY (${accountIds}::text[]) AND a.balance_cents IS NOT NULL
         AND EXISTS (SELECT FROM movement)
       ORDER BY a.id FOR NO KEY UPDATE
    ), balances AS (
      UPDATE ledger_accounts a SET balance_cents = a.balance_cents + due.amount_cents
        FROM (SELECT account_id, sum(amount_cents)::bigint AS amount_cents FROM line GROUP BY 1) AS due
        JOIN locked ON locked.id = due.account_id
       WHERE a.id = due.account_id
    )
    INSERT INTO ledger_lines (movement_id, account_id, amount_cents)
    SELECT movement.id, line.account_id, line.amount_cents FROM movement, line`;
  if (posted > 0) return { kind: "posted", movementId };
  const existing = await db.ledgerMovement.findUniqueOrThrow({
    where: {
      merchantId_kind_ref: {
        merchantId: movement.merchantId,
        kind: movement.kind,
        ref: movement.ref,
      },
    },
    select: { id: true },
  });
  return { kind: "already-posted", movementId: existing.id };
}
