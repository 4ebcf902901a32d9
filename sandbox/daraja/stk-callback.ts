import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { toMaskedNumber } from "@/sandbox/kit/msisdn";
import { toCompactTime } from "@/sandbox/kit/nairobi-time";
import { Shillings, writeJson, type WireObject } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";

export type StkCallbackFacts = {
  merchantRequestId: string;
  checkoutRequestId: string;
  resultCode: string;
  resultDesc: string;
  amountCents: bigint;
  receipt: string | null;
  msisdn: string;
  /** Null sends no Businessshortcode header. */
  shortcode: string | null;
  endedAtMs: number;
};

/**
 * The headers and exact bytes of the callback about one push, lies and damage included. There is
 * no signature: the provider has none.
 */
export function buildStkCallback(
  facts: StkCallbackFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
  shuffle: <T>(items: readonly T[]) => T[],
): { headers: Record<string, string>; body: string } {
  const decimals = script.amountDecimals ?? settings.stkAmountDecimals;
  const items = metadataItems(facts, script, settings);
  const hasMetadata = facts.resultCode === "0" && script.omitMetadata !== true;
  const text = writeJson(
    {
      Body: {
        stkCallback: {
          MerchantRequestID: facts.merchantRequestId,
          CheckoutRequestID: script.checkoutRequestId ?? facts.checkoutRequestId,
          ResultCode: toWireCode(facts.resultCode),
          ResultDesc: script.resultDesc ?? facts.resultDesc,
          CallbackMetadata: hasMetadata
            ? { Item: script.shuffleItems ? shuffle(items) : items }
            : undefined,
        },
      },
    },
    decimals ? "two_decimals" : "integer",
  );
  const body = script.malformed ? text.slice(0, Math.ceil(text.length / 2)) : text;
  return { headers: headersOf(script.omitSourceHeader ? null : facts.shortcode), body };
}

function metadataItems(
  facts: StkCallbackFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
): WireObject[] {
  const amount = new Shillings(script.amountCents ?? facts.amountCents);
  const phone = script.maskPhone ? toMaskedNumber(facts.msisdn) : Number(facts.msisdn);
  const items: WireObject[] = [
    { Name: "Amount", Value: amount },
    { Name: "MpesaReceiptNumber", Value: facts.receipt },
  ];
  if ((script.balanceForm ?? settings.stkBalanceItem) === "no_value") {
    items.push({ Name: "Balance" });
  }
  items.push({ Name: "TransactionDate", Value: Number(toCompactTime(facts.endedAtMs)) });
  if (!script.omitPhone) items.push({ Name: "PhoneNumber", Value: phone });
  return items;
}

/** A number here, although the query writes the same code as text; codes with letters stay text. */
function toWireCode(resultCode: string): number | string {
  return /^\d+$/.test(resultCode) ? Number(resultCode) : resultCode;
}

function headersOf(shortcode: string | null): Record<string, string> {
  const headers = {
    "Content-Type": "application/json;charset=UTF-8",
    "User-Agent": "MPESA-Sandbox",
  };
  return shortcode === null ? headers : { ...headers, Businessshortcode: shortcode };
}
