import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "@/lib/log";
import { REMOTE_HEADER } from "./request-headers";

type Door = (request: Request) => Promise<Response>;

/**
 * Lets a door written for `Request` and `Response` answer a plain Node request: the fast way in, before
 * Next. Reads at most `bodyBytesMax` and one byte more, so the door itself can refuse what is too large.
 * A door that throws is answered with 500 and logged.
 */
export async function answerThroughDoor(
  door: Door,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: { bodyBytesMax: number },
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  try {
    const body = await readBody(incoming, options.bodyBytesMax + 1);
    await send(await door(toRequest(incoming, body, gone.signal)), outgoing);
  } catch (error) {
    if (gone.signal.aborted) return;
    log().error({ err: error, path: incoming.url?.split("?")[0] }, "a door broke");
    if (!outgoing.headersSent) outgoing.writeHead(500, { "content-type": "application/json" });
    outgoing.end();
  }
}

/** Notes the other end of the socket where doors and Route Handlers can read it, over anything sent in. */
export function stampRemoteAddress(incoming: IncomingMessage): void {
  incoming.headers[REMOTE_HEADER] = incoming.socket.remoteAddress ?? "";
}

function toRequest(
  incoming: IncomingMessage,
  body: Buffer<ArrayBuffer>,
  signal: AbortSignal,
): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || name.startsWith(":")) continue;
    headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`http://${incoming.headers.host ?? "localhost"}${incoming.url ?? "/"}`, {
    method,
    headers,
    body: hasBody ? body : undefined,
    signal,
  });
}

async function readBody(incoming: IncomingMessage, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks);
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (!response.body) {
    outgoing.end();
    return;
  }
  const streams = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (!streams) {
    outgoing.end(Buffer.from(await response.arrayBuffer()));
    return;
  }
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  outgoing.once("close", () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!outgoing.write(value)) await drained(outgoing);
  }
  outgoing.end();
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      outgoing.off("drain", settle);
      outgoing.off("close", settle);
      resolve();
    };
    outgoing.once("drain", settle);
    outgoing.once("close", settle);
  });
}
