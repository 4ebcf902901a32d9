import { timingSafeEqual } from "node:crypto";
import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import type { RedemptionCallback } from "@/lib/providers/pesavoucher/callback";
import type { Applied } from "./applied";
import { redeemVoucher, redemptionToken } from "./redeem-voucher";
import { settleDeposit } from "./settle-deposit";

/**
 * Works a redemption callback. With the token that only our redeem call carried, it proves that the
 * provider burnt the code for us, and settles a claim whose answer was lost. Without it, it is a hint:
 * the claim is looked at again and nothing is credited on its word.
 */
export async function applyRedemptionCallback(
  ctx: Omit<Ctx, "merchantId">,
  callback: RedemptionCallback,
  token: string | null,
): Promise<Applied> {
  const claim = await ctx.db.voucherRedemption.findUnique({
    where: { codeHash: keyedHash("voucher", callback.code) },
  });
  if (!claim) return { outcome: "unmatched", note: "no claim has this code", subjectId: null };
  const own: Ctx = { ...ctx, merchantId: claim.merchantId };
  const subjectId = claim.depositId;
  if (claim.state === "redeemed") {
    return { outcome: "duplicate", note: "credited before", subjectId };
  }
  if (!isToken(token, redemptionToken(claim.id))) {
    await redeemVoucher(own, { redemptionId: claim.id });
    return {
      outcome: "quarantined",
      note: "no proof of origin; the claim was looked up",
      subjectId,
    };
  }
  if (callback.amountCents === null) {
    return { outcome: "malformed", note: "redeemed, but the amount cannot be read", subjectId };
  }
  const settled = await settleDeposit(own, {
    depositId: claim.depositId,
    evidence: {
      kind: "redemption_callback",
      redemptionId: claim.id,
      amountCents: callback.amountCents,
    },
  });
  return {
    outcome: settled.kind === "settled" ? "applied" : "duplicate",
    note: settled.kind === "settled" ? "settled by the redemption callback" : "credited before",
    subjectId: settled.depositId,
  };
}

function isToken(given: string | null, expected: string): boolean {
  const a = Buffer.from(given ?? "");
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
