import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { sourceHeaders } from "@/sandbox/callbacks/source-headers";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { Shillings, writeJson } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import type { VoucherPayout } from "./voucher-payout";

export type PayoutEvent = "voucher.created" | "voucher.redeemed";

export type PayoutCallbackFacts = {
  event: PayoutEvent;
  payout: Pick<VoucherPayout, "uniqueId" | "transactionId" | "code" | "amountCents" | "email">;
  script: CallbackScript;
  settings: Readonly<Settings>;
  nowMs: number;
};

/**
 * The headers and exact bytes of the callback about a voucher sent to a customer. The provider
 * names the address and nothing else, so every field is a choice.
 */
export function buildPayoutCallback(facts: PayoutCallbackFacts): {
  headers: Record<string, string>;
  body: string;
} {
  const { event, payout, script, settings, nowMs } = facts;
  const text = writeJson({
    success: true,
    event,
    unique_id: script.uniqueId ?? payout.uniqueId,
    transaction_id: payout.transactionId,
    voucher_code: payout.code,
    amount: new Shillings(script.amountCents ?? payout.amountCents),
    currency: "KES",
    email: payout.email,
    status: event === "voucher.created" ? "created" : "redeemed",
    timestamp: toProviderTimestamp(nowMs),
  });
  const body = script.malformed ? text.slice(0, Math.ceil(text.length / 2)) : text;
  return { headers: sourceHeaders(body, settings, script.omitSourceHeader), body };
}
