import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { Shillings, type WireObject } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";
import { textOf, type ApiAnswer, type ApiCall } from "./api-call";
import { authenticate } from "./authenticate";
import { VOUCHER_PROBLEM_TEXTS, type Voucher } from "./voucher-store";
import { refusal } from "./refusal";

/** `POST /validate_voucher`: says whether this merchant could redeem the code. Changes nothing. */
export function validateVoucher(call: ApiCall, world: World): ApiAnswer {
  const auth = authenticate(call, world, { allowBody: true });
  if ("refused" in auth) return auth.refused;
  if (!call.bodyIsReadable) return refusal(world, 400, "Invalid JSON body");
  const code = textOf(call.body.voucher_code);
  if (code === undefined) return refusal(world, 400, "Missing required fields: voucher_code");
  const checked = world.vouchers.check(code, auth.merchant.id);
  const voucher = "voucher" in checked ? checked.voucher : world.vouchers.find(code);
  // A stranger's voucher is not described: its amount is nobody else's business.
  const mayDescribe = voucher?.merchantId === auth.merchant.id && voucher.kind === "purchase";
  const details =
    mayDescribe && world.settings.current.validateIncludesVoucher
      ? { voucher: describeVoucher(voucher, world) }
      : {};
  if ("voucher" in checked) {
    return {
      status: 200,
      body: { success: true, valid: true, validation_errors: [], ...details },
    };
  }
  return {
    status: 200,
    body: {
      success: world.settings.current.invalidCodeSuccess,
      valid: false,
      validation_errors: [VOUCHER_PROBLEM_TEXTS[checked.problem]],
      ...details,
    },
  };
}

function describeVoucher(voucher: Voucher, world: World): WireObject {
  return {
    code: voucher.code,
    amount: new Shillings(voucher.amountCents),
    currency: "KES",
    status: world.vouchers.stateOf(voucher),
    expires_at: toProviderTimestamp(voucher.expiresAtMs),
  };
}
