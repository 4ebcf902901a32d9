import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { callbackSecretOf } from "./callback-secret";

/** Prompts that are under way were given the old address; their callbacks may still come for a while. */
const OLD_SECRET_KEPT_MS = 2 * DAY_MS;

/**
 * Gives a shortcode's callback addresses a new secret. Earlier ones are accepted for two more days, and the
 * one that M-Pesa was given for confirmations until it has another; or not at all with `atOnce`, when they
 * have leaked. For the merchant's admins; throws `ForbiddenError` otherwise and `NotFoundError` for an
 * account that is not the merchant's.
 */
export async function rotateCallbackSecret(
  ctx: Ctx,
  input: { accountId: string; atOnce?: boolean },
): Promise<void> {
  if (ctx.actor.kind !== "staff" || ctx.actor.role !== "admin") throw new ForbiddenError();
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.providerAccount.updateMany({
      where: { id: input.accountId, merchantId: tx.merchantId },
      // M-Pesa keeps what it was given for payments by hand, so only a leak makes us deaf there.
      data: { secretVersion: { increment: 1 }, ...(input.atOnce && { c2bSince: null }) },
    });
    if (count === 0) throw new NotFoundError();
    const account = await tx.db.providerAccount.findUniqueOrThrow({
      where: { id: input.accountId },
      select: { id: true, secretVersion: true },
    });
    const retiredAt = input.atOnce ? tx.now() : addMs(tx.now(), OLD_SECRET_KEPT_MS);
    await tx.db.callbackSecret.updateMany({
      where: { accountId: account.id, OR: [{ retiredAt: null }, { retiredAt: { gt: retiredAt } }] },
      data: { retiredAt },
    });
    const hash = sha256Hex(callbackSecretOf(account));
    await tx.db.callbackSecret.create({
      data: {
        hash,
        accountId: account.id,
        version: account.secretVersion,
        createdAt: tx.now(),
      },
    });
    await recordAudit(tx, {
      action: "provider_account.secret_rotated",
      subjectId: account.id,
      after: {
        ...{ version: account.secretVersion, retired_at: retiredAt.toISOString() },
        secret: hash,
      },
    });
  });
}
