import { db } from "@/lib/db";

/** Lets `ms` go by for the higher limits of a customer that wait for their day. */
export async function ageLimits(customerId: string, ms: number): Promise<void> {
  await db().$executeRaw`
    UPDATE customer_limits SET next_from = next_from - make_interval(secs => ${ms / 1_000})
     WHERE customer_id = ${customerId}`;
}
