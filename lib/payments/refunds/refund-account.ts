import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { ConflictError, UnavailableError } from "@/lib/errors";
import type { Deposit, ProviderAccount } from "@/lib/generated/prisma/client";

/**
 * The shortcode that took an M-Pesa deposit: the one of the line in M-Pesa's books, else the one its money
 * was booked from. Null when it is none of this shop's environment.
 */
export async function accountOfDeposit(
  ctx: Ctx,
  deposit: Pick<Deposit, "id" | "providerReceipt">,
): Promise<ProviderAccount | null> {
  const { merchantId } = ctx;
  const environment = env().mpesa.environment;
  const line = await ctx.db.providerTransaction.findFirst({
    where: {
      ...{ merchantId, kind: "payment_in", standing: "matched" },
      ...{ paymentId: deposit.id, receipt: deposit.providerReceipt ?? "" },
    },
    select: { account: true },
  });
  if (line) return line.account.environment === environment ? line.account : null;
  const movement = await ctx.db.ledgerMovement.findUnique({
    where: { merchantId_kind_ref: { merchantId, kind: "deposit", ref: `stk:${deposit.id}` } },
    select: {
      lines: { where: { account: { kind: "provider" } }, select: { account: true }, take: 1 },
    },
  });
  const [, shortcode] = movement?.lines[0]?.account.owner.split(":") ?? [];
  if (shortcode === undefined) return null;
  return ctx.db.providerAccount.findUnique({
    where: {
      merchantId_provider_environment_shortcode: {
        ...{ merchantId, provider: "mpesa", environment, shortcode },
      },
    },
  });
}

/** Why nothing can be reversed from an account; null when it can. */
export function whyNotFrom(
  account: ProviderAccount | null,
): "refund_no_operator" | "refund_operator_stopped" | null {
  if (!account || account.initiatorName === null) return "refund_no_operator";
  // A further order by an operator M-Pesa refuses would only bring its password nearer to being locked.
  return account.payoutsStopped === null ? null : "refund_operator_stopped";
}

/** Throws where nothing can be reversed from an account: no money is held for what would only wait. */
export function requireOperator(
  account: ProviderAccount | null,
): asserts account is ProviderAccount {
  const why = whyNotFrom(account);
  if (why === "refund_operator_stopped") throw new UnavailableError(why);
  if (why) throw new ConflictError(why);
}
