import { db } from "@/lib/db";

/**
 * Moves an M-Pesa deposit and its prompt into the past by `ms`, as if that time had gone by: what was
 * scheduled by then is due now. M-Pesa itself is not told.
 */
export async function ageDeposit(depositId: string, ms: number): Promise<void> {
  const seconds = ms / 1_000;
  await db().$transaction([
    db().$executeRaw`
      UPDATE deposits SET
        created_at = created_at - make_interval(secs => ${seconds}),
        submitted_at = submitted_at - make_interval(secs => ${seconds}),
        deadline_at = deadline_at - make_interval(secs => ${seconds}),
        next_check_at = next_check_at - make_interval(secs => ${seconds})
       WHERE id = ${depositId}`,
    db().$executeRaw`
      UPDATE stk_pushes SET
        pushed_at = pushed_at - make_interval(secs => ${seconds}),
        callback_at = callback_at - make_interval(secs => ${seconds}),
        queried_at = queried_at - make_interval(secs => ${seconds}),
        last_no_at = last_no_at - make_interval(secs => ${seconds})
       WHERE deposit_id = ${depositId}`,
    db().$executeRaw`
      UPDATE open_prompts SET until = until - make_interval(secs => ${seconds})
       WHERE deposit_id = ${depositId}`,
  ]);
}
