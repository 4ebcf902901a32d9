/**
 * The baseline: nothing but Node and Postgres. A POST becomes one row of `messages` with one INSERT and
 * its own commit, and is answered after it. No settings, no checks, no encryption. A GET is a stream of
 * server-sent events that nothing is ever sent on.
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import pg from "pg";

const ANSWER = JSON.stringify({ received: true });
const HEADERS = { "content-type": "application/json", "content-length": ANSWER.length };
const INSERT = `
  INSERT INTO messages (id, provider, kind, dedupe_key, body, headers, source, query, received_at,
                        next_attempt_at, repeats, worked_at, outcome, note)
  VALUES ($1, 'pesavoucher', 'purchase', $2, $3, $4, $5, '', $6, $6, 0, NULL, NULL, NULL)
  ON CONFLICT (provider, dedupe_key) DO UPDATE SET repeats = messages.repeats + 1
  RETURNING id`;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

async function store(incoming: IncomingMessage, body: Buffer): Promise<void> {
  const headers = {
    "content-type": incoming.headers["content-type"],
    "user-agent": incoming.headers["user-agent"],
    "x-callback-source": incoming.headers["x-callback-source"],
  };
  await pool.query({
    name: "store",
    text: INSERT,
    values: [
      `msg_${randomUUID().replaceAll("-", "")}`,
      createHash("sha256").update(body).digest("hex"),
      body,
      JSON.stringify(headers),
      incoming.socket.remoteAddress,
      new Date(),
    ],
  });
}

function receive(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    store(incoming, Buffer.concat(chunks)).then(
      () => outgoing.writeHead(200, HEADERS).end(ANSWER),
      () => outgoing.writeHead(503).end(),
    );
  });
}

const server = createServer({ keepAliveTimeout: 65_000 }, (incoming, outgoing) => {
  if (incoming.method === "POST") return receive(incoming, outgoing);
  outgoing.writeHead(200, { "content-type": "text/event-stream" });
  outgoing.write(": listening\n\n");
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("message", () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage());
});
