import { Prisma, type Db } from "@/lib/db";
import { assert } from "@/lib/kit/assert";
import { newId } from "@/lib/kit/ids";
import { isMaterialised, type AccountRef } from "./accounts";

/** Ids of a merchant's accounts, in the given order; opens those that do not exist yet. */
export async function openAccounts(
  db: Db,
  input: { merchantId: string; refs: readonly AccountRef[]; now: Date },
): Promise<string[]> {
  const { merchantId, refs } = input;
  const find = async () => {
    const rows = await db.$queryRaw<{ id: string; kind: string; owner: string }[]>`
      SELECT id, kind::text, owner FROM ledger_accounts
       WHERE merchant_id = ${merchantId} AND currency = 'KES'
         AND (kind::text, owner) IN (${Prisma.join(refs.map((ref) => Prisma.sql`(${ref.kind}, ${ref.owner})`))})`;
    return new Map(rows.map((row) => [keyOf(row), row.id]));
  };
  let known = await find();
  const missing = refs
    .filter((ref) => !known.has(keyOf(ref)))
    // One order for everybody here too: an opening waits for another one's of the same account.
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (missing.length > 0) {
    await db.ledgerAccount.createMany({
      data: missing.map((ref) => ({
        id: newId("account", input.now.getTime()),
        merchantId,
        kind: ref.kind,
        owner: ref.owner,
        balanceCents: isMaterialised(ref.kind) ? 0n : null,
      })),
      skipDuplicates: true,
    });
    known = await find();
  }
  return refs.map((ref) => {
    const id = known.get(keyOf(ref));
    assert(id, "an account that was just opened is there");
    return id;
  });
}

function keyOf(account: { kind: string; owner: string }): string {
  return `${account.kind}:${account.owner}`;
}
