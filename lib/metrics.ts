import { timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { sha256Hex } from "./crypto";
import { pgPool } from "./db";
import { env } from "./env";
import { log } from "./log";

type Metrics = ReturnType<typeof createMetrics>;

declare global {
  var malipoMetrics: Metrics | undefined;
}

/**
 * What this process counts. Next's bundle and the server's own modules load this file once each; the
 * numbers are kept on `globalThis` so that one scrape shows both. Only numbers: money is in Postgres.
 */
export const metrics: Metrics = (globalThis.malipoMetrics ??= createMetrics());

function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `malipo_${name}`, help, registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `malipo_${name}`, help, labelNames, registers });
  return {
    registry,
    httpSeconds: new Histogram({
      name: "malipo_http_seconds",
      help: "Time to answer a request",
      labelNames: ["route", "status"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    callbacksReceived: counter("callbacks_received_total", "Callbacks stored, repeats included", [
      "provider",
      "kind",
    ]),
    callbacksRefused: counter("callbacks_refused_total", "Callbacks not stored or not trusted", [
      "provider",
      "reason",
    ]),
    depositsSettled: counter("deposits_settled_total", "Deposits credited by this process", [
      "method",
      "road",
    ]),
    withdrawalsEnded: counter(
      "withdrawals_ended_total",
      "Withdrawals paid or given back by this process",
      ["method", "result"],
    ),
    refundsEnded: counter(
      "refunds_ended_total",
      "Refunds given back to the payer or put back by this process",
      ["method", "result"],
    ),
    providerCallSeconds: new Histogram({
      name: "malipo_provider_call_seconds",
      help: "Time a provider took to answer a call, by how the call ended",
      labelNames: ["provider", "operation", "outcome"],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    breakersShut: counter(
      "provider_breaker_shut_total",
      "Times calls to a provider were paused because it kept failing",
      ["gate"],
    ),
    sseConnections: gauge("sse_connections", "Open live-update streams"),
    depositsOpen: gauge("deposits_open", "Deposits that are neither paid nor failed"),
    depositsNeedingReview: gauge("deposits_needing_review", "Deposits that wait for a person"),
    messagesUnworked: gauge("messages_unworked", "Callbacks stored and not worked yet"),
    jobsDead: gauge("jobs_dead", "Jobs that used up their attempts"),
    invariantsBroken: gauge(
      "invariants_broken",
      "Promises of the books that the last check found broken",
    ),
    balancesDrifted: gauge(
      "balances_drifted",
      "Comparisons of the last week in which a provider's balance moved by what nobody booked",
    ),
    databaseUp: gauge("database_up", "1 when Postgres answered this scrape"),
  };
}

interface BacklogRow {
  deposits_open: string;
  deposits_needing_review: string;
  messages_unworked: string;
  invariants_broken: string;
  balances_drifted: string;
  has_jobs: boolean;
}

/** Everything in the text form Prometheus reads. Without Postgres the rest is still told. */
export async function scrapeMetrics(): Promise<string> {
  try {
    await measureBacklog();
    metrics.databaseUp.set(1);
  } catch (error) {
    log().warn({ err: error }, "metrics without the database");
    metrics.databaseUp.set(0);
  }
  return metrics.registry.metrics();
}

async function measureBacklog(): Promise<void> {
  const { rows } = await pgPool().query<BacklogRow>(`
    SELECT count(*) FILTER (WHERE state <> 'needs_review') AS deposits_open,
           count(*) FILTER (WHERE state = 'needs_review') AS deposits_needing_review,
           (SELECT count(*) FROM messages WHERE worked_at IS NULL) AS messages_unworked,
           (SELECT count(*) FROM invariant_checks WHERE NOT holds) AS invariants_broken,
           (SELECT count(*) FROM balance_comparisons
             WHERE drift_cents <> 0 AND compared_at > now() - interval '7 days') AS balances_drifted,
           to_regclass('graphile_worker.jobs') IS NOT NULL AS has_jobs
      FROM deposits WHERE state NOT IN ('paid', 'failed')`);
  metrics.depositsOpen.set(Number(rows[0]?.deposits_open));
  metrics.depositsNeedingReview.set(Number(rows[0]?.deposits_needing_review));
  metrics.messagesUnworked.set(Number(rows[0]?.messages_unworked));
  metrics.invariantsBroken.set(Number(rows[0]?.invariants_broken));
  metrics.balancesDrifted.set(Number(rows[0]?.balances_drifted));
  if (!rows[0]?.has_jobs) return;
  const dead = await pgPool().query<{ count: string }>(
    "SELECT count(*) FROM graphile_worker.jobs WHERE attempts >= max_attempts",
  );
  metrics.jobsDead.set(Number(dead.rows[0]?.count));
}

/**
 * Serves `/metrics` on this machine only, behind `METRICS_TOKEN` when that is set. Resolves once it
 * listens; `port: 0` takes a free one.
 */
export async function startMetricsServer(
  port: number,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") return void response.writeHead(404).end();
    if (!mayRead(request.headers.authorization)) {
      return void response.writeHead(401, { "www-authenticate": "Bearer" }).end();
    }
    scrapeMetrics().then(
      (text) => response.writeHead(200, { "content-type": metrics.registry.contentType }).end(text),
      (error: unknown) => {
        log().error({ err: error }, "metrics could not be told");
        response.writeHead(500).end();
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address ? address.port : 0;
}

/** Compares hashes, so that the time it takes says nothing about the token. */
function mayRead(authorization: string | undefined): boolean {
  const token = env().metricsToken;
  if (token === null) return true;
  const [expected, given] = [`Bearer ${token}`, authorization ?? ""].map((text) =>
    Buffer.from(sha256Hex(text)),
  );
  return expected !== undefined && given !== undefined && timingSafeEqual(expected, given);
}
