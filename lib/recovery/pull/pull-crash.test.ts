import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import {
  expectCollected,
  lineOf,
  openCollector,
  payByHand,
  payReferenceOf,
  type Collector,
} from "@/test/collector";
import { calmDown, standingOf } from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { installCrashPoints, runUntilCrash, type Moment } from "@/test/simulation/crash-points";
import { sweepTransactions } from "../transactions/sweep-transactions";
import { pullWindow } from "./pull-window";

/** Fewer awaits than this would mean that the instruments hear nothing. */
const AWAITS_MIN = 30;

let shop: Shop;
let collector: Collector;

beforeAll(async () => {
  // Only the list tells of payments here, and it is read by a process that dies.
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
  collector = await openCollector();
  installCrashPoints();
});
afterAll(() => shop.close());

/** A deposit that was paid by hand this moment, and a window of the list with that payment in it. */
async function paidUntold() {
  const { user, ctx } = await shop.customer(collector.merchantId);
  const { depositId } = await shop.prompt(ctx);
  const { receipt, paidAtMs } = await payByHand(shop, {
    reference: await payReferenceOf(depositId),
  });
  const paidAt = new Date(paidAtMs ?? 0);
  const { worker, accountId } = collector;
  const window = { from: addMs(paidAt, -SECOND_MS), to: new Date(), askedBy: "schedule" };
  await db().providerAccount.update({
    where: { id: accountId },
    data: { pulledUntil: window.from },
  });
  return {
    user,
    depositId,
    receipt,
    window,
    read: () => pullWindow(worker, { accountId, ...window }),
  };
}

/** Dies at one await of the reading and is followed by another process. False when it ended before. */
async function surviveCrash(at: number, moment: Moment): Promise<boolean> {
  const it = await paidUntold();
  const { crashed, points } = await runUntilCrash(it.read, { at, moment });
  const where = `${moment} await ${at}: ${points.at(-1) ?? "none"}`;
  await calmDown(shop);
  const known = await db().providerAccount.findUniqueOrThrow({
    where: { id: collector.accountId },
    select: { pulledUntil: true },
  });
  // What is called known is stored: a later reading may begin behind it.
  if (known.pulledUntil?.getTime() === it.window.to.getTime()) {
    const stored = await db().providerTransaction.count({ where: { receipt: it.receipt } });
    expect(stored, where).toBe(1);
  }
  // Either of the two finishes what was begun: the sweep what was stored, the next reading the rest.
  await sweepTransactions({ now: () => addMs(new Date(), 2 * MINUTE_MS), limit: 50 });
  await it.read();
  expect(await standingOf(it.depositId), where).toBe("paid");
  expect(await shop.availableCents(it.user), where).toBe(50_000n);
  expect(await lineOf(it.receipt), where).toMatchObject({
    standing: "matched",
    paymentId: it.depositId,
  });
  return crashed;
}

describe("a process that dies while it reads M-Pesa's list", () => {
  test.each(["before", "after"] as const)(
    "%s any await leaves nothing that the next one does not finish",
    async (moment) => {
      let at = 1;
      while (await surviveCrash(at, moment)) at += 1;
      expect(at).toBeGreaterThan(AWAITS_MIN);
      await expectCollected(shop, collector);
    },
    240_000,
  );
});
