import { expect } from "vitest";
import { sweepMessages } from "@/lib/inbox/sweep-messages";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import { runUntilCrash } from "./crash-points";
import type { Life } from "./life";
import { pick } from "./pick";
import { clock, runWorkerTurn, SWEEP_LIMIT } from "./recover";
import { runJobsUntilCrash } from "./run-jobs-by-hand";
import type { ShopStep } from "./shop-steps";

type StepOf<Name extends ShopStep["do"]> = Extract<ShopStep, { do: Name }>;

/** Does one thing that concerns both methods. */
export async function takeShopStep(life: Life, step: ShopStep): Promise<void> {
  switch (step.do) {
    case "deliver":
      return deliver(life, step);
    case "work":
      return work(life, step);
    case "jump":
      await life.jump(step.ms);
      if (step.works) await runWorkerTurn(life.shop);
      return;
    case "fault":
      await life.control.addFault(step.fault);
  }
}

async function deliver(life: Life, step: StepOf<"deliver">): Promise<void> {
  const genuine = (await life.control.callbacks()).filter(({ kind }) => kind !== "forged");
  if (genuine.length === 0) return;
  const { copies } = step;
  const { id } = pick(genuine, step.callback);
  const attempts = await life.control.duplicateCallback(id, { copies, parallel: copies > 2 });
  expect(attempts.map((attempt) => attempt.status)).toEqual(Array(copies).fill(200));
  await life.workAfterAnswers(step.crash);
}

/** One turn of the worker, or one part of a turn in which it dies. */
async function work(life: Life, { on, crash }: StepOf<"work">): Promise<void> {
  if (!crash) return runWorkerTurn(life.shop);
  const sweep = { now: clock, limit: SWEEP_LIMIT };
  switch (on) {
    case "jobs":
      return runJobsUntilCrash(clock(), crash);
    case "messages":
      await runUntilCrash(() => sweepMessages(sweep), crash);
      return;
    case "deposits":
      await runUntilCrash(() => sweepDeposits(sweep), crash);
  }
}
