import type pg from "pg";

export interface BookCheck {
  readonly name: string;
  /** The rows that break it, by their names; empty while it holds. */
  readonly broken: readonly string[];
  readonly note: string;
}

export function verifyBooks(
  client: pg.Client,
  options?: { publicKeys?: readonly string[]; second?: pg.Client },
): AsyncGenerator<BookCheck>;
