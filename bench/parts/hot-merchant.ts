import { randomBytes } from "node:crypto";
import { encrypt } from "@/lib/crypto";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { newId, newPublicCode } from "@/lib/kit/ids";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { distributionOf, median, shown, withRange } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import { makeCustomers } from "../lib/sign-in";
import type { Program } from "../lib/start-program";
import type { CreditOrder, CreditResult, OwedCredit } from "../programs/credit-worker";

const WORKERS = 2;
const CONCURRENCY_EACH = 8;
const AMOUNT_CENTS = 10_000n;
const RATIO_AIM = 0.9;

interface Round {
  readonly perSecond: number;
  readonly latenciesMs: number[];
}

/**
 * Credits per second to the customers of one merchant, against as many customers of as many merchants.
 * A lock on anything the merchant's customers share would show here. Rounds alternate; the invariants of
 * the books are checked afterwards.
 */
export async function benchHotMerchant(bench: Bench): Promise<Section> {
  const customers = bench.short ? 200 : 1_000;
  const rounds = bench.short ? 2 : 8;
  const hot = await makeCustomers((await createMerchant()).id, customers);
  const spread: User[] = [];
  for (let i = 0; i < customers; i += 1) {
    spread.push(...(await makeCustomers((await createMerchant()).id, 1)));
  }
  const workers = Array.from({ length: WORKERS }, () => bench.startOwn("credit-worker.ts"));
  const play = async (people: readonly User[]) => creditAll(workers, await owe(people));

  for (const people of [hot, spread]) await play(people);
  const results: { hot: Round[]; spread: Round[] } = { hot: [], spread: [] };
  for (let i = 0; i < rounds; i += 1) {
    // Each goes first in turn: whatever gets better or worse with time falls on both alike.
    if (i % 2 === 1) results.spread.push(await play(spread));
    results.hot.push(await play(hot));
    if (i % 2 === 0) results.spread.push(await play(spread));
  }
  for (const worker of workers) await worker.stop();
  await proveBooks([...hot, ...spread], AMOUNT_CENTS * BigInt(rounds + 1));
  return describe(results, customers);
}

/** Opens one redeemed and uncredited deposit for each of them. */
async function owe(people: readonly User[]): Promise<OwedCredit[]> {
  const now = new Date();
  const owed = people.map((person) => ({
    person,
    depositId: newId("deposit"),
    redemptionId: newId("redemption"),
  }));
  await db().deposit.createMany({
    data: owed.map(({ person, depositId }) => ({
      id: depositId,
      merchantId: person.merchantId,
      customerId: person.id,
      method: "pesavoucher" as const,
      origin: "checkout" as const,
      state: "redeeming" as const,
      askedCents: AMOUNT_CENTS,
      attemptKey: depositId,
      publicCode: newPublicCode(),
      createdAt: now,
      submittedAt: now,
      deadlineAt: addMs(now, DAY_MS),
    })),
  });
  await db().voucherRedemption.createMany({
    data: owed.map(({ person, depositId, redemptionId }) => ({
      id: redemptionId,
      merchantId: person.merchantId,
      depositId,
      codeHash: randomBytes(32).toString("hex"),
      codeCipher: encrypt(randomBytes(16)),
      codeMasked: "MLP-****0000",
      state: "redeeming" as const,
      source: "callback" as const,
      createdAt: now,
      redeemSentAt: now,
    })),
  });
  return owed.map(({ person, ...ids }) => ({ merchantId: person.merchantId, ...ids }));
}

async function creditAll(workers: readonly Program[], owed: readonly OwedCredit[]): Promise<Round> {
  const startedAt = performance.now();
  const results = (await Promise.all(
    workers.map((worker, i) => {
      const share = owed.filter((_, position) => position % workers.length === i);
      const order: CreditOrder = {
        owed: share,
        amountCents: AMOUNT_CENTS,
        concurrency: CONCURRENCY_EACH,
      };
      return worker.ask(order);
    }),
  )) as CreditResult[];
  const seconds = (performance.now() - startedAt) / 1_000;
  const settled = results.reduce((sum, result) => sum + result.settled, 0);
  if (settled !== owed.length) throw new Error(`${settled} of ${owed.length} credits were made`);
  return {
    perSecond: settled / seconds,
    latenciesMs: results.flatMap((result) => result.latenciesMs),
  };
}

/** Every customer has exactly what was credited, and every invariant of the books holds. */
async function proveBooks(people: readonly User[], eachCents: bigint): Promise<void> {
  const right = await db().ledgerAccount.count({
    where: {
      owner: { in: people.map((person) => person.id) },
      kind: "customer_available",
      balanceCents: eachCents,
    },
  });
  if (right !== people.length) throw new Error(`${people.length - right} balances are wrong`);
  const broken = (await runInvariantChecks({ now: () => new Date() })).filter(
    (result) => !result.holds,
  );
  if (broken.length > 0) throw new Error(`broken: ${JSON.stringify(broken)}`);
}

function describe(results: { hot: Round[]; spread: Round[] }, customers: number): Section {
  const ratios = results.hot.map(
    (round, i) => round.perSecond / (results.spread[i]?.perSecond ?? Number.NaN),
  );
  const row = (name: string, rounds: readonly Round[]) => {
    const latency = distributionOf(rounds.flatMap((round) => round.latenciesMs));
    const speeds = withRange(rounds.map((round) => round.perSecond));
    return [name, speeds, shown(latency.p50), shown(latency.p99)];
  };
  return {
    title: "One hot merchant",
    text: [
      `\`settleDeposit\` for ${shown(customers)} customers, ${WORKERS} processes with ${CONCURRENCY_EACH} credits under ` +
        "way in each, rounds in turns after a warm-up of one round each.",
      table(
        ["", "credits/s, median (range)", "p50 ms", "p99 ms"],
        [row("one merchant", results.hot), row(`${shown(customers)} merchants`, results.spread)],
      ),
      `Ratio: ${withRange(ratios)}. Checked afterwards: every balance to the cent, and all invariants of the books.`,
      "No credit waits for another one's row. The foreign key of a ledger line takes a shared lock on the merchant's " +
        "provider account, which two credits may hold at once; Postgres keeps a list of the holders for each.",
    ].join("\n\n"),
    aims: [
      {
        what: "credits per second, one merchant ÷ many merchants",
        aim: `≥ ${shown(RATIO_AIM)}`,
        got: withRange(ratios),
        met: median(ratios) >= RATIO_AIM,
      },
    ],
  };
}
