import type { Ctx } from "@/lib/context";
import { db, type Db } from "@/lib/db";
import type { StatementImport } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { readAccountBalance } from "@/lib/ledger/read-balance";
import { pairBooks, type ReportPeriod } from "./pair-books";
import {
  DIFFERENCES,
  LINE_KINDS,
  StatementPreview,
  type Difference,
  type KindSums,
  type LineKind,
  type ReportRow,
  type StatementReport,
} from "./statement-schemas";

const ROWS_MAX = 50;
const TIMEOUT_MS = 120_000;

interface PairSums {
  readonly place: "listed" | "in_flight" | "before" | "after" | "elsewhere";
  readonly kind: LineKind;
  readonly count: number;
  readonly listed: bigint;
  readonly bookedIn: bigint;
  readonly bookedOut: bigint;
}

/**
 * The closing report of a statement whose lines are stored: what the provider's books and ours say for one
 * shortcode and period, with every difference named. Reads one snapshot and writes nothing. With `alone`, null
 * while another one of the merchant that was asked for so is being made, by whichever process.
 */
export async function buildReport(
  ctx: Ctx,
  input: { statementId: string; alone: true },
): Promise<StatementReport | null>;
export async function buildReport(
  ctx: Ctx,
  input: { statementId: string },
): Promise<StatementReport>;
export async function buildReport(
  ctx: Ctx,
  input: { statementId: string; alone?: boolean },
): Promise<StatementReport | null> {
  const statement = await ctx.db.statementImport.findUniqueOrThrow({
    where: { id: input.statementId, merchantId: ctx.merchantId },
    include: { account: { select: { shortcode: true } } },
  });
  const preview = StatementPreview.parse(statement.preview);
  const period: ReportPeriod = {
    merchantId: ctx.merchantId,
    statementId: statement.id,
    accountId: statement.accountId,
    shortcode: statement.account.shortcode,
    label: preview.account,
    from: statement.fromAt ?? statement.createdAt,
    until: statement.untilAt ?? statement.createdAt,
  };
  return db().$transaction(
    async (tx) => {
      if (input.alone && !(await takeTurn(tx, ctx.merchantId))) return null;
      await pairBooks(tx, period);
      return compare(tx, { statement, preview, period, now: ctx.now() });
    },
    { isolationLevel: "RepeatableRead", timeout: TIMEOUT_MS },
  );
}

/** One at a time of a merchant's, over all processes, until the transaction ends. */
async function takeTurn(tx: Db, merchantId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${`reports of ${merchantId}`}, 0)) AS taken`;
  return rows[0]?.taken ?? false;
}

async function compare(
  tx: Db,
  input: {
    statement: StatementImport;
    preview: StatementPreview;
    period: ReportPeriod;
    now: Date;
  },
): Promise<StatementReport> {
  const { statement, preview, period } = input;
  const { openingCents, closingCents } = statement;
  const sums = await readSums(tx);
  const bookedOf = (place: PairSums["place"]) =>
    sumOf(sums.filter((sum) => sum.place === place).map((sum) => sum.bookedIn + sum.bookedOut));
  const listedCents = sumOf(sums.map((sum) => sum.listed));
  const fileCents = centsOf(preview.net);
  const providerCents =
    openingCents === null || closingCents === null ? fileCents : closingCents - openingCents;
  const inFlightCents = bookedOf("in_flight");
  const booksCents = bookedOf("listed") + inFlightCents;
  const before = await readStatementBefore(tx, statement, period);
  const balanceCents = -(await readAccountBalance(tx, {
    merchantId: period.merchantId,
    kind: "provider",
    owner: `mpesa:${period.shortcode}`,
  }));
  const bookedBeforeCents = balanceCents - booksCents - bookedOf("after") - bookedOf("elsewhere");
  return {
    kind: "report",
    closedAt: input.now.toISOString(),
    opening: decimalOrNull(openingCents),
    closing: decimalOrNull(closingCents),
    isFirst: before === null,
    beforeBooks: decimalOrNull(openingCents === null ? null : openingCents - bookedBeforeCents),
    gapBefore: decimalOrNull(
      openingCents === null || !before || before.closingCents === null
        ? null
        : openingCents - before.closingCents,
    ),
    provider: { net: decimalFromCents(providerCents), kinds: preview.kinds },
    books: { net: decimalFromCents(booksCents), kinds: kindsOf(sums) },
    suspense: await readGroup(tx, "suspense"),
    inFlight: await readGroup(tx, "in_flight"),
    differences: [
      ...(await readDifferences(tx)),
      ...namedSum("rows_missing", fileCents - providerCents),
      ...namedSum("other", listedCents - fileCents),
    ],
    difference: decimalFromCents(booksCents - providerCents - inFlightCents),
  };
}

function readSums(tx: Db): Promise<PairSums[]> {
  return tx.$queryRaw<PairSums[]>`
    SELECT place, kind, (count(*) FILTER (WHERE booked_cents <> 0))::int AS count,
           sum(listed_cents)::bigint AS listed,
           coalesce(sum(booked_cents) FILTER (WHERE booked_cents > 0), 0)::bigint AS "bookedIn",
           coalesce(sum(booked_cents) FILTER (WHERE booked_cents < 0), 0)::bigint AS "bookedOut"
      FROM pair GROUP BY place, kind ORDER BY place, kind`;
}

/** What is booked for the period, by kind. */
function kindsOf(sums: readonly PairSums[]): KindSums[] {
  const ours = sums.filter(
    ({ place, bookedIn, bookedOut }) =>
      (place === "listed" || place === "in_flight") && (bookedIn !== 0n || bookedOut !== 0n),
  );
  return LINE_KINDS.filter((kind) => ours.some((sum) => sum.kind === kind)).map((kind) => {
    const own = ours.filter((sum) => sum.kind === kind);
    return {
      kind,
      count: own.reduce((count, sum) => count + sum.count, 0),
      in: decimalFromCents(sumOf(own.map((sum) => sum.bookedIn))),
      out: decimalFromCents(-sumOf(own.map((sum) => sum.bookedOut))),
    };
  });
}

interface PairRow {
  readonly id: string;
  readonly receipt: string | null;
  readonly cents: bigint;
  readonly at: Date;
}

async function readGroup(
  tx: Db,
  which: "suspense" | "in_flight",
): Promise<{ count: number; amount: string; rows: ReportRow[] }> {
  const rows = await tx.$queryRaw<(PairRow & { count: number; total: bigint })[]>`
    SELECT id, receipt, booked_cents AS cents, at, (count(*) OVER ())::int AS count,
           (sum(booked_cents) OVER ())::bigint AS total
      FROM pair
     WHERE booked_cents <> 0
       AND CASE WHEN ${which} = 'suspense' THEN place = 'listed' AND standing = 'suspense'
                ELSE place = 'in_flight' END
     ORDER BY at, id LIMIT ${ROWS_MAX}`;
  return {
    count: rows[0]?.count ?? 0,
    amount: decimalFromCents(rows[0]?.total ?? 0n),
    rows: rows.map(rowOf),
  };
}

/** Lines of the file that are not booked, or not in the amount it lists, by their cause. */
async function readDifferences(tx: Db): Promise<StatementReport["differences"]> {
  const rows = await tx.$queryRaw<
    (PairRow & { cause: string; count: number; total: bigint; place: bigint })[]
  >`
    SELECT * FROM (
      SELECT id, receipt, cents, at, cause, (count(*) OVER own)::int AS count,
             (sum(cents) OVER own)::bigint AS total,
             row_number() OVER (PARTITION BY cause ORDER BY at, id) AS place
        FROM (
          SELECT id, receipt, booked_cents - listed_cents AS cents, at,
                 CASE WHEN standing = 'fresh' THEN 'fresh' ELSE coalesce(cause, 'other') END AS cause
            FROM pair WHERE place = 'listed' AND booked_cents <> listed_cents) AS apart
      WINDOW own AS (PARTITION BY cause)) AS numbered
     WHERE place <= ${ROWS_MAX} ORDER BY cause, place`;
  return DIFFERENCES.flatMap((cause) => {
    const own = rows.filter((row) => causeOf(row.cause) === cause);
    const [first] = own;
    if (!first) return [];
    const { count, total } = first;
    return [{ cause, count, amount: decimalFromCents(total), rows: own.map(rowOf) }];
  });
}

function causeOf(cause: string): Difference {
  return DIFFERENCES.find((known) => known === cause) ?? "other";
}

function namedSum(cause: Difference, cents: bigint): StatementReport["differences"] {
  return cents === 0n ? [] : [{ cause, count: 1, amount: decimalFromCents(cents), rows: [] }];
}

function rowOf({ id, receipt, cents, at }: PairRow): ReportRow {
  return { id, receipt, amount: decimalFromCents(cents), at: at.toISOString() };
}

/** The matched statement of the same account that ended last before this one began. */
async function readStatementBefore(
  tx: Db,
  { id, accountId }: StatementImport,
  { from, label }: ReportPeriod,
): Promise<{ closingCents: bigint | null } | null> {
  const rows = await tx.$queryRaw<{ closingCents: bigint | null }[]>`
    SELECT closing_cents AS "closingCents" FROM statement_imports
     WHERE account_id = ${accountId} AND id <> ${id} AND state = 'matched' AND until_at <= ${from}
       AND preview ->> 'account' IS NOT DISTINCT FROM ${label}::text
     ORDER BY until_at DESC LIMIT 1`;
  return rows[0] ?? null;
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, cents) => sum + cents, 0n);
}

function centsOf(decimal: string): bigint {
  return BigInt(decimal.replace(".", ""));
}

function decimalOrNull(cents: bigint | null): string | null {
  return cents === null ? null : decimalFromCents(cents);
}
