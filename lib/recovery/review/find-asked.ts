import type { Ctx } from "@/lib/context";
import type { ProviderAccount, ReceiptQuery } from "@/lib/generated/prisma/client";
import { isSecretOf } from "@/lib/merchants/is-secret-of";
import type { Applied } from "@/lib/payments/applied";

export type Asked = ReceiptQuery & { account: ProviderAccount };

/**
 * The question about a receipt whose own address a message came to, and a context for its merchant; or how
 * the message ends, when there is none or the secret in the address belongs to another account.
 */
export async function findAsked(
  ctx: Omit<Ctx, "merchantId">,
  message: { queryId: string; secretHash: string; receivedAt: Date },
): Promise<{ own: Ctx; query: Asked } | Applied> {
  const query = await ctx.db.receiptQuery.findUnique({
    where: { id: message.queryId },
    include: {
      account: { include: { callbackSecrets: { select: { hash: true, retiredAt: true } } } },
    },
  });
  if (!query) {
    return { outcome: "unmatched", note: "no question has this id", subjectId: null };
  }
  if (!isSecretOf(query.account.callbackSecrets, message)) {
    return {
      outcome: "quarantined",
      note: "the secret is retired, or belongs to another account",
      subjectId: query.depositId,
    };
  }
  return { own: { ...ctx, merchantId: query.merchantId }, query };
}
