import { readRules } from "@/lib/payments/withdrawals/withdrawal-rules";
import { DAY_MS } from "@/lib/kit/time";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { clock } from "../simulation/recover";
import { expectNone } from "./broken";
import { mayDeny } from "./fates";
import type { Round } from "./round";
import { readAccounts, type Account } from "./truth";

const OPEN = new Set(["requested", "awaiting_approval", "sending", "submitted"]);

/** What must be true at every moment, whatever is under way. Returns both books. */
export async function checkSoFar(round: Round): Promise<Account[]> {
  await round.orders.read(round.control);
  const accounts = await readAccounts(round);
  const thoseWith = (breaks: (account: Account) => boolean) =>
    accounts.filter(breaks).map(({ row }) => row.id);
  expectNone(
    "a withdrawal is paid out once at most",
    thoseWith(({ payouts }) => payouts > 1),
  );
  expectNone(
    "one order goes out for a withdrawal, and none after an answer that left it open",
    round.orders.repeated(),
  );
  expectNone(
    "a provider pays what was asked for, or nothing",
    thoseWith(({ row, paidOutCents }) => paidOutCents > 0n && paidOutCents !== row.amountCents),
  );
  expectNone(
    "a withdrawal that is paid in our books was paid by its provider, to the cent",
    thoseWith(({ row, paidOutCents }) => row.state === "paid" && paidOutCents !== row.amountCents),
  );
  expectNone(
    "money is given back only when nothing was paid out, or the provider said so",
    thoseWith(
      ({ row, plan, paidOutCents }) =>
        row.state === "failed" && paidOutCents > 0n && !mayDeny(plan.fate),
    ),
  );
  expectNone(
    "an open withdrawal has a due time",
    thoseWith(({ row }) => OPEN.has(row.state) && row.nextCheckAt === null),
  );
  expectWordsKept(round, accounts);
  await expectLimitsKept(round, accounts);
  const results = await runInvariantChecks({ now: clock });
  for (const { name, holds, detail } of results)
    if (!holds) expectNone(`an invariant holds (${name})`, detail.split(", "));
  return accounts;
}

/** Who was told that a withdrawal is taken back or turned down was told the truth. */
function expectWordsKept(round: Round, accounts: readonly Account[]): void {
  const byId = new Map(accounts.map((account) => [account.row.id, account]));
  const isKept = ({ withdrawalId, told }: Round["words"][number]) => {
    const account = byId.get(withdrawalId);
    const orders = round.orders.of(withdrawalId);
    return account?.row.state === "failed" && account.row.reason === told && orders.length === 0;
  };
  expectNone(
    "what was cancelled or rejected was never ordered",
    round.words.filter((word) => !isKept(word)).map(({ withdrawalId }) => withdrawalId),
  );
}

async function expectLimitsKept(round: Round, accounts: readonly Account[]): Promise<void> {
  const rulesOf = new Map(
    await Promise.all(
      round.customers.map(async ({ user, ctx }) => [user.id, await readRules(ctx)] as const),
    ),
  );
  const unapproved = accounts.filter(({ row }) => {
    const rules = rulesOf.get(row.customerId);
    if (!rules || row.sentAt === null) return false;
    const byStaff = row.requestedById !== row.customerId;
    if (row.decidedById !== null && row.decidedById !== row.requestedById) return false;
    // A row of smaller ones counts like a large one.
    const undecided = takenOf(accounts, row)
      .filter(({ decidedById }) => decidedById === null)
      .reduce((sum, { amountCents }) => sum + amountCents, 0n);
    const isLarge = undecided > (rules.approvalAboveCents ?? undecided);
    return byStaff || isLarge || row.decidedById !== null;
  });
  expectNone(
    "what needs a second person was approved by one before it was sent",
    unapproved.map(({ row }) => row.id),
  );
  const over = accounts.filter(isTaken).filter(({ row }) => {
    const rules = rulesOf.get(row.customerId);
    if (!rules) return false;
    const taken = takenOf(accounts, row).reduce((sum, { amountCents }) => sum + amountCents, 0n);
    return taken > rules.dayCents || row.amountCents > rules.perPaymentCents;
  });
  expectNone(
    "nobody takes out more than the limits allow",
    over.map(({ row }) => row.id),
  );
  const attempts = new Map<string, string[]>();
  for (const { row, plan } of accounts.filter(isTaken)) {
    attempts.set(String(plan.number), [...(attempts.get(String(plan.number)) ?? []), row.id]);
  }
  expectNone(
    "one form is one withdrawal, however often it is sent",
    [...attempts.values()].filter((ids) => ids.length > 1).flat(),
  );
}

/** What was given back left room for others, also where it turned out to be paid. */
function isTaken({ row }: Account): boolean {
  return row.state !== "failed" && row.reason !== "contradiction";
}

/** What its customer took out in the 24 hours up to a withdrawal, itself included. */
function takenOf(accounts: readonly Account[], { customerId, createdAt }: Account["row"]) {
  const since = createdAt.getTime() - DAY_MS;
  return accounts
    .filter(isTaken)
    .map(({ row }) => row)
    .filter((other) => other.customerId === customerId && other.createdAt <= createdAt)
    .filter((other) => other.createdAt.getTime() > since && other.state !== "awaiting_approval");
}
