import type { PromptResult } from "@/sandbox/phone/phone-network";
import type { Settings } from "@/sandbox/settings";
import type { PushResult } from "./push";
import { wordsOf } from "./result-codes";

/** What the end of a prompt is called in the provider's result codes. */
export function resultOfPrompt(result: PromptResult, settings: Readonly<Settings>): PushResult {
  switch (result.outcome) {
    case "approved":
      return { resultCode: "0", receipt: result.receipt };
    case "cancelled":
      return { resultCode: "1032" };
    case "no_funds":
      return { resultCode: "1" };
    case "wrong_pin":
      return { resultCode: "2001" };
    case "pin_locked":
      return { resultCode: "8006" };
    case "withdrawn":
      return { resultCode: "9999" };
    case "timed_out":
      return resultOfSilence(result, settings);
  }
}

function resultOfSilence(result: PromptResult, settings: Readonly<Settings>): PushResult {
  if (result.obstacle === null) return { resultCode: settings.stkNoAnswerCode };
  if (result.obstacle === "old_sim") return { resultCode: settings.stkOldSimCode };
  if (result.obstacle === "silent") return { resultCode: "1037" };
  return { resultCode: "1037", resultDesc: wordsOf("1037", "query") };
}
