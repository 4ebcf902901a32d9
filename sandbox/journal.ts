export type JournalEntry = {
  seq: number;
  atMs: number;
  /** `in`: somebody called the sandbox. `out`: the sandbox called somebody. */
  direction: "in" | "out";
  /** Who spoke: an API endpoint such as `redeem_voucher`, or a callback kind. */
  operation: string;
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  /** Zero when there was no answer at all. */
  status: number;
  answerBody: string;
  durationMs: number;
  /** Why an exchange is unusual: the fault that was played, the network error, the retry number. */
  note: string;
};

export type JournalFilter = {
  direction?: "in" | "out" | undefined;
  operation?: string | undefined;
  contains?: string | undefined;
  afterSeq?: number | undefined;
  limit?: number | undefined;
};

const CAPACITY = 5_000;
const BODY_CHARACTERS_MAX = 8_192;

/** The last exchanges in both directions, in a ring: memory stays flat however long a load test runs. */
export class Journal {
  #ring: JournalEntry[] = [];
  #seq = 0;

  record(entry: Omit<JournalEntry, "seq">): JournalEntry {
    this.#seq += 1;
    const stored: JournalEntry = {
      ...entry,
      seq: this.#seq,
      requestBody: entry.requestBody.slice(0, BODY_CHARACTERS_MAX),
      answerBody: entry.answerBody.slice(0, BODY_CHARACTERS_MAX),
    };
    this.#ring[(this.#seq - 1) % CAPACITY] = stored;
    return stored;
  }

  /** Oldest first; at most `limit` of the newest matches. */
  list(filter: JournalFilter = {}): JournalEntry[] {
    const start = Math.max(0, this.#seq - CAPACITY);
    const matches: JournalEntry[] = [];
    const limit = filter.limit ?? 200;
    for (let seq = this.#seq; seq > start && matches.length < limit; seq -= 1) {
      const entry = this.#ring[(seq - 1) % CAPACITY];
      if (entry && matchesFilter(entry, filter)) matches.push(entry);
    }
    return matches.reverse();
  }

  reset(): void {
    this.#ring = [];
    this.#seq = 0;
  }
}

function matchesFilter(entry: JournalEntry, filter: JournalFilter): boolean {
  if (filter.direction && entry.direction !== filter.direction) return false;
  if (filter.operation && entry.operation !== filter.operation) return false;
  if (filter.afterSeq !== undefined && entry.seq <= filter.afterSeq) return false;
  if (!filter.contains) return true;
  return [entry.url, entry.requestBody, entry.answerBody].some((text) =>
    text.includes(filter.contains ?? ""),
  );
}
