import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { toTwoDecimals } from "@/sandbox/kit/money";
import { Shillings } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import {
  shapeOf,
  spellAmount,
  spellTime,
  type ResultFacts,
  type ResultParameter,
} from "./build-result";
import { orderResult, type OrderFacts } from "./order-result";
import { publicNameOf } from "./party-names";

export type ReversalFacts = OrderFacts & {
  originalReceipt: string;
  amountCents: bigint;
  shortcode: string;
  /** The name of the business that gives the money back. */
  business: string;
  msisdn: string;
  /** What is left on the shortcode's account. */
  balanceCents: bigint;
};

/**
 * What the result of a reversal says. A script may lie about code, words and amount; a lie of
 * success needs a receipt, which `makeReceipt` invents.
 */
export function reversalResultFacts(
  facts: ReversalFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
  makeReceipt: () => string,
): ResultFacts {
  const { said, receipt } = orderResult(facts, script, makeReceipt);
  return {
    ...said,
    parameters: receipt === null ? [] : parametersOf(facts, script, settings),
    essentialKey: "OriginalTransactionID",
    reference: {
      key: "QueueTimeoutURL",
      value: "https://internal.simulated/mpesa/reversalresults/v1/submit",
    },
    usual: { codes: "number", parameters: "array" },
  };
}

function parametersOf(
  facts: ReversalFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
): ResultParameter[] {
  const shape = shapeOf(script, settings);
  const balance = toTwoDecimals(facts.balanceCents);
  return [
    { key: "DebitAccountBalance", value: `Utility Account|KES|${balance}|${balance}|0.00|0.00` },
    { key: "Amount", value: spellAmount(script.amountCents ?? facts.amountCents, shape) },
    { key: "TransCompletedTime", value: spellTime(facts.endedAtMs, shape) },
    { key: "OriginalTransactionID", value: script.receipt ?? facts.originalReceipt },
    { key: "Charge", value: new Shillings(0n) },
    { key: "CreditPartyPublicName", value: publicNameOf(facts.msisdn) },
    { key: "DebitPartyPublicName", value: `${facts.shortcode} - ${facts.business}` },
  ];
}
