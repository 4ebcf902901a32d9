import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";

/**
 * Notes the M-Pesa receipt the provider reported, once. A number that another payment carries already
 * is not copied: the difference goes to the audit log for a person, and the credit, which rests on the
 * redeemed code alone, is not touched.
 */
export async function attachReceipt(
  ctx: Ctx,
  input: { depositId: string; receipt: string },
): Promise<boolean> {
  return withTransaction(ctx, async (tx) => {
    const attached = await tx.db.$executeRaw`
      UPDATE deposits d SET provider_receipt = ${input.receipt}
       WHERE d.id = ${input.depositId} AND d.provider_receipt IS NULL
         AND NOT EXISTS (SELECT FROM deposits o WHERE o.merchant_id = d.merchant_id
                            AND o.method = d.method AND o.provider_receipt = ${input.receipt})`;
    if (attached === 1) return true;
    const current = await tx.db.deposit.findUniqueOrThrow({
      where: { id: input.depositId },
      select: { providerReceipt: true },
    });
    if (current.providerReceipt !== input.receipt) {
      await recordAudit(tx, {
        action: "deposit.receipt_conflict",
        subjectId: input.depositId,
        after: { reported: input.receipt, kept: current.providerReceipt },
      });
    }
    return false;
  });
}
