import { expect } from "vitest";
import { db } from "@/lib/db";
import { HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { runWorkerTurn } from "./recover";
import type { Books } from "./compare-books";
import type { Life } from "./life";
import { expectTakingsCredited } from "./prompt-book";
import { expectSoundBooks } from "./take-step";

/** Past the 48 hours of look-ups, and a little longer for what was put off in the last one. */
const TURNS_MS = [13 * HOUR_MS, 13 * HOUR_MS, 13 * HOUR_MS, 13 * HOUR_MS, 2 * MINUTE_MS];

/**
 * The end of a life, and what must be true then: the providers get well and everything that waits gets
 * its time. Whatever was taken is credited, or a person is told; and when at last every genuine message
 * has arrived, all of it is credited, contradictions and wrong amounts included.
 */
export async function endLife(life: Life): Promise<Books> {
  await settleDown(life);
  expectOwedIsTold(await expectSoundBooks(life));
  await expectNothingForgotten(life);
  await expectPhonesRespected(life);

  await deliverEverything(life);
  const books = await expectSoundBooks(life);
  const owed = [...books.vouchers, ...books.prompts].filter((row) => !row.credited);
  expect(owed, "every genuine message has arrived, so all is credited").toEqual([]);
  await expectTakingsCredited(life.shop, books.prompts);
  return books;
}

async function settleDown(life: Life): Promise<void> {
  await life.control.clearFaults();
  await life.control.clearQueryScripts();
  for (const turnMs of TURNS_MS) {
    await life.jump(turnMs);
    await runWorkerTurn(life.shop);
    await life.workAfterAnswers(null);
  }
}

/**
 * What was taken and not credited waits for a person, who sees why. One thing no look-up can tell: of a
 * prompt M-Pesa itself denied twice, and whose callback it has not sent, nobody knows that it was paid.
 */
function expectOwedIsTold({ vouchers, prompts }: Books): void {
  const owedVouchers = vouchers.filter((row) => !row.credited);
  expect(owedVouchers.map(({ depositState }) => depositState)).toEqual(
    owedVouchers.map(() => "needs_review"),
  );
  const untold = prompts.filter(
    ({ credited, depositState, reason, denials }) =>
      !credited &&
      !(depositState === "needs_review" && reason !== null) &&
      !(depositState === "failed" && denials >= 2),
  );
  expect(untold, "what M-Pesa took is credited, or a person is told why not").toEqual([]);
}

/** Every message that the providers meant to send arrives, twice at once. */
async function deliverEverything(life: Life): Promise<void> {
  for (const kind of ["redemption", "stk"] as const)
    for (const { id } of await life.control.callbacks({ kind }))
      await life.control.duplicateCallback(id, { copies: 2, parallel: true });
  await life.workAfterAnswers(null);
}

/** Nothing is left that neither ended nor waits for a person. */
async function expectNothingForgotten(life: Life): Promise<void> {
  const customerId = { in: life.customers.map(({ user }) => user.id) };
  const states = ["pending", "submitted", "redeeming"] as const;
  const open = await db().deposit.findMany({
    where: { customerId, state: { in: [...states] } },
    select: { id: true, state: true },
  });
  expect(open, "every deposit has ended or waits for a person").toEqual([]);
  const claims = await db().voucherRedemption.findMany({
    where: { deposit: { customerId, state: { not: "needs_review" } } },
    select: { id: true, state: true },
  });
  const ended = new Set(["redeemed", "refused"]);
  expect(
    claims.filter(({ state }) => !ended.has(state)),
    "every claim outside review has ended",
  ).toEqual([]);
}

/** We never asked for a prompt on a phone that still had one. */
async function expectPhonesRespected(life: Life): Promise<void> {
  const locked = await life.control.journal({
    operation: "stk_push",
    contains: "Unable to lock subscriber",
  });
  expect(locked, "a phone has one prompt at a time").toEqual([]);
}
