import { setTimeout as sleep } from "node:timers/promises";

import type { Context } from "hono";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

import type { SandboxEnv } from "@/sandbox/http-env";
import type { FaultEffect, FaultPlan } from "@/sandbox/faults";
import { writeJson, type WireObject, type WireValue } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";
import { textOf, type ApiCall, type Endpoint } from "./api-call";
import { refusal } from "./refusal";

type Sent = { status: number; text: string; contentType: string } | "dropped";

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
  const startedMs = performance.now();
  const atMs = world.clock.nowMs();
  const text = c.req.method === "GET" ? "" : await c.req.text();
  const call = readCall(c, text);
  const plan = world.faults.take(name, {
    voucherCode: textOf(call.body.voucher_code),
    paymentId: textOf(call.body.payment_id),
  });
  const sent = (await play(world, plan.before)) ?? (await runEndpoint(call, world, endpoint, plan));
  world.journal.record({
    atMs,
    direction: "in",
    operation: name,
    method: c.req.method,
    url: c.req.path,
    requestHeaders: headersForJournal(c.req.raw.headers),
    requestBody: text.replace(/("api_secret"\s*:\s*")[^"]*/g, "$1***"),
    status: sent === "dropped" ? 0 : sent.status,
    answerBody: sent === "dropped" ? "" : sent.text,
    durationMs: Math.round(performance.now() - startedMs),
    note: describePlan(plan),
  });
  return sent === "dropped" ? dropConnection(c) : toResponse(sent);
}

async function runEndpoint(
  call: ApiCall,
  world: World,
  endpoint: Endpoint,
  plan: FaultPlan,
): Promise<Sent> {
  const answer = endpoint(call, world);
  const sent: Sent = {
    status: answer.status,
    text: writeJson(shape(answer.body, plan), plan.amounts),
    contentType: "application/json",
  };
  return (await play(world, plan.after)) ?? sent;
}

async function play(world: World, effects: FaultEffect[]): Promise<Sent | undefined> {
  for (const effect of effects) {
    if (effect.kind === "latency") await sleep(effect.ms);
    if (effect.kind === "drop") return "dropped";
    if (effect.kind === "html") return { status: effect.status, ...HTML_ERROR };
    if (effect.kind === "body") {
      return { status: effect.status, text: effect.body, contentType: "application/json" };
    }
    if (effect.kind === "error") {
      const text = writeJson(refusal(world, effect.status, effect.message).body);
      return { status: effect.status, text, contentType: "application/json" };
    }
  }
  return undefined;
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

function headersForJournal(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  headers.forEach((value, name) => {
    kept[name] = name === "x-api-secret" || name === "authorization" ? "***" : value;
  });
  return kept;
}

function describePlan(plan: FaultPlan): string {
  const before = plan.before.map((effect) => `before: ${effect.kind}`);
  const after = plan.after.map((effect) => `after: ${effect.kind}`);
  return [...before, ...after].join("; ");
}

function dropConnection(c: Context<SandboxEnv>): Response {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

function toResponse(sent: Exclude<Sent, "dropped">): Response {
  return new Response(sent.text, {
    status: sent.status,
    headers: { "Content-Type": sent.contentType, "Cache-Control": "no-store" },
  });
}
