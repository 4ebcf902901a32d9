import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import { toTwoDecimals } from "@/sandbox/kit/money";
import { toCompactTime } from "@/sandbox/kit/nairobi-time";
import { Shillings, writeJson, type WireObject, type WireValue } from "@/sandbox/kit/wire-json";
import type { Settings } from "@/sandbox/settings";
import type { ResultShape } from "./result-shape";

/** One entry of a result. */
export type ResultParameter = { key: string; value?: WireValue };

export type ResultFacts = {
  originatorConversationId: string;
  conversationId: string;
  transactionId: string;
  resultCode: string;
  resultDesc: string;
  parameters: readonly ResultParameter[];
  /** The key of the entry that is left where `parameters` of the shape is `object`. */
  essentialKey: string;
  reference: ResultParameter;
  /** How the codes are written, and whether the entries stand in an array, unless told otherwise. */
  usual: { codes: "number" | "string"; parameters: "array" | "object" };
};

const OLD_KEYS: Readonly<Record<string, string>> = {
  ConversationID: "Conversation ID",
  OriginatorConversationID: "Originator Conversation ID",
  FinalisedTime: "FinalizedTime",
};

type BuiltResult = { headers: Record<string, string>; body: string };

/**
 * The headers and exact bytes of the result of a payout, a status question or a balance, damage
 * included. There is no signature: the provider has none.
 */
export function buildResult(
  facts: ResultFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
): BuiltResult {
  const shape = shapeOf(script, settings);
  const result: WireObject = {
    ...envelopeOf(facts, shape),
    ResultParameters: parametersOf(facts, shape),
    ReferenceData: { ReferenceItem: referenceOf(facts, shape) },
    ...(shape.extraFields ? { SandboxExtra: "No document mentions it" } : {}),
  };
  const amounts = shape.amounts === "string" ? "string" : "two_decimals";
  return toPost(writeJson({ Result: result }, amounts), script);
}

/** What is posted to a timeout address. No document says; the setting `timeoutBody` chooses. */
export function buildTimeout(
  facts: ResultFacts,
  script: CallbackScript,
  settings: Readonly<Settings>,
): BuiltResult {
  const timedOut = envelopeOf(
    { ...facts, resultCode: "1", resultDesc: "The request timed out in the queue." },
    shapeOf(script, settings),
  );
  const ids: WireObject = {
    OriginatorConversationID: facts.originatorConversationId,
    ConversationID: facts.conversationId,
  };
  const bodies = { envelope: { Result: timedOut }, ids, empty: {} };
  return toPost(writeJson(bodies[settings.timeoutBody]), script);
}

function envelopeOf(facts: ResultFacts, shape: ResultShape): WireObject {
  const isText = (shape.codes ?? facts.usual.codes) === "string";
  const gap = shape.spacedKeys ? " " : "";
  return {
    ResultType: isText ? "0" : 0,
    // Codes with letters stay text in any form.
    ResultCode:
      isText || !/^\d+$/.test(facts.resultCode) ? facts.resultCode : Number(facts.resultCode),
    ResultDesc: facts.resultDesc,
    [`Originator${gap}Conversation${gap}ID`]: facts.originatorConversationId,
    [`Conversation${gap}ID`]: facts.conversationId,
    [`Transaction${gap}ID`]: facts.transactionId,
  };
}

function parametersOf(facts: ResultFacts, shape: ResultShape): WireValue {
  const form = shape.parameters ?? facts.usual.parameters;
  if (form === "absent" || facts.parameters.length === 0) return undefined;
  const entries = facts.parameters.map((parameter) => toEntry(parameter, shape));
  if (shape.extraFields) entries.push({ Key: "SandboxExtra", Value: "No document mentions it" });
  if (form === "array") return { ResultParameter: entries };
  const alone = facts.parameters.findIndex(({ key }) => key === facts.essentialKey);
  return { ResultParameter: entries[Math.max(alone, 0)] };
}

function referenceOf(facts: ResultFacts, shape: ResultShape): WireValue {
  const item = toEntry(facts.reference, shape);
  return shape.referenceItem === "array" ? [item] : item;
}

function toEntry({ key, value }: ResultParameter, shape: ResultShape): WireObject {
  const isLeftOut = shape.withoutValue?.includes(key) ?? false;
  return { Key: spell(key, shape), Value: isLeftOut ? undefined : value };
}

function spell(key: string, shape: ResultShape): string {
  return (shape.spacedKeys ? OLD_KEYS[key] : undefined) ?? key;
}

/** The form a result will have: what its script says, over the setting. */
export function shapeOf(script: CallbackScript, settings: Readonly<Settings>): ResultShape {
  return { ...settings.resultShape, ...script.shape };
}

/** An amount that money was moved by: `500` or `"500.00"`. */
export function spellAmount(cents: bigint, shape: ResultShape): WireValue {
  if (shape.amounts === "string") return toTwoDecimals(cents);
  return cents % 100n === 0n ? Number(cents / 100n) : new Shillings(cents);
}

/** A moment as `20261121140509`, a number or text. */
export function spellTime(ms: number, shape: ResultShape): WireValue {
  const compact = toCompactTime(ms);
  return shape.times === "string" ? compact : Number(compact);
}

function toPost(text: string, script: CallbackScript): BuiltResult {
  const headers = {
    "Content-Type": "application/json;charset=UTF-8",
    "User-Agent": "MPESA-Sandbox",
  };
  return { headers, body: script.malformed ? text.slice(0, Math.ceil(text.length / 2)) : text };
}
