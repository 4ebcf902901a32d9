import { fillLists } from "../lib/fill-lists";
import { distributionOf, shown } from "../lib/numbers";
import type { Bench } from "../lib/open-bench";
import { table, type Section } from "../lib/report";
import type { ListOrder, ListResult } from "../programs/list-reader";

const RATIO_AIM = 1.5;

/**
 * What staff and customers list, filter and search, on a merchant with 10,000 payments and on one with
 * 1,000,000: with the right indexes the second takes no longer than the first.
 */
export async function benchLists(bench: Bench): Promise<Section> {
  const sizes = bench.short ? [1_000, 20_000] : [10_000, 1_000_000];
  const rounds = bench.short ? 50 : 300;
  const results: ListResult[] = [];
  for (const size of sizes) {
    const databaseUrl = await bench.freshDatabase();
    const owner = await fillLists(databaseUrl, size);
    const reader = bench.startOwn("list-reader.ts", { DATABASE_URL: databaseUrl });
    const order: ListOrder = { ...owner, rounds };
    results.push((await reader.ask(order)) as ListResult);
    await reader.stop();
  }
  const [small, large] = results;
  if (!small || !large) throw new Error("two sizes are compared");
  const rows = Object.keys(small).map((name) => {
    const [few, many] = [distributionOf(small[name] ?? []), distributionOf(large[name] ?? [])];
    return { name, few, many, ratio: many.p95 / few.p95 };
  });
  const worst = rows.reduce((most, row) => (row.ratio > most.ratio ? row : most));
  const [few = 0, many = 0] = sizes;
  return {
    title: "Lists, filters and searches",
    text: [
      `One merchant with ${shown(few)} deposits, as many lines of M-Pesa’s books, a tenth as many withdrawals and 100 ` +
        `customers, and one with ${shown(many)}. Each is asked ${rounds} times, each time for another page, customer or ` +
        "receipt, by one process with the verbs behind the pages. Milliseconds:",
      table(
        ["", `${shown(few)}: p50`, "p95", `${shown(many)}: p50`, "p95", "ratio of p95"],
        rows.map(({ name, few: a, many: b, ratio }) => [
          name,
          ...[a.p50, a.p95, b.p50, b.p95, ratio].map(shown),
        ]),
      ),
    ].join("\n\n"),
    aims: [
      {
        what: `lists at ${shown(many)} payments ÷ at ${shown(few)}, p95, the worst (${worst.name})`,
        aim: `≤ ${RATIO_AIM}`,
        got: shown(worst.ratio),
        met: worst.ratio <= RATIO_AIM,
      },
    ],
  };
}
