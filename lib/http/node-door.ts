import type { IncomingMessage, ServerResponse } from "node:http";
import { log } from "@/lib/log";
import { REMOTE_HEADER } from "./request-headers";

type Door = (request: Request) => Promise<Response>;

/** Doors read the path and the query of an address, never the host: anyone can write any name there. */
const BASE = "http://localhost";

/**
 * Lets a door written for `Request` and `Response` answer a plain Node request: the fast way in, before
 * Next. Reads at most `bodyBytesMax` and one byte more, so the door itself can refuse what is too large.
 * The answer is text, or an event stream that is cancelled when the other end goes away. A door that throws is answered with 500
 * and logged.
 */
export async function answerThroughDoor(
  door: Door,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: { bodyBytesMax: number },
): Promise<void> {
  try {
    const body = hasBody(incoming) ? await readBody(incoming, options.bodyBytesMax + 1) : undefined;
    const request = toRequest(incoming, body);
    await send(await door(request), outgoing);
  } catch (error) {
    if (outgoing.destroyed) return;
    log().error({ err: error, path: incoming.url?.split("?")[0] }, "a door broke");
    if (!outgoing.headersSent) outgoing.writeHead(500, { "content-type": "application/json" });
    outgoing.end();
  }
}

/** Notes the other end of the socket where doors and Route Handlers can read it, over anything sent in. */
export function stampRemoteAddress(incoming: IncomingMessage): void {
  incoming.headers[REMOTE_HEADER] = incoming.socket.remoteAddress ?? "";
}

function hasBody(incoming: IncomingMessage): boolean {
  return incoming.method !== "GET" && incoming.method !== "HEAD";
}

function toRequest(incoming: IncomingMessage, body: Buffer<ArrayBuffer> | undefined): Request {
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || name.startsWith(":")) continue;
    headers.push([name, Array.isArray(value) ? value.join(", ") : value]);
  }
  return new Request(BASE + (incoming.url ?? "/"), { method: incoming.method, headers, body });
}

/** The body up to `bytesMax`; the rest of a longer one is left on the connection, which is then closed. */
function readBody(incoming: IncomingMessage, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < bytesMax) return;
      incoming.off("data", take).pause();
      resolve(Buffer.concat(chunks, bytesMax));
    };
    incoming.on("data", take);
    incoming.once("end", () => resolve(Buffer.concat(chunks)));
    incoming.once("error", reject);
  });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  // Unread bytes on the connection would be taken for the next request.
  if (!outgoing.req.complete) outgoing.shouldKeepAlive = false;
  const headers = Object.fromEntries(response.headers);
  if (response.body && headers["content-type"]?.startsWith("text/event-stream")) {
    outgoing.writeHead(response.status, headers);
    // Not waited for: a stream is open for minutes and should hold nothing but itself.
    void pour(response.body.getReader(), outgoing);
    return;
  }
  // Head and body of a known length leave together, in one packet.
  const text = await response.text();
  headers["content-length"] = String(Buffer.byteLength(text));
  outgoing.writeHead(response.status, headers).end(text);
}

/** Passes a stream on as it comes, no faster than it is read at the other end. */
async function pour(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: ServerResponse,
): Promise<void> {
  const stop = () => void reader.cancel().catch(() => undefined);
  if (outgoing.destroyed) return stop();
  outgoing.once("close", stop);
  reader.closed.catch(() => outgoing.destroy());
  outgoing.flushHeaders();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (!outgoing.write(value)) await drained(outgoing);
    }
  } catch (error) {
    log().warn({ err: error }, "a stream was cut");
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
