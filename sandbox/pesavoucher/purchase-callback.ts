import { sourceHeaders } from "@/sandbox/callbacks/source-headers";
import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { toProviderTimestamp } from "@/sandbox/kit/nairobi-time";
import { Shillings, writeJson, type WireObject } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import type { Purchase } from "./purchase";

const FAILURE_TEXTS: Readonly<Record<NonNullable<Purchase["failure"]>, string>> = {
  cancelled: "Payment was cancelled by user.",
  timed_out: "No response from user.",
  no_funds: "Insufficient funds.",
  wrong_pin: "Wrong PIN.",
  pin_locked: "The M-PESA PIN is locked.",
  withdrawn: "The payment could not be completed.",
  technical: "The payment could not be completed.",
};

/** What a failed purchase is called in texts for people. */
export function failureTextOf(purchase: Purchase): string {
  return FAILURE_TEXTS[purchase.failure ?? "technical"];
}

/** The headers and exact bytes of the callback about one purchase, lies and damage included. */
export function buildPurchaseCallback(facts: {
  purchase: Purchase;
  script: CallbackScript;
  settings: Readonly<Settings>;
  nowMs: number;
}): { headers: Record<string, string>; body: string } {
  const { script, settings } = facts;
  const text = writeJson(payloadOf(facts));
  const body = script.malformed ? text.slice(0, Math.ceil(text.length / 2)) : text;
  return { headers: sourceHeaders(body, settings, script.omitSourceHeader), body };
}

function payloadOf(facts: Parameters<typeof buildPurchaseCallback>[0]): WireObject {
  const { purchase, script, settings, nowMs } = facts;
  const sessionId = script.sessionId ?? purchase.sessionId;
  const amount = new Shillings(script.amountCents ?? purchase.amountCents);
  const timestamp = toProviderTimestamp(nowMs);
  if (purchase.state === "SUCCESS") {
    return {
      success: true,
      voucher_code: purchase.voucherCode,
      payment_id: purchase.id,
      session_id: sessionId,
      amount,
      currency: "KES",
      mpesa_receipt: purchase.receipt,
      timestamp,
    };
  }
  if (settings.declineCallbackForm === "bare") return { success: false, session_id: sessionId };
  return {
    success: false,
    payment_id: purchase.id,
    session_id: sessionId,
    amount,
    currency: "KES",
    error: failureTextOf(purchase),
    timestamp,
  };
}
