import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { InvalidInputError } from "@/lib/errors";
import { maskPhone, parseKenyanPhone } from "@/lib/kit/phone";
import { SECOND_MS } from "@/lib/kit/time";
import { openShortcode } from "@/lib/merchants/open-shortcode";
import { callWithAccess } from "@/lib/provider-gate/call-with-access";
import { providers } from "@/lib/providers/registry";
import { collectionUrlOf } from "./collection-url";
import { findCollectingAccount, refuseAllButAdmins } from "./find-account";
import { registrationError } from "./refuse-registration";

const TURN_WAIT_MAX_MS = 3 * SECOND_MS;

/**
 * Opens M-Pesa's own list of a shortcode's payments to us, once and for ever; that it was open before is
 * as good. From then on the worker asks for it. For the merchant's admins.
 *
 * Throws `ForbiddenError`, `NotFoundError` for an account that is not the merchant's, `InvalidInputError`
 * without the line named in the shortcode's papers, and what `registrationError` gives.
 */
export async function registerPull(
  ctx: Ctx,
  input: {
    accountId: string;
    /** As typed; the one that is known is used when left out. */
    nominatedNumber?: string;
  },
): Promise<{ wasRegistered: boolean }> {
  refuseAllButAdmins(ctx);
  const account = await findCollectingAccount(ctx, input.accountId);
  const nominatedNumber = readNumber(input.nominatedNumber ?? account.nominatedNumber ?? "");
  const provider = providers.history();
  const outcome = await callWithAccess(
    ctx,
    provider,
    openShortcode(account),
    { operation: "pull_register", subjectId: account.id, waitMaxMs: TURN_WAIT_MAX_MS },
    (access) =>
      provider.registerPull(access, {
        nominatedNumber,
        // Nothing is documented to come there; what comes is kept like every message.
        callbackUrl: collectionUrlOf(account, "confirmation"),
      }),
  );
  if (outcome.kind !== "accepted") throw registrationError(outcome);
  const { wasRegistered } = outcome;
  await withTransaction(ctx, async (tx) => {
    await tx.db.providerAccount.updateMany({
      where: { id: account.id, pullSince: null },
      data: { pullSince: tx.now() },
    });
    await tx.db.providerAccount.update({
      where: { id: account.id },
      data: { nominatedNumber },
      select: { id: true },
    });
    await recordAudit(tx, {
      action: "provider_account.history_registered",
      subjectId: account.id,
      after: { nominated_number: maskPhone(nominatedNumber), before: wasRegistered },
    });
  });
  return { wasRegistered };
}

function readNumber(typed: string): string {
  const phone = parseKenyanPhone(typed);
  if (phone) return phone;
  throw new InvalidInputError({ nominated_number: typed.trim() === "" ? "empty" : "bad_shape" });
}
