import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { setAside } from "@/test/mpesa";
import { calmPayouts, moneyOf, openPayoutShop, setPayoutsAside } from "@/test/payouts";
import {
  bookLine,
  contradictedRefund,
  contradiction,
  depositInReview,
  freshReceipt,
  press,
  twoPeople,
  withdrawalInReview,
} from "@/test/review";
import { paidByMpesa, setRefundsAside } from "@/test/refunds";
import type { Shop } from "@/test/shop";
import { installCrashPoints, runUntilCrash, type Moment } from "@/test/simulation/crash-points";
import { expectInvariants } from "@/test/simulation/compare-books";
import { approveDecision } from "./approve-decision";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
  await calmPayouts(shop);
  installCrashPoints();
});
afterEach(async () => {
  await expectInvariants();
  await setPayoutsAside();
  await setRefundsAside();
  await setAside();
});
afterAll(() => shop.close());

interface Case {
  readonly subjectId: string;
  readonly user: User;
  readonly run: () => Promise<unknown>;
}

interface Road {
  readonly name: string;
  readonly prepare: () => Promise<Case>;
  /** What the customer has before and after, in cents: nothing in between is ever seen. */
  readonly before: bigint;
  readonly after: bigint;
}

const ROADS: readonly Road[] = [
  {
    name: "crediting with a person's proof",
    before: 0n,
    after: 50_000n,
    prepare: async () => {
      const { depositId, user, maker } = await depositInReview(shop);
      const params = { creditAmount: "500", receipt: freshReceipt() };
      const run = () => press(maker, depositId, "credit_by_person", params);
      return { subjectId: depositId, user, run };
    },
  },
  {
    name: "agreeing to what another decided",
    before: 0n,
    after: 600_000n,
    prepare: async () => {
      const { depositId, user, maker, checker } = await depositInReview(shop, "6000");
      const params = { creditAmount: "6000", receipt: freshReceipt() };
      const { decisionId } = await press(maker, depositId, "credit_by_person", params);
      return { subjectId: depositId, user, run: () => approveDecision(checker, { decisionId }) };
    },
  },
  {
    name: "giving back a withdrawal",
    before: 50_000n,
    after: 100_000n,
    prepare: async () => {
      const { id, user, maker } = await withdrawalInReview(shop);
      const run = () => press(maker, id, "withdrawal_give_back", { certainty: "statement" });
      return { subjectId: id, user, run };
    },
  },
  {
    name: "taking what was given back and paid as well",
    before: 100_000n,
    after: 50_000n,
    prepare: async () => {
      const { id, user, maker } = await contradiction(shop);
      return { subjectId: id, user, run: () => press(maker, id, "contradiction_take") };
    },
  },
  {
    name: "taking a refund that was put back and went back as well",
    before: 50_000n,
    after: 0n,
    prepare: async () => {
      const { id, user, maker } = await contradictedRefund(shop);
      return { subjectId: id, user, run: () => press(maker, id, "refund_contradiction_take") };
    },
  },
  {
    name: "taking what M-Pesa gave back unasked",
    before: 50_000n,
    after: 0n,
    prepare: async () => {
      const { user, depositId, receipt } = await paidByMpesa(shop);
      const { maker } = await twoPeople(user.merchantId);
      const { transactionId } = await bookLine(user.merchantId, {
        ...{ amountCents: -50_000n, kind: "reversal", originalReceipt: receipt },
      });
      const params = { paymentId: depositId };
      const run = () => press(maker, transactionId, "reversal_take", params);
      return { subjectId: transactionId, user, run };
    },
  },
  {
    name: "giving money of nobody to a customer",
    before: 0n,
    after: 30_000n,
    prepare: async () => {
      const { user, maker } = await depositInReview(shop);
      const { transactionId } = await bookLine(user.merchantId, { amountCents: 30_000n });
      const params = { customerId: user.id };
      const run = () => press(maker, transactionId, "assign_customer", params);
      return { subjectId: transactionId, user, run };
    },
  },
];

async function carriedOut(subjectId: string): Promise<number> {
  return db().reviewDecision.count({ where: { subjectId, state: "carried_out" } });
}

/** Presses again, as whoever saw an error does. */
async function again({ run }: Case): Promise<void> {
  await run().catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
  });
}

/** Places all over the work, and each of its last ones, where it is committed. */
function spread(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(
    (index) => index % 6 === 0 || index >= count - 3,
  );
}

test.each(ROADS)(
  "$name: a process that dies anywhere in it has done all of it or nothing",
  { timeout: 240_000 },
  async ({ prepare, before, after }) => {
    const whole = await prepare();
    const { points } = await runUntilCrash(whole.run, null);
    expect(points.length).toBeGreaterThan(12);
    const moments: readonly Moment[] = ["before", "after"];
    for (const index of spread(points.length)) {
      const moment = moments[index % 2] ?? "before";
      const it = await prepare();
      await runUntilCrash(it.run, { at: index + 1, moment });
      const isDone = (await carriedOut(it.subjectId)) === 1;
      const where = `${moment} ${index + 1}: ${points[index]}`;
      expect((await moneyOf(it.user)).available, where).toBe(isDone ? after : before);
      await again(it);
      expect((await moneyOf(it.user)).available, where).toBe(after);
      expect(await carriedOut(it.subjectId), where).toBe(1);
    }
  },
);
