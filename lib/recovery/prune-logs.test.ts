import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { newId } from "@/lib/kit/ids";
import { addMs, DAY_MS, HOUR_MS } from "@/lib/kit/time";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { setAside } from "@/test/mpesa";
import { openPayoutShop, setPayoutsAside } from "@/test/payouts";
import { depositInReview, press, twoPeople, withdrawalInReview } from "@/test/review";
import type { Shop } from "@/test/shop";
import { pruneLogs } from "./prune-logs";

const KEPT_MS = 90 * DAY_MS;

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
afterEach(async () => {
  await setPayoutsAside();
  await setAside();
});
afterAll(() => shop.close());

async function call(
  subjectId: string,
  operation: string,
  { merchantId, ageMs }: { merchantId: string; ageMs: number },
): Promise<string> {
  const id = newId("call");
  const startedAt = addMs(new Date(), -ageMs);
  await db().providerCall.create({
    data: { id, merchantId, provider: "mpesa", operation, subjectId, request: {}, startedAt },
  });
  return id;
}

async function pruneAndSee(ids: readonly string[]): Promise<boolean[]> {
  await pruneLogs({ now: () => new Date() });
  const left = await db().providerCall.findMany({ where: { id: { in: [...ids] } } });
  return ids.map((id) => left.some((row) => row.id === id));
}

test("a question about a payment that has ended is removed after 90 days, and no order ever", async () => {
  const { depositId, maker, user } = await depositInReview(shop);
  await press(maker, depositId, "mark_not_paid");
  const { merchantId } = user;
  const ids = [
    await call(depositId, "stk_query", { merchantId, ageMs: KEPT_MS + HOUR_MS }),
    await call(merchantId, "oauth", { merchantId, ageMs: KEPT_MS + HOUR_MS }),
    await call(depositId, "stk_query", { merchantId, ageMs: KEPT_MS - HOUR_MS }),
    await call(depositId, "stk_push", { merchantId, ageMs: 10 * KEPT_MS }),
    await call("wdr_x", "b2c", { merchantId, ageMs: 10 * KEPT_MS }),
    await call("rfd_x", "reversal", { merchantId, ageMs: 10 * KEPT_MS }),
    await call(depositId, "redeem", { merchantId, ageMs: 10 * KEPT_MS }),
  ];
  expect(await pruneAndSee(ids)).toEqual([false, false, true, true, true, true, true]);
});

test("what was asked about an open deposit, or one that waits for a second person, stays", async () => {
  const open = await depositInReview(shop, "6000");
  const { merchantId } = open.user;
  const age = { merchantId, ageMs: 2 * KEPT_MS };
  const queryId = newId("receiptQuery");
  const account = await db().providerAccount.findFirstOrThrow({ where: { merchantId } });
  await db().receiptQuery.create({
    data: {
      ...{ id: queryId, merchantId, accountId: account.id, depositId: open.depositId },
      ...{ receipt: "PRUNE00001", reason: "the SMS", askedById: open.maker.actor.id },
      ...{ askedAt: new Date(), answeredAt: new Date(), outcome: "not_found" },
    },
  });
  const ids = [await call(open.depositId, "stk_query", age), await call(queryId, "tx_status", age)];
  expect(await pruneAndSee(ids)).toEqual([true, true]);
  const params = { creditAmount: "6000", receipt: "PRUNE00002" };
  expect((await press(open.maker, open.depositId, "credit_by_person", params)).kind).toBe(
    "waiting",
  );
  await db().deposit.update({ where: { id: open.depositId }, data: { state: "failed" } });
  expect(await pruneAndSee(ids)).toEqual([true, true]);
  await db().reviewDecision.updateMany({
    where: { subjectId: open.depositId },
    data: { state: "expired", decidedAt: new Date() },
  });
  expect(await pruneAndSee(ids)).toEqual([false, false]);
});

test("what was asked about an open withdrawal stays, and the balances around it", async () => {
  const { id, user } = await withdrawalInReview(shop);
  const { merchantId } = user;
  const createdAt = addMs(new Date(), -2 * KEPT_MS);
  await db().withdrawal.update({ where: { id }, data: { createdAt } });
  const age = (ageMs: number) => ({ merchantId, ageMs });
  const ids = [
    await call(id, "tx_status", age(KEPT_MS + HOUR_MS)),
    await call(merchantId, "query_balance", age(KEPT_MS + HOUR_MS)),
    await call(merchantId, "query_balance", age(2 * KEPT_MS + HOUR_MS)),
    await call(merchantId, "query_balance", age(2 * KEPT_MS + 2 * DAY_MS)),
  ];
  expect(await pruneAndSee(ids)).toEqual([true, true, true, false]);
});

test("windows of M-Pesa's list go after 90 days, but those that show what stayed unknown", async () => {
  const { id: merchantId } = await createMerchant();
  await twoPeople(merchantId);
  const { id: accountId } = await db().providerAccount.findFirstOrThrow({ where: { merchantId } });
  const run = async (daysAgo: number, outcome: string | null, hoursKnown = 1) => {
    const id = newId("pullRun");
    const startedAt = addMs(new Date(), -daysAgo * DAY_MS);
    await db().pullRun.create({
      data: {
        ...{ id, merchantId, accountId, askedBy: "schedule", outcome, startedAt },
        ...{ fromAt: addMs(startedAt, -HOUR_MS), untilAt: addMs(startedAt, hoursKnown) },
      },
    });
    return id;
  };
  const gone = [await run(400, "complete"), await run(390, null), await run(100, "complete")];
  const kept = [await run(380, "complete"), await run(370, "after_gap"), await run(80, "complete")];
  await pruneLogs({ now: () => new Date() });
  const left = await db().pullRun.findMany({ where: { accountId }, select: { id: true } });
  expect(left.map(({ id }) => id).sort()).toEqual([...kept].sort());
  expect(gone).toHaveLength(3);
});
