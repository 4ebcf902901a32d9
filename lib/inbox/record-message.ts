import { encrypt } from "@/lib/crypto";
import { pgPool } from "@/lib/db";
import { assert } from "@/lib/kit/assert";
import { takeFirstLook, type FirstLook } from "./first-look";
import type { Arrival } from "./message";

export interface Recorded {
  readonly id: string;
  /** True when the message is new and about something of ours: somebody has to work it. */
  readonly needsWork: boolean;
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
 * Stores a callback durably and resolves only after its own commit; rejects when it was not stored. What
 * nobody has to work (doubtful, unreadable, about no payment of ours) is closed in the same statement.
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
      resolve({ id: row.id, needsWork: row.id === arrival.id && row.open });
    }
  } catch (error) {
    // One arrival that no column takes must not keep the others of its batch from being stored.
    if (batch.length > 1 && isDataError(error)) {
      await Promise.all(batch.map((item) => flush([item])));
      return;
    }
    for (const { reject } of batch) reject(error);
  }
}

/** True for Postgres' class 22: what was to be stored is at fault, not the database. */
function isDataError(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && code.startsWith("22");
}

// OFFSET 0 keeps the planner from working out the outcome once for each place where it is used.
const INSERT = `
  INSERT INTO messages (id, provider, kind, dedupe_key, body, headers, source, query, received_at,
                        next_attempt_at, repeats, addressee, secret_hash, worked_at, outcome, note)
  SELECT a.id, a.provider, a.kind, a.dedupe_key, a.body, a.headers::jsonb, a.source, a.query, a.received_at,
         a.received_at, a.repeats, a.addressee, a.secret_hash,
         CASE WHEN closed.outcome IS NOT NULL THEN a.received_at END,
         closed.outcome::"MessageOutcome",
         CASE WHEN closed.outcome IS NULL THEN NULL
              WHEN closed.is_stranger THEN 'no account of ours has the secret in its address'
              ELSE a.note END
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[],
                $8::text[], $9::timestamptz[], $10::int[], $11::text[], $12::text[], $13::text[], $14::text[],
                $15::text[], $16::text[], $17::text[], $18::text[], $19::text[])
           AS a (id, provider, kind, dedupe_key, body, headers, source, query, received_at, repeats, outcome,
                 note, session_hash, code_hash, addressee, secret_hash, checkout_id, payout_ref, conversation_id)
   CROSS JOIN LATERAL (
           SELECT a.secret_hash IS NOT NULL AND NOT EXISTS (
                    SELECT FROM callback_secrets s
                     WHERE s.hash = a.secret_hash
                       AND (s.retired_at IS NULL OR s.retired_at > a.received_at
                            -- What M-Pesa was given once and for ever, and only there.
                            OR EXISTS (SELECT FROM provider_accounts p
                                        WHERE p.id = s.account_id AND a.kind = 'c2b_confirmation'
                                          AND p.c2b_since IS NOT NULL
                                          AND p.c2b_secret_version = s.version))) OFFSET 0) AS door (is_stranger)
   CROSS JOIN LATERAL (
           SELECT door.is_stranger,
                  CASE
                    WHEN a.outcome = 'quarantined' OR door.is_stranger THEN 'quarantined'
                    WHEN a.outcome IS NOT NULL THEN a.outcome
                    WHEN a.addressee IS NOT NULL AND NOT EXISTS (
                           SELECT FROM stk_pushes p WHERE p.deposit_id = a.addressee) AND NOT EXISTS (
                           SELECT FROM withdrawals w WHERE w.id = a.addressee) AND NOT EXISTS (
                           SELECT FROM refunds f WHERE f.id = a.addressee) AND NOT EXISTS (
                           SELECT FROM receipt_queries q WHERE q.id = a.addressee) THEN 'unmatched'
                    WHEN a.checkout_id IS NOT NULL AND NOT EXISTS (
                           SELECT FROM stk_pushes p WHERE p.checkout_request_id = a.checkout_id) THEN 'unmatched'
                    WHEN coalesce(a.payout_ref, a.conversation_id) IS NOT NULL AND NOT EXISTS (
                           SELECT FROM withdrawals w WHERE w.provider_ref = a.payout_ref) AND NOT EXISTS (
                           SELECT FROM withdrawals w WHERE w.conversation_id = a.conversation_id) AND NOT EXISTS (
                           SELECT FROM refunds f WHERE f.originator_conversation_id = a.payout_ref) AND NOT EXISTS (
                           SELECT FROM refunds f WHERE f.conversation_id = a.conversation_id) THEN 'unmatched'
                    WHEN a.session_hash IS NOT NULL AND NOT EXISTS (
                           SELECT FROM deposits d WHERE d.session_token_hash = a.session_hash) THEN 'unmatched'
                    WHEN a.code_hash IS NOT NULL AND NOT EXISTS (
                           SELECT FROM voucher_redemptions r WHERE r.code_hash = a.code_hash) THEN 'unmatched'
                  END OFFSET 0) AS closed (is_stranger, outcome)
  ON CONFLICT (provider, dedupe_key) DO UPDATE SET repeats = messages.repeats + excluded.repeats + 1
  RETURNING id, provider, dedupe_key, worked_at IS NULL AS open`;

interface StoredRow {
  id: string;
  provider: string;
  dedupe_key: string;
  /** Nobody has worked it. */
  open: boolean;
}

/** One statement for the whole batch; equal messages within it become one row and a count. */
async function insert(arrivals: readonly Arrival[]): Promise<Map<string, StoredRow>> {
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
  const looks = rows.map((row) => takeFirstLook(row.arrival));
  const seen = (pick: (look: FirstLook) => string | null) => looks.map(pick);
  const result = await pgPool().query<StoredRow>({
    name: "record-messages",
    text: INSERT,
    values: [
      column((a) => a.id),
      column((a) => a.provider),
      column((a) => a.kind),
      column((a) => a.dedupeKey),
      column((a) => encrypt(a.body)),
      column((a) => JSON.stringify(a.headers)),
      column((a) => a.source),
      column((a) => a.query),
      column((a) => a.receivedAt.toISOString()),
      rows.map((row) => row.repeats),
      seen((look) => look.outcome),
      seen((look) => look.note),
      seen((look) => look.sessionHash),
      seen((look) => look.codeHash),
      column((a) => a.addressee),
      column((a) => a.secretHash),
      seen((look) => look.checkoutRequestId),
      seen((look) => look.payoutRef),
      seen((look) => look.conversationId),
    ],
  });
  return new Map(result.rows.map((row) => [rowKey(row.provider, row.dedupe_key), row]));
}

function rowKey(provider: string, dedupeKey: string): string {
  return `${provider}:${dedupeKey}`;
}
