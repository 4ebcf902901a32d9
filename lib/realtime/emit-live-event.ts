import type { Ctx } from "@/lib/context";
import type { LiveEvent } from "./live-event";

/**
 * Writes one event for a customer's browsers in the caller's transaction. Its number is taken under
 * the customer's row lock, so numbers grow in commit order and a replay can miss nothing. The database
 * announces it when the transaction commits.
 */
export async function emitLiveEvent(tx: Ctx, customerId: string, event: LiveEvent): Promise<void> {
  await tx.db.$executeRaw`
    WITH next AS (
      UPDATE users SET event_seq = event_seq + 1 WHERE id = ${customerId} RETURNING event_seq
    )
    INSERT INTO live_events (customer_id, id, type, payload, created_at)
    SELECT ${customerId}, next.event_seq, ${event.type}, ${JSON.stringify(event.payload)}::jsonb, ${tx.now()}
      FROM next`;
}
