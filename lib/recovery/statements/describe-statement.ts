import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import type { Statement, StatementLine } from "../statement-file/statement";
import { forecastLines } from "./forecast-lines";
import { detailsOf, linesToBook } from "./statement-lines";
import {
  FORECASTS,
  LINE_KINDS,
  type KindSums,
  type LineKind,
  type StatementPreview,
} from "./statement-schemas";

/** As many of a long list as people look at. */
const SHOWN_MAX = 50;

/** What a file says and what would become of it. Books nothing. */
export async function describeStatement(
  ctx: Ctx,
  accountId: string,
  statement: Statement,
): Promise<StatementPreview> {
  const { lines, doubled } = linesToBook(statement.lines);
  const forecast = await forecastLines(ctx, accountId, lines);
  const { unreadable, balanceBreaks, organisation, account } = statement;
  const unfinished = statement.lines.filter((line) => line.status !== "completed");
  return {
    organisation,
    account,
    lines: lines.length,
    net: decimalFromCents(sumOf(lines)),
    kinds: sumsByKind(lines),
    forecast: FORECASTS.flatMap((what) => {
      const own = forecast.get(what);
      return own ? [{ what, count: own.count, amount: decimalFromCents(own.cents) }] : [];
    }),
    doubled,
    notCompleted: {
      count: unfinished.length,
      lines: unfinished.slice(0, SHOWN_MAX).map((line) => ({
        row: line.row,
        receipt: line.receipt,
        at: line.completedAt.toISOString(),
        details: detailsOf(line),
        amount: decimalFromCents(line.amountCents),
      })),
    },
    unreadable: { count: unreadable.length, rows: unreadable.slice(0, SHOWN_MAX) },
    balanceBreaks: { count: balanceBreaks.length, rows: balanceBreaks.slice(0, SHOWN_MAX) },
  };
}

/** What came in and went out, by kind; kinds without a line are left out. */
export function sumsByKind(
  lines: readonly { readonly kind: LineKind; readonly amountCents: bigint }[],
): KindSums[] {
  return LINE_KINDS.flatMap((kind) => {
    const own = lines.filter((line) => line.kind === kind);
    if (own.length === 0) return [];
    const into = own.filter((line) => line.amountCents > 0n);
    const out = own.filter((line) => line.amountCents < 0n);
    return [
      {
        kind,
        count: own.length,
        in: decimalFromCents(sumOf(into)),
        out: decimalFromCents(-sumOf(out)),
      },
    ];
  });
}

function sumOf(lines: readonly Pick<StatementLine, "amountCents">[]): bigint {
  return lines.reduce((sum, line) => sum + line.amountCents, 0n);
}
