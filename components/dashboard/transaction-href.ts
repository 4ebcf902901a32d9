import type { TransactionView } from "@/lib/recovery/schemas";

/** What the list of lines is narrowed to. */
export interface ChosenFilters {
  readonly view: TransactionView;
  readonly source: string | undefined;
  readonly shortcode: string | undefined;
  readonly text: string;
}

/** The address of the list with these filters; `before` is the last line of the page before. */
export function transactionsHref(filters: ChosenFilters, before?: string): string {
  const query = new URLSearchParams({ view: filters.view });
  if (filters.source) query.set("source", filters.source);
  if (filters.shortcode) query.set("shortcode", filters.shortcode);
  if (filters.text) query.set("q", filters.text);
  if (before) query.set("before", before);
  return `/dashboard/transactions?${query}`;
}
