import { env } from "@/lib/env";
import type { Exchange, UnknownCause } from "../exchange";
import { isUnreached } from "../unreached";
import { toldAnswer } from "./case-file";

const ANSWER_BYTES_MAX = 64 * 1024;

export type Dialled =
  /** A JSON object, with whatever HTTP status: what it means depends on the call. */
  | {
      readonly kind: "answer";
      readonly json: Readonly<Record<string, unknown>>;
      readonly httpStatus: number;
      readonly exchange: Exchange;
    }
  /** There never was a connection. */
  | { readonly kind: "unreached"; readonly exchange: Exchange }
  | {
      readonly kind: "unknown";
      readonly because: UnknownCause;
      /** What came in place of JSON; null when nothing came whole. */
      readonly looks: Looks | null;
      readonly httpStatus: number | null;
      readonly exchange: Exchange;
    };

export type Looks = "html" | "empty" | "text" | "redirect" | "too_large";

export interface Call {
  readonly operation: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly authorization: string;
  readonly body: Readonly<Record<string, string | number>> | null;
  /** What the case file may keep of the request. */
  readonly shown: Readonly<Record<string, string | null>>;
  /** What must not reach the case file, should the answer repeat it. */
  readonly secrets: readonly string[];
  /** The largest answer that is read, where more than the usual is to be expected. */
  readonly answerBytesMax?: number;
}

/**
 * One HTTP call to the gateway, at most `timeoutMs` long, never repeated and never redirected. A JSON
 * object is an answer whatever its HTTP status; a page of the firewall before the gateway, an empty body,
 * a time-out and a cut connection are unknown; a connection that was never made is told apart.
 */
export async function dial(call: Call): Promise<Dialled> {
  const settings = env().mpesa;
  const startedAt = performance.now();
  const exchange = (httpStatus: number | null, response: Exchange["response"]): Exchange => ({
    operation: call.operation,
    request: call.shown,
    response,
    httpStatus,
    durationMs: Math.round(performance.now() - startedAt),
  });
  let status: number | null = null;
  try {
    const response = await fetch(`${settings.baseUrl}${call.path}`, {
      method: call.method,
      headers: {
        Accept: "application/json",
        Authorization: call.authorization,
        ...(call.body && { "Content-Type": "application/json" }),
      },
      body: call.body && JSON.stringify(call.body),
      redirect: "manual",
      signal: AbortSignal.timeout(settings.timeoutMs),
    });
    status = response.status;
    const text = await readCapped(response, call.answerBytesMax ?? ANSWER_BYTES_MAX);
    const json = text === null ? null : parseObject(text);
    if (json !== null && !isRedirect(status)) {
      const told = toldAnswer(json, call.secrets);
      return { kind: "answer", json, httpStatus: status, exchange: exchange(status, told) };
    }
    const looks = looksOf(text, status);
    const because = status >= 500 ? "server_error" : "bad_response";
    const seen = exchange(status, { body: looks });
    return { kind: "unknown", because, looks, httpStatus: status, exchange: seen };
  } catch (error) {
    if (status === null && isUnreached(error)) {
      return { kind: "unreached", exchange: exchange(null, null) };
    }
    const because =
      error instanceof Error && error.name === "TimeoutError" ? "timeout" : "connection";
    const seen = exchange(status, null);
    return { kind: "unknown", because, looks: null, httpStatus: status, exchange: seen };
  }
}

/** The body as text; null when it is larger than any answer should be. */
async function readCapped(response: Response, bytesMax: number): Promise<string | null> {
  if (!response.body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function looksOf(text: string | null, httpStatus: number): Looks {
  if (isRedirect(httpStatus)) return "redirect";
  if (text === null) return "too_large";
  if (text.trim() === "") return "empty";
  return text.trimStart().startsWith("<") ? "html" : "text";
}

function isRedirect(httpStatus: number): boolean {
  return httpStatus >= 300 && httpStatus < 400;
}
