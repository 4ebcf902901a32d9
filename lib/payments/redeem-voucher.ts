import type { Ctx } from "@/lib/context";
import { decrypt, derivedUuid } from "@/lib/crypto";
import { env } from "@/lib/env";
import type { VoucherRedemption } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import type { RedeemOutcome, VoucherRefusal } from "@/lib/providers/sells-vouchers";
import { providers } from "@/lib/providers/registry";
import { holdClaim } from "./hold-claim";
import { postponeClaim } from "./postpone-claim";
import { recordProviderCall } from "@/lib/provider-gate/record-provider-call";
import { refuseClaim } from "./refuse-claim";
import { settleDeposit } from "./settle-deposit";
import { takeClaimLease } from "./take-claim-lease";

export type RedeemResult =
  | { kind: "credited" }
  | { kind: "already-credited" }
  | { kind: "refused"; refusal: VoucherRefusal }
  /** Not known yet; a job will look again. */
  | { kind: "unknown" }
  /** A person, or the provider's redemption callback, decides. */
  | { kind: "in-review" }
  /** Finished before, or someone else is working it now. */
  | { kind: "not-ours-to-work" };

/**
 * Works one voucher claim to its end: validate, redeem, credit. May be called any number of times, by
 * anyone, after any crash. The code is burnt only after our intent to burn it is committed; an answer
 * that got lost is looked up, never guessed; a code that reads "already redeemed" after we tried goes
 * to review. `holdsLease` says that the caller took the lease when it made the claim, `validated` that
 * it has just read the code as valid.
 */
export async function redeemVoucher(
  ctx: Ctx,
  input: { redemptionId: string; holdsLease?: boolean; validated?: boolean },
): Promise<RedeemResult> {
  if (!input.holdsLease && !(await takeClaimLease(ctx, input.redemptionId))) {
    return { kind: "not-ours-to-work" };
  }
  const claim = await ctx.db.voucherRedemption.findUniqueOrThrow({
    where: { id: input.redemptionId },
    include: { deposit: { select: { customerId: true } } },
  });
  const code = decrypt(claim.codeCipher).toString("utf8");
  if (!input.validated) {
    const verdict = await validate(ctx, claim, code);
    if (verdict) return verdict;
  }
  return redeem(ctx, claim, code);
}

type Claim = VoucherRedemption & { deposit: { customerId: string } };

/** Null when the code is valid and may be burnt. */
async function validate(
  ctx: Ctx,
  claim: VoucherRedemption,
  code: string,
): Promise<RedeemResult | null> {
  const provider = providers.voucher();
  const outcome = await recordProviderCall(
    ctx,
    { provider: provider.name, operation: "validate", subjectId: claim.depositId },
    () => provider.validate({ code }),
  );
  if (outcome.kind === "valid") return null;
  if (outcome.kind === "unknown") return postponeClaim(ctx, claim);
  return refuse(ctx, claim, outcome.refusal);
}

async function redeem(ctx: Ctx, claim: Claim, code: string): Promise<RedeemResult> {
  const { count } = await ctx.db.voucherRedemption.updateMany({
    where: { id: claim.id, state: { in: ["redeeming", "unknown"] } },
    data: { redeemSentAt: claim.redeemSentAt ?? ctx.now() },
  });
  if (count === 0) return { kind: "not-ours-to-work" };
  const provider = providers.voucher();
  const outcome = await recordProviderCall(
    ctx,
    { provider: provider.name, operation: "redeem", subjectId: claim.depositId },
    () =>
      provider.redeem({
        code,
        redeemedBy: claim.deposit.customerId,
        callbackUrl: redemptionCallbackUrl(claim.id),
      }),
  );
  return applyRedeemOutcome(ctx, claim, outcome);
}

async function applyRedeemOutcome(
  ctx: Ctx,
  claim: VoucherRedemption,
  outcome: RedeemOutcome,
): Promise<RedeemResult> {
  switch (outcome.kind) {
    case "accepted": {
      const settled = await settleDeposit(ctx, {
        depositId: claim.depositId,
        evidence: {
          kind: "voucher_redeemed",
          redemptionId: claim.id,
          amountCents: outcome.amountCents,
        },
      });
      return settled.kind === "settled" ? { kind: "credited" } : { kind: "already-credited" };
    }
    case "refused":
      // The code was valid a moment ago: a "used" now may well be our own lost request.
      return outcome.refusal === "already_used"
        ? holdClaim(ctx, claim)
        : refuse(ctx, claim, outcome.refusal);
    case "unknown":
      return postponeClaim(ctx, { ...claim, redeemSentAt: claim.redeemSentAt ?? ctx.now() });
    default:
      return unreachable(outcome);
  }
}

/** A "no" is believed only while nothing of ours can have burnt the code. */
async function refuse(
  ctx: Ctx,
  claim: VoucherRedemption,
  refusal: VoucherRefusal,
): Promise<RedeemResult> {
  if (claim.redeemSentAt) return holdClaim(ctx, claim);
  // A text we never saw may be a passing trouble at the provider; the customer's code deserves more tries.
  if (refusal === "not_accepted") return postponeClaim(ctx, claim);
  return refuseClaim(ctx, claim, refusal);
}

/** Where the provider reports a redemption; the token is known to the provider and us alone. */
function redemptionCallbackUrl(redemptionId: string): string {
  const url = new URL(`${env().appUrl}/api/pesavoucher/redemption-webhook`);
  url.searchParams.set("claim", redemptionId);
  url.searchParams.set("token", redemptionToken(redemptionId));
  return url.toString();
}

/** The unguessable part of a claim's redemption callback address. */
export function redemptionToken(redemptionId: string): string {
  return derivedUuid("pesavoucher.redemption", redemptionId);
}
