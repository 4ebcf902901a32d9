import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { matchTransaction } from "./match-transaction";

/** A fresh line belongs to the process that stored it; the sweep takes what nobody finished. */
const GRACE_MS = MINUTE_MS;

/**
 * Matches lines of the provider's books that a process stored and did not live to match, whichever road
 * they came by, at most `limit` of them, and says how many it matched. Any number of workers may sweep:
 * whoever comes second finds a line matched.
 */
export async function sweepTransactions(input: {
  now: () => Date;
  limit: number;
}): Promise<number> {
  // In no order, so that lines which cannot be matched never stand in the way of all the others.
  const left = await db().$queryRaw<{ id: string; merchantId: string }[]>`
    SELECT id, merchant_id AS "merchantId" FROM provider_transactions
     WHERE standing = 'fresh' AND settled_at IS NULL
       AND created_at <= ${addMs(input.now(), -GRACE_MS)}
     ORDER BY random() LIMIT ${input.limit}`;
  let matched = 0;
  for (const { id, merchantId } of left) {
    const actor = { kind: "system", id: "sweep-transactions" } as const;
    const ctx = makeCtx(merchantId, actor, { now: input.now });
    try {
      const { kind } = await matchTransaction(ctx, { transactionId: id });
      if (kind !== "before") matched += 1;
    } catch (error) {
      log().error({ err: error, transactionId: id }, "a line of M-Pesa's books was not matched");
    }
  }
  return matched;
}
