import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { WITHDRAWAL_REVIEW_REASONS } from "@/lib/payments/schemas";
import { expectNone } from "./broken";
import { checkSoFar } from "./check-so-far";
import { letPayoutsGoOn } from "./live";
import { inProcess } from "./processes";
import { UTILITY_CENTS, WALLET_CENTS, type Round } from "./round";
import type { Account } from "./truth";
import { voucherCreatedAddress } from "@/lib/payments/withdrawals/voucher-created-address";
import { freeJobs, jobsLeft, takeJobs, workerTurn } from "./workers";

/** Past a day of waiting for approval and two of look-ups, and a little longer for what was put off in the last one. */
const TURNS_MS = [30 * SECOND_MS, MINUTE_MS, MINUTE_MS, 6 * MINUTE_MS, 15 * MINUTE_MS].concat([
  HOUR_MS,
  ...Array.from({ length: 4 }, () => 13 * HOUR_MS),
  ...Array.from({ length: 2 }, () => 2 * MINUTE_MS),
]);
const REASONS: ReadonlySet<string> = new Set(WITHDRAWAL_REVIEW_REASONS);
/** A person decides about these whatever a look-up says. */
const DECIDED_BY_PEOPLE = new Set(["amount_mismatch", "contradiction", "receipt_reused"]);

/**
 * The end of a round, and what must be true then. First the providers get well and everything that waits gets
 * its time: all has ended, or waits for a person, who sees why. Then the truth about every payout arrives at
 * last, and both books are the same but for what a person was told of.
 */
export async function endRound(round: Round): Promise<Account[]> {
  await settleDown(round);
  const recovered = await checkSoFar(round);
  expectRecovered(recovered);
  expectNone("no job is left over", await jobsLeft());
  await expectMessagesWorked();
  await expectMoneyConserved(round, recovered);

  await tellTheTruth(round, recovered);
  const accounts = await checkSoFar(round);
  expectRecovered(accounts);
  expectNone(
    "what was given back and paid out all the same is known to a person",
    accounts
      .filter(({ row, paidOutCents }) => row.state === "failed" && paidOutCents > 0n)
      .map(({ row }) => row.id),
  );
  await expectMessagesWorked();
  await expectMoneyConserved(round, accounts);
  return recovered;
}

async function settleDown(round: Round): Promise<void> {
  const { control } = round;
  await control.clearFaults();
  await control.clearStatusScripts();
  await control.setMerchantBalance({ balanceCents: WALLET_CENTS });
  await control.setOrganisationFunds({ utilityCents: UTILITY_CENTS });
  round.outside.putUp();
  round.note(null, "the providers are well again");
  for (const ms of TURNS_MS) await turn(round, ms);
}

/** What is due happens, and what it brings about; nobody dies any more. */
async function turn(round: Round, ms: number): Promise<void> {
  await round.pass(ms);
  await letPayoutsGoOn(round);
  await freeJobs();
  await workMessages(round);
  await workerTurn(await takeJobs(), null);
  await round.pass(2 * SECOND_MS);
  await workMessages(round);
}

async function workMessages(round: Round): Promise<void> {
  for (const work of round.takeAfterAnswers()) await inProcess(work, null);
}

function expectRecovered(accounts: readonly Account[]): void {
  const thoseWith = (breaks: (account: Account) => boolean) =>
    accounts.filter(breaks).map(({ row }) => `${row.id} (${row.state}: ${row.reason})`);
  expectNone(
    "every withdrawal has ended or waits for a person",
    thoseWith(({ row }) => !["paid", "failed", "needs_review"].includes(row.state)),
  );
  expectNone(
    "whatever waits for a person says why",
    thoseWith(({ row }) => row.state === "needs_review" && !REASONS.has(row.reason ?? "")),
  );
  expectNone(
    "nothing is left to a person that a look-up can tell",
    thoseWith(
      ({ row, payout, isPending }) =>
        row.state === "needs_review" &&
        row.method === "mpesa" &&
        payout !== null &&
        !isPending &&
        !DECIDED_BY_PEOPLE.has(row.reason ?? ""),
    ),
  );
}

async function expectMessagesWorked(): Promise<void> {
  const left = await db().message.findMany({
    where: { OR: [{ workedAt: null }, { outcome: "stuck" }] },
    select: { id: true, kind: true, addressee: true },
  });
  expectNone(
    "every message was worked",
    left.map(({ id, kind, addressee }) => `${kind} ${id} for ${addressee}`),
  );
}

/** The provider says of every payout it made what is true, as it may have wanted to all along. */
async function tellTheTruth(round: Round, accounts: readonly Account[]): Promise<void> {
  for (const { row, payout, voucher } of accounts) {
    if (row.state === "paid") continue;
    if (payout?.state === "completed") {
      await round.control.sendForgedB2cResult({
        url: payout.resultUrl,
        originatorConversationId: payout.originatorConversationId,
        conversationId: payout.conversationId,
        amountCents: payout.amountCents,
        receipt: payout.receipt ?? undefined,
        msisdn: payout.msisdn,
      });
    }
    if (voucher) {
      await round.control.sendForgedVoucherCreated({
        url: voucherCreatedAddress(row.id),
        uniqueId: voucher.uniqueId ?? undefined,
        transactionId: voucher.transactionId,
        voucherCode: voucher.code,
        amountCents: voucher.amountCents,
        email: voucher.email,
      });
    }
  }
  await turn(round, 2 * MINUTE_MS);
}

/**
 * Every customer's money is somewhere: to use, held, paid out or kept as a fee. And the providers' accounts
 * say just what the providers paid; what they paid beside that is named by withdrawals a person knows of.
 */
async function expectMoneyConserved(round: Round, accounts: readonly Account[]): Promise<void> {
  const balances = await db().$queryRaw<{ kind: string; owner: string; cents: bigint }[]>`
    SELECT a.kind::text AS kind, a.owner, sum(l.amount_cents)::bigint AS cents
      FROM ledger_accounts a JOIN ledger_lines l ON l.account_id = a.id GROUP BY a.kind, a.owner`;
  const sumOf = (kind: string, owner?: string) =>
    balances
      .filter((row) => row.kind === kind && (owner === undefined || row.owner === owner))
      .reduce((sum, { cents }) => sum + cents, 0n);
  const paid = accounts.filter(({ row }) => row.state === "paid");
  const lost = round.customers.filter(({ user, fundedCents }) => {
    const spent = paid
      .filter(({ row }) => row.customerId === user.id)
      .reduce((sum, { row }) => sum + row.amountCents + row.feeCents, 0n);
    const has = sumOf("customer_available", user.id) + sumOf("customer_held", user.id);
    return has + spent !== fundedCents;
  });
  expectNone(
    "a customer's money is to use, held, paid out or a fee",
    lost.map(({ user }) => user.id),
  );
  const fees = paid.reduce((sum, { row }) => sum + row.feeCents, 0n);
  expectNone(
    "the merchants keep the fees of what was paid",
    sumOf("fees") === fees ? [] : [`${sumOf("fees")} for ${fees}`],
  );
  const difference = accounts.filter(({ row }) => row.state !== "paid");
  const named = difference.reduce((sum, { paidOutCents }) => sum + paidOutCents, 0n);
  const theirs = await readTheirBooks(round);
  expectNone(
    "both books agree, to the cent, but for withdrawals that are named",
    sumOf("provider") + named === theirs ? [] : [`${sumOf("provider")} + ${named} for ${theirs}`],
  );
}

/** What left the merchants' accounts at the providers, by the providers' own ledgers. */
async function readTheirBooks({ control }: Round): Promise<bigint> {
  const [mpesa, vouchers] = await Promise.all([
    control.mpesaLedger({ limit: 0 }),
    control.ledger({ limit: 0, merchantId: env().pesavoucher.merchantId }),
  ]);
  const sent = mpesa.organisations.reduce((sum, { paidOutCents }) => sum + paidOutCents, 0n);
  const issued = vouchers.merchants.reduce((sum, { payoutsCents }) => sum + payoutsCents, 0n);
  return sent + issued;
}
