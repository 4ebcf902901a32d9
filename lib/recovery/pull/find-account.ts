import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { openSecrets } from "@/lib/merchants/provider-secrets";

/**
 * One of the merchant's shortcodes that collects, in the environment this shop runs in. Throws
 * `NotFoundError` when there is none with this id.
 */
export async function findCollectingAccount(ctx: Ctx, accountId: string): Promise<ProviderAccount> {
  const account = await ctx.db.providerAccount.findFirst({
    where: { id: accountId, ...collectingOf(ctx) },
  });
  if (!account || !collects(account)) throw new NotFoundError();
  return account;
}

/** All of them, the default one first. */
export async function listCollectingAccounts(ctx: Ctx): Promise<ProviderAccount[]> {
  const accounts = await ctx.db.providerAccount.findMany({
    where: collectingOf(ctx),
    orderBy: [{ isDefault: "desc" }, { createdAt: "asc" }],
  });
  return accounts.filter(collects);
}

/** What is said to M-Pesa once and for ever is for admins, and for the shop itself in the demo. */
export function refuseAllButAdmins({ actor }: Pick<Ctx, "actor">): void {
  const may = actor.kind === "system" || (actor.kind === "staff" && actor.role === "admin");
  if (!may) throw new ForbiddenError();
}

function collectingOf({ merchantId }: Ctx) {
  return { merchantId, provider: "mpesa", environment: env().mpesa.environment };
}

/** An account without a passkey only pays out. */
function collects(account: ProviderAccount): boolean {
  return openSecrets(account).passkey !== undefined;
}
