import type { Ctx } from "@/lib/context";
import type { Deposit, ProviderTransaction } from "@/lib/generated/prisma/client";
import { readPayReference } from "@/lib/kit/pay-reference";
import { readPublicCode } from "./find-by-reference";

/**
 * What `findByReference` finds for each of many lines, by the line's id, with the rows of the deposits locked
 * in the order of their ids until the caller's transaction ends.
 */
export async function findByReferences(
  tx: Ctx,
  lines: readonly Pick<ProviderTransaction, "id" | "reference">[],
): Promise<Map<string, Deposit>> {
  const named = lines.flatMap(({ id, reference }) =>
    reference === null
      ? []
      : [{ id, payReference: readPayReference(reference), code: readPublicCode(reference) }],
  );
  const payReferences = named.flatMap(({ payReference }) => payReference ?? []);
  const codes = named.flatMap(({ code }) => code ?? []);
  const rows = await tx.db.$queryRaw<{ id: string }[]>`
    SELECT id FROM deposits
     WHERE id IN (
       SELECT id FROM deposits
        WHERE merchant_id = ${tx.merchantId} AND pay_reference = ANY (${payReferences}::text[])
       UNION
       SELECT id FROM deposits WHERE public_code = ANY (${codes}::text[]))
       AND merchant_id = ${tx.merchantId} AND method = 'mpesa'
     ORDER BY id FOR UPDATE`;
  const deposits = await tx.db.deposit.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
  });
  const byPayReference = new Map(deposits.map((deposit) => [deposit.payReference, deposit]));
  const byCode = new Map(deposits.map((deposit) => [deposit.publicCode, deposit]));
  return new Map(
    named.flatMap(({ id, payReference, code }) => {
      const byHand = payReference === null ? undefined : byPayReference.get(payReference);
      const deposit = byHand ?? (code === null ? undefined : byCode.get(code));
      return deposit ? [[id, deposit]] : [];
    }),
  );
}
