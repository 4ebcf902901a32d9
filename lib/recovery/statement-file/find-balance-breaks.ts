import { type StatementLine } from "./statement";

/**
 * The rows whose balance is not the balance before plus their amount, read in the order of time. What
 * was not completed may or may not have moved the balance; across a row that was not read nothing is said.
 */
export function findBalanceBreaks(input: {
  lines: readonly StatementLine[];
  unreadableRows: readonly number[];
  openingCents: bigint | null;
  closingCents: bigint | null;
}): number[] {
  const forwards = breaksInOrder(input, false);
  const backwards = breaksInOrder(input, true);
  const drift = timeDrift(input.lines);
  if (drift !== 0) return drift > 0 ? forwards : backwards;
  // All in one second: the order that explains more of it is the one they are in.
  return forwards.length <= backwards.length ? forwards : backwards;
}

function breaksInOrder(
  { lines, unreadableRows, openingCents, closingCents }: Parameters<typeof findBalanceBreaks>[0],
  isNewestFirst: boolean,
): number[] {
  const gaps = new Set(unreadableRows);
  const events = [
    ...lines.map((line) => ({ row: line.row, line })),
    ...[...gaps].map((row) => ({ row, line: null })),
  ];
  events.sort((a, b) => (isNewestFirst ? b.row - a.row : a.row - b.row));

  const breaks: number[] = [];
  let before = openingCents;
  for (const { row, line } of events) {
    if (!line) {
      before = null;
      continue;
    }
    const { amountCents, balanceCents } = line;
    const isMoved = line.status === "completed";
    if (balanceCents === null) {
      // Without its balance nobody can say whether an unfinished line counts.
      before = before === null || !isMoved ? null : before + amountCents;
      continue;
    }
    const isExplained =
      before === null ||
      before + amountCents === balanceCents ||
      (!isMoved && before === balanceCents);
    if (!isExplained) breaks.push(row);
    before = balanceCents;
  }
  const last = events.at(-1);
  if (last && closingCents !== null && before !== null && before !== closingCents) {
    if (breaks.at(-1) !== last.row) breaks.push(last.row);
  }
  return breaks.sort((a, b) => a - b);
}

/** Above zero when times grow down the file, below when they shrink. */
function timeDrift(lines: readonly StatementLine[]): number {
  let drift = 0;
  lines.forEach((line, index) => {
    const above = lines[index - 1];
    if (above) drift += Math.sign(line.completedAt.getTime() - above.completedAt.getTime());
  });
  return drift;
}
