import { db } from "@/lib/db";

/**
 * Moves a withdrawal into the past by `ms`, as if that time had gone by: what was scheduled by then is due
 * now, and limits count it as that much older. The provider is not told.
 */
export async function ageWithdrawal(withdrawalId: string, ms: number): Promise<void> {
  const seconds = ms / 1_000;
  await db().$executeRaw`
    UPDATE withdrawals SET
      created_at = created_at - make_interval(secs => ${seconds}),
      sent_at = sent_at - make_interval(secs => ${seconds}),
      submitted_at = submitted_at - make_interval(secs => ${seconds}),
      timed_out_at = timed_out_at - make_interval(secs => ${seconds}),
      status_at = status_at - make_interval(secs => ${seconds}),
      status_asked_at = status_asked_at - make_interval(secs => ${seconds}),
      deadline_at = deadline_at - make_interval(secs => ${seconds}),
      next_check_at = next_check_at - make_interval(secs => ${seconds})
     WHERE id = ${withdrawalId}`;
}
