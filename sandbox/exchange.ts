import { setTimeout as sleep } from "node:timers/promises";

import type { Context } from "hono";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

import type { CallSubject, FaultEffect, FaultPlan } from "./faults";
import type { SandboxEnv } from "./http-env";
import type { World } from "./world";

/** What a caller gets, byte for byte. */
export type Reply = { status: number; text: string; contentType: string };

/** One API call, from whichever simulator it asks something of. */
export type Exchange = {
  /** The name faults and the journal know it by. */
  operation: string;
  /** The request as the journal keeps it: without secrets. */
  journalText: string;
  /** What the call is about, for faults that are meant for one code or one phone. */
  subject: CallSubject;
  /** Does the work. It may add faults of its own to `plan.after`, or cut the connection itself. */
  run: (plan: FaultPlan) => Reply | "dropped" | Promise<Reply | "dropped">;
  /** The provider's own form of a scripted fault; undefined for one that changes no answer. */
  renderFault: (effect: FaultEffect) => Reply | undefined;
};

/**
 * Plays the faults scripted before the work, does the work, plays those scripted after it, and
 * journals the exchange as the caller saw it.
 */
export async function answerExchange(
  c: Context<SandboxEnv>,
  world: World,
  exchange: Exchange,
): Promise<Response> {
  const startedMs = performance.now();
  const atMs = world.clock.nowMs();
  const plan = world.faults.take(exchange.operation, exchange.subject);
  const sent = (await play(plan.before, exchange)) ?? (await runThenPlay(plan, exchange));
  const { pathname, search } = new URL(c.req.url);
  world.journal.record({
    atMs,
    direction: "in",
    operation: exchange.operation,
    method: c.req.method,
    url: pathname + search,
    requestHeaders: headersForJournal(c.req.raw.headers),
    requestBody: exchange.journalText,
    status: sent === "dropped" ? 0 : sent.status,
    answerBody: sent === "dropped" ? "" : sent.text,
    durationMs: Math.round(performance.now() - startedMs),
    note: describePlan(plan),
  });
  return sent === "dropped" ? dropConnection(c) : toResponse(sent);
}

async function runThenPlay(plan: FaultPlan, exchange: Exchange): Promise<Reply | "dropped"> {
  const reply = await exchange.run(plan);
  if (reply === "dropped") return reply;
  return (await play(plan.after, exchange)) ?? reply;
}

async function play(
  effects: FaultEffect[],
  exchange: Exchange,
): Promise<Reply | "dropped" | undefined> {
  for (const effect of effects) {
    if (effect.kind === "latency") await sleep(effect.ms);
    if (effect.kind === "drop") return "dropped";
    const reply = exchange.renderFault(effect);
    if (reply) return reply;
  }
  return undefined;
}

const SECRET_HEADERS = new Set(["x-api-secret", "authorization"]);

function headersForJournal(headers: Headers): Record<string, string> {
  const kept: Record<string, string> = {};
  headers.forEach((value, name) => {
    kept[name] = SECRET_HEADERS.has(name) ? "***" : value;
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

function toResponse(reply: Reply): Response {
  return new Response(reply.text, {
    status: reply.status,
    headers: { "Content-Type": reply.contentType, "Cache-Control": "no-store" },
  });
}
