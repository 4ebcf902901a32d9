import type { Ctx } from "@/lib/context";
import type { LiveEvent } from "./live-event";

/**
 * Writes events for many customers' browsers in the caller's transaction, in the given order for each of them:
 * what `emitLiveEvent` does with one. Customers' rows are locked in the order of their ids.
 */
export async function emitLiveEvents(
  tx: Ctx,
  told: readonly { readonly customerId: string; readonly event: LiveEvent }[],
): Promise<void> {
  if (told.length === 0) return;
  const customerIds = told.map(({ customerId }) => customerId);
  await tx.db.$executeRaw`
    WITH told AS (
      SELECT * FROM unnest(
        ${customerIds}::text[],
        ${told.map(({ event }) => event.type)}::text[],
        ${told.map(({ event }) => JSON.stringify(event.payload))}::text[])
        WITH ORDINALITY AS told (customer_id, type, payload, place)
    ), due AS (
      SELECT customer_id, count(*)::int AS events FROM told GROUP BY customer_id
    ), locked AS (
      SELECT id FROM users WHERE id = ANY (${customerIds}::text[]) ORDER BY id FOR NO KEY UPDATE
    ), next AS (
      UPDATE users u SET event_seq = u.event_seq + due.events
        FROM due JOIN locked ON locked.id = due.customer_id
       WHERE u.id = due.customer_id
      RETURNING u.id, u.event_seq - due.events AS before
    )
    INSERT INTO live_events (customer_id, id, type, payload, created_at)
    SELECT next.id, next.before + row_number() OVER (PARTITION BY next.id ORDER BY told.place),
           told.type, told.payload::jsonb, ${tx.now()}
      FROM told JOIN next ON next.id = told.customer_id`;
}
