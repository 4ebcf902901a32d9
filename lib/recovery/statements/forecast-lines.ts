import type { Ctx } from "@/lib/context";
import { readPayReference } from "@/lib/kit/pay-reference";
import type { StatementLine } from "../statement-file/statement";
import { readPublicCode } from "../transactions/find-by-reference";
import type { Forecast } from "./statement-schemas";

/** Asked for at once: one question that a database answers in its time, whatever the size of the file. */
const CHUNK_LINES = 10_000;

export type ForecastSums = ReadonlyMap<
  Forecast,
  { readonly count: number; readonly cents: bigint }
>;

/**
 * What would become of these lines now: how many, and of how much money, by what it is. Changes nothing; what is
 * booked in the end is decided when it is booked.
 */
export async function forecastLines(
  ctx: Ctx,
  accountId: string,
  lines: readonly StatementLine[],
): Promise<ForecastSums> {
  const sums = new Map<Forecast, { count: number; cents: bigint }>();
  for (let at = 0; at < lines.length; at += CHUNK_LINES) {
    const chunk = lines.slice(at, at + CHUNK_LINES);
    for (const { what, count, cents } of await forecastChunk(ctx, accountId, chunk)) {
      const before = sums.get(what) ?? { count: 0, cents: 0n };
      sums.set(what, { count: before.count + count, cents: before.cents + cents });
    }
  }
  return sums;
}

function forecastChunk(
  ctx: Ctx,
  accountId: string,
  lines: readonly StatementLine[],
): Promise<{ what: Forecast; count: number; cents: bigint }[]> {
  return ctx.db.$queryRaw`
    SELECT what, count(*)::int AS count, sum(amount_cents)::bigint AS cents FROM (
      SELECT line.amount_cents,
             CASE WHEN t.standing <> 'fresh' THEN 'before'
                  WHEN line.kind IN ('charge', 'transfer') THEN 'booked'
                  WHEN r.payment_id IS NOT NULL AND r.payment_id NOT LIKE 'ptx%' THEN 'by_receipt'
                  WHEN line.kind = 'payment_in' AND d.is_open THEN 'by_reference'
                  WHEN line.kind = 'payment_in' THEN 'suspense'
                  ELSE 'person' END AS what
        FROM unnest(${lines.map((line) => line.receipt)}::text[],
                    ${lines.map((line) => line.kind)}::text[],
                    ${lines.map((line) => line.amountCents)}::bigint[],
                    ${lines.map((line) => payReferenceOf(line))}::text[],
                    ${lines.map((line) => publicCodeOf(line))}::text[])
             AS line (receipt, kind, amount_cents, pay_reference, public_code)
        LEFT JOIN provider_transactions t ON t.account_id = ${accountId} AND t.receipt = line.receipt
         AND t.kind = line.kind::"TransactionKind" AND t.amount_cents = line.amount_cents
        LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = line.receipt
        LEFT JOIN LATERAL (
          SELECT true AS is_open FROM deposits d
           WHERE d.merchant_id = ${ctx.merchantId} AND d.method = 'mpesa'
             AND (d.pay_reference = line.pay_reference OR d.public_code = line.public_code)
             AND d.state <> 'reversed'
             AND (d.state <> 'paid' OR (d.provider_receipt IS NULL AND d.paid_cents = line.amount_cents))
             AND line.kind = 'payment_in' AND (r.payment_id IS NULL OR r.payment_id LIKE 'ptx%')
           LIMIT 1) d ON true
      ) AS told
     GROUP BY what`;
}

function payReferenceOf({ reference }: StatementLine): string | null {
  return reference === null ? null : readPayReference(reference);
}

function publicCodeOf({ reference }: StatementLine): string | null {
  return reference === null ? null : readPublicCode(reference);
}
