import type { Db } from "@/lib/db";
import { assert } from "@/lib/kit/assert";
import { newId } from "@/lib/kit/ids";
import { isMaterialised, type AccountRef } from "./accounts";
import { openAccounts } from "./open-accounts";

export interface CreditEntry {
  readonly ref: string;
  /** Whose account it goes to; several entries may name one account. */
  readonly to: AccountRef;
  readonly amountCents: bigint;
}

/**
 * Posts many movements of one kind from one account to customers' accounts, with their balances, in a few
 * statements inside the caller's transaction: what `postMovement` does for one of them. `from` may be no
 * customer's, and every amount is positive, so no balance can fall. A reference that was posted before is
 * left out, and so is its amount. Returns the ids of the movements by reference.
 */
export async function postCredits(
  db: Db,
  input: {
    merchantId: string;
    kind: string;
    from: AccountRef;
    entries: readonly CreditEntry[];
    now: Date;
  },
): Promise<Map<string, string>> {
  const { merchantId, kind, from, entries, now } = input;
  assert(
    !isMaterialised(from.kind),
    "customers are credited by nobody's account but the merchant's",
  );
  assert(
    entries.every(({ amountCents }) => amountCents > 0n),
    "a credit is of more than nothing",
  );
  if (entries.length === 0) return new Map();
  const owners = new Map(entries.map(({ to }) => [keyOf(to), to]));
  const ids = await openAccounts(db, { merchantId, refs: [from, ...owners.values()], now });
  const [fromId = "", ...toIds] = ids;
  const idOf = new Map([...owners.keys()].map((key, i) => [key, toIds[i] ?? ""]));
  const posted = await db.$queryRaw<{ id: string; ref: string }[]>`
    WITH entry AS (
      SELECT * FROM unnest(
        ${entries.map(() => newId("movement", now.getTime()))}::text[],
        ${entries.map(({ ref }) => ref)}::text[],
        ${entries.map(({ to }) => idOf.get(keyOf(to)) ?? "")}::text[],
        ${entries.map(({ amountCents }) => amountCents)}::bigint[])
        AS entry (id, ref, account_id, amount_cents)
    ), movement AS (
      INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at)
      SELECT id, ${merchantId}, ${kind}, ref, ${now} FROM entry
      ON CONFLICT (merchant_id, kind, ref) DO NOTHING
      RETURNING id, ref
    ), due AS (
      SELECT entry.account_id, sum(entry.amount_cents)::bigint AS amount_cents
        FROM movement JOIN entry ON entry.id = movement.id GROUP BY entry.account_id
    ), locked AS (
      SELECT a.id FROM ledger_accounts a
       WHERE a.id = ANY (${toIds}::text[]) AND a.balance_cents IS NOT NULL
         AND EXISTS (SELECT FROM movement)
       ORDER BY a.id FOR NO KEY UPDATE
    ), balances AS (
      UPDATE ledger_accounts a SET balance_cents = a.balance_cents + due.amount_cents
        FROM due JOIN locked ON locked.id = due.account_id
       WHERE a.id = due.account_id
    ), line AS (
      INSERT INTO ledger_lines (movement_id, account_id, amount_cents)
      SELECT movement.id, side.account_id, side.sign * entry.amount_cents
        FROM movement JOIN entry ON entry.id = movement.id
       CROSS JOIN LATERAL (VALUES (${fromId}::text, -1), (entry.account_id, 1)) AS side (account_id, sign)
    )
    SELECT id, ref FROM movement`;
  return new Map(posted.map(({ id, ref }) => [ref, id]));
}

function keyOf({ kind, owner }: AccountRef): string {
  return `${kind}:${owner}`;
}
