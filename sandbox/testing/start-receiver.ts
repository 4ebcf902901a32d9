import { createServer, type IncomingHttpHeaders } from "node:http";

export type ReceivedCallback = {
  path: string;
  source: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
};

export type Receiver = {
  url: string;
  received: ReceivedCallback[];
  /** What to answer from now on; a number of milliseconds to wait first, if any. */
  answer: { status: number; afterMs: number; body: string };
  close: () => Promise<void>;
};

/** What a receiver says unless told otherwise. */
export const RECEIVED = '{"received":true}';

/** A shop's callback address: writes down what arrives and answers as told. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedCallback[] = [];
  const answer = { status: 200, afterMs: 0, body: RECEIVED };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const source = request.headers["x-callback-source"];
      received.push({
        path: request.url ?? "",
        headers: request.headers,
        source: Array.isArray(source) ? source.join(",") : source,
        body: Buffer.concat(chunks).toString("utf8"),
      });
      setTimeout(() => {
        response.writeHead(answer.status, { "Content-Type": "application/json" });
        response.end(answer.body);
      }, answer.afterMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The receiver has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
