import { createHash } from "node:crypto";

import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { toTwoDecimals } from "@/sandbox/kit/money";
import { toMaskedNumber } from "@/sandbox/kit/msisdn";
import { toCompactTime } from "@/sandbox/kit/nairobi-time";
import { writeJson, type WireObject } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import type { C2bVersion } from "./collection-urls";
import type { CustomerPayment } from "./customer-payment";
import { namesOf } from "./party-names";

export type C2bFacts = Pick<
  CustomerPayment,
  "receipt" | "kind" | "shortcode" | "msisdn" | "reference" | "amountCents" | "thirdPartyTransId"
> & {
  version: C2bVersion;
  atMs: number;
  /** What the shortcode has now; null before the money has moved. */
  balanceCents: bigint | null;
};

/**
 * The headers and exact bytes of a validation or a confirmation, lies and damage included: every
 * value is text. There is no signature: the provider has none.
 */
export function buildC2bMessage(
  facts: C2bFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
): { headers: Record<string, string>; body: string } {
  const message: WireObject = {
    TransactionType: facts.kind === "till" ? "Buy Goods" : "Pay Bill",
    TransID: script.receipt ?? facts.receipt,
    TransTime: toCompactTime(facts.atMs),
    TransAmount: toTwoDecimals(script.amountCents ?? facts.amountCents),
    BusinessShortCode: script.shortcode ?? facts.shortcode,
    BillRefNumber: script.reference ?? facts.reference,
    InvoiceNumber: "",
    OrgAccountBalance: facts.balanceCents === null ? "" : toTwoDecimals(facts.balanceCents),
    ThirdPartyTransID: facts.thirdPartyTransId,
    MSISDN: facts.version === "v1" ? hashOf(facts.msisdn) : toMaskedNumber(facts.msisdn),
    ...nameKeys(facts.msisdn, settings),
  };
  const text = writeJson(message);
  return {
    headers: {
      "Content-Type": "application/json;charset=UTF-8",
      "User-Agent": "MPESA-Sandbox",
    },
    body: script.malformed ? text.slice(0, Math.ceil(text.length / 2)) : text,
  };
}

function nameKeys(msisdn: string, settings: Readonly<Settings>): WireObject {
  const { first, last } = namesOf(msisdn);
  if (settings.c2bNames === "first_only") return { FirstName: first };
  return { FirstName: first, MiddleName: "", LastName: last };
}

function hashOf(msisdn: string): string {
  return createHash("sha256").update(msisdn).digest("hex");
}
