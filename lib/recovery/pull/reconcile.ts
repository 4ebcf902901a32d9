/**
 * `npm run reconcile -- --from 2026-11-21T06:00 --to 2026-11-21T18:00 [--shortcode 174379]`: reads M-Pesa's
 * list of what customers paid between two minutes of East Africa Time, as the button of the dashboard does.
 */
import { parseArgs } from "node:util";
import { makeCtx } from "@/lib/context";
import { closeDb } from "@/lib/db";
import { env } from "@/lib/env";
import { AppError, InvalidInputError } from "@/lib/errors";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { findMerchant } from "@/lib/merchants/find-merchant";
import { askHistory } from "./ask-history";
import { listCollectingAccounts } from "./find-account";

const USAGE =
  "Usage: npm run reconcile -- --from 2026-11-21T06:00 --to 2026-11-21T18:00 [--shortcode 174379]";

/** The sentences of the dashboard. */
const WORDS = CATALOGUES.en;

/** Prints what was found, and says whether the list was read to its end. */
async function reconcile(words: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      from: { type: "string" },
      to: { type: "string" },
      shortcode: { type: "string" },
    },
  });
  const { from, to, shortcode } = values;
  if (from === undefined || to === undefined) throw new Error(USAGE);
  const merchant = await findMerchant(env().merchantSlug);
  if (!merchant) throw new Error(`There is no merchant ${env().merchantSlug}.`);
  const ctx = makeCtx(merchant.id, { kind: "system", id: "reconcile" });
  const accounts = await listCollectingAccounts(ctx);
  const account = accounts.find((one) =>
    shortcode === undefined ? one.isDefault : one.shortcode === shortcode,
  );
  if (!account) throw new Error(`No shortcode ${shortcode ?? ""} collects here.`);
  const pulled = await askHistory(ctx, { accountId: account.id, from, to });
  const { outcome, rows, newRows, unreadable } = pulled;
  process.stdout.write(
    `${account.shortcode}: ${rows} payments, ${newRows} of them new, ${unreadable} unreadable. ` +
      `${WORDS.dashboardHistory.outcomes[outcome]}\n`,
  );
  return outcome === "complete" || outcome === "after_gap";
}

/** What went wrong, in the dashboard's sentence for it where it has one. */
function sentenceFor(error: unknown): string {
  if (error instanceof InvalidInputError) {
    const problems = Object.entries(error.fields);
    return problems.map(([field, problem]) => `--${field}: ${wordOf(field, problem)}`).join("\n");
  }
  if (error instanceof AppError && error.code === "history_not_registered") {
    return WORDS.errors.history_not_registered;
  }
  return error instanceof Error ? error.message : String(error);
}

function wordOf(field: string, problem: string): string {
  const words: Readonly<Record<string, string>> =
    field === "from" ? WORDS.problems.from : WORDS.problems.to;
  return words[problem] ?? problem;
}

try {
  if (!(await reconcile(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${sentenceFor(error)}\n`);
  process.exitCode = 1;
} finally {
  await closeDb();
}
