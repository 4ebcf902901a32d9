import type { Context } from "hono";

import { answerExchange, type Reply } from "@/sandbox/exchange";
import type { FaultEffect } from "@/sandbox/faults";
import type { SandboxEnv } from "@/sandbox/http-env";
import { parseMsisdn } from "@/sandbox/kit/msisdn";
import type { World } from "@/sandbox/world";
import { jsonReply, renderDarajaFault } from "./gateway";

export type DarajaCall = {
  method: string;
  headers: Headers;
  query: URLSearchParams;
  /** The fields the gateway can see: none unless the body was sent as a JSON object. */
  body: Record<string, unknown>;
  /** False for a body announced as JSON that is none. */
  bodyIsReadable: boolean;
};

/** An answer, and what happens to it on its way to the caller. */
export type DarajaReply = Reply & { faults?: readonly FaultEffect[] };

/** One endpoint: looks at the call, changes the world, says what to answer. */
export type DarajaEndpoint = (call: DarajaCall, world: World) => DarajaReply | Promise<DarajaReply>;

/** A field as text, whether it was sent as text or as a number; undefined when it is neither. */
export function fieldOf(call: DarajaCall, name: string): string | undefined {
  const value = call.body[name];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The first of these fields that fails its check, or is missing; undefined when all are good. */
export function findBadField(
  call: DarajaCall,
  checks: readonly (readonly [field: string, isGood: (text: string) => boolean])[],
): string | undefined {
  return checks.find(([field, isGood]) => {
    const text = fieldOf(call, field);
    return text === undefined || !isGood(text);
  })?.[0];
}

/** Answers one call of the gateway, with the faults scripted for it and a line in the journal. */
export async function answerDarajaCall(
  c: Context<SandboxEnv>,
  world: World,
  operation: string,
  endpoint: DarajaEndpoint,
): Promise<Response> {
  const text = c.req.method === "GET" ? await readBodyOfGet(c) : await c.req.text();
  const call = readCall(c, text);
  return answerExchange(c, world, {
    operation,
    journalText: text.replace(/("(?:Password|SecurityCredential)"\s*:\s*")[^"]*/g, "$1***"),
    subject: {
      msisdn: parseMsisdn(
        fieldOf(call, "PhoneNumber") ?? fieldOf(call, "Msisdn") ?? fieldOf(call, "PartyB") ?? "",
      ),
      receipt: fieldOf(call, "TransactionID") ?? fieldOf(call, "Transaction ID"),
      checkoutRequestId: fieldOf(call, "CheckoutRequestID"),
      originatorConversationId:
        fieldOf(call, "OriginatorConversationID") ?? fieldOf(call, "OriginalConversationID"),
    },
    run: async (plan) => {
      const reply = await endpoint(call, world);
      if (reply.faults) plan.after.push(...reply.faults);
      return plan.extraFields ? withExtraField(reply) : reply;
    },
    renderFault: (effect: FaultEffect) => renderDarajaFault(world, effect),
  });
}

/** The web's own Request knows no body on a GET, but callers of this gateway send one. */
async function readBodyOfGet(c: Context<SandboxEnv>): Promise<string> {
  const { headers } = c.env.incoming;
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
    return "";
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of c.env.incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function withExtraField(reply: Reply): Reply {
  const body: unknown = JSON.parse(reply.text);
  if (typeof body !== "object" || body === null) return reply;
  const { text } = jsonReply(reply.status, { ...body, sandbox_extra: "No document mentions it" });
  return { ...reply, text };
}

function readCall(c: Context<SandboxEnv>, text: string): DarajaCall {
  const call: DarajaCall = {
    method: c.req.method,
    headers: c.req.raw.headers,
    query: new URL(c.req.url).searchParams,
    body: {},
    bodyIsReadable: true,
  };
  // Any other type is not refused as such: the gateway then sees no fields at all.
  if (!isJson(c.req.header("content-type")) || text === "") return call;
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    return isObject ? { ...call, body: { ...parsed } } : { ...call, bodyIsReadable: false };
  } catch (error) {
    if (error instanceof SyntaxError) return { ...call, bodyIsReadable: false };
    throw error;
  }
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\b/i.test(contentType ?? "");
}
