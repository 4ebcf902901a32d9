import type pg from "pg";
import { addMs, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { CHAIN_START, CHAINED_ROW, linkHash, type ChainedRow } from "@/lib/recovery/audit-chain";
import { eatDayOf, signedHead } from "@/lib/recovery/audit-head";

const BATCH = 20_000;

/** Seals a whole audit log in the order of its rows, and signs the end of each day that is over. */
export async function sealBooks(client: pg.Client): Promise<void> {
  let hash = CHAIN_START;
  let position = 0n;
  let day: Date | undefined;
  let previous: ReturnType<typeof signedHead> | null = null;
  await client.query("BEGIN");
  await client.query(
    `DECLARE walk NO SCROLL CURSOR FOR
     SELECT array_to_json(${CHAINED_ROW.text}) AS row FROM audit_log a ORDER BY a.seq`,
  );
  for (;;) {
    const { rows } = await client.query<{ row: ChainedRow }>(`FETCH ${BATCH} FROM walk`);
    if (rows.length === 0) break;
    const hashes: string[] = [];
    for (const { row } of rows) {
      const today = eatDayOf(new Date(Number(row[9])));
      if (day && today > day) {
        // A minute after midnight in East Africa, three hours before that of UTC.
        const signedAt = addMs(today, MINUTE_MS - 3 * HOUR_MS);
        previous = signedHead({ day, position, hash, signedAt }, previous);
        await keep(client, previous);
      }
      day = today;
      hash = linkHash(hash, row);
      position += 1n;
      hashes.push(hash);
    }
    await client.query(
      `INSERT INTO audit_seals (position, audit_seq, hash)
       SELECT $1::bigint - cardinality($2::text[]) + place, seq, hash
         FROM unnest($3::bigint[], $2::text[]) WITH ORDINALITY AS link (seq, hash, place)`,
      [String(position), hashes, rows.map(({ row }) => row[0])],
    );
  }
  await client.query("COMMIT");
}

async function keep(client: pg.Client, head: ReturnType<typeof signedHead>): Promise<void> {
  const { day, position, hash, signature, keyId, signedAt } = head;
  await client.query(
    `INSERT INTO audit_heads (day, position, hash, signature, key_id, signed_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    [day.toISOString().slice(0, 10), String(position), hash, signature, keyId, signedAt],
  );
}
