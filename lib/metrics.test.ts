import { afterAll, afterEach, expect, test, vi } from "vitest";
import { closeDb, db } from "@/lib/db";
import { env } from "@/lib/env";
import { makeCtx } from "@/lib/context";
import { createVoucherDeposit } from "@/lib/payments/create-voucher-deposit";
import { createCustomer } from "@/prisma/factories/create-customer";
import { metrics, scrapeMetrics, startMetricsServer } from "./metrics";

const servers: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(closeDb);

async function serve(): Promise<string> {
  const server = await startMetricsServer(0);
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
}

test("only whoever knows the token reads the metrics, and nothing else is served", async () => {
  const url = await serve();
  const ask = (path: string, authorization = `Bearer ${env().metricsToken}`) =>
    fetch(`${url}${path}`, { headers: { authorization } });
  const answer = await ask("/metrics");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("process_cpu_seconds_total");
  expect((await ask("/metrics", "Bearer guess")).status).toBe(401);
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  expect((await ask("/")).status).toBe(404);
});

test("what waits is counted from the database at the moment of asking", async () => {
  const user = await createCustomer();
  const ctx = makeCtx(user.merchantId, { kind: "customer", id: user.id });
  const { depositId } = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "one" });
  await createVoucherDeposit(ctx, { amount: "600", attemptKey: "two" });
  await db().deposit.update({
    where: { id: depositId },
    data: { state: "needs_review", reason: "redeem_unconfirmed" },
  });
  await db()
    .$queryRaw`SELECT 1 AS ok FROM graphile_worker.add_job('dead', '{}'::json, max_attempts := 1)`;
  await db().$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = max_attempts`;
  await db().invariantCheck.create({
    data: { name: "two and two", holds: false, detail: "five", checkedAt: new Date() },
  });
  const text = await scrapeMetrics();
  expect(text).toMatch(/^malipo_invariants_broken 1$/m);
  expect(text).toMatch(/^malipo_deposits_open 1$/m);
  expect(text).toMatch(/^malipo_deposits_needing_review 1$/m);
  expect(text).toMatch(/^malipo_messages_unworked 0$/m);
  expect(text).toMatch(/^malipo_jobs_dead 1$/m);
  expect(text).toMatch(/^malipo_database_up 1$/m);
});

test("a second copy of the module in the same process counts into the same numbers", async () => {
  vi.resetModules();
  const copy = await import("./metrics");
  expect(copy.metrics).toBe(metrics);
});

test("without the database the rest is still told, and that it is gone", async () => {
  await closeDb();
  vi.resetModules();
  vi.stubEnv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none");
  const { scrapeMetrics: scrape } = await import("./metrics");
  const text = await scrape();
  expect(text).toMatch(/^malipo_database_up 0$/m);
  expect(text).toContain("process_cpu_seconds_total");
  vi.unstubAllEnvs();
  await (await import("./db")).closeDb();
});
