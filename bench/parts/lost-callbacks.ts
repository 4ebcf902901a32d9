import { setTimeout as delay } from "node:timers/promises";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { distributionOf, shown } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { makeCustomers } from "../lib/sign-in";
import { waitUntil } from "../lib/wait-until";

const DEPOSITS = 500;
const PER_SECOND = 5;
/** How long people take from the prompt to the PIN: some are quick, some look for their glasses. */
const PIN_AFTER_MS = { least: 4_000, most: 30_000 } as const;
const AMOUNT_CENTS = 10_000n;
const SOON_MS = 60_000;
const WORST_MS = 15 * 60_000;

/**
 * Every callback of M-Pesa is lost: how long after the PIN the money is credited by look-ups alone. One
 * worker, its usual pace and schedule; the sandbox answers a fifth of the look-ups with its hiccup and the
 * ones that come before the PIN with every shape of "still open".
 */
export async function benchLostCallbacks(bench: Bench): Promise<Section> {
  const count = bench.short ? 30 : DEPOSITS;
  const { id: merchantId } = await db().merchant.findUniqueOrThrow({ where: { slug: "demo" } });
  const customers = await makeCustomers(merchantId, count);
  await bench.sandbox.scriptCallbacks({ kind: "stk", script: { drop: true } });
  const worker = bench.startWorker();
  const paidAtMs = new Map<string, number>();
  const roads = customers.map(async (customer, i) => {
    await delay((i / PER_SECOND) * 1_000);
    const phone = phoneOf(i);
    const depositId = await ask(customer, phone);
    await delay(PIN_AFTER_MS.least + Math.random() * (PIN_AFTER_MS.most - PIN_AFTER_MS.least));
    await bench.sandbox.enterPin(phone);
    paidAtMs.set(depositId, Date.now());
  });
  await Promise.all(roads);
  await waitUntil(async () => (await creditedAmong(paidAtMs)).length === count, {
    timeoutMs: WORST_MS + 60_000,
  });
  const waits = (await creditedAmong(paidAtMs)).map(({ waitMs }) => waitMs);
  const { pushes, queries } = await callsMade();
  await worker.stop();
  await bench.sandbox.clearCallbackScripts();
  await proveBooks(bench, [...paidAtMs.keys()]);
  return describe({ waits, pushes, queries });
}

async function ask(customer: User, phone: string): Promise<string> {
  const ctx = makeCtx(customer.merchantId, { kind: "customer", id: customer.id });
  const attemptKey = crypto.randomUUID();
  const { depositId } = await requestMpesaDeposit(ctx, { phone, amount: "100", attemptKey });
  return depositId;
}

/** Numbers whose endings make nothing happen by themselves. */
function phoneOf(i: number): string {
  return `+2547${String(200_000 + Math.floor(i / 60)).padStart(6, "0")}${30 + (i % 60)}`;
}

async function creditedAmong(
  paidAtMs: ReadonlyMap<string, number>,
): Promise<{ id: string; waitMs: number }[]> {
  const rows = await db().deposit.findMany({
    where: { id: { in: [...paidAtMs.keys()] }, state: "paid" },
    select: { id: true, settledAt: true },
  });
  return rows.map(({ id, settledAt }) => ({
    id,
    waitMs: (settledAt?.getTime() ?? Number.NaN) - (paidAtMs.get(id) ?? Number.NaN),
  }));
}

async function callsMade(): Promise<{ pushes: number; queries: number }> {
  const of = (operation: string) =>
    db().providerCall.count({ where: { provider: "mpesa", operation } });
  return { pushes: await of("stk_push"), queries: await of("stk_query") };
}

/** What the simulated M-Pesa took is what we credited, to the cent, and every promise of the books holds. */
async function proveBooks(bench: Bench, ids: string[]): Promise<void> {
  const { shortcodes } = await bench.sandbox.mpesaLedger({ limit: 1 });
  const taken = shortcodes.reduce((sum, { receivedCents }) => sum + receivedCents, 0n);
  const all = await creditedCents({ method: "mpesa" });
  if (taken !== all) throw new Error(`M-Pesa took ${taken} cents, ${all} were credited`);
  const these = await creditedCents({ id: { in: ids } });
  if (these !== AMOUNT_CENTS * BigInt(ids.length)) throw new Error(`${these} cents were credited`);
  const broken = (await runInvariantChecks({ now: () => new Date() })).filter((it) => !it.holds);
  if (broken.length > 0) throw new Error(`broken: ${broken.map(({ name }) => name).join(", ")}`);
}

async function creditedCents(of: { method: "mpesa" } | { id: { in: string[] } }): Promise<bigint> {
  const { _sum } = await db().deposit.aggregate({
    where: { ...of, state: "paid" },
    _sum: { paidCents: true },
  });
  return _sum.paidCents ?? 0n;
}

function describe(found: { waits: readonly number[]; pushes: number; queries: number }): Section {
  const seconds = found.waits.map((ms) => ms / 1_000);
  const wait = distributionOf(seconds);
  const soon = found.waits.filter((ms) => ms <= SOON_MS).length / found.waits.length;
  return {
    title: "Every M-Pesa callback lost",
    text: [
      `${found.waits.length} deposits, ${PER_SECOND} a second, each PIN typed ${PIN_AFTER_MS.least / 1_000} to ` +
        `${PIN_AFTER_MS.most / 1_000} s after the prompt; no callback ever arrives. From the PIN to the credit, in seconds:`,
      table(
        ["deposits", "p50", "p95", "p99", "worst", "within 60 s"],
        [
          [
            String(wait.count),
            shown(wait.p50),
            shown(wait.p95),
            shown(wait.p99),
            shown(wait.max),
            `${shown(soon * 100)} %`,
          ],
        ],
      ),
      `${shown(found.pushes)} prompts and ${shown(found.queries)} look-ups were sent. Checked afterwards: the simulated ` +
        "M-Pesa's books and ours agree to the cent, and all invariants.",
    ].join("\n\n"),
    aims: [
      {
        what: "every callback lost: credited within 60 s of the PIN, %",
        aim: "≥ 95",
        got: shown(soon * 100),
        met: soon >= 0.95,
      },
      {
        what: "every callback lost: worst, minutes",
        aim: "≤ 15",
        got: shown(wait.max / 60),
        met: wait.max * 1_000 <= WORST_MS,
      },
    ],
  };
}
