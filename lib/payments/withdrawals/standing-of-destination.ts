import type { Ctx } from "@/lib/context";
import { parseEmail } from "@/lib/kit/email";
import type { ParsedWithdrawal } from "./parse-withdrawal";

/** What a destination is to the customer who pays it. */
export interface Standing {
  /** The phone or the address of their own account. */
  readonly isOwn: boolean;
  /** They have paid it before. */
  readonly isKnown: boolean;
  /** Masked, as the provider told it at the last payment; null when it never did. */
  readonly lastPaidAs: string | null;
  /**
   * Their password has to be typed again: for any phone but their own, and for every voucher, because the
   * page shows its code. Whoever holds nothing but an open session cannot send the money to themselves.
   */
  readonly needsPassword: boolean;
}

/** Looks up what a destination is to the customer. */
export async function standingOfDestination(
  ctx: Ctx,
  input: { customerId: string } & Pick<ParsedWithdrawal, "method" | "destination">,
): Promise<Standing> {
  const { customerId, method, destination } = input;
  const user = await ctx.db.user.findFirst({
    where: { id: customerId, merchantId: ctx.merchantId },
    select: {
      phone: true,
      email: true,
      payees: { where: { destinationHash: destination.hash }, select: { nameMasked: true } },
    },
  });
  const own = method === "mpesa" ? user?.phone : parseEmail(user?.email ?? "");
  const isOwn = own === destination.value;
  const payee = user?.payees.at(0);
  return {
    isOwn,
    isKnown: payee !== undefined,
    lastPaidAs: payee?.nameMasked ?? null,
    needsPassword: !isOwn || method === "pesavoucher",
  };
}
