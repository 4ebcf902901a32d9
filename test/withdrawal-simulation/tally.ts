import type { Account } from "./truth";

/** How many withdrawals ended how. */
export class Tally {
  private readonly counts = new Map<string, number>();
  private readonly refusals = new Map<string, number>();
  /** Asked for; some never came to be. */
  forms = 0;
  withdrawals = 0;
  paidOut = 0;

  add(
    accounts: readonly Account[],
    { forms, refusals }: { forms: number; refusals: ReadonlyMap<string, number> },
  ): void {
    this.forms += forms;
    for (const [why, count] of refusals)
      this.refusals.set(why, (this.refusals.get(why) ?? 0) + count);
    for (const { row, payouts } of accounts) {
      const reason = row.reason === null ? "" : `: ${row.reason}`;
      const key = `${row.method} ${row.state}${reason}`;
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
      this.withdrawals += 1;
      this.paidOut += payouts;
    }
  }

  count(words: string): number {
    return [...this.counts]
      .filter(([key]) => key.includes(words))
      .reduce((sum, [, count]) => sum + count, 0);
  }

  /** For whoever started the run. */
  summary(): string {
    return [
      `${this.forms} asked for, ${this.withdrawals} made, ${this.paidOut} payouts at the providers; they ended so:`,
      ...linesOf(this.counts),
      "forms that were turned down:",
      ...linesOf(this.refusals),
    ].join("\n");
  }
}

function linesOf(counts: ReadonlyMap<string, number>): string[] {
  const rows = [...counts].sort(([a], [b]) => a.localeCompare(b));
  return rows.map(([key, count]) => `  ${String(count).padStart(7)}  ${key}`);
}
