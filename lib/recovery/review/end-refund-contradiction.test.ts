import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { NotFoundError } from "@/lib/errors";
import { db } from "@/lib/db";
import { FEES, SUSPENSE, type AccountRef } from "@/lib/ledger/accounts";
import { readAccountBalance } from "@/lib/ledger/read-balance";
import { approveRefund } from "@/lib/payments/refunds/approve-refund";
import { failRefund } from "@/lib/payments/refunds/fail-refund";
import { requestRefundOfTransaction } from "@/lib/payments/refunds/request-refund-of-transaction";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { failWithdrawal } from "@/lib/payments/withdrawals/fail-withdrawal";
import { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import {
  calmPayouts,
  freshEmail,
  fund,
  moneyOf,
  openPayoutShop,
  send,
  voucherOf,
  withdraw,
  workerOf,
} from "@/test/payouts";
import {
  depositAfter,
  paidByMpesa,
  paidByVoucher,
  readRefund,
  refund,
  sendOne,
  setRefundsAside,
  standingOfRefund,
  type PaidDeposit,
} from "@/test/refunds";
import {
  auditOf,
  bookLine,
  contradictedRefund,
  expectOneOf,
  freshReceipt,
  movements,
  press,
  strangerOf,
  twoPeople,
} from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { approveDecision } from "./approve-decision";
import { getReviewCase } from "./get-review-case";
import { listQueue } from "./list-queue";
import { turnDownDecision } from "./turn-down-decision";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectInvariants();
  await setRefundsAside();
});
afterAll(() => shop.close());

/** M-Pesa says that a reversal was done, whatever was said of it before. */
async function toldDone(refundId: string, receipt: string | null): Promise<void> {
  const { merchantId } = await readRefund(refundId);
  const evidence = { kind: "status_result", namesAmount: true, receipt } as const;
  await settleRefund(workerOf(merchantId), { refundId, evidence });
}

/** Money of nobody whose way back M-Pesa declined, and of which it said afterwards that it was done. */
async function contradictedSuspense() {
  const { user } = await shop.customer();
  const { merchantId } = user;
  const people = await twoPeople(merchantId);
  const { transactionId } = await bookLine(merchantId, { amountCents: 30_000n });
  const { refundId: id } = await requestRefundOfTransaction(people.maker, {
    ...{ transactionId, why: "nobody knows whose it is", attemptKey: crypto.randomUUID() },
  });
  await sendOne(id);
  await failRefund(workerOf(merchantId), { refundId: id, reason: "declined" });
  await toldDone(id, freshReceipt());
  return { id, user, merchantId, transactionId, ...people };
}

const balance = (merchantId: string, account: AccountRef) =>
  readAccountBalance(db(), { merchantId, ...account });
const actionsOf = async (it: { maker: Parameters<typeof press>[0]; id: string }) =>
  (await getReviewCase(it.maker, { subjectId: it.id })).actions;

describe("a refund that was put back and went back as well", () => {
  test("waits in the queue, and is taken from the customer's balance", async () => {
    const { id, maker, user, depositId, wayBack } = await contradictedRefund(shop);
    const { rows } = await listQueue(maker, { kind: "refund" });
    expect(rows).toMatchObject([{ subjectId: id, situation: "refund_contradiction" }]);
    expect(await actionsOf({ maker, id })).toEqual([
      "refund_contradiction_take",
      "refund_contradiction_loss",
    ]);
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
    await press(maker, id, "refund_contradiction_take");
    expect(await moneyOf(user)).toEqual({ available: 0n, held: 0n });
    expect(await readRefund(id)).toMatchObject({
      ...{ state: "done", reason: null, failedAt: null, providerReceipt: wayBack },
    });
    expect(await depositAfter(depositId)).toBe("reversed 50000");
    expect((await auditOf(id)).slice(-2)).toEqual(["review.carried_out", "refund.done"]);
    expect(await auditOf(depositId)).toContain("deposit.reversed");
    for (const action of ["refund_contradiction_take", "refund_contradiction_loss"])
      await expect(press(maker, id, action)).rejects.toMatchObject({ code: "review_ended" });
  });

  test("is the merchant's loss where that is decided: the customer keeps the money", async () => {
    const { id, maker, user, merchantId, depositId } = await contradictedRefund(shop);
    const fees = await balance(merchantId, FEES);
    await press(maker, id, "refund_contradiction_loss");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
    expect(await balance(merchantId, FEES)).toBe(fees - 50_000n);
    expect(await depositAfter(depositId)).toBe("reversed 50000");
  });

  test("cannot be taken from a balance that does not cover it, and can be a loss then", async () => {
    const { id, maker, ctx } = await contradictedRefund(shop);
    await withdraw(ctx, { amount: "10" });
    await expect(press(maker, id, "refund_contradiction_take")).rejects.toMatchObject({
      code: "balance_does_not_cover",
    });
    expect(await standingOfRefund(id)).toBe("needs_review: contradiction");
    await press(maker, id, "refund_contradiction_loss");
  });

  test("takes the receipt that staff type, unless it is another payment's", async () => {
    const { id, maker } = await contradictedRefund(shop, { receipt: null });
    const other = await paidByMpesa(shop);
    await expect(
      press(maker, id, "refund_contradiction_loss", { receipt: other.receipt }),
    ).rejects.toMatchObject({ code: "receipt_taken" });
    const receipt = freshReceipt();
    await press(maker, id, "refund_contradiction_loss", { receipt });
    expect(await readRefund(id)).toMatchObject({ state: "done", providerReceipt: receipt });
  });

  test("50 people at once end it once: one movement, counted once on the deposit", async () => {
    const { id, maker, checker, depositId, merchantId } = await contradictedRefund(shop);
    const presses = Array.from({ length: 50 }, (_, index) =>
      index % 2
        ? press(maker, id, "refund_contradiction_take")
        : press(checker, id, "refund_contradiction_loss"),
    );
    await expectOneOf(presses, ["review_ended"]);
    expect(await movements(merchantId, "refund_unheld", id)).toBe(1);
    expect(await depositAfter(depositId)).toBe("reversed 50000");
  });

  test("above the limit another person agrees, and nothing moves before", async () => {
    const { id, maker, checker, user, merchantId } = await contradictedRefund(shop);
    await setWithdrawalRules(merchantId, { reviewAboveCents: 10_000n });
    const { kind, decisionId } = await press(maker, id, "refund_contradiction_loss");
    expect(kind).toBe("waiting");
    expect(await standingOfRefund(id)).toBe("needs_review: contradiction");
    await expect(approveDecision(maker, { decisionId })).rejects.toMatchObject({
      code: "own_decision",
    });
    expect(await approveDecision(checker, { decisionId })).toBe("carried_out");
    expect(await standingOfRefund(id)).toBe("done");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
  });

  test("whoever's phone it went back to decides nothing alone, and agrees to nothing", async () => {
    const { id, maker, checker, phone, merchantId } = await contradictedRefund(shop);
    await db().user.update({ where: { id: maker.actor.id }, data: { phone } });
    const own = await press(maker, id, "refund_contradiction_loss");
    expect(own.kind).toBe("waiting");
    expect(await turnDownDecision(checker, { decisionId: own.decisionId, reason: "no" })).toBe(
      true,
    );
    await setWithdrawalRules(merchantId, { reviewAboveCents: 10_000n });
    const { decisionId } = await press(checker, id, "refund_contradiction_take");
    await expect(approveDecision(maker, { decisionId })).rejects.toMatchObject({
      code: "own_money",
    });
    expect(await standingOfRefund(id)).toBe("needs_review: contradiction");
  });

  test("is found by no other merchant's staff", async () => {
    const { id } = await contradictedRefund(shop);
    await expect(press(await strangerOf(), id, "refund_contradiction_loss")).rejects.toThrow(
      NotFoundError,
    );
  });
});

describe("a refund that was put back, while another one gave the payment back", () => {
  test("is the same money: it ends and nothing moves, and the line of the statement is the other's", async () => {
    const first = await contradictedRefund(shop);
    const { id, maker, staff, depositId, user, merchantId, wayBack } = first;
    const { transactionId } = await bookLine(merchantId, {
      ...{ amountCents: -50_000n, kind: "reversal", receipt: wayBack ?? "" },
    });
    const second = await refund({ staff, depositId });
    expect(await actionsOf({ maker, id })).toContain("refund_contradiction_take");
    await expect(press(maker, id, "refund_contradiction_loss")).rejects.toMatchObject({
      code: "refund_nothing_left",
    });
    await expect(press(maker, id, "refund_contradiction_same")).rejects.toMatchObject({
      code: "refund_not_booked",
    });
    await sendOne(second);
    await settleRefund(workerOf(merchantId), {
      refundId: second,
      evidence: { kind: "already_reversed", namesAmount: false, receipt: null },
    });
    expect(await actionsOf({ maker, id })).toEqual(["refund_contradiction_same"]);
    await expect(press(maker, id, "refund_contradiction_take")).rejects.toMatchObject({
      code: "refund_nothing_left",
    });
    await press(maker, id, "refund_contradiction_same");
    expect(await standingOfRefund(id)).toBe("failed: booked_by_another");
    expect(await depositAfter(depositId)).toBe("reversed 50000");
    expect(await moneyOf(user)).toEqual({ available: 0n, held: 0n });
    const line = await db().providerTransaction.findUniqueOrThrow({ where: { id: transactionId } });
    expect(line).toMatchObject({ standing: "matched", paymentId: second });
    expect((await listQueue(maker, { kind: "refund" })).rows).toEqual([]);
    await toldDone(id, freshReceipt());
    expect(await standingOfRefund(id)).toBe("failed: booked_by_another");
  });
});

describe("money of nobody that was put back into suspense and went back as well", () => {
  test("leaves suspense, and nobody is given it any more", async () => {
    const { id, maker, user, transactionId, merchantId } = await contradictedSuspense();
    const before = await balance(merchantId, SUSPENSE);
    expect(await actionsOf({ maker, id })).toEqual(["refund_contradiction_take"]);
    await expect(press(maker, id, "refund_contradiction_loss")).rejects.toMatchObject({
      code: "refund_in_suspense",
    });
    await press(maker, id, "refund_contradiction_take");
    expect(await balance(merchantId, SUSPENSE)).toBe(before - 30_000n);
    expect(await standingOfRefund(id)).toBe("done");
    const line = await db().providerTransaction.findUniqueOrThrow({ where: { id: transactionId } });
    expect(line).toMatchObject({ standing: "returned", paymentId: id, cause: null });
    await expect(
      press(maker, transactionId, "assign_customer", { customerId: user.id }),
    ).rejects.toMatchObject({ code: "review_ended" });
  });

  test.each([
    ["refund_contradiction_take", 0n],
    ["refund_contradiction_loss", 30_000n],
  ] as const)("given to a customer meanwhile: %s", async (action, leftCents) => {
    const { id, maker, user, transactionId, merchantId } = await contradictedSuspense();
    await press(maker, transactionId, "assign_customer", { customerId: user.id });
    expect(await moneyOf(user)).toEqual({ available: 30_000n, held: 0n });
    expect(await actionsOf({ maker, id })).toEqual([
      "refund_contradiction_take",
      "refund_contradiction_loss",
    ]);
    await press(maker, id, action);
    expect(await moneyOf(user)).toEqual({ available: leftCents, held: 0n });
    expect(await standingOfRefund(id)).toBe("failed: booked_by_another");
    const deposit = await db().deposit.findFirstOrThrow({
      where: { merchantId, customerId: user.id },
    });
    expect(await depositAfter(deposit.id)).toBe("reversed 30000");
  });
});

test.each(["contradiction_take", "contradiction_loss"])(
  "a voucher too many went out, and %s ends it: no more than was paid counts as given back",
  async (action) => {
    const it = await paidByVoucher(shop);
    const { maker } = await twoPeople(it.user.merchantId);
    const worker = workerOf(it.user.merchantId);
    const first = await voucherOrdered(it, maker);
    await failWithdrawal(worker, { withdrawalId: first.withdrawalId, reason: "declined" });
    const second = await voucherOrdered(it, maker);
    for (const { withdrawalId, code } of [second, first]) {
      const told = { kind: "voucher_created", namesAmount: true, receipt: null } as const;
      await settleWithdrawal(worker, { withdrawalId, evidence: { ...told, code } });
    }
    expect(await depositAfter(it.depositId)).toBe("reversed 50000");
    await fund(it.user, 50_000n);
    await press(maker, first.withdrawalId, action, { code: first.code });
    expect(await standingOfRefund(first.refundId)).toBe("failed: beyond_paid");
    expect(await depositAfter(it.depositId)).toBe("reversed 50000");
    const left = action === "contradiction_take" ? 0n : 50_000n;
    expect(await moneyOf(it.user)).toEqual({ available: left, held: 0n });
  },
);

/** A voucher that gives a deposit back, ordered; its answer is lost. */
async function voucherOrdered(it: PaidDeposit, approver: Ctx) {
  const refundId = await refund(it, { email: freshEmail() });
  await approveRefund(approver, { refundId });
  const withdrawalId = (await readRefund(refundId)).withdrawalId ?? "";
  await shop.sandbox.control.addFault({
    ...{ endpoint: "create_voucher", when: "after", times: 1 },
    effect: { kind: "drop" },
  });
  await send(withdrawalId);
  const { code } = await voucherOf(shop, withdrawalId);
  return { refundId, withdrawalId, code };
}
