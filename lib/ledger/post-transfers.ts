import type { Db } from "@/lib/db";
import { assert } from "@/lib/kit/assert";
import { newId } from "@/lib/kit/ids";
import { isMaterialised, type AccountRef } from "./accounts";
import { openAccounts } from "./open-accounts";

export interface TransferEntry {
  readonly ref: string;
  /** What `to` is owed more; `from` owes as much. */
  readonly amountCents: bigint;
}

/**
 * Posts many movements of one kind between the same two accounts in two statements, inside the caller's
 * transaction. Neither may be a customer's: their balances are kept with each posting. A reference that was
 * posted before is left out. Returns the ids of the movements by reference.
 */
export async function postTransfers(
  db: Db,
  input: {
    merchantId: string;
    kind: string;
    from: AccountRef;
    to: AccountRef;
    entries: readonly TransferEntry[];
    now: Date;
  },
): Promise<Map<string, string>> {
  const { merchantId, kind, from, to, entries, now } = input;
  assert(
    !isMaterialised(from.kind) && !isMaterialised(to.kind),
    "no customer's account is posted in bulk",
  );
  assert(
    entries.every((entry) => entry.amountCents !== 0n),
    "a movement has no empty lines",
  );
  if (entries.length === 0) return new Map();
  const [fromId, toId] = await openAccounts(db, { merchantId, refs: [from, to], now });
  const posted = await db.$queryRaw<{ id: string; ref: string }[]>`
    WITH entry AS (
      SELECT * FROM unnest(
        ${entries.map(() => newId("movement", now.getTime()))}::text[],
        ${entries.map((entry) => entry.ref)}::text[],
        ${entries.map((entry) => entry.amountCents)}::bigint[]) AS entry (id, ref, amount_cents)
    ), movement AS (
      INSERT INTO ledger_movements (id, merchant_id, kind, ref, created_at)
      SELECT id, ${merchantId}, ${kind}, ref, ${now} FROM entry
      ON CONFLICT (merchant_id, kind, ref) DO NOTHING
      RETURNING id, ref
    ), line AS (
      INSERT INTO ledger_lines (movement_id, account_id, amount_cents)
      SELECT movement.id, side.account_id, side.sign * entry.amount_cents
        FROM movement JOIN entry ON entry.id = movement.id
       CROSS JOIN (VALUES (${fromId}::text, -1), (${toId}::text, 1)) AS side (account_id, sign)
    )
    SELECT id, ref FROM movement`;
  return new Map(posted.map(({ id, ref }) => [ref, id]));
}
