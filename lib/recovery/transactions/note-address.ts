import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";

/**
 * A confirmation that came to the newest address proves that M-Pesa has it now, whoever told it: the earlier
 * one, which was believed until then, is believed no more.
 */
export async function noteAddress(
  ctx: Ctx,
  account: ProviderAccount,
  secretHash: string,
): Promise<void> {
  const { id, secretVersion, c2bSecretVersion, c2bVersion: version } = account;
  if (c2bSecretVersion === null || c2bSecretVersion === secretVersion) return;
  if (sha256Hex(callbackSecretOf(account)) !== secretHash) return;
  await withTransaction(ctx, async (tx) => {
    const { count } = await tx.db.providerAccount.updateMany({
      where: { id, secretVersion, c2bSecretVersion },
      data: { c2bSecretVersion: secretVersion, c2bSince: account.c2bSince ?? tx.now() },
    });
    if (count === 0) return;
    await recordAudit(tx, {
      action: "provider_account.confirmations_registered",
      subjectId: id,
      after: { version, secret_version: secretVersion, before: true },
    });
  });
}
