import type { Context } from "hono";

import { answerExchange, type Reply } from "@/sandbox/exchange";
import type { SandboxEnv } from "@/sandbox/http-env";
import type { FaultEffect, FaultPlan } from "@/sandbox/faults";
import { writeJson, type WireObject, type WireValue } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";
import { textOf, type ApiCall, type Endpoint } from "./api-call";
import { refusal } from "./refusal";

/**
 * Answers one API call: plays the faults scripted before the state change, runs the endpoint,
 * plays those scripted after it, and journals the exchange as the caller saw it.
 */
export async function answerCall(
  c: Context<SandboxEnv>,
  world: World,
  name: string,
  endpoint: Endpoint,
): Promise<Response> {
  const text = c.req.method === "GET" ? "" : await c.req.text();
  const call = readCall(c, text);
  return answerExchange(c, world, {
    operation: name,
    journalText: text.replace(/("api_secret"\s*:\s*")[^"]*/g, "$1***"),
    subject: {
      voucherCode: textOf(call.body.voucher_code),
      paymentId: textOf(call.body.payment_id),
      uniqueId: textOf(call.body.unique_id),
      email: textOf(call.body.email)?.toLowerCase(),
    },
    run: async (plan) => {
      const answer = await endpoint(call, world, plan);
      if (answer === "dropped") return answer;
      return toJsonReply(answer.status, writeJson(shape(answer.body, plan), plan.amounts));
    },
    renderFault: (effect) => renderFault(world, effect),
  });
}

function renderFault(world: World, effect: FaultEffect): Reply | undefined {
  if (effect.kind === "html") return { status: effect.status, ...HTML_ERROR };
  if (effect.kind === "body") return toJsonReply(effect.status, effect.body);
  if (effect.kind !== "error") return undefined;
  const { body } = refusal(world, effect.status, effect.message);
  return toJsonReply(effect.status, writeJson(body));
}

function toJsonReply(status: number, text: string): Reply {
  return { status, text, contentType: "application/json" };
}

const HTML_ERROR = {
  text: "<!doctype html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>",
  contentType: "text/html; charset=utf-8",
};

const STATUS_FIELDS = new Set(["payment_status", "status"]);

function shape(body: WireObject, plan: FaultPlan): WireObject {
  const shaped = plan.statusWords ? restateWords(body, plan.statusWords) : body;
  if (!plan.extraFields) return shaped;
  return { ...shaped, sandbox_extra: { note: "A field no document mentions", list: [1, null] } };
}

function restateWords(body: WireObject, words: "lower" | "unknown"): WireObject {
  const restated: WireObject = {};
  for (const [name, value] of Object.entries(body)) {
    restated[name] = STATUS_FIELDS.has(name) ? restateWord(value, words) : value;
    if (name === "payment" && isWireObject(value)) restated[name] = restateWords(value, words);
  }
  return restated;
}

function restateWord(value: WireValue, words: "lower" | "unknown"): WireValue {
  if (typeof value !== "string") return value;
  return words === "lower" ? value.toLowerCase() : "SETTLEMENT_HOLD";
}

function isWireObject(value: WireValue): value is WireObject {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function readCall(c: Context<SandboxEnv>, text: string): ApiCall {
  const call: ApiCall = {
    headers: c.req.raw.headers,
    method: c.req.method,
    callerIp: c.env.incoming.socket.remoteAddress ?? "",
    body: {},
    bodyIsReadable: text === "",
  };
  try {
    const parsed: unknown = text === "" ? {} : JSON.parse(text);
    if (isRecord(parsed)) return { ...call, body: parsed, bodyIsReadable: true };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return call;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
