import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NotFoundError } from "@/lib/errors";
import { db } from "@/lib/db";
import { FEES } from "@/lib/ledger/accounts";
import { readAccountBalance } from "@/lib/ledger/read-balance";
import { failRefund } from "@/lib/payments/refunds/fail-refund";
import { settleRefund } from "@/lib/payments/refunds/settle-refund";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { calmPayouts, moneyOf, openPayoutShop, withdraw, workerOf } from "@/test/payouts";
import {
  depositAfter,
  paidByMpesa,
  readRefund,
  sentRefund,
  setRefundsAside,
  standingOfRefund,
  type PaidDeposit,
} from "@/test/refunds";
import {
  auditOf,
  bookLine,
  expectOneOf,
  freshReceipt,
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

interface Line {
  readonly amountCents?: bigint;
  readonly receipt?: string;
  readonly originalReceipt?: string;
}

/** A line of M-Pesa's books that takes KSh 500 back, of a merchant's payment that nobody here gave back. */
function wayBack({ user }: Pick<PaidDeposit, "user">, line: Line = {}) {
  return bookLine(user.merchantId, { amountCents: -50_000n, kind: "reversal", ...line });
}

/** A customer's payment that was reversed in M-Pesa's portal; its line names it unless told otherwise. */
async function reversedByHand(line: Line | null = null) {
  const it = await paidByMpesa(shop);
  const named = line ?? { originalReceipt: it.receipt };
  const { transactionId, receipt: back } = await wayBack(it, named);
  return { ...it, transactionId, back, ...(await twoPeople(it.user.merchantId)) };
}

const readLine = (id: string) => db().providerTransaction.findUniqueOrThrow({ where: { id } });
const refundOf = (depositId: string) => db().refund.findFirstOrThrow({ where: { depositId } });

describe("a payment that was reversed in M-Pesa's portal", () => {
  test("is named by its line, and taken from the customer's balance: both books agree", async () => {
    const { maker, depositId, transactionId, user, receipt, back } = await reversedByHand();
    expect(await readLine(transactionId)).toMatchObject({
      ...{ standing: "unmatched", cause: "reversal_unknown", paymentId: depositId },
    });
    expect((await listQueue(maker)).rows).toMatchObject([
      { subjectId: transactionId, situation: "reversal_unknown", customer: user.name },
    ]);
    const panel = await getReviewCase(maker, { subjectId: transactionId });
    expect(panel.actions).toEqual([
      ...["reversal_take", "reversal_loss", "attach_payment", "book_own", "book_cost", "leave"],
    ]);
    expect(panel.transaction?.candidates.map(({ id }) => id)).toEqual([depositId]);
    await press(maker, transactionId, "reversal_take", { paymentId: depositId });
    expect(await moneyOf(user)).toEqual({ available: 0n, held: 0n });
    expect(await depositAfter(depositId)).toBe("reversed 50000");
    const refund = await refundOf(depositId);
    expect(refund).toMatchObject({
      ...{ state: "done", method: "reversal", receipt, providerReceipt: back, sentAt: null },
      ...{ requestedById: maker.actor.id, why: "seen on the statement" },
    });
    expect(await readLine(transactionId)).toMatchObject({
      ...{ standing: "matched", cause: null, paymentId: refund.id },
    });
    expect(await auditOf(refund.id)).toEqual(["refund.done"]);
    expect(await auditOf(depositId)).toContain("deposit.reversed");
    await expect(
      press(maker, transactionId, "reversal_loss", { paymentId: depositId }),
    ).rejects.toMatchObject({ code: "review_ended" });
  });

  test("is the merchant's loss where that is decided, and the customer keeps the money", async () => {
    const { maker, depositId, transactionId, user } = await reversedByHand();
    const fees = { merchantId: user.merchantId, ...FEES };
    const before = await readAccountBalance(db(), fees);
    await press(maker, transactionId, "reversal_loss", { paymentId: depositId });
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
    expect(await readAccountBalance(db(), fees)).toBe(before - 50_000n);
    expect(await depositAfter(depositId)).toBe("reversed 50000");
  });

  test("is found by the receipt that staff type where the line names none", async () => {
    const { maker, depositId, transactionId, receipt } = await reversedByHand({});
    expect((await readLine(transactionId)).paymentId).toBeNull();
    await expect(press(maker, transactionId, "reversal_take")).rejects.toMatchObject({
      fields: { payment: "empty" },
    });
    await expect(
      press(maker, transactionId, "reversal_take", { payment: "UNKNOWN001" }),
    ).rejects.toMatchObject({ fields: { payment: "not_found" } });
    await press(maker, transactionId, "reversal_take", { payment: ` ${receipt.toLowerCase()} ` });
    expect(await depositAfter(depositId)).toBe("reversed 50000");
  });

  test("may be shown by M-Pesa under the payment's own receipt, which stays the payment's", async () => {
    const paid = await paidByMpesa(shop);
    const { transactionId } = await wayBack(paid, { receipt: paid.receipt });
    const { maker } = await twoPeople(paid.user.merchantId);
    await press(maker, transactionId, "reversal_take", { paymentId: paid.depositId });
    expect(await refundOf(paid.depositId)).toMatchObject({ state: "done", providerReceipt: null });
    const holder = await db().receipt.findFirstOrThrow({ where: { number: paid.receipt } });
    expect(holder.paymentId).toBe(paid.depositId);
  });

  test("is no payment of another receipt, amount or shop, and none that went back already", async () => {
    const { maker, transactionId, depositId, user } = await reversedByHand();
    const other = await paidByMpesa(shop);
    const refusal = (paymentId: string, id = transactionId) =>
      press(maker, id, "reversal_loss", { paymentId }).then(
        () => "done",
        (error: { code: string; fields?: unknown }) => error.fields ?? error.code,
      );
    expect(await refusal(other.depositId)).toEqual({ payment: "not_found" });
    const large = await wayBack({ user }, { amountCents: -50_001n });
    expect(await refusal(depositId, large.transactionId)).toBe("refund_nothing_left");
    const another = await wayBack({ user }, { originalReceipt: freshReceipt() });
    expect(await refusal(depositId, another.transactionId)).toBe("payment_does_not_fit");
    const unnamed = await wayBack({ user }, {});
    expect(await refusal(depositId)).toBe("done");
    expect(await refusal(depositId, unnamed.transactionId)).toBe("refund_given_back");
    await press(maker, unnamed.transactionId, "book_cost");
    await press(maker, large.transactionId, "book_cost");
    await press(maker, another.transactionId, "book_own");
  });

  test("cannot be taken from a balance that does not cover it", async () => {
    const { maker, depositId, transactionId, ctx } = await reversedByHand();
    await withdraw(ctx, { amount: "10" });
    await expect(
      press(maker, transactionId, "reversal_take", { paymentId: depositId }),
    ).rejects.toMatchObject({ code: "balance_does_not_cover" });
    expect(await depositAfter(depositId)).toBe("paid 0");
    await press(maker, transactionId, "reversal_loss", { paymentId: depositId });
  });

  test("50 people at once, over two lines of it, give it back once", async () => {
    const { maker, checker, depositId, transactionId, user } = await reversedByHand();
    const { transactionId: second } = await wayBack({ user }, {});
    const presses = Array.from({ length: 50 }, (_, index) =>
      press(
        index % 2 ? maker : checker,
        index % 3 ? transactionId : second,
        index % 5 ? "reversal_take" : "reversal_loss",
        { paymentId: depositId },
      ),
    );
    await expectOneOf(presses, [
      ...["review_ended", "refund_given_back", "refund_nothing_left", "balance_does_not_cover"],
    ]);
    expect(await depositAfter(depositId)).toBe("reversed 50000");
    expect(await db().refund.count({ where: { depositId } })).toBe(1);
  });

  test("above the limit another person agrees, who asked is still whoever decided first", async () => {
    const { maker, checker, depositId, transactionId, user } = await reversedByHand();
    await setWithdrawalRules(user.merchantId, { reviewAboveCents: 10_000n });
    const params = { paymentId: depositId };
    const { kind, decisionId } = await press(maker, transactionId, "reversal_loss", params);
    expect(kind).toBe("waiting");
    expect(await depositAfter(depositId)).toBe("paid 0");
    await expect(approveDecision(maker, { decisionId })).rejects.toMatchObject({
      code: "own_decision",
    });
    expect(await approveDecision(checker, { decisionId })).toBe("carried_out");
    expect(await refundOf(depositId)).toMatchObject({ requestedById: maker.actor.id });
  });

  test("whoever's phone it went back to decides nothing alone, and agrees to nothing", async () => {
    const { maker, checker, depositId, transactionId, user, phone } = await reversedByHand();
    await db().user.update({ where: { id: maker.actor.id }, data: { phone } });
    const params = { paymentId: depositId };
    const own = await press(maker, transactionId, "reversal_loss", params);
    expect(own.kind).toBe("waiting");
    expect(await turnDownDecision(checker, { decisionId: own.decisionId, reason: "no" })).toBe(
      true,
    );
    await setWithdrawalRules(user.merchantId, { reviewAboveCents: 10_000n });
    const { decisionId } = await press(checker, transactionId, "reversal_take", params);
    await expect(approveDecision(maker, { decisionId })).rejects.toMatchObject({
      code: "own_money",
    });
  });

  test("is found by no other merchant's staff", async () => {
    const { depositId, transactionId } = await reversedByHand();
    await expect(
      press(await strangerOf(), transactionId, "reversal_loss", { paymentId: depositId }),
    ).rejects.toThrow(NotFoundError);
  });
});

describe("the way back of a refund of ours", () => {
  test("is said to be it by a person where its line names nothing", async () => {
    const it = await sentRefund(shop);
    await settleRefund(workerOf(it.user.merchantId), {
      refundId: it.id,
      evidence: { kind: "already_reversed", namesAmount: false, receipt: null },
    });
    const { transactionId, receipt } = await wayBack(it);
    const { maker } = await twoPeople(it.user.merchantId);
    const { transaction } = await getReviewCase(maker, { subjectId: transactionId });
    expect(transaction?.candidates.map(({ id }) => id)).toEqual([it.id]);
    await press(maker, transactionId, "attach_payment", { paymentId: it.id });
    expect(await readRefund(it.id)).toMatchObject({ state: "done", providerReceipt: receipt });
    expect(await readLine(transactionId)).toMatchObject({ standing: "matched", paymentId: it.id });
  });

  test("ends one that nobody could tell of", async () => {
    const it = await sentRefund(shop);
    const { transactionId } = await wayBack(it);
    const { maker } = await twoPeople(it.user.merchantId);
    await press(maker, transactionId, "attach_payment", { paymentId: it.id });
    expect(await standingOfRefund(it.id)).toBe("done");
    expect(await depositAfter(it.depositId)).toBe("reversed 50000");
  });

  test("that was put back is its contradiction, as soon as M-Pesa's books name the payment", async () => {
    const it = await sentRefund(shop);
    await failRefund(workerOf(it.user.merchantId), { refundId: it.id, reason: "declined" });
    const { transactionId, receipt } = await wayBack(it, { originalReceipt: it.receipt });
    expect(await readRefund(it.id)).toMatchObject({
      ...{ state: "needs_review", reason: "contradiction", providerReceipt: receipt },
    });
    expect(await readLine(transactionId)).toMatchObject({ standing: "matched", paymentId: it.id });
    const { maker } = await twoPeople(it.user.merchantId);
    await press(maker, it.id, "refund_contradiction_take");
    expect(await moneyOf(it.user)).toEqual({ available: 0n, held: 0n });
  });
});
