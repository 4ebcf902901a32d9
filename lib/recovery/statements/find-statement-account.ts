import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { InvalidInputError } from "@/lib/errors";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";

/** The merchant's M-Pesa accounts in the environment this shop runs in. */
export function listStatementAccounts(
  ctx: Ctx,
): Promise<Pick<ProviderAccount, "id" | "shortcode" | "tillNumber">[]> {
  return ctx.db.providerAccount.findMany({
    where: {
      merchantId: ctx.merchantId,
      provider: "mpesa",
      environment: env().mpesa.environment,
    },
    orderBy: { shortcode: "asc" },
    select: { id: true, shortcode: true, tillNumber: true },
  });
}

/**
 * The account that a file is about: the one it names, and where it names none the merchant's only one. A
 * file of another shortcode is refused, so that nobody's lines get into another one's books.
 */
export async function findStatementAccount(ctx: Ctx, shortcode: string | null): Promise<string> {
  const accounts = await listStatementAccounts(ctx);
  if (shortcode === null) {
    if (accounts.length !== 1) throw new InvalidInputError({ file: "no_shortcode" });
    const [only] = accounts;
    assert(only, "a list of one has a first");
    return only.id;
  }
  const named = accounts.find(
    (account) => account.shortcode === shortcode || account.tillNumber === shortcode,
  );
  if (!named) throw new InvalidInputError({ file: "other_shortcode" });
  return named.id;
}
