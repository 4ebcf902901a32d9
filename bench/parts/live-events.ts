import { randomUUID } from "node:crypto";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { createVoucherDeposit, sessionIdOf } from "@/lib/payments/create-voucher-deposit";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { openEventSource } from "../lib/event-source";
import { distributionOf, shown, type Distribution } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { cookieOf, makeCustomers } from "../lib/sign-in";
import type { Program } from "../lib/start-program";
import { waitUntil } from "../lib/wait-until";
import type { LoadOrder, LoadResult } from "../programs/load-generator";
import { loadFor } from "./callbacks";

const CUSTOMERS = 4;
const AMOUNT = "500";
const AMOUNT_CENTS = 50_000n;
const PATIENCE_MS = 30_000;
const AIM_MS = { p50: 50, p99: 300 };

interface Shopper {
  readonly ctx: Ctx;
  readonly user: User;
  /** What to call when the browser hears that a deposit is confirmed. */
  readonly awaited: Map<string, () => void>;
  readonly close: () => void;
  bought: number;
}

/**
 * From the moment a purchase callback is sent to the moment the customer's browser hears that the money
 * is there: store, answer, validate and redeem at the provider, post, commit, notify, push. Real purchases
 * over real HTTP, first alone and then beside the load of the callback bench. The books are checked
 * afterwards.
 */
export async function benchLiveEvents(bench: Bench): Promise<Section> {
  const durationMs = bench.short ? 3_000 : 20_000;
  const app = await bench.startApp();
  const worker = bench.startWorker();
  const { id: merchantId } = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  const users = await makeCustomers(merchantId, CUSTOMERS);
  const shoppers = await Promise.all(users.map((user) => openShopper(user, app.port)));
  const [alone] = shoppers;
  if (!alone) throw new Error("nobody shops");
  const buyOnce = (shopper: Shopper) => buy(bench, shopper, app.url);
  for (let i = 0; i < 20; i += 1) await Promise.all(shoppers.map(buyOnce));

  const idle = await buyFor([alone], buyOnce, durationMs);
  const generators = [1, 2].map(() => bench.startOwn("load-generator.ts"));
  const crowd = await makeCustomers(merchantId, bench.short ? 40 : 400);
  const burst = await fireBurst(bench, generators, crowd, app.port);
  const load = loadFor(generators, app.port, durationMs + 2_000);
  const loaded = await buyFor(shoppers, buyOnce, durationMs);
  const { perSecond } = await load;

  for (const shopper of shoppers) shopper.close();
  await proveBooks([...shoppers, ...crowd.map((user) => ({ user, bought: 1 }))]);
  for (const program of [...generators, worker]) await program.stop();
  await app.stop();
  return describe(distributionOf(idle), distributionOf(loaded), perSecond, burst);
}

interface Burst {
  readonly purchases: number;
  readonly answers: Distribution;
  readonly seconds: number;
}

/** A purchase of everyone, with all callbacks at once; resolves when every one of them is credited. */
async function fireBurst(
  bench: Bench,
  generators: readonly Program[],
  crowd: readonly User[],
  port: number,
): Promise<Burst> {
  const prepared: { depositId: string; body: string }[] = [];
  for (const user of crowd) prepared.push(await preparePurchase(bench, customerCtx(user)));
  const bodies = prepared.map((purchase) => purchase.body);
  const startedAt = performance.now();
  const results = (await Promise.all(
    generators.map((generator, i) => {
      const order: LoadOrder = {
        port,
        path: "/api/pesavoucher/callback",
        connections: 16,
        durationMs: PATIENCE_MS,
        bodies: bodies.filter((_, position) => position % generators.length === i),
      };
      return generator.ask(order);
    }),
  )) as LoadResult[];
  const ids = prepared.map((purchase) => purchase.depositId);
  const allPaid = async () =>
    (await db().deposit.count({ where: { id: { in: ids }, state: "paid" } })) === crowd.length;
  await waitUntil(allPaid, { timeoutMs: 4 * PATIENCE_MS });
  if (results.some((result) => result.refused > 0)) throw new Error("a callback was refused");
  return {
    purchases: crowd.length,
    answers: distributionOf(results.flatMap((result) => [...result.latenciesMs])),
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

async function openShopper(user: User, port: number): Promise<Shopper> {
  const awaited = new Map<string, () => void>();
  const onText = (text: string) => {
    // Events come whole: each is written at once and is far smaller than a packet.
    if (!text.includes("event: deposit_confirmed")) return;
    for (const [depositId, resolve] of awaited) if (text.includes(depositId)) resolve();
  };
  const cookie = await cookieOf(user);
  const { close } = await openEventSource({ port, path: "/api/events", cookie, onText });
  return { ctx: customerCtx(user), user, awaited, close, bought: 0 };
}

function customerCtx(user: User): Ctx {
  return makeCtx(user.merchantId, { kind: "customer", id: user.id });
}

/** An open purchase that the customer has paid for, and the callback that will say so. */
async function preparePurchase(
  bench: Bench,
  ctx: Ctx,
): Promise<{ depositId: string; body: string }> {
  const input = { amount: AMOUNT, attemptKey: randomUUID() };
  const { depositId } = await createVoucherDeposit(ctx, input);
  const sessionId = sessionIdOf(depositId);
  const { voucher } = await bench.sandbox.createVoucher({ amountCents: AMOUNT_CENTS, sessionId });
  const body = JSON.stringify({
    success: true,
    voucher_code: voucher.code,
    session_id: sessionId,
    amount: 500,
    currency: "KES",
  });
  return { depositId, body };
}

/** One purchase; resolves with the milliseconds from callback to event. */
async function buy(bench: Bench, shopper: Shopper, appUrl: string): Promise<number> {
  const { depositId, body } = await preparePurchase(bench, shopper.ctx);
  const heard = new Promise<number>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${depositId} was not confirmed`)), PATIENCE_MS);
    shopper.awaited.set(depositId, () => {
      clearTimeout(late);
      resolve(performance.now());
    });
  });
  const sentAt = performance.now();
  const answer = await fetch(`${appUrl}/api/pesavoucher/callback`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-callback-source": "Pesavoucher" },
    body,
  });
  if (answer.status !== 200) throw new Error(`the callback was answered ${answer.status}`);
  const heardAt = await heard;
  shopper.awaited.delete(depositId);
  shopper.bought += 1;
  return heardAt - sentAt;
}

/** Every shopper buys again and again, one purchase at a time. */
async function buyFor(
  shoppers: readonly Shopper[],
  buyOnce: (shopper: Shopper) => Promise<number>,
  durationMs: number,
): Promise<number[]> {
  const endsAt = performance.now() + durationMs;
  const times: number[] = [];
  await Promise.all(
    shoppers.map(async (shopper) => {
      while (performance.now() < endsAt) times.push(await buyOnce(shopper));
    }),
  );
  return times;
}

async function proveBooks(buyers: readonly Pick<Shopper, "user" | "bought">[]): Promise<void> {
  for (const { user, bought } of buyers) {
    const account = await db().ledgerAccount.findFirstOrThrow({
      where: { owner: user.id, kind: "customer_available" },
    });
    const owedCents = AMOUNT_CENTS * BigInt(bought);
    if (account.balanceCents !== owedCents) throw new Error(`${user.id}: the balance is wrong`);
  }
  const results = await runInvariantChecks({ now: () => new Date() });
  const broken = results.filter((result) => !result.holds);
  if (broken.length > 0) throw new Error(`broken: ${JSON.stringify(broken)}`);
}

function describe(
  idle: Distribution,
  loaded: Distribution,
  loadPerSecond: number,
  burst: Burst,
): Section {
  const row = (name: string, times: Distribution) => [
    name,
    shown(times.count),
    ...[times.p50, times.p99, times.max].map(shown),
  ];
  const aims = (name: string, times: Distribution) =>
    (["p50", "p99"] as const).map((point) => ({
      what: `callback to event, ${name}, ${point}, ms`,
      aim: `≤ ${AIM_MS[point]}`,
      got: shown(times[point]),
      met: times[point] <= AIM_MS[point],
    }));
  return {
    title: "From callback to the browser",
    text: [
      "A purchase callback is sent; the clock stops when the customer's event stream says that the money is there. " +
        "The sandbox answers validate and redeem over HTTP. Under load, two generators send callbacks of strangers as " +
        `fast as they are answered (${shown(loadPerSecond)} a second) while ${CUSTOMERS} customers buy.`,
      table(
        ["", "purchases", "p50 ms", "p99 ms", "max ms"],
        [row("idle", idle), row("under load", loaded)],
      ),
      `${shown(burst.purchases)} callbacks of real purchases at once, over 32 connections: answered in ${shown(burst.answers.p50)} ms ` +
        `(p50) and ${shown(burst.answers.p99)} ms (p99), all redeemed and credited after ${shown(burst.seconds)} s, which is ` +
        `${shown(burst.purchases / burst.seconds)} credits a second from one app process.`,
      "Checked afterwards: every balance to the cent, and all invariants of the books.",
      "Under load the generators, the sandbox, Postgres and the app share the cores, and a purchase waits its turn at each " +
        "of its statements (counted below) and at both calls to the provider. Strangers' callbacks are closed as they are " +
        "stored, so none stands in line before it.",
    ].join("\n\n"),
    aims: [...aims("idle", idle), ...aims("under load", loaded)],
  };
}
