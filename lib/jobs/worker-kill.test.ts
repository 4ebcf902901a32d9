import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { makeArrival } from "@/lib/inbox/message";
import { recordMessage } from "@/lib/inbox/record-message";
import { addMs, HOUR_MS } from "@/lib/kit/time";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { sweepClaims } from "@/lib/recovery/sweep-claims";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants, readBothBooks } from "@/test/simulation/compare-books";

const WORKER = ["--import", "tsx", "lib/jobs/worker.ts"];
const BOUND = { timeoutMs: 30_000 };
/** How long the provider sits on every redemption while workers are killed. */
const REDEEM_MS = 1_500;

let shop: Shop;
let running: ChildProcess | undefined;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => {
  running?.kill("SIGKILL");
  await shop.close();
});

/** A real worker process of its own, on this test's database and provider. */
function startWorkerProcess(): ChildProcess {
  running = spawn(process.execPath, WORKER, {
    env: { ...process.env, WORKER_METRICS_PORT: "0" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return running;
}

async function kill(worker: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  const exited = once(worker, "exit");
  worker.kill(signal);
  await exited;
  running = undefined;
}

function redeemsUnderWay(): Promise<number> {
  return db().providerCall.count({ where: { operation: "redeem", outcome: null } });
}

/** As if hours had passed since the worker died: leases are over, and what waited for its time is due. */
async function letTimePass(): Promise<void> {
  const past = addMs(new Date(), -HOUR_MS);
  await db().message.updateMany({
    where: { leaseUntil: { not: null } },
    data: { leaseUntil: past, nextAttemptAt: past },
  });
  await db().voucherRedemption.updateMany({
    where: { leaseUntil: { not: null } },
    data: { leaseUntil: past },
  });
  await db().$executeRaw`
    UPDATE graphile_worker._private_jobs SET run_at = ${past}, locked_at = locked_at - interval '1 hour'`;
}

/** Three vouchers told by stored callbacks nobody has worked, three brought by browsers. */
async function sixVouchers() {
  const bought = [];
  for (let index = 0; index < 6; index += 1) {
    const { user, ctx } = await shop.customer();
    const { depositId, sessionId } = await shop.purchase(ctx);
    const { voucher } = await shop.sandbox.control.createVoucher({
      amountCents: 50_000n,
      sessionId,
    });
    if (index % 2 === 0) await acceptVoucherReturn(ctx, { sessionId, voucher: voucher.code });
    else await storeUnworked(sessionId, voucher.code);
    bought.push({ user, depositId });
  }
  return bought;
}

async function storeUnworked(sessionId: string, code: string): Promise<void> {
  const body = { success: true, session_id: sessionId, voucher_code: code };
  await recordMessage(
    makeArrival({
      provider: "pesavoucher",
      kind: "purchase",
      body: Buffer.from(JSON.stringify(body)),
      headers: new Headers({ "x-callback-source": "Pesavoucher" }),
      source: "127.0.0.1",
      query: "",
      receivedAt: new Date(),
      quarantine: null,
    }),
  );
}

test("a worker killed twice in the middle of its work leaves nothing that a third does not finish", async () => {
  const bought = await sixVouchers();
  await shop.sandbox.control.addFault({
    endpoint: "redeem_voucher",
    effect: { kind: "latency", ms: REDEEM_MS },
  });
  for (let life = 0; life < 2; life += 1) {
    const abandoned = await redeemsUnderWay();
    const worker = startWorkerProcess();
    await eventually(async () => expect(await redeemsUnderWay()).toBeGreaterThan(abandoned), BOUND);
    await kill(worker, "SIGKILL");
    await letTimePass();
  }
  await shop.sandbox.control.clearFaults();

  const last = startWorkerProcess();
  await eventually(async () => {
    const where = { id: { in: bought.map((it) => it.depositId) }, state: "paid" as const };
    expect(await db().deposit.count({ where })).toBe(bought.length);
  }, BOUND);
  await kill(last, "SIGTERM");

  const { vouchers } = await readBothBooks(
    shop,
    bought.map((it) => it.user),
  );
  expect(vouchers.map((row) => row.credited)).toEqual(Array(6).fill(true));
  await expectInvariants();
}, 90_000);

test("a claim whose job died locked gets a new one, and one that has a job is left alone", async () => {
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  const { user, ctx } = await shop.customer();
  const { sessionId } = await shop.purchase(ctx);
  const { voucher } = await shop.sandbox.control.createVoucher({ amountCents: 50_000n, sessionId });
  await acceptVoucherReturn(ctx, { sessionId, voucher: voucher.code });
  const now = () => new Date();
  expect(await sweepClaims({ now, limit: 10 })).toBe(0);

  const jobs = await db().$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'a dead worker'`;
  expect(jobs).toBe(1);
  expect(await sweepClaims({ now, limit: 10 })).toBe(0);
  await db().$executeRaw`
    UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '3 minutes'`;
  expect(await sweepClaims({ now, limit: 10 })).toBe(1);
  expect(await sweepClaims({ now, limit: 10 })).toBe(0);
  await shop.runJobs();
  expect(await shop.availableCents(user)).toBe(50_000n);
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  expect(await sweepClaims({ now, limit: 10 })).toBe(0);
});
