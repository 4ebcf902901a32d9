import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { keyedHash } from "@/lib/crypto";
import { db } from "@/lib/db";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { approveRefund } from "@/lib/payments/refunds/approve-refund";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { failWithdrawal } from "@/lib/payments/withdrawals/fail-withdrawal";
import { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { freshPhone, readDeposit, setAside, standingOf } from "@/test/mpesa";
import {
  at,
  calmPayouts,
  expectStanding,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  freshEmail,
  readWithdrawal,
  send,
  setPayoutsAside,
  staffOf,
  voucherOf,
  withdraw,
  workerOf,
} from "@/test/payouts";
import { depositAfter, expectRefund, paidByVoucher, readRefund, refund } from "@/test/refunds";
import {
  auditOf,
  bookLine,
  contradiction,
  depositInReview,
  expectOneOf,
  freshReceipt,
  movements,
  press,
  strangerOf,
  twoPeople,
  withdrawalInReview,
} from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { approveDecision } from "./approve-decision";
import { REVIEW_ACTIONS } from "./actions";
import { decide } from "./decide";
import { sweepReview } from "./sweep-review";
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

const credit = (receipt = freshReceipt(), creditAmount = "500") => ({ creditAmount, receipt });

describe("a deposit nobody could tell of", () => {
  test("is credited with a person's proof, once, and the customer hears of it", async () => {
    const { depositId, maker, user } = await depositInReview(shop);
    const params = credit();
    const { kind } = await press(maker, depositId, "credit_by_person", params);
    expect(kind).toBe("done");
    expect(await standingOf(depositId)).toBe("paid");
    expect((await moneyOf(user)).available).toBe(50_000n);
    expect(await readDeposit(depositId)).toMatchObject({ providerReceipt: params.receipt });
    expect(await auditOf(depositId)).toEqual(
      expect.arrayContaining(["review.carried_out", "deposit.paid"]),
    );
    expect(
      await db().liveEvent.count({ where: { customerId: user.id, type: "deposit_confirmed" } }),
    ).toBe(1);
    await expect(press(maker, depositId, "credit_by_person", credit())).rejects.toMatchObject({
      code: "review_ended",
    });
    expect((await moneyOf(user)).available).toBe(50_000n);
  });

  test("50 people press at once with one receipt for two deposits: one credit", async () => {
    const first = await depositInReview(shop);
    const { depositId: other } = await shop.prompt(first.ctx);
    const receipt = freshReceipt();
    const presses = Array.from({ length: 50 }, (_, index) =>
      press(
        index % 2 ? first.maker : first.checker,
        index % 3 ? first.depositId : other,
        "credit_by_person",
        credit(receipt),
      ),
    );
    await expectOneOf(presses, ["review_ended", "receipt_taken"]);
    expect((await moneyOf(first.user)).available).toBe(50_000n);
    expect(await db().reviewDecision.count({ where: { merchantId: first.user.merchantId } })).toBe(
      1,
    );
  });

  test("a receipt that paid another deposit, of any merchant, is refused in words", async () => {
    const one = await depositInReview(shop);
    const two = await depositInReview(shop);
    const params = credit();
    await press(one.maker, one.depositId, "credit_by_person", params);
    await expect(press(two.maker, two.depositId, "credit_by_person", params)).rejects.toMatchObject(
      {
        code: "receipt_taken",
      },
    );
    expect(await standingOf(two.depositId)).toBe("needs_review: unconfirmed");
    expect(await db().reviewDecision.count({ where: { subjectId: two.depositId } })).toBe(0);
  });

  test("money of its receipt that waits in suspense is what pays it, of that amount only", async () => {
    const { depositId, maker, user } = await depositInReview(shop);
    const { receipt, transactionId } = await bookLine(user.merchantId, { amountCents: 70_000n });
    await expect(
      press(maker, depositId, "credit_by_person", credit(receipt)),
    ).rejects.toMatchObject({ fields: { creditAmount: "differs_from_books" } });
    await press(maker, depositId, "credit_by_person", credit(receipt, "700"));
    expect(
      await db().providerTransaction.findUniqueOrThrow({ where: { id: transactionId } }),
    ).toMatchObject({ standing: "matched", paymentId: depositId });
    expect((await moneyOf(user)).available).toBe(70_000n);
  });

  test("is marked as not paid, and late proof still pays it", async () => {
    const { depositId, maker, user } = await depositInReview(shop);
    await press(maker, depositId, "mark_not_paid");
    expect(await standingOf(depositId)).toBe("failed: reviewed_not_paid");
    await expect(press(maker, depositId, "mark_not_paid")).rejects.toMatchObject({
      code: "review_ended",
    });
    await settleDeposit(maker, {
      depositId,
      evidence: { kind: "stk_query", amountCents: 50_000n },
    });
    expect((await moneyOf(user)).available).toBe(50_000n);
  });

  test.each([
    ["no reason", { reason: " \n" }, { fields: { reason: "empty" } }],
    ["a novel", { reason: "x".repeat(501) }, { fields: { reason: "too_long" } }],
    ["no receipt", { params: { creditAmount: "500" } }, { fields: { receipt: "empty" } }],
    ["no amount", { params: { receipt: "QWE" } }, { fields: { creditAmount: "empty" } }],
    ["nothing", { params: { receipt: "QWE", creditAmount: "0" } }, { status: 422 }],
    ["half a receipt", { params: { ...credit("QW-1") } }, { fields: { receipt: "bad_shape" } }],
  ])("with %s nothing happens", async (_, wrong, problem) => {
    const { depositId, maker } = await depositInReview(shop);
    const right = { reason: "seen", params: credit(), action: "credit_by_person" };
    await expect(decide(maker, { ...right, ...wrong, subjectId: depositId })).rejects.toMatchObject(
      problem,
    );
    expect(await standingOf(depositId)).toBe("needs_review: unconfirmed");
  });
});

describe("above the merchant's limit", () => {
  async function large() {
    const it = await depositInReview(shop, "6000");
    const params = credit(freshReceipt(), "6000");
    const decided = await press(it.maker, it.depositId, "credit_by_person", params);
    expect(decided.kind).toBe("waiting");
    return { ...it, decisionId: decided.decisionId };
  }

  test("a second person carries it out; whoever decided may not, and nothing happens before", async () => {
    const { decisionId, depositId, maker, checker, user } = await large();
    expect((await moneyOf(user)).available).toBe(0n);
    await expect(approveDecision(maker, { decisionId })).rejects.toMatchObject({
      code: "own_decision",
    });
    await expect(turnDownDecision(maker, { decisionId, reason: "no" })).rejects.toMatchObject({
      code: "own_decision",
    });
    expect(await approveDecision(checker, { decisionId })).toBe("carried_out");
    expect(await approveDecision(checker, { decisionId })).toBe("ended");
    expect((await moneyOf(user)).available).toBe(600_000n);
    expect(
      await db().reviewDecision.findUniqueOrThrow({ where: { id: decisionId } }),
    ).toMatchObject({
      state: "carried_out",
      decidedById: checker.actor.id,
    });
    expect(await standingOf(depositId)).toBe("paid");
  });

  test("exactly at the limit one person is enough", async () => {
    const { depositId, maker } = await depositInReview(shop, "5000");
    const params = credit(freshReceipt(), "5000");
    expect((await press(maker, depositId, "credit_by_person", params)).kind).toBe("done");
  });

  test("a row of smaller decisions does not walk around the limit, not even all at once", async () => {
    const { user, depositId, maker, checker } = await depositInReview(shop, "3000");
    const give = async (who: Ctx) => {
      const { transactionId } = await bookLine(user.merchantId, { amountCents: 300_000n });
      return (await press(who, transactionId, "assign_customer", { customerId: user.id })).kind;
    };
    await press(maker, depositId, "credit_by_person", credit(freshReceipt(), "3000"));
    expect(await give(maker)).toBe("waiting");
    expect((await Promise.all([give(checker), give(checker)])).sort()).toEqual(["done", "waiting"]);
    expect((await moneyOf(user)).available).toBe(600_000n);
  });

  test("50 approve at once: one credit", async () => {
    const { decisionId, checker, user } = await large();
    const ends = await Promise.all(
      Array.from({ length: 50 }, () => approveDecision(checker, { decisionId })),
    );
    expect(ends.filter((end) => end === "carried_out")).toHaveLength(1);
    expect((await moneyOf(user)).available).toBe(600_000n);
  });

  test("turned down with a reason nothing changes, and another decision may be made", async () => {
    const { decisionId, depositId, maker, checker } = await large();
    await expect(press(checker, depositId, "mark_not_paid")).rejects.toMatchObject({
      code: "decision_waits",
    });
    await expect(turnDownDecision(checker, { decisionId, reason: "" })).rejects.toMatchObject({
      fields: { reason: "empty" },
    });
    expect(await turnDownDecision(checker, { decisionId, reason: "wrong SMS" })).toBe(true);
    expect(await turnDownDecision(checker, { decisionId, reason: "again" })).toBe(false);
    expect(await approveDecision(checker, { decisionId })).toBe("ended");
    expect(await standingOf(depositId)).toBe("needs_review: unconfirmed");
    expect((await press(maker, depositId, "mark_not_paid")).kind).toBe("waiting");
  });

  test("it expires after 24 hours, swept or not", async () => {
    const { decisionId, depositId, maker, checker } = await large();
    const late = addMs(new Date(), DAY_MS + 1_000);
    expect(await approveDecision(at(checker, late), { decisionId })).toBe("ended");
    await sweepReview({ now: () => late });
    expect(
      await db().reviewDecision.findUniqueOrThrow({ where: { id: decisionId } }),
    ).toMatchObject({
      state: "expired",
      decidedById: null,
    });
    expect((await press(at(maker, late), depositId, "mark_not_paid")).kind).toBe("waiting");
    expect(await auditOf(depositId)).toContain("review.expired");
  });

  test("one whose day is over makes way for the next, and the audit log says so", async () => {
    const { depositId, checker } = await large();
    const late = addMs(new Date(), DAY_MS + 1_000);
    expect((await press(at(checker, late), depositId, "mark_not_paid")).kind).toBe("waiting");
    expect(await auditOf(depositId)).toContain("review.expired");
  });

  test.each(["by the sweep", "by the approval"])(
    "a late callback overtakes it, and that is noticed %s",
    async (by) => {
      const { decisionId, depositId, checker, user } = await large();
      await settleDeposit(checker, {
        depositId,
        evidence: { kind: "stk_query", amountCents: 600_000n },
      });
      if (by === "by the sweep") await sweepReview({ now: () => new Date() });
      else expect(await approveDecision(checker, { decisionId })).toBe("overtaken");
      expect(
        await db().reviewDecision.findUniqueOrThrow({ where: { id: decisionId } }),
      ).toMatchObject({ state: "overtaken", decidedById: null });
      expect((await moneyOf(user)).available).toBe(600_000n);
    },
  );

  test("its receipt is used meanwhile: the approval is refused in words and goes on waiting", async () => {
    const { decisionId, checker } = await large();
    const { params } = await db().reviewDecision.findUniqueOrThrow({ where: { id: decisionId } });
    const other = await depositInReview(shop);
    const { receipt } = params as { receipt: string };
    await press(other.maker, other.depositId, "credit_by_person", credit(receipt));
    await expect(approveDecision(checker, { decisionId })).rejects.toMatchObject({
      code: "receipt_taken",
    });
    expect(
      await db().reviewDecision.findUniqueOrThrow({ where: { id: decisionId } }),
    ).toMatchObject({
      state: "waiting",
    });
  });

  test("whoever's own phone paid needs a second person, and is none", async () => {
    const { depositId, maker, checker, user } = await depositInReview(shop);
    const phone = freshPhone();
    await db().stkPush.update({
      where: { depositId },
      data: { phoneHash: keyedHash("phone", phone) },
    });
    await db().user.update({ where: { id: checker.actor.id }, data: { phone } });
    const own = await press(checker, depositId, "credit_by_person", credit());
    expect(own.kind).toBe("waiting");
    expect(await turnDownDecision(maker, { decisionId: own.decisionId, reason: "no" })).toBe(true);
    await db().withdrawalRules.create({
      data: {
        ...{ merchantId: user.merchantId, perPaymentCents: 1n, dayCents: 1n, weekCents: 1n },
        ...{ voucherFeeCents: 0n, mpesaFeeCents: 0n, voucherFloorCents: 0n, mpesaFloorCents: 0n },
        ...{ reviewAboveCents: 100n, updatedAt: new Date() },
      },
    });
    const { decisionId } = await press(maker, depositId, "credit_by_person", credit());
    await expect(approveDecision(checker, { decisionId })).rejects.toMatchObject({
      code: "own_money",
    });
  });
});

describe("a withdrawal nobody could tell of", () => {
  test("it was paid: what was held is gone, under the receipt that was typed", async () => {
    const { id, user, maker } = await withdrawalInReview(shop);
    const receipt = freshReceipt();
    await press(maker, id, "withdrawal_paid", { receipt });
    await expectStanding(id, "paid");
    expect(await readWithdrawal(id)).toMatchObject({ providerReceipt: receipt });
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
    await expect(
      press(maker, id, "withdrawal_give_back", { certainty: "statement" }),
    ).rejects.toMatchObject({ code: "review_ended" });
  });

  test("a voucher that was paid needs its code, which is kept in no decision", async () => {
    await shop.sandbox.control.addFault({
      ...{ endpoint: "create_voucher", when: "after", effect: { kind: "drop" } },
    });
    const { id, maker } = await withdrawalInReview(shop, { method: "pesavoucher" });
    await expect(press(maker, id, "withdrawal_paid")).rejects.toMatchObject({
      fields: { code: "empty" },
    });
    const { code } = await voucherOf(shop, id);
    await press(maker, id, "withdrawal_paid", { code });
    await expectStanding(id, "paid");
    const [decision] = await db().reviewDecision.findMany({ where: { subjectId: id } });
    expect(JSON.stringify(decision?.params)).not.toContain(code);
  });

  test("it was given back, for a reason that is certain, and a late success is a contradiction", async () => {
    const { id, user, maker } = await withdrawalInReview(shop);
    await expect(press(maker, id, "withdrawal_give_back")).rejects.toMatchObject({
      fields: { certainty: "empty" },
    });
    await press(maker, id, "withdrawal_give_back", { certainty: "statement" });
    await expectStanding(id, "failed: declined");
    expect(await moneyOf(user)).toEqual({ available: 100_000n, held: 0n });
  });

  test("50 people press paid and give back at once: one ending", async () => {
    const { id, maker, checker } = await withdrawalInReview(shop);
    const presses = Array.from({ length: 50 }, (_, index) =>
      index % 2
        ? press(maker, id, "withdrawal_paid", { receipt: freshReceipt() })
        : press(checker, id, "withdrawal_give_back", { certainty: "statement" }),
    );
    await expectOneOf(presses, ["review_ended"]);
    const { merchantId } = await readWithdrawal(id);
    expect(await movements(merchantId, "withdrawal_end", id)).toBe(1);
  });

  test.each(["contradiction_take", "contradiction_loss"])(
    "given back and paid as well: %s ends it with one movement",
    async (action) => {
      const { id, user, maker } = await contradiction(shop);
      await expectStanding(id, "needs_review: contradiction");
      await press(maker, id, action);
      await expectStanding(id, "paid");
      const left = action === "contradiction_take" ? 50_000n : 100_000n;
      expect(await moneyOf(user)).toEqual({ available: left, held: 0n });
      expect(await movements(user.merchantId, "withdrawal_contradiction", id)).toBe(1);
      await expect(press(maker, id, "contradiction_take")).rejects.toMatchObject({
        code: "review_ended",
      });
    },
  );

  test.each(["contradiction_take", "contradiction_loss"])(
    "a refund's voucher, given back and issued as well: %s ends the refund too",
    async (action) => {
      const it = await paidByVoucher(shop);
      const refundId = await refund(it, { email: freshEmail() });
      const { maker } = await twoPeople(it.user.merchantId);
      await approveRefund(maker, { refundId });
      const withdrawalId = (await readRefund(refundId)).withdrawalId ?? "";
      await shop.sandbox.control.addFault({
        ...{ endpoint: "create_voucher", when: "after", times: 1 },
        effect: { kind: "drop" },
      });
      await send(withdrawalId);
      const worker = workerOf(it.user.merchantId);
      await failWithdrawal(worker, { withdrawalId, reason: "declined" });
      const { code } = await voucherOf(shop, withdrawalId);
      await settleWithdrawal(worker, {
        withdrawalId,
        evidence: { kind: "voucher_created", namesAmount: true, code, receipt: null },
      });
      await expectRefund(refundId, "needs_review: contradiction");
      await press(maker, withdrawalId, action, { code });
      await expectRefund(refundId, "done");
      expect(await depositAfter(it.depositId)).toBe("reversed 50000");
    },
  );

  test("the balance does not cover it: nothing is taken, and the loss can be booked", async () => {
    const { id, ctx, maker } = await contradiction(shop);
    await withdraw(ctx, { amount: "900" });
    await expect(press(maker, id, "contradiction_take")).rejects.toMatchObject({
      code: "balance_does_not_cover",
    });
    await press(maker, id, "contradiction_loss");
    await expectStanding(id, "paid");
  });
});

describe("money that came in for nobody we knew", () => {
  test("is given to a customer, who sees it in their history", async () => {
    const { user } = await shop.customer();
    const { transactionId, receipt } = await bookLine(user.merchantId, { amountCents: 30_000n });
    const stranger = await strangerOf();
    await expect(
      press(stranger, transactionId, "assign_customer", { customerId: user.id }),
    ).rejects.toThrow(NotFoundError);
    const own = await staff(user.merchantId);
    await press(own, transactionId, "assign_customer", { customerId: user.id });
    expect((await moneyOf(user)).available).toBe(30_000n);
    const deposit = await db().deposit.findFirstOrThrow({ where: { customerId: user.id } });
    expect(deposit).toMatchObject({
      ...{ origin: "assigned", state: "paid", providerReceipt: receipt, askedCents: null },
    });
    // What is sealed says to whom, and by which payment, so that nobody can say otherwise later.
    const sealed = await db().auditEntry.findMany({
      where: { subjectId: deposit.id },
      orderBy: { seq: "asc" },
    });
    expect(sealed.map(({ after }) => after)).toMatchObject([{ customer: user.id }, { receipt }]);
    await expect(
      press(own, transactionId, "assign_customer", { customerId: user.id }),
    ).rejects.toMatchObject({ code: "review_ended" });
  });

  test("50 people give it to two customers at once: one has it", async () => {
    const { user } = await shop.customer();
    const { user: other } = await fundedCustomer(shop, 100n, user.merchantId);
    const { transactionId } = await bookLine(user.merchantId, { amountCents: 30_000n });
    const own = await staff(user.merchantId);
    const presses = Array.from({ length: 50 }, (_, index) =>
      press(own, transactionId, "assign_customer", { customerId: index % 2 ? user.id : other.id }),
    );
    await expectOneOf(presses, ["review_ended"]);
    const both = (await moneyOf(user)).available + (await moneyOf(other)).available;
    expect(both).toBe(30_100n);
  });

  test("pays an open deposit, or gives a paid one its receipt; another amount does not fit", async () => {
    const open = await depositInReview(shop);
    const { merchantId } = open.user;
    const first = await bookLine(merchantId, { amountCents: 50_000n });
    await press(open.maker, first.transactionId, "attach_payment", { paymentId: open.depositId });
    expect(await readDeposit(open.depositId)).toMatchObject({ providerReceipt: first.receipt });
    const { depositId: paid } = await shop.prompt(open.ctx);
    await settleDeposit(open.maker, {
      depositId: paid,
      evidence: { kind: "stk_query", amountCents: 50_000n },
    });
    const wrong = await bookLine(merchantId, { amountCents: 40_000n });
    await expect(
      press(open.maker, wrong.transactionId, "attach_payment", { paymentId: paid }),
    ).rejects.toMatchObject({ code: "payment_does_not_fit" });
    const second = await bookLine(merchantId, { amountCents: 50_000n });
    await press(open.maker, second.transactionId, "attach_payment", { paymentId: paid });
    expect(await readDeposit(paid)).toMatchObject({ providerReceipt: second.receipt });
    expect((await moneyOf(open.user)).available).toBe(100_000n);
  });

  test("a payout nobody knew gives its receipt to the withdrawal that a person names", async () => {
    const { id, user, maker } = await withdrawalInReview(shop);
    const { transactionId, receipt } = await bookLine(user.merchantId, {
      amountCents: -50_000n,
      kind: "payout",
    });
    await press(maker, transactionId, "attach_payment", { paymentId: id });
    await expectStanding(id, "paid");
    expect(await readWithdrawal(id)).toMatchObject({ providerReceipt: receipt });
    expect(
      await db().providerTransaction.findUniqueOrThrow({ where: { id: transactionId } }),
    ).toMatchObject({ standing: "matched", paymentId: id });
  });

  test("is left with a note, once, and can still be given to its owner", async () => {
    const { user } = await shop.customer();
    const { transactionId } = await bookLine(user.merchantId, { amountCents: 30_000n });
    const own = await staff(user.merchantId);
    await press(own, transactionId, "leave");
    await expect(press(own, transactionId, "leave")).rejects.toMatchObject({
      code: "review_ended",
    });
    await press(own, transactionId, "assign_customer", { customerId: user.id });
    expect((await moneyOf(user)).available).toBe(30_000n);
  });
});

describe("who may", () => {
  test("customers may not, and another merchant's staff find nothing", async () => {
    const { depositId, ctx, maker } = await depositInReview(shop, "6000");
    const stranger = await strangerOf();
    await expect(press(ctx, depositId, "mark_not_paid")).rejects.toThrow(ForbiddenError);
    for (const action of REVIEW_ACTIONS) {
      await expect(
        press(stranger, depositId, action, { ...credit(), queryId: "x" }),
      ).rejects.toThrow(NotFoundError);
    }
    const { decisionId } = await press(maker, depositId, "mark_not_paid");
    await expect(approveDecision(stranger, { decisionId })).rejects.toThrow(NotFoundError);
    await expect(turnDownDecision(stranger, { decisionId, reason: "no" })).rejects.toThrow(
      NotFoundError,
    );
  });
});

async function staff(merchantId: string): Promise<Ctx> {
  return (await staffOf(merchantId)).ctx;
}
