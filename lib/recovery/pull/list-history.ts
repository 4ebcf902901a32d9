import type { Ctx } from "@/lib/context";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { maskPhone } from "@/lib/kit/phone";
import { registeredAddressOf, type RegisteredAddress } from "@/lib/merchants/registered-address";
import { listCollectingAccounts } from "./find-account";
import { PULL_OUTCOMES, type PullOutcomeWord } from "./outcomes";

const RUNS_MAX = 10;

/** One window of M-Pesa's list that was asked for. */
export interface HistoryRun {
  readonly id: string;
  readonly from: Date;
  readonly until: Date;
  readonly startedAt: Date;
  /** Who asked; null for the clock. */
  readonly askedBy: string | null;
  /** `running` while it runs, or for ever when its process died. */
  readonly outcome: PullOutcomeWord | "running";
  readonly rows: number;
  readonly newRows: number;
  readonly unreadable: number;
}

/** What M-Pesa tells us by itself about one shortcode, and on asking. */
export interface HistoryAccount {
  readonly id: string;
  /** The PayBill, or the till that customers see. */
  readonly number: string;
  readonly kind: "paybill" | "till";
  readonly version: string;
  readonly confirmedSince: Date | null;
  readonly lastConfirmation: Date | null;
  /** How the address that M-Pesa has stands with the account's secret. */
  readonly address: RegisteredAddress;
  readonly listedSince: Date | null;
  readonly knownUntil: Date | null;
  /** `0722 *** 000`; null when none is known. */
  readonly nominatedNumber: string | null;
  /** What nobody can read any more, because it was out of reach when it could be asked for again. */
  readonly gap: { readonly from: Date; readonly until: Date } | null;
  readonly runs: readonly HistoryRun[];
}

/** The merchant's shortcodes that collect, with what is known of M-Pesa's list of each. For staff. */
export async function listHistory(ctx: Ctx): Promise<HistoryAccount[]> {
  const accounts = await listCollectingAccounts(ctx);
  return Promise.all(accounts.map((account) => readAccount(ctx, account)));
}

async function readAccount(ctx: Ctx, account: ProviderAccount): Promise<HistoryAccount> {
  const [last, runs, gap] = await Promise.all([
    ctx.db.providerTransaction.aggregate({
      where: { accountId: account.id },
      _max: { confirmedAt: true },
    }),
    listRuns(ctx, account.id),
    findGap(ctx, account.id),
  ]);
  const { nominatedNumber } = account;
  return {
    id: account.id,
    number: account.tillNumber ?? account.shortcode,
    kind: account.kind,
    version: account.c2bVersion,
    confirmedSince: account.c2bSince,
    address: registeredAddressOf(account),
    lastConfirmation: last._max.confirmedAt,
    listedSince: account.pullSince,
    knownUntil: account.pulledUntil,
    nominatedNumber: nominatedNumber === null ? null : maskPhone(nominatedNumber),
    gap,
    runs,
  };
}

async function listRuns(ctx: Ctx, accountId: string): Promise<HistoryRun[]> {
  const runs = await ctx.db.pullRun.findMany({
    where: { merchantId: ctx.merchantId, accountId },
    orderBy: { startedAt: "desc" },
    take: RUNS_MAX,
  });
  const people = await ctx.db.user.findMany({
    where: { merchantId: ctx.merchantId, id: { in: runs.map(({ askedBy }) => askedBy) } },
    select: { id: true, name: true },
  });
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return runs.map(({ id, fromAt, untilAt, startedAt, askedBy, outcome, ...counts }) => ({
    id,
    from: fromAt,
    until: untilAt,
    startedAt,
    askedBy: names.get(askedBy) ?? null,
    outcome: PULL_OUTCOMES.find((word) => word === outcome) ?? "running",
    rows: counts.rows,
    newRows: counts.newRows,
    unreadable: counts.unreadable,
  }));
}

/** The latest run after which something stayed unknown, and what that is. */
async function findGap(ctx: Ctx, accountId: string): Promise<HistoryAccount["gap"]> {
  const after = await ctx.db.pullRun.findFirst({
    where: { merchantId: ctx.merchantId, accountId, outcome: "after_gap" },
    orderBy: { startedAt: "desc" },
    select: { fromAt: true, startedAt: true },
  });
  if (!after) return null;
  const before = await ctx.db.pullRun.aggregate({
    where: {
      ...{ merchantId: ctx.merchantId, accountId, startedAt: { lt: after.startedAt } },
      outcome: { in: ["complete", "after_gap"] },
    },
    _max: { untilAt: true },
  });
  const from = before._max.untilAt;
  return from && from < after.fromAt ? { from, until: after.fromAt } : null;
}
