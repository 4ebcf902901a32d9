const ROW_PROBLEMS = [
  "no_receipt",
  "bad_receipt",
  "no_time",
  "bad_time",
  "no_status",
  "no_amount",
  "two_amounts",
  "bad_amount",
  "bad_balance",
  "other_currency",
  "too_few_cells",
  "too_many_cells",
] as const;

/** The key of the sentence for why a row was not read. */
export function rowProblemKey(problem: string): (typeof ROW_PROBLEMS)[number] | "other" {
  return ROW_PROBLEMS.find((known) => known === problem) ?? "other";
}
