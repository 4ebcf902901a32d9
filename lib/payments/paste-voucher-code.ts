import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { NotFoundError } from "@/lib/errors";
import { assert } from "@/lib/kit/assert";
import { parseVoucherCode } from "@/lib/kit/voucher-code";
import { providers } from "@/lib/providers/registry";
import { claimVoucher } from "./claim-voucher";
import { recordProviderCall } from "@/lib/provider-gate/record-provider-call";
import { redeemVoucher } from "./redeem-voucher";
import type { CodeProblem } from "./schemas";

export type PasteResult =
  /** The code is bound to this deposit: paid already, or being confirmed. */
  | { kind: "accepted"; depositId: string }
  /** Nothing was changed; `depositId` names the customer's earlier payment with this code, if any. */
  | { kind: "refused"; problem: CodeProblem; depositId?: string };

/**
 * The customer types a code they hold. It is read at the provider first, so a code that is no good
 * changes nothing; then it is bound, burnt and credited like any other. It goes to `depositId` when
 * given, else to the newest deposit that still waits for a code, else to a new one. Throws
 * `NotFoundError` when `depositId` is not this customer's.
 */
export async function pasteVoucherCode(
  ctx: Ctx,
  input: { code: string; depositId?: string },
): Promise<PasteResult> {
  assert(ctx.actor.kind === "customer", "only customers deposit");
  if (input.code.trim() === "") return { kind: "refused", problem: "empty" };
  const code = parseVoucherCode(input.code);
  if (!code) return { kind: "refused", problem: "bad_shape" };
  const depositId = await depositForCode(ctx, input.depositId);

  const provider = providers.voucher();
  const verdict = await recordProviderCall(
    ctx,
    { provider: provider.name, operation: "validate", subjectId: depositId ?? ctx.actor.id },
    () => provider.validate({ code }),
  );
  if (verdict.kind === "unknown") return { kind: "refused", problem: "provider_unreachable" };
  // A used code may be this customer's own: the claim knows, the provider does not.
  if (verdict.kind === "refused" && verdict.refusal !== "already_used") {
    return { kind: "refused", problem: verdict.refusal };
  }
  if (verdict.kind === "refused") return explainUsedCode(ctx, code);

  const claim = await claimVoucher(ctx, {
    code,
    source: "pasted",
    customerId: ctx.actor.id,
    depositId,
    worker: "caller",
  });
  if (claim.kind === "taken") return { kind: "refused", problem: "being_checked" };
  if (claim.kind === "known") return { kind: "accepted", depositId: claim.depositId };
  const result = await redeemVoucher(ctx, {
    redemptionId: claim.redemptionId,
    holdsLease: true,
    validated: true,
  });
  if (result.kind === "refused") {
    return { kind: "refused", problem: result.refusal, depositId: claim.depositId };
  }
  return { kind: "accepted", depositId: claim.depositId };
}

/** The deposit a pasted code belongs to, or null to open one. */
async function depositForCode(ctx: Ctx, depositId: string | undefined): Promise<string | null> {
  const own = {
    merchantId: ctx.merchantId,
    customerId: ctx.actor.id,
    method: "pesavoucher",
  } as const;
  if (depositId) {
    const deposit = await ctx.db.deposit.findFirst({
      where: { ...own, id: depositId },
      select: { id: true },
    });
    if (!deposit) throw new NotFoundError("deposit_not_found");
    return deposit.id;
  }
  const waiting = await ctx.db.deposit.findMany({
    where: {
      ...own,
      OR: [{ state: "submitted" }, { state: "needs_review", reason: "bought_not_redeemed" }],
    },
    // One that the provider was paid for waits for exactly this; otherwise the newest does.
    orderBy: [{ providerPaidAt: { sort: "desc", nulls: "last" } }, { id: "desc" }],
    take: 1,
    select: { id: true },
  });
  return waiting[0]?.id ?? null;
}

/** A used code: this customer's own earlier payment, or somebody's. */
async function explainUsedCode(ctx: Ctx, code: string): Promise<PasteResult> {
  const claim = await ctx.db.voucherRedemption.findUnique({
    where: { codeHash: keyedHash("voucher", code) },
    select: { state: true, depositId: true, deposit: { select: { customerId: true } } },
  });
  if (claim?.deposit.customerId !== ctx.actor.id)
    return { kind: "refused", problem: "already_used" };
  if (claim.state === "redeemed") {
    return { kind: "refused", problem: "already_used", depositId: claim.depositId };
  }
  return { kind: "accepted", depositId: claim.depositId };
}
