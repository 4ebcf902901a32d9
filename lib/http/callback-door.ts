import ipaddr from "ipaddr.js";
import { sha256Hex } from "@/lib/crypto";
import { makeArrival } from "@/lib/inbox/message";
import { recordMessage } from "@/lib/inbox/record-message";
import { workSoon } from "@/lib/inbox/work-soon";
import { log } from "@/lib/log";
import { metrics } from "@/lib/metrics";
import { afterAnswer } from "./after-answer";
import { clientAddress } from "./client-address";

/** Providers send a few hundred bytes; more than this is somebody else. */
export const CALLBACK_BYTES_MAX = 64 * 1024;

/** The changing parts of an address that was made for one payment. */
export interface CallbackAddress {
  /** Null where the address proves itself by something else than an account's secret. */
  readonly secret: string | null;
  /** Null where the address serves all payments of an account. */
  readonly addressee: string | null;
}

export interface CallbackDoor {
  readonly provider: string;
  readonly kind: string;
  /** Addresses the provider sends from; null where every address may. */
  readonly sources: () => readonly string[] | null;
  /** True when the message carries the provider's mark. */
  readonly isMarked: (headers: Headers) => boolean;
  /** What its address says beside the path's fixed words; absent where the address says nothing. */
  readonly readAddress?: (path: string, query: string) => CallbackAddress | null;
  /** What the provider wants to read. */
  readonly acknowledgement: Readonly<Record<string, unknown>>;
}

/**
 * Makes the handler of one callback address: store the raw message, answer, work it. It answers 200 only
 * for what is durably stored and 503 when it cannot be; a doubtful message is kept in quarantine and
 * answered exactly like a good one. A plain function, so that every server can call it.
 */
export function callbackDoor(door: CallbackDoor): (request: Request) => Promise<Response> {
  const acknowledgement = JSON.stringify(door.acknowledgement);
  return async function receive(request) {
    const body = await readUpTo(request, CALLBACK_BYTES_MAX);
    if (body === null) {
      metrics.callbacksRefused.inc({ provider: door.provider, reason: "too_large" });
      return answerProvider(413, JSON.stringify({ received: false }));
    }
    const source = clientAddress(request.headers, null);
    const address = door.readAddress?.(pathOf(request.url), queryOf(request.url)) ?? null;
    const arrival = makeArrival({
      provider: door.provider,
      kind: door.kind,
      body,
      headers: request.headers,
      source,
      query: queryOf(request.url),
      addressee: address?.addressee ?? null,
      // Only the hash is kept: the address stays a secret in our own tables too.
      secretHash: address?.secret ? sha256Hex(address.secret) : null,
      receivedAt: new Date(),
      quarantine: doubtAbout(door, request.headers, source),
    });
    try {
      const recorded = await recordMessage(arrival);
      metrics.callbacksReceived.inc({ provider: door.provider, kind: door.kind });
      if (recorded.needsWork) afterAnswer(() => workSoon(recorded.id));
    } catch (error) {
      log().error({ err: error, provider: door.provider, kind: door.kind }, "callback not stored");
      metrics.callbacksRefused.inc({ provider: door.provider, reason: "not_stored" });
      return answerProvider(503, JSON.stringify({ received: false }), { "retry-after": "5" });
    }
    return answerProvider(200, acknowledgement);
  };
}

/** Why this message is not acted on, or null when nothing speaks against it. */
export function doubtAbout(
  door: Pick<CallbackDoor, "provider" | "sources" | "isMarked">,
  headers: Headers,
  source: string,
): string | null {
  const doubt = findDoubt(door, headers, source);
  if (doubt) metrics.callbacksRefused.inc({ provider: door.provider, reason: "doubtful" });
  return doubt;
}

function findDoubt(
  door: Pick<CallbackDoor, "provider" | "sources" | "isMarked">,
  headers: Headers,
  source: string,
): string | null {
  const sources = door.sources();
  if (sources !== null && !isListed(sources, source)) {
    log().warn({ provider: door.provider, source }, "callback from an address that is not listed");
    return "sent from an address that is not on the provider's list";
  }
  if (!door.isMarked(headers)) return "sent without the provider's mark";
  return null;
}

/** True when the address is one of the list, or inside one of its ranges. */
function isListed(list: readonly string[], source: string): boolean {
  if (list.includes(source)) return true;
  if (!ipaddr.isValid(source)) return false;
  const address = ipaddr.parse(source);
  return list.some((entry) => {
    if (!ipaddr.isValidCIDR(entry)) return false;
    const [network, bits] = ipaddr.parseCIDR(entry);
    return network.kind() === address.kind() && address.match(network, bits);
  });
}

/** The body, or null when it is longer than `bytesMax`. */
export async function readUpTo(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  const declared = request.headers.get("content-length");
  if (Number(declared) > bytesMax) return null;
  if (!request.body) return new Uint8Array();
  // HTTP ends a body at its declared length; only one that declares none has to be counted as it comes.
  if (declared !== null) return new Uint8Array(await request.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The path of an address, without its host and query. */
export function pathOf(url: string): string {
  return new URL(url, "http://callback.invalid").pathname;
}

function queryOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1, mark + 1025);
}

/** A JSON answer that nobody on the way keeps. */
export function answerProvider(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}
