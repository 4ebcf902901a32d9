import { z } from "zod";

const Amount = z.string().regex(/^-?\d+\.\d\d$/);
export const LINE_KINDS = [
  ...(["payment_in", "payout", "reversal"] as const),
  ...(["charge", "transfer", "other"] as const),
] as const;
const LineKind = z.enum(LINE_KINDS);
export type LineKind = z.infer<typeof LineKind>;

/** What will become of a line, as far as one can tell before anything is booked. */
export const FORECASTS = [
  /** The line was matched before. */
  "before",
  /** Its receipt is one of ours. */
  "by_receipt",
  /** It names a deposit of ours that is not paid, or that waits for its receipt. */
  "by_reference",
  /** A charge or a transfer: booked as what it is. */
  "booked",
  /** Money that came in for nobody we know: it goes to suspense. */
  "suspense",
  /** Money that went out and no payment of ours ordered: a person looks. */
  "person",
] as const;
export type Forecast = (typeof FORECASTS)[number];

const KindSums = z.object({ kind: LineKind, count: z.number(), in: Amount, out: Amount });
export type KindSums = z.infer<typeof KindSums>;

const SampleLine = z.object({
  row: z.number(),
  receipt: z.string(),
  at: z.string(),
  details: z.string(),
  amount: Amount,
});
export type SampleLine = z.infer<typeof SampleLine>;

/** What a file says, before anything of it is booked. */
export const StatementPreview = z.object({
  organisation: z.string().nullable(),
  /** Which of the organisation's accounts, as the file words it. */
  account: z.string().nullable(),
  /** Completed lines, each counted once. */
  lines: z.number(),
  net: Amount,
  kinds: z.array(KindSums),
  forecast: z.array(z.object({ what: z.enum(FORECASTS), count: z.number(), amount: Amount })),
  /** Lines that stand in the file more than once. */
  doubled: z.number(),
  /** What M-Pesa never completed: shown, never booked. */
  notCompleted: z.object({ count: z.number(), lines: z.array(SampleLine) }),
  unreadable: z.object({
    count: z.number(),
    rows: z.array(z.object({ row: z.number(), problem: z.string() })),
  }),
  balanceBreaks: z.object({ count: z.number(), rows: z.array(z.number()) }),
});
export type StatementPreview = z.infer<typeof StatementPreview>;

/** How far the import has come; `at` also says that somebody is at it. */
export const StatementProgress = z.object({
  kind: z.literal("progress"),
  done: z.number(),
  at: z.string(),
  askedBy: z.string(),
});
export type StatementProgress = z.infer<typeof StatementProgress>;

/** Why the books and the provider's lines are apart. */
export const DIFFERENCES = [
  /** Lines that no payment of ours explains, by their cause. */
  "no_reference",
  "unknown_reference",
  "paid_twice",
  "deposit_reversed",
  "amount_differs",
  "payout_unknown",
  "reversal_unknown",
  "kind_unknown",
  /** Stored and not matched yet. */
  "fresh",
  /** The file's balances moved by more, or by less, than its lines. */
  "rows_missing",
  "other",
] as const;
export type Difference = (typeof DIFFERENCES)[number];

const ReportRow = z.object({
  /** The line of the provider's books, or the payment of ours. */
  id: z.string(),
  receipt: z.string().nullable(),
  amount: Amount,
  at: z.string(),
});
export type ReportRow = z.infer<typeof ReportRow>;

/** Both books of one shortcode and period side by side, to the cent. */
export const StatementReport = z.object({
  kind: z.literal("report"),
  closedAt: z.string(),
  opening: Amount.nullable(),
  closing: Amount.nullable(),
  /** No statement of the same account was matched before it. */
  isFirst: z.boolean(),
  /** What the provider had when the period began and our books do not know of; null without a balance. */
  beforeBooks: Amount.nullable(),
  /** By how much the balance changed since the statement before ended: lines between the two are missing. */
  gapBefore: Amount.nullable(),
  provider: z.object({ net: Amount, kinds: z.array(KindSums) }),
  books: z.object({ net: Amount, kinds: z.array(KindSums) }),
  suspense: z.object({ count: z.number(), amount: Amount, rows: z.array(ReportRow) }),
  inFlight: z.object({ count: z.number(), amount: Amount, rows: z.array(ReportRow) }),
  /** Each with what it makes the books larger (or smaller) than the provider's lines. */
  differences: z.array(
    z.object({
      cause: z.enum(DIFFERENCES),
      count: z.number(),
      amount: Amount,
      rows: z.array(ReportRow),
    }),
  ),
  /** Books less provider less in flight: zero when they agree to the cent. */
  difference: Amount,
});
export type StatementReport = z.infer<typeof StatementReport>;

const Outcome = z.union([StatementProgress, StatementReport]).nullable();

/** What a statement's `report` column holds: how far it has come, then what came of it. */
export function readOutcome(json: unknown): StatementProgress | StatementReport | null {
  return Outcome.parse(json);
}
