import { sourceHeaders } from "@/sandbox/callbacks/source-headers";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { Shillings, writeJson } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";
import { textOf, type ApiAnswer, type ApiCall } from "./api-call";
import { authenticate } from "./authenticate";
import { sendFloatLow } from "./send-float-low";
import { VOUCHER_PROBLEM_TEXTS, type Voucher } from "./voucher-store";
import { refusal } from "./refusal";

/**
 * `POST /redeem_voucher`: burns the code and credits the merchant's wallet. However many calls
 * arrive together, one succeeds. There is no idempotency key, as with the provider.
 */
export function redeemVoucher(call: ApiCall, world: World): ApiAnswer {
  const auth = authenticate(call, world, { allowBody: true });
  if ("refused" in auth) return auth.refused;
  if (!call.bodyIsReadable) return refusal(world, 400, "Invalid JSON body");
  const code = textOf(call.body.voucher_code);
  if (code === undefined) return refusal(world, 400, "Missing required fields: voucher_code");
  if ((textOf(call.body.currency) ?? "KES") !== "KES") {
    return refusal(world, 400, "Currency must be KES");
  }
  const redeemed = world.vouchers.redeem({
    code,
    merchantId: auth.merchant.id,
    redeemedBy: textOf(call.body.redeemed_by) ?? null,
    callbackUrl: textOf(call.body.callback_url) ?? null,
  });
  if ("problem" in redeemed) {
    const status = world.settings.current.redeemRefusalStatus;
    return refusal(world, status, VOUCHER_PROBLEM_TEXTS[redeemed.problem]);
  }
  creditWallet(world, redeemed.voucher);
  sendRedemptionCallback(world, redeemed.voucher);
  sendFloatLow(world, auth.merchant.id);
  return {
    status: 200,
    body: {
      success: true,
      message: "Voucher redeemed successfully",
      redemption: {
        voucher_code: code,
        amount: new Shillings(redeemed.voucher.amountCents),
        currency: "KES",
        redeemed_by: redeemed.voucher.redeemedBy,
        redeemed_at: toProviderTimestamp(world.clock.nowMs()),
      },
    },
  };
}

function creditWallet(world: World, voucher: Voucher): void {
  world.ledger.post(world.clock.nowMs(), {
    merchantId: voucher.merchantId,
    kind: "voucher_redeemed",
    takenCents: 0n,
    walletCents: voucher.amountCents,
    floatCents: -voucher.amountCents,
    voucherCode: voucher.code,
    paymentId: voucher.paymentId,
    receipt: voucher.receipt,
  });
}

function sendRedemptionCallback(world: World, voucher: Voucher): void {
  const url = voucher.redemptionCallbackUrl;
  if (url === null || !URL.canParse(url) || !world.settings.current.redemptionCallbacks) return;
  const subject = {
    paymentId: voucher.paymentId,
    sessionId: voucher.sessionId,
    voucherCode: voucher.code,
  };
  const script = world.callbackRules.take("redemption", subject);
  const text = writeJson({
    voucher_code: voucher.code,
    amount: new Shillings(script.amountCents ?? voucher.amountCents),
    currency: "KES",
    redeemed_by: voucher.redeemedBy,
    payment_id: voucher.paymentId ?? undefined,
    timestamp: toProviderTimestamp(world.clock.nowMs()),
  });
  const body = script.malformed ? text.slice(0, Math.ceil(text.length / 2)) : text;
  const headers = sourceHeaders(body, world.settings.current, script.omitSourceHeader);
  world.outbox.enqueue({ kind: "redemption", ...subject, url, headers, body, script });
}
