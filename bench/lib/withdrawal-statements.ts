import { db } from "@/lib/db";
import type { WithdrawalMethod } from "@/lib/generated/prisma/client";
import type { Asked } from "../programs/withdrawer";
import { countStatements } from "./count-statements";
import { asksOf, freshDestination, makePayers } from "./make-payers";
import type { Bench } from "./open-bench";
import { waitUntil } from "./wait-until";

/** A message that overtakes the answer takes another road, so here each comes well after it. */
const MESSAGE_AFTER_MS = 1_000;
const IN_TRANSACTION_ONLY = /^(BEGIN|COMMIT|ROLLBACK)/;

/** One step of a withdrawal's life and what went to the database for it. */
export interface CountedStep {
  readonly method: WithdrawalMethod;
  readonly step: "request" | "send" | "result";
  readonly statements: number;
  /** BEGIN and COMMIT. */
  readonly brackets: number;
}

/**
 * Counts the SQL statements of asking for a withdrawal, of what its job does, and of working the message
 * that says how it ended, on the wire. The withdrawal before it, to the same destination, is not counted.
 */
export async function countWithdrawalStatements(
  bench: Bench,
  merchantId: string,
): Promise<CountedStep[]> {
  const counters = {
    program: await countStatements(bench.databaseUrl),
    app: await countStatements(bench.databaseUrl),
  };
  await bench.sandbox.changeSettings({
    b2cResultDelayMs: MESSAGE_AFTER_MS,
    voucherCreatedDelayMs: MESSAGE_AFTER_MS,
  });
  const app = await bench.startApp({ env: { DATABASE_URL: counters.app.url } });
  const program = bench.startOwn("withdrawer.ts", { DATABASE_URL: counters.program.url });
  const steps: CountedStep[] = [];
  for (const method of ["mpesa", "pesavoucher"] as const) {
    const payers = await makePayers(merchantId, 1, { payouts: 2 });
    const to = freshDestination(method);
    const asks = asksOf(merchantId, payers, method).map((ask) => ({ ...ask, to }));
    const live = async () => {
      const { withdrawalIds } = (await program.ask({ asks, atOnce: 1 })) as Asked;
      const [withdrawalId = ""] = withdrawalIds;
      const request = counters.program.take();
      counters.app.take();
      await program.ask({ send: { merchantId, withdrawalId } });
      await waitUntil(() => isWorked(withdrawalId), { timeoutMs: 10_000 });
      return { request, send: counters.program.take(), result: counters.app.take() };
    };
    await live();
    const counted = await live();
    for (const step of ["request", "send", "result"] as const) {
      const brackets = counted[step].filter((text) => IN_TRANSACTION_ONLY.test(text.trim())).length;
      steps.push({ method, step, statements: counted[step].length - brackets, brackets });
    }
  }
  await program.stop();
  await app.stop();
  await counters.program.close();
  await counters.app.close();
  return steps;
}

/** The provider's message about it has its outcome, so nothing more will be asked. */
async function isWorked(withdrawalId: string): Promise<boolean> {
  const worked = { subjectId: withdrawalId, workedAt: { not: null } };
  return (await db().message.count({ where: worked })) > 0;
}
