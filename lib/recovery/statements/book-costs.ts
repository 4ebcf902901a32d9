import type { Ctx } from "@/lib/context";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { FEES, IN_TRANSIT, providerAccount } from "@/lib/ledger/accounts";
import { postTransfers } from "@/lib/ledger/post-transfers";
import { CHARGE_KIND, TRANSFER_KIND } from "../transactions/match-transaction";

/**
 * Books charges and the merchant's own transfers of a batch as `matchTransaction` does one of them: what
 * the provider holds changes by the line's amount, and fees or money in transit have the other side.
 */
export async function bookCosts(
  tx: Ctx,
  statement: { readonly id: string; readonly accountId: string; readonly shortcode: string },
  receipts: readonly string[],
): Promise<void> {
  const rows = await tx.db.$queryRaw<{ id: string; kind: string; amountCents: bigint }[]>`
    SELECT id, kind::text, amount_cents AS "amountCents" FROM provider_transactions
     WHERE account_id = ${statement.accountId} AND receipt = ANY (${receipts}::text[])
       AND kind IN ('charge', 'transfer') AND standing = 'fresh' AND statement_id = ${statement.id}
     ORDER BY id FOR NO KEY UPDATE`;
  if (rows.length === 0) return;
  const now = tx.now();
  for (const [lineKind, kind, account] of [
    ["charge", CHARGE_KIND, FEES],
    ["transfer", TRANSFER_KIND, IN_TRANSIT],
  ] as const) {
    const own = rows.filter((row) => row.kind === lineKind);
    const movements = await postTransfers(tx.db, {
      merchantId: tx.merchantId,
      kind,
      from: providerAccount(`mpesa:${statement.shortcode}`),
      to: account,
      entries: own.map(({ id, amountCents }) => ({ ref: id, amountCents })),
      now,
    });
    assert(movements.size === own.length, "a line that is fresh was not booked");
    await tx.db.auditEntry.createMany({
      data: own.map(({ id, amountCents }) => ({
        merchantId: tx.merchantId,
        actorKind: tx.actor.kind,
        actorId: tx.actor.id,
        action: `transaction.${kind}`,
        subjectId: id,
        after: { amount: decimalFromCents(amountCents), movement: movements.get(id) ?? "" },
        requestId: tx.requestId,
        createdAt: now,
      })),
    });
  }
  await tx.db.providerTransaction.updateMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    data: { standing: "booked", settledAt: now },
  });
}
