import type { Ctx } from "@/lib/context";
import type { ProviderAccount, Withdrawal } from "@/lib/generated/prisma/client";
import { isSecretOf } from "@/lib/merchants/is-secret-of";
import type { Applied } from "../applied";

/** A withdrawal that a message was addressed to, with the account that pays it. */
export type Addressed = Withdrawal & { account: ProviderAccount | null };

/**
 * The M-Pesa withdrawal whose own address a message came to, and a context for its merchant; or how the
 * message ends, when there is none or the secret in the address belongs to another account.
 */
export async function findAddressed(
  ctx: Omit<Ctx, "merchantId">,
  message: { withdrawalId: string; secretHash: string; receivedAt: Date },
): Promise<{ own: Ctx; withdrawal: Addressed } | Applied> {
  const { withdrawalId } = message;
  const found = await ctx.db.withdrawal.findUnique({
    where: { id: withdrawalId },
    include: {
      account: { include: { callbackSecrets: { select: { hash: true, retiredAt: true } } } },
    },
  });
  if (!found?.account) {
    return { outcome: "unmatched", note: "no M-Pesa withdrawal has this id", subjectId: null };
  }
  if (!isSecretOf(found.account.callbackSecrets, message)) {
    return {
      outcome: "quarantined",
      note: "the secret is retired, or belongs to another account",
      subjectId: withdrawalId,
    };
  }
  if (found.sentAt === null && found.state !== "failed") {
    return {
      outcome: "quarantined",
      note: "about a withdrawal that was not sent",
      subjectId: withdrawalId,
    };
  }
  return { own: { ...ctx, merchantId: found.merchantId }, withdrawal: found };
}
