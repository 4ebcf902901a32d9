import { env } from "@/lib/env";
import { decimalFromCents } from "@/lib/kit/money";
import type { Exchange, UnknownCause } from "../exchange";
import { isUnreached } from "../unreached";

const ANSWER_BYTES_MAX = 64 * 1024;

export type Dialled =
  | {
      readonly kind: "answer";
      readonly json: unknown;
      readonly httpStatus: number;
      readonly exchange: Exchange;
    }
  /** There never was a connection. */
  | { readonly kind: "unreached"; readonly exchange: Exchange }
  | { readonly kind: "unknown"; readonly because: UnknownCause; readonly exchange: Exchange };

/**
 * One call to the provider, at most `timeoutMs` long, never repeated here. A body that is JSON is an
 * answer whatever the HTTP code below 500; a time-out, a cut connection, a 5xx and anything that is not
 * JSON are unknown; a connection that was never made is told apart. `shown` is what the case file may keep
 * of the request. Amounts in a body are cents.
 */
export async function dial(input: {
  path: string;
  /** Null for a question that is asked with GET. */
  body: Readonly<Record<string, string | bigint>> | null;
  shown: Readonly<Record<string, string | null>>;
}): Promise<Dialled> {
  const settings = env().pesavoucher;
  const startedAt = performance.now();
  const exchange = (httpStatus: number | null, response: Record<string, unknown> | null) => ({
    operation: input.path,
    request: input.shown,
    response,
    httpStatus,
    durationMs: Math.round(performance.now() - startedAt),
  });
  let status: number | null = null;
  try {
    const response = await fetch(`${settings.baseUrl}/${input.path}`, {
      method: input.body ? "POST" : "GET",
      headers: {
        ...(input.body && { "Content-Type": "application/json" }),
        Accept: "application/json",
        "X-API-Key": settings.apiKey,
        "X-API-Secret": settings.apiSecret,
      },
      body: input.body && wireJson(input.body),
      redirect: "error",
      signal: AbortSignal.timeout(settings.timeoutMs),
    });
    status = response.status;
    const text = await readCapped(response);
    if (status >= 500) {
      return { kind: "unknown", because: "server_error", exchange: exchange(status, null) };
    }
    const json = parseJson(text);
    if (json === undefined) {
      return { kind: "unknown", because: "bad_response", exchange: exchange(status, null) };
    }
    return { kind: "answer", json, httpStatus: status, exchange: exchange(status, null) };
  } catch (error) {
    if (status === null && isUnreached(error)) {
      return { kind: "unreached", exchange: exchange(null, null) };
    }
    const because =
      error instanceof Error && error.name === "TimeoutError" ? "timeout" : "connection";
    return { kind: "unknown", because, exchange: exchange(status, null) };
  }
}

/** JSON whose amounts keep both decimals: `500.00`, which `JSON.stringify` would shorten to `500`. */
function wireJson(body: Readonly<Record<string, string | bigint>>): string {
  const fields = Object.entries(body).map(([name, value]) => {
    const text = typeof value === "bigint" ? decimalFromCents(value) : JSON.stringify(value);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${fields.join(",")}}`;
}

async function readCapped(response: Response): Promise<string> {
  if (!response.body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error("the answer is larger than any answer should be");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
