import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { env, WORDS_REFUSED_IN_URLS } from "@/lib/env";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import { SECOND_MS } from "@/lib/kit/time";
import { openShortcode } from "@/lib/merchants/open-shortcode";
import { callWithAccess } from "@/lib/provider-gate/call-with-access";
import { providers } from "@/lib/providers/registry";
import { collectionUrlOf } from "./collection-url";
import { findCollectingAccount, refuseAllButAdmins } from "./find-account";
import { registrationError } from "./refuse-registration";

const TURN_WAIT_MAX_MS = 3 * SECOND_MS;

/**
 * Has M-Pesa tell us of every payment to a shortcode, paid by hand or prompted. The real service takes the
 * addresses once: that it has some already is no failure, though only people at Safaricom can say whether
 * they are ours: those that we gave it under an earlier secret stay what it has. A payment goes through when we cannot be asked, for its money is found later. For the
 * merchant's admins.
 *
 * Throws `ForbiddenError`, `NotFoundError` for an account that is not the merchant's, `ConflictError` when
 * the shop's address holds a word Safaricom refuses, and what `registrationError` gives.
 */
export async function registerCollectionUrls(
  ctx: Ctx,
  input: {
    accountId: string;
    /** The version of the product that the app has; the one that is known is used when left out. */
    version?: string;
  },
): Promise<{ wasRegistered: boolean }> {
  refuseAllButAdmins(ctx);
  const account = await findCollectingAccount(ctx, input.accountId);
  const version = readVersion(input.version ?? account.c2bVersion);
  if (WORDS_REFUSED_IN_URLS.test(env().appUrl)) throw new ConflictError("url_refused");
  const provider = providers.history();
  const outcome = await callWithAccess(
    ctx,
    provider,
    openShortcode(account),
    { operation: "c2b_register", subjectId: account.id, waitMaxMs: TURN_WAIT_MAX_MS },
    (access) =>
      provider.registerCollectionUrls(access, {
        version,
        confirmationUrl: collectionUrlOf(account, "confirmation"),
        validationUrl: collectionUrlOf(account, "validation"),
        whenUnreachable: "Completed",
      }),
  );
  if (outcome.kind !== "accepted") throw registrationError(outcome);
  const { wasRegistered } = outcome;
  await withTransaction(ctx, async (tx) => {
    if (!wasRegistered || account.c2bSecretVersion === null) {
      await tx.db.providerAccount.update({
        where: { id: account.id },
        data: {
          c2bSince: account.c2bSince ?? tx.now(),
          c2bSecretVersion: account.secretVersion,
        },
        select: { id: true },
      });
    }
    await tx.db.providerAccount.update({
      where: { id: account.id },
      data: { c2bVersion: version },
      select: { id: true },
    });
    await recordAudit(tx, {
      action: "provider_account.confirmations_registered",
      subjectId: account.id,
      after: { version, secret_version: account.secretVersion, before: wasRegistered },
    });
  });
  return { wasRegistered };
}

function readVersion(version: string): "v1" | "v2" {
  if (version === "v1" || version === "v2") return version;
  throw new InvalidInputError({ version: "not_a_choice" });
}
