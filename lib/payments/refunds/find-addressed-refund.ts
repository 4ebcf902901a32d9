import type { Ctx } from "@/lib/context";
import type { ProviderAccount, Refund } from "@/lib/generated/prisma/client";
import { isSecretOf } from "@/lib/merchants/is-secret-of";
import type { Applied } from "../applied";
import { ORDERED_AGAIN } from "./refund-reasons";

/** A refund that a message was addressed to, with the shortcode that reverses it. */
export type AddressedRefund = Refund & { account: ProviderAccount };

/** What every message at a refund's own address says of itself. */
export interface RefundAddress {
  readonly refundId: string;
  /** SHA-256 of the secret in the address. */
  readonly secretHash: string;
  readonly receivedAt: Date;
}

/**
 * The reversal whose own address a message came to, and a context for its merchant; or how the message ends,
 * when there is none or the secret in the address belongs to another account.
 */
export async function findAddressedRefund(
  ctx: Omit<Ctx, "merchantId">,
  message: RefundAddress,
): Promise<{ own: Ctx; refund: AddressedRefund } | Applied> {
  const { refundId: subjectId } = message;
  const found = await ctx.db.refund.findUnique({
    where: { id: subjectId },
    include: {
      account: { include: { callbackSecrets: { select: { hash: true, retiredAt: true } } } },
    },
  });
  if (!found?.account) {
    return { outcome: "unmatched", note: "no reversal has this id", subjectId: null };
  }
  if (!isSecretOf(found.account.callbackSecrets, message)) {
    return {
      outcome: "quarantined",
      note: "the secret is retired, or belongs to another account",
      subjectId,
    };
  }
  const wasSent =
    found.sentAt !== null || found.state === "failed" || found.reason === ORDERED_AGAIN;
  if (!wasSent) {
    return { outcome: "quarantined", note: "about a refund that was not sent", subjectId };
  }
  const { account, ...refund } = found;
  return { own: { ...ctx, merchantId: refund.merchantId }, refund: { ...refund, account } };
}
