import { afterAll, expect, test } from "vitest";
import { makeCtx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { addMs, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { createVoucherDeposit } from "@/lib/payments/create-voucher-deposit";
import { createCustomer } from "@/prisma/factories/create-customer";
import { runInvariantChecks } from "./run-invariant-checks";

afterAll(closeDb);

const DEADLINE = "nothing is unresolved past its deadline";

async function brokenAfter(workedMs: number, now: Date): Promise<string[]> {
  const workingSince = addMs(now, -workedMs);
  const results = await runInvariantChecks({ now: () => now, workingSince });
  return results.filter(({ holds }) => !holds).map(({ name, detail }) => `${name}: ${detail}`);
}

test("what is open long after its deadline is a break once somebody had the time to end it", async () => {
  const user = await createCustomer();
  const ctx = makeCtx(user.merchantId, { kind: "customer", id: user.id });
  const { depositId } = await createVoucherDeposit(ctx, { amount: "500", attemptKey: "one" });
  const { deadlineAt } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
  const soon = addMs(deadlineAt, 50 * MINUTE_MS);
  const late = addMs(deadlineAt, 2 * HOUR_MS);
  expect(await brokenAfter(5 * HOUR_MS, soon)).toEqual([]);
  expect(await brokenAfter(10 * MINUTE_MS, late)).toEqual([]);
  expect(await brokenAfter(5 * HOUR_MS, late)).toEqual([`${DEADLINE}: ${depositId}`]);
  await db().deposit.update({
    where: { id: depositId },
    data: { state: "needs_review", reason: "bought_not_redeemed" },
  });
  expect(await brokenAfter(5 * HOUR_MS, late)).toEqual([]);
});

test("a check that has another name now leaves no break of its old name behind", async () => {
  const old = { name: "an old promise", holds: false, detail: "x", checkedAt: new Date() };
  await db().invariantCheck.create({ data: old });
  await runInvariantChecks({ now: () => new Date() });
  expect(await db().invariantCheck.count({ where: { name: old.name } })).toBe(0);
  expect(await db().invariantCheck.count()).toBeGreaterThan(20);
});
