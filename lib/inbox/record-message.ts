import { encrypt } from "@/lib/crypto";
import { pgPool } from "@/lib/db";
import { assert } from "@/lib/kit/assert";
import type { Arrival } from "./message";

export interface Recorded {
  readonly id: string;
  /** False when the same message was here before. */
  readonly isNew: boolean;
}

/** How many statements may be under way at once; arrivals in between share the next one. */
const FLUSHES_MAX = 2;
const BATCH_MAX = 256;

interface Waiting {
  readonly arrival: Arrival;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (error: unknown) => void;
}

let waiting: Waiting[] = [];
let flushesUnderWay = 0;

/**
 * Stores a callback durably and resolves only after its own commit; rejects when it was not stored.
 * Nothing waits on purpose: an arrival is written at once while the database keeps up, and arrivals that
 * come while it is busy share one statement and one commit.
 */
export function recordMessage(arrival: Arrival): Promise<Recorded> {
  return new Promise((resolve, reject) => {
    waiting.push({ arrival, resolve, reject });
    flushSoon();
  });
}

function flushSoon(): void {
  if (flushesUnderWay >= FLUSHES_MAX || waiting.length === 0) return;
  flushesUnderWay += 1;
  // After the current burst of sockets was read, so that what arrived together is written together.
  setImmediate(() => {
    const batch = waiting.slice(0, BATCH_MAX);
    waiting = waiting.slice(BATCH_MAX);
    void flush(batch).finally(() => {
      flushesUnderWay -= 1;
      flushSoon();
    });
  });
}

async function flush(batch: readonly Waiting[]): Promise<void> {
  try {
    const recorded = await insert(batch.map((item) => item.arrival));
    for (const { arrival, resolve } of batch) {
      const row = recorded.get(rowKey(arrival.provider, arrival.dedupeKey));
      assert(row, "every arrival of a stored batch has its row");
      resolve({ id: row.id, isNew: row.id === arrival.id });
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

const INSERT = `
  INSERT INTO messages (id, provider, kind, dedupe_key, body, headers, source, query, received_at,
                        next_attempt_at, repeats, worked_at, outcome, note)
  SELECT id, provider, kind, dedupe_key, body, headers::jsonb, source, query, received_at, received_at, repeats,
         CASE WHEN quarantine IS NOT NULL THEN received_at END,
         CASE WHEN quarantine IS NOT NULL THEN 'quarantined'::"MessageOutcome" END, quarantine
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[],
                $8::text[], $9::timestamptz[], $10::int[], $11::text[])
      AS arrived (id, provider, kind, dedupe_key, body, headers, source, query, received_at, repeats, quarantine)
  ON CONFLICT (provider, dedupe_key) DO UPDATE SET repeats = messages.repeats + excluded.repeats + 1
  RETURNING id, provider, dedupe_key`;

/** One statement for the whole batch; equal messages within it become one row and a count. */
async function insert(arrivals: readonly Arrival[]): Promise<Map<string, { id: string }>> {
  const unique = new Map<string, { arrival: Arrival; repeats: number }>();
  for (const arrival of arrivals) {
    const key = rowKey(arrival.provider, arrival.dedupeKey);
    const known = unique.get(key);
    if (known) known.repeats += 1;
    else unique.set(key, { arrival, repeats: 0 });
  }
  // One order for everybody, so two batches with equal messages cannot wait for each other.
  const rows = [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  const column = <T>(pick: (arrival: Arrival) => T) => rows.map((row) => pick(row.arrival));
  const result = await pgPool().query<{ id: string; provider: string; dedupe_key: string }>({
    name: "record-messages",
    text: INSERT,
    values: [
      column((a) => a.id),
      column((a) => a.provider),
      column((a) => a.kind),
      column((a) => a.dedupeKey),
      column((a) => Buffer.from(encrypt(a.body))),
      column((a) => JSON.stringify(a.headers)),
      column((a) => a.source),
      column((a) => a.query),
      column((a) => a.receivedAt),
      rows.map((row) => row.repeats),
      column((a) => a.quarantine),
    ],
  });
  return new Map(result.rows.map((row) => [rowKey(row.provider, row.dedupe_key), { id: row.id }]));
}

function rowKey(provider: string, dedupeKey: string): string {
  return `${provider}:${dedupeKey}`;
}
