import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { toDottedTime } from "@/sandbox/kit/nairobi-time";
import { Shillings } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import { shapeOf, spellAmount, type ResultFacts, type ResultParameter } from "./build-result";
import { orderResult, type OrderFacts } from "./order-result";
import { publicNameOf } from "./party-names";

export type B2cFacts = OrderFacts & {
  msisdn: string;
  amountCents: bigint;
  /** What is left on the organisation's accounts. */
  funds: { utilityCents: bigint; workingCents: bigint; chargesCents: bigint };
};

/**
 * What the result of a payout says. A script may lie about code, words and amount; a lie of success
 * needs a receipt, which `makeReceipt` invents.
 */
export function b2cResultFacts(
  facts: B2cFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
  makeReceipt: () => string,
): ResultFacts {
  const { said, receipt } = orderResult(facts, script, makeReceipt);
  return {
    ...said,
    parameters: receipt === null ? [] : parametersOf({ ...facts, receipt }, script, settings),
    essentialKey: "TransactionReceipt",
    reference: {
      key: "QueueTimeoutURL",
      value: "https://internal.simulated/mpesa/b2cresults/v1/submit",
    },
    usual: { codes: "number", parameters: "array" },
  };
}

function parametersOf(
  facts: B2cFacts & { receipt: string },
  script: CallbackScript,
  settings: Readonly<Settings>,
): ResultParameter[] {
  const amountCents = script.amountCents ?? facts.amountCents;
  const { utilityCents, workingCents, chargesCents } = facts.funds;
  return [
    { key: "TransactionAmount", value: spellAmount(amountCents, shapeOf(script, settings)) },
    { key: "TransactionReceipt", value: facts.receipt },
    { key: "ReceiverPartyPublicName", value: publicNameOf(facts.msisdn) },
    { key: "TransactionCompletedDateTime", value: toDottedTime(facts.endedAtMs) },
    { key: "B2CUtilityAccountAvailableFunds", value: new Shillings(utilityCents) },
    { key: "B2CWorkingAccountAvailableFunds", value: new Shillings(workingCents) },
    { key: "B2CRecipientIsRegisteredCustomer", value: "Y" },
    { key: "B2CChargesPaidAccountAvailableFunds", value: new Shillings(chargesCents) },
  ];
}
