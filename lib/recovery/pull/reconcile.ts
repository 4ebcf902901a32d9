/**
 * `npm run reconcile -- --from 2026-11-21T06:00 --to 2026-11-21T18:00 [--shortcode 174379]`: reads M-Pesa's
 * list of what customers paid between two minutes of East Africa Time, as the button of the dashboard does.
 */
import { parseArgs } from "node:util";
import { makeCtx } from "@/lib/context";
import { closeDb } from "@/lib/db";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { findMerchant } from "@/lib/merchants/find-merchant";
import { askHistory } from "./ask-history";
import { listCollectingAccounts } from "./find-account";

const USAGE =
  "Usage: npm run reconcile -- --from 2026-11-21T06:00 --to 2026-11-21T18:00 [--shortcode 174379]";

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
    `${account.shortcode}: ${outcome}; ${rows} payments, ${newRows} of them new, ${unreadable} unreadable\n`,
  );
  return outcome === "complete" || outcome === "after_gap";
}

try {
  if (!(await reconcile(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  const details = error instanceof AppError ? ` ${JSON.stringify(error.details)}` : "";
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${details}\n`);
  process.exitCode = 1;
} finally {
  await closeDb();
}
