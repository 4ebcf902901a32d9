import { recordAudits } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents } from "@/lib/kit/money";
import { FEES, IN_TRANSIT, providerAccount } from "@/lib/ledger/accounts";
import { postTransfers } from "@/lib/ledger/post-transfers";
import { CHARGE_KIND, TRANSFER_KIND } from "../transactions/match-transaction";
import type { FreshLine } from "./store-lines";

/**
 * Books charges and the merchant's own transfers among fresh lines that this transaction stored as
 * `matchTransaction` does one of them: what the provider holds changes by the line's amount, and fees or money
 * in transit have the other side.
 */
export async function bookCosts(
  tx: Ctx,
  statement: { readonly shortcode: string },
  fresh: readonly FreshLine[],
): Promise<void> {
  const rows = fresh.filter(({ kind }) => kind === "charge" || kind === "transfer");
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
    await recordAudits(
      tx,
      own.map(({ id, amountCents }) => ({
        action: `transaction.${kind}`,
        subjectId: id,
        after: { amount: decimalFromCents(amountCents), movement: movements.get(id) ?? "" },
      })),
    );
  }
  await tx.db.providerTransaction.updateMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    data: { standing: "booked", settledAt: now },
  });
}
