import type { World } from "@/sandbox/world";
import { authorizeMerchant, refuseCall } from "./authorize-call";
import { fieldOf, type DarajaCall, type DarajaReply } from "./daraja-call";
import { jsonReply, refuse, refuseField } from "./gateway";
import { pushMagicOf } from "./magic";
import type { Push } from "./push";
import type { QueryScript } from "./query-scripts";
import { isShortcode, isTimestamp } from "./read-push";
import { wordsOf } from "./result-codes";

type InFlightShape = "result_4999" | "error_text" | "error_empty";

const SHAPES: readonly InFlightShape[] = ["result_4999", "error_text", "error_empty"];
const IN_PROCESS = "The transaction is being processed";
const NOT_THERE = "The transaction does not Exist";

/**
 * `POST /mpesa/stkpushquery/v1/query`: how a push ended, without receipt, amount or phone. Of one
 * that has not ended it says so in three ways, and now and then it says nothing useful at all.
 */
export function stkQuery(call: DarajaCall, world: World): DarajaReply {
  const refused = refuseCall(call, world);
  if (refused) return refused;
  const badField = findBadQueryField(call);
  if (badField !== undefined) return refuseField(world, badField);
  const merchant = authorizeMerchant(call, world, "[MerchantValidate] - Wrong credentials");
  if ("refused" in merchant) return merchant.refused;
  const checkoutRequestId = fieldOf(call, "CheckoutRequestID") ?? "";
  const push = world.pushes.find(checkoutRequestId);
  const scripted = world.queryRules.take({ checkoutRequestId, msisdn: push?.msisdn ?? null });
  if (push?.shortcode !== merchant.account.shortcode || scripted?.answer === "unknown_id") {
    return refuse(world, 500, "500.001.1001", NOT_THERE);
  }
  return answerAbout(push, world, scripted);
}

function findBadQueryField(call: DarajaCall): string | undefined {
  const isGood: Readonly<Record<string, (text: string) => boolean>> = {
    BusinessShortCode: isShortcode,
    Password: () => true,
    Timestamp: isTimestamp,
    CheckoutRequestID: (text) => /^ws_CO_\w+$/.test(text),
  };
  return Object.keys(isGood).find((field) => {
    const text = fieldOf(call, field);
    return text === undefined || isGood[field]?.(text) !== true;
  });
}

function answerAbout(push: Push, world: World, scripted: QueryScript | undefined): DarajaReply {
  const script = scripted ?? (push.state === "ended" ? pushMagicOf(push).queryLie : undefined);
  if (script && script.answer !== "final" && script.answer !== "unknown_id") {
    return inFlight(push, world, script.answer);
  }
  if (script?.resultCode !== undefined) {
    return final(push, script.resultCode, script.resultDesc ?? wordsOf(script.resultCode, "query"));
  }
  const { stkInFlightShape, stkQueryHiccupShare } = world.settings.current;
  if (push.resultCode === null) {
    const [drawn = "result_4999"] = world.ids.shuffle(SHAPES);
    return inFlight(push, world, stkInFlightShape === "mixed" ? drawn : stkInFlightShape);
  }
  if (script === undefined && world.ids.fraction() < stkQueryHiccupShare) {
    return refuse(world, 500, "500.001.1001", NOT_THERE);
  }
  return final(push, push.resultCode, script?.resultDesc ?? queryWordsOf(push));
}

/** The usual words of this channel, unless somebody gave the push words of its own. */
function queryWordsOf(push: Push): string {
  const code = push.resultCode ?? "";
  const said = push.resultDesc ?? "";
  return said === wordsOf(code, "callback") ? wordsOf(code, "query") : said;
}

function inFlight(push: Push, world: World, shape: InFlightShape): DarajaReply {
  if (shape === "error_text") return refuse(world, 500, "500.001.1001", IN_PROCESS);
  if (shape === "error_empty") return refuse(world, 200, "500.001.1001", "");
  return final(push, "4999", "The transaction is still under processing");
}

function final(push: Push, resultCode: string, resultDesc: string): DarajaReply {
  return jsonReply(200, {
    ResponseCode: "0",
    // Three s: that is how real answers spell it.
    ResponseDescription: "The service request has been accepted successsfully",
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.checkoutRequestId,
    ResultCode: resultCode,
    ResultDesc: resultDesc,
  });
}
