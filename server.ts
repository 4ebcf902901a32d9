import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import compression from "compression";
import next from "next";
import { closeDb } from "@/lib/db";
import { env } from "@/lib/env";
import { CALLBACK_BYTES_MAX } from "@/lib/http/callback-door";
import { findCallbackDoor } from "@/lib/http/callback-doors";
import { eventsDoor } from "@/lib/http/events-door";
import { replaceBrokenPage } from "@/lib/http/failure-page";
import { answerThroughDoor, stampRemoteAddress } from "@/lib/http/node-door";
import { staticFiles } from "@/lib/http/static-files";
import { SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { saveAccountOfShop } from "@/lib/merchants/save-account-of-settings";
import { startMetricsServer } from "@/lib/metrics";
import { closeLiveHub } from "@/lib/realtime/live-hub";

/** Requests that are being answered get this long when the process is told to stop. */
const STOP_PATIENCE_MS = 10 * SECOND_MS;

type Door = (request: Request) => Promise<Response>;

/**
 * The production server: provider callbacks and live events go straight to their doors, everything else
 * to Next. The doors are the same functions that the Route Handlers export.
 */
async function main(): Promise<void> {
  const { port } = env();
  const app = next({ dev: false, hostname: "127.0.0.1", port });
  await app.prepare();
  await saveAccountOfShop();
  const handlePage = app.getRequestHandler();
  const serveStatic = staticFiles(path.resolve(env().distDir, "static"));
  const pack = compression();

  const server = createServer({ keepAliveTimeout: 65 * SECOND_MS }, (incoming, outgoing) => {
    stampRemoteAddress(incoming);
    const door = fastDoor(incoming);
    if (door) {
      void answerThroughDoor(door, incoming, outgoing, { bodyBytesMax: CALLBACK_BYTES_MAX });
    } else if (!serveStatic(incoming, outgoing)) {
      pack(incoming, outgoing, () => {
        replaceBrokenPage(outgoing);
        void handlePage(incoming, outgoing).catch((error: unknown) => fail(outgoing, error));
      });
    }
  });
  server.listen(port, "127.0.0.1", () => log().info({ port }, "app is listening"));
  const metrics = await startMetricsServer(env().metricsPort);

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    server.close();
    server.closeIdleConnections();
    await closeLiveHub();
    setTimeout(() => server.closeAllConnections(), STOP_PATIENCE_MS).unref();
    await metrics.close();
    await app.close();
    await closeDb();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
}

function fastDoor(incoming: IncomingMessage): Door | undefined {
  const path = (incoming.url ?? "/").split("?", 1)[0] ?? "/";
  if (incoming.method === "GET") return path === "/api/events" ? eventsDoor : undefined;
  if (incoming.method !== "POST") return undefined;
  return findCallbackDoor(path);
}

function fail(outgoing: ServerResponse, error: unknown): void {
  log().error({ err: error }, "a request broke outside every door");
  if (!outgoing.headersSent) outgoing.writeHead(500);
  outgoing.end();
}

await main();
