import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { ConflictError, ForbiddenError, InvalidInputError } from "@/lib/errors";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { newId } from "@/lib/kit/ids";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { openShortcode } from "@/lib/merchants/open-shortcode";
import { callWithAccess, type NotSent } from "@/lib/provider-gate/call-with-access";
import type { PulledTransaction, PullOutcome } from "@/lib/providers/lists-history";
import { providers } from "@/lib/providers/registry";
import { matchTransaction } from "../transactions/match-transaction";
import { recordTransaction } from "../transactions/record-transaction";
import { findCollectingAccount } from "./find-account";
import type { PullOutcomeWord } from "./outcomes";
import { earliestOf, HISTORY_BACK_MS } from "./window";

const TURN_WAIT_MAX_MS = 10 * SECOND_MS;
/** A clock that is a little ahead of ours asks for nothing absurd. */
const AHEAD_MAX_MS = MINUTE_MS;
const AT_ONCE = 4;
/** More than a shop is paid in two days. */
const PAGES_MAX = 5_000;

export interface PulledWindow {
  readonly runId: string;
  readonly outcome: PullOutcomeWord;
  /** Rows that were read, and how many of them no road had brought before. */
  readonly rows: number;
  readonly newRows: number;
  readonly unreadable: number;
}

interface Window {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Reads M-Pesa's own list of the payments to one shortcode between two moments, page by page, and matches
 * every row: what we never heard of pays its deposit, or goes to suspense. The run is a row before and
 * after. Only a window that was read to its end makes the history known further; whatever ends it sooner,
 * a crash included, leaves the next run to read it all again, which changes nothing that is known.
 *
 * Throws `ForbiddenError` for customers, `NotFoundError` for an account that is not the merchant's,
 * `ConflictError` when its list is not open to us, and `InvalidInputError` for a window that cannot be had.
 */
export async function pullWindow(
  ctx: Ctx,
  input: Window & {
    accountId: string;
    /** `schedule`, or who asked. */
    askedBy: string;
  },
): Promise<PulledWindow> {
  if (ctx.actor.kind !== "staff" && ctx.actor.kind !== "system") throw new ForbiddenError();
  const account = await findCollectingAccount(ctx, input.accountId);
  if (account.pullSince === null) throw new ConflictError("history_not_registered");
  refuseOutOfReach(ctx, input);
  const { from, to, askedBy } = input;
  const runId = newId("pullRun", ctx.now().getTime());
  await ctx.db.pullRun.create({
    data: {
      ...{ id: runId, merchantId: ctx.merchantId, accountId: account.id, askedBy },
      ...{ fromAt: from, untilAt: to, startedAt: ctx.now() },
    },
    select: { id: true },
  });
  const read = await readPages(ctx, account, { from, to, runId });
  const outcome = await endRun(ctx, account, { from, to, runId }, read);
  const { rows, newRows, unreadable } = read;
  return { runId, outcome, rows, newRows, unreadable };
}

function refuseOutOfReach(ctx: Ctx, { from, to }: Window): void {
  const now = ctx.now();
  if (from < addMs(now, -HISTORY_BACK_MS)) throw new InvalidInputError({ from: "too_far_back" });
  if (from >= to) throw new InvalidInputError({ to: "not_after" });
  if (to > addMs(now, AHEAD_MAX_MS)) throw new InvalidInputError({ to: "in_future" });
}

type Run = Window & { readonly runId: string };

interface Read {
  readonly end: "end" | Exclude<PullOutcomeWord, "complete" | "after_gap">;
  readonly rows: number;
  readonly newRows: number;
  readonly unreadable: number;
}

async function readPages(ctx: Ctx, account: ProviderAccount, run: Run): Promise<Read> {
  const seen = new Set<string>();
  const counts = { rows: 0, newRows: 0, unreadable: 0 };
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await askForPage(ctx, account, run, counts.rows + counts.unreadable);
    if (page.kind !== "answered") return { ...counts, end: endOf(page) };
    if (page.isLast) return { ...counts, end: "end" };
    counts.newRows += await keepRows(ctx, account, page.rows);
    counts.rows += page.rows.length;
    counts.unreadable += page.unreadable;
    await ctx.db.pullRun.update({
      where: { id: run.runId },
      data: counts,
      select: { id: true },
    });
    const before = seen.size;
    for (const { receipt } of page.rows) seen.add(receipt);
    // A gateway that gives the same page whatever is asked for would be asked for ever.
    if (page.rows.length > 0 && seen.size === before) break;
  }
  return { ...counts, end: "endless" };
}

function askForPage(
  ctx: Ctx,
  account: ProviderAccount,
  { from, to }: Run,
  offset: number,
): Promise<PullOutcome | NotSent> {
  const provider = providers.history();
  return callWithAccess(
    ctx,
    provider,
    openShortcode(account),
    { operation: "pull", subjectId: account.id, waitMaxMs: TURN_WAIT_MAX_MS },
    (access) => provider.pullTransactions(access, { from, to, offset }),
  );
}

function endOf(page: Exclude<PullOutcome, { kind: "answered" }> | NotSent): Read["end"] {
  if (page.kind === "refused") return "refused";
  return page.kind === "unknown" ? "no_answer" : "not_asked";
}

/** Stores and matches the rows of a page, and says how many were new. */
async function keepRows(
  ctx: Ctx,
  account: ProviderAccount,
  rows: readonly PulledTransaction[],
): Promise<number> {
  let newRows = 0;
  await forEachAtOnce(rows, AT_ONCE, async (row) => {
    const { transactionId, isNew, isFresh } = await recordTransaction(ctx, {
      accountId: account.id,
      kind: "payment_in",
      receipt: row.receipt,
      amountCents: row.amountCents,
      occurredAt: row.paidAt,
      reference: row.reference,
      details: row.description,
      payer: row.payer,
      originalReceipt: null,
      source: "pull",
    });
    if (isNew) newRows += 1;
    if (!isFresh) return;
    try {
      await matchTransaction(ctx, { transactionId });
    } catch (error) {
      // It is stored, so the sweep comes back to it; the others must not wait for that.
      log().error({ err: error, transactionId }, "a line of M-Pesa's list was not matched");
    }
  });
  return newRows;
}

async function endRun(
  ctx: Ctx,
  account: ProviderAccount,
  run: Run,
  read: Read,
): Promise<PullOutcomeWord> {
  return withTransaction(ctx, async (tx) => {
    const outcome = read.end === "end" ? await knowUntil(tx, account.id, run) : read.end;
    await tx.db.pullRun.update({
      where: { id: run.runId },
      data: { outcome, endedAt: tx.now() },
      select: { id: true },
    });
    return outcome;
  });
}

/**
 * The window is known now. It makes the history known further where it begins within what is known, or as
 * far back as M-Pesa goes: what lies between is then out of reach, and a statement has to close the gap.
 */
async function knowUntil(tx: Ctx, accountId: string, run: Run): Promise<"complete" | "after_gap"> {
  const { from, to } = run;
  const isFarBack = isAsFarBackAsPossible(tx, from);
  // A window that somebody chose is no beginning: what came before it is still to be read.
  const begins = isFarBack ? [{ pulledUntil: null }] : [];
  const joined = await tx.db.providerAccount.updateMany({
    where: { id: accountId, OR: [...begins, { pulledUntil: { gte: from, lt: to } }] },
    data: { pulledUntil: to },
  });
  if (joined.count === 1 || !isFarBack) return "complete";
  const { pulledUntil } = await tx.db.providerAccount.findUniqueOrThrow({
    where: { id: accountId },
    select: { pulledUntil: true },
  });
  const { count } = await tx.db.providerAccount.updateMany({
    where: { id: accountId, pulledUntil: { lt: from } },
    data: { pulledUntil: to },
  });
  if (count === 0) return "complete";
  await recordAudit(tx, {
    action: "provider_account.history_gap",
    subjectId: accountId,
    after: { from: pulledUntil?.toISOString() ?? null, until: from.toISOString(), run: run.runId },
  });
  return "after_gap";
}

/** Reading the pages took time: what could be had when it began counts. */
function isAsFarBackAsPossible(ctx: Ctx, from: Date): boolean {
  return from <= earliestOf(ctx.now());
}
