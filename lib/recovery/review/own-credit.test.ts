import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, DAY_MS, MINUTE_MS } from "@/lib/kit/time";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { readDeposit, setAside } from "@/test/mpesa";
import { calmPayouts, moneyOf, openPayoutShop, setPayoutsAside } from "@/test/payouts";
import { bookLine, depositInReview, press, twoPeople } from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { approveDecision } from "./approve-decision";
import { getReviewCase } from "./get-review-case";
import { turnDownDecision } from "./turn-down-decision";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectInvariants();
  await setPayoutsAside();
  await setAside();
});
afterAll(() => shop.close());

/** Its callback was lost and M-Pesa, asked, said it was paid: credited, and without a receipt. */
async function creditedWithoutReceipt() {
  const { user, ctx } = await shop.customer();
  const { depositId } = await shop.prompt(ctx);
  const people = await twoPeople(user.merchantId);
  await settleDeposit(people.maker, {
    depositId,
    evidence: { kind: "stk_query", amountCents: 50_000n },
  });
  return { user, ctx, depositId, ...people };
}

/** The till's confirmation of the same payment, which has no account number. */
async function besideItsCredit() {
  const it = await creditedWithoutReceipt();
  const line = await bookLine(it.user.merchantId, { amountCents: 50_000n });
  return { ...it, ...line };
}

const ways = (customerId: string) =>
  [
    ["assign_customer", { customerId }],
    ["give_back_money", {}],
  ] as const;

describe("money in suspense beside a payment that was credited without a receipt", () => {
  test("is neither given to a customer nor sent back, and the refusal names the payment", async () => {
    const { user, maker, depositId, transactionId, receipt } = await besideItsCredit();
    for (const [action, params] of ways(user.id)) {
      await expect(press(maker, transactionId, action, params)).rejects.toMatchObject({
        code: "maybe_own_credit",
        details: { payment: depositId },
      });
    }
    const { transaction, actions } = await getReviewCase(maker, { subjectId: transactionId });
    expect(transaction?.ownCredits).toMatchObject([{ id: depositId, amount: "500.00" }]);
    expect(actions).toContain("attach_payment");
    expect(await db().refund.count({ where: { merchantId: user.merchantId } })).toBe(0);
    await press(maker, transactionId, "attach_payment", { paymentId: depositId });
    expect(await readDeposit(depositId)).toMatchObject({ providerReceipt: receipt });
    expect((await moneyOf(user)).available).toBe(50_000n);
  });

  test("goes to a customer as other money when two people are certain, and not by one", async () => {
    const { user, maker, checker, transactionId } = await besideItsCredit();
    const params = { customerId: user.id, otherMoney: "yes" };
    const { kind, decisionId } = await press(maker, transactionId, "assign_customer", params);
    expect(kind).toBe("waiting");
    expect((await moneyOf(user)).available).toBe(50_000n);
    await expect(approveDecision(maker, { decisionId })).rejects.toMatchObject({
      code: "own_decision",
    });
    expect(await approveDecision(checker, { decisionId })).toBe("carried_out");
    expect((await moneyOf(user)).available).toBe(100_000n);
  });

  test.each(["500", "6000"])(
    "KSh %s goes back as other money when two people are certain, who are not asked twice",
    async (amount) => {
      const amountCents = BigInt(amount) * 100n;
      const { user, ctx } = await shop.customer();
      const { depositId } = await shop.prompt(ctx, { amount });
      const { maker, checker } = await twoPeople(user.merchantId);
      const evidence = { kind: "stk_query", amountCents } as const;
      await settleDeposit(maker, { depositId, evidence });
      const { transactionId } = await bookLine(user.merchantId, { amountCents });
      const other = { otherMoney: "yes" };
      const { kind, decisionId } = await press(maker, transactionId, "give_back_money", other);
      expect(kind).toBe("waiting");
      expect(await db().refund.count({ where: { transactionId } })).toBe(0);
      expect(await approveDecision(checker, { decisionId })).toBe("carried_out");
      const refunds = await db().refund.findMany({ where: { transactionId } });
      expect(refunds).toMatchObject([{ state: "requested", amountCents }]);
    },
  );

  test("is free once the payment has its receipt, and then one person decides again", async () => {
    const { user, maker, depositId, transactionId } = await besideItsCredit();
    const own = await bookLine(user.merchantId, { amountCents: 50_000n });
    await press(maker, own.transactionId, "attach_payment", { paymentId: depositId });
    const params = { customerId: user.id };
    expect((await press(maker, transactionId, "assign_customer", params)).kind).toBe("done");
  });

  test("pays no other open payment either, but for two people", async () => {
    const { maker, checker, ctx, user, depositId, transactionId } = await besideItsCredit();
    const { depositId: open } = await shop.prompt(ctx);
    const params = { paymentId: open };
    await expect(press(maker, transactionId, "attach_payment", params)).rejects.toMatchObject({
      details: { payment: depositId },
    });
    const certain = { ...params, otherMoney: "yes" };
    const { kind, decisionId } = await press(maker, transactionId, "attach_payment", certain);
    expect(kind).toBe("waiting");
    expect(await approveDecision(checker, { decisionId })).toBe("carried_out");
    expect((await moneyOf(user)).available).toBe(100_000n);
  });
});

describe("a prompt that may still be credited", () => {
  test("holds up what may be its money, until it has ended", async () => {
    const { user, maker, depositId } = await depositInReview(shop);
    const { transactionId } = await bookLine(user.merchantId, { amountCents: 50_000n });
    const params = { customerId: user.id };
    await expect(press(maker, transactionId, "assign_customer", params)).rejects.toMatchObject({
      details: { payment: depositId },
    });
    await press(maker, depositId, "mark_not_paid");
    expect((await press(maker, transactionId, "assign_customer", params)).kind).toBe("done");
  });

  test("is not what came in under an account number", async () => {
    const { user, maker } = await depositInReview(shop);
    const line = { amountCents: 50_000n, reference: "NOBODY" };
    const { transactionId } = await bookLine(user.merchantId, line);
    const params = { customerId: user.id };
    expect((await press(maker, transactionId, "assign_customer", params)).kind).toBe("done");
  });
});

describe("other money", () => {
  test("of another amount, shortcode or day is held up by nothing", async () => {
    const { user, maker, ctx, depositId } = await creditedWithoutReceipt();
    const { accountId } = await db().stkPush.findUniqueOrThrow({ where: { depositId } });
    const params = { customerId: user.id };
    const assign = async (amountCents: bigint) => {
      const { transactionId } = await bookLine(user.merchantId, { amountCents });
      return press(maker, transactionId, "assign_customer", params);
    };
    expect((await assign(50_100n)).kind).toBe("done");
    await expect(assign(50_000n)).rejects.toMatchObject({ code: "maybe_own_credit" });
    const { createdAt } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    const moveTo = (when: Date) =>
      db().deposit.update({ where: { id: depositId }, data: { createdAt: when } });
    await moveTo(addMs(createdAt, -DAY_MS + MINUTE_MS));
    await expect(assign(50_000n)).rejects.toMatchObject({ code: "maybe_own_credit" });
    await moveTo(addMs(createdAt, -DAY_MS - MINUTE_MS));
    expect((await assign(50_000n)).kind).toBe("done");
    await moveTo(createdAt);
    const account = await db().providerAccount.findUniqueOrThrow({ where: { id: accountId } });
    const { id: elsewhere } = await db().providerAccount.create({
      data: {
        ...account,
        ...{ id: `${accountId}x`, shortcode: "600123", isDefault: false, isPayoutDefault: false },
        secretsMasked: {},
      },
      select: { id: true },
    });
    await db().stkPush.update({ where: { depositId }, data: { accountId: elsewhere } });
    expect((await assign(50_000n)).kind).toBe("done");
    await db().stkPush.update({ where: { depositId }, data: { accountId } });
    expect(ctx.merchantId).toBe(user.merchantId);
  });

  test("ticked without need needs nobody's second look", async () => {
    const { user } = await shop.customer();
    const { maker } = await twoPeople(user.merchantId);
    const { transactionId } = await bookLine(user.merchantId, { amountCents: 50_000n });
    const params = { customerId: user.id, otherMoney: "yes" };
    expect((await press(maker, transactionId, "assign_customer", params)).kind).toBe("done");
  });

  test("turned down, it waits in suspense as before", async () => {
    const { maker, checker, transactionId } = await besideItsCredit();
    const other = { otherMoney: "yes" };
    const { decisionId } = await press(maker, transactionId, "give_back_money", other);
    await turnDownDecision(checker, { decisionId, reason: "it is that payment's" });
    const line = await db().providerTransaction.findUniqueOrThrow({ where: { id: transactionId } });
    expect(line.standing).toBe("suspense");
  });
});
