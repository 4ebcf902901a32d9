import type { Ctx } from "@/lib/context";
import { readPayReference } from "@/lib/kit/pay-reference";
import type { StatementLine } from "../statement-file/statement";
import type { Forecast } from "./statement-schemas";

/**
 * What would become of each of these lines now, in their order. Asks for many at once and changes nothing;
 * what is booked in the end is decided when it is booked.
 */
export async function forecastLines(
  ctx: Ctx,
  accountId: string,
  lines: readonly StatementLine[],
): Promise<Forecast[]> {
  const rows = await ctx.db.$queryRaw<{ place: bigint; what: Forecast }[]>`
    SELECT line.place,
           CASE WHEN t.standing <> 'fresh' THEN 'before'
                WHEN line.kind IN ('charge', 'transfer') THEN 'booked'
                WHEN r.payment_id IS NOT NULL AND r.payment_id NOT LIKE 'ptx%' THEN 'by_receipt'
                WHEN line.kind = 'payment_in' AND d.id IS NOT NULL THEN 'by_reference'
                WHEN line.kind = 'payment_in' THEN 'suspense'
                ELSE 'person' END AS what
      FROM unnest(${lines.map((line) => line.receipt)}::text[],
                  ${lines.map((line) => line.kind)}::text[],
                  ${lines.map((line) => line.amountCents)}::bigint[],
                  ${lines.map((line) => payReferenceOf(line))}::text[],
                  ${lines.map((line) => publicCodeOf(line))}::text[])
           WITH ORDINALITY AS line (receipt, kind, amount_cents, pay_reference, public_code, place)
      LEFT JOIN provider_transactions t ON t.account_id = ${accountId} AND t.receipt = line.receipt
       AND t.kind = line.kind::"TransactionKind" AND t.amount_cents = line.amount_cents
      LEFT JOIN receipts r ON r.provider = 'mpesa' AND r.number = line.receipt
      LEFT JOIN LATERAL (
        SELECT d.id FROM deposits d
         WHERE d.merchant_id = ${ctx.merchantId} AND d.method = 'mpesa'
           AND (d.pay_reference = line.pay_reference OR d.public_code = line.public_code)
           AND d.state <> 'reversed'
           AND (d.state <> 'paid' OR (d.provider_receipt IS NULL AND d.paid_cents = line.amount_cents))
         LIMIT 1) d ON true
     ORDER BY line.place`;
  return rows.map(({ what }) => what);
}

function payReferenceOf({ reference }: StatementLine): string | null {
  return reference === null ? null : readPayReference(reference);
}

function publicCodeOf({ reference }: StatementLine): string | null {
  const code = reference?.replace(/[^0-9A-Za-z]/g, "").toUpperCase();
  return code || null;
}
