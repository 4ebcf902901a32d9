import { createHash } from "node:crypto";
import { Prisma } from "@/lib/db";

/** What stands before the first link of the chain. */
export const CHAIN_START = "0".repeat(64);

/** An audit row as the chain covers it: every column as text, the time in milliseconds. */
export type ChainedRow = readonly [
  seq: string,
  merchantId: string,
  actorKind: string,
  actorId: string,
  action: string,
  subjectId: string,
  before: string | null,
  after: string | null,
  requestId: string,
  createdMs: string,
];

/** The SQL of a `ChainedRow`, out of `audit_log AS a`: one list of texts. */
export const CHAINED_ROW = Prisma.sql`
  ARRAY[a.seq::text, a.merchant_id, a.actor_kind, a.actor_id, a.action, a.subject_id, a.before::text,
        a.after::text, a.request_id, (extract(epoch FROM a.created_at) * 1000)::bigint::text]`;

/**
 * The hash of one link: SHA-256 of the hash before it, followed by the row as a JSON list. The checker
 * scripts/verify-books.sql has a rule of its own for it, on purpose; docs/money.md says what goes in.
 */
export function linkHash(previousHash: string, row: ChainedRow): string {
  return createHash("sha256").update(previousHash).update(JSON.stringify(row)).digest("hex");
}
