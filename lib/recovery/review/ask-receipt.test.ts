import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { settleDeposit } from "@/lib/payments/settle-deposit";
import { applyMessage } from "@/lib/inbox/apply-message";
import { eventually } from "@/test/eventually";
import { payByHand } from "@/test/collector";
import { calmDown, callbacksWorked, readDeposit, setAside, standingOf } from "@/test/mpesa";
import { calmPayouts } from "@/test/payouts";
import { auditOf, bookLine, depositInReview, press, strangerOf } from "@/test/review";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { getCaseFile } from "../get-case-file";
import { approveDecision } from "./approve-decision";
import { askReceipt } from "./ask-receipt";
import { getReviewCase } from "./get-review-case";
import { sweepReview } from "./sweep-review";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectInvariants();
  await setAside();
  await calmDown(shop);
});
afterAll(() => shop.close());

/** A deposit in review, and a payment its customer made on their own menu, with a mistyped account number. */
async function paidSomehow(amount = "500", paidCents = BigInt(amount) * 100n) {
  const it = await depositInReview(shop, amount, { mayAsk: true });
  const { receipt } = await payByHand(shop, { reference: "NYUMBA", amountCents: paidCents });
  return { ...it, receipt };
}

type Asking = Awaited<ReturnType<typeof paidSomehow>>;

async function ask({ maker, depositId, receipt }: Asking): Promise<string> {
  const { queryId } = await askReceipt(maker, { depositId, receipt, reason: "the SMS shows it" });
  await answered(queryId);
  return queryId;
}

/** Runs the question's job, and waits until M-Pesa's answer has come and is worked. */
async function answered(addressee: string): Promise<void> {
  await shop.runJobs();
  await eventually(async () =>
    expect(await db().message.count({ where: { addressee } })).toBeGreaterThan(0),
  );
  await callbacksWorked(shop);
}

function readQuery(id: string) {
  return db().receiptQuery.findUniqueOrThrow({ where: { id } });
}

describe("M-Pesa's answer is the proof", () => {
  test("a payment to us of the amount that was asked for credits the deposit by itself", async () => {
    const it = await paidSomehow();
    const queryId = await ask({ ...it, receipt: ` ${it.receipt.toLowerCase()} ` });
    expect(await readQuery(queryId)).toMatchObject({ outcome: "credited" });
    expect(await standingOf(it.depositId)).toBe("paid");
    expect(await readDeposit(it.depositId)).toMatchObject({ providerReceipt: it.receipt });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect(
      await db().providerTransaction.findFirstOrThrow({ where: { receipt: it.receipt } }),
    ).toMatchObject({ standing: "matched", paymentId: it.depositId, source: "status" });
    expect(
      await db().reviewDecision.findFirstOrThrow({ where: { subjectId: it.depositId } }),
    ).toMatchObject({
      action: "credit_proven",
      state: "carried_out",
      proposedById: it.maker.actor.id,
    });
    expect(await auditOf(it.depositId)).toEqual(
      expect.arrayContaining(["review.receipt_asked", "review.carried_out", "deposit.paid"]),
    );
    const file = await getCaseFile(it.maker, { paymentId: it.depositId });
    expect(file.calls.map(({ operation }) => operation)).toContain("tx_status");
    expect(file.messages.map(({ kind }) => kind)).toContain("status_result");
    expect(file.lines).toMatchObject([{ receipt: it.receipt, amount: "500.00" }]);
  });

  test("above the limit a second person agrees first, while the money waits in suspense", async () => {
    const it = await paidSomehow("6000");
    expect(await readQuery(await ask(it))).toMatchObject({ outcome: "waiting" });
    expect(await shop.availableCents(it.user)).toBe(0n);
    const { id: decisionId } = await db().reviewDecision.findFirstOrThrow({
      where: { subjectId: it.depositId, state: "waiting" },
    });
    await expect(approveDecision(it.maker, { decisionId })).rejects.toMatchObject({
      code: "own_decision",
    });
    expect(await approveDecision(it.checker, { decisionId })).toBe("carried_out");
    expect(await shop.availableCents(it.user)).toBe(600_000n);
    expect(await standingOf(it.depositId)).toBe("paid");
  });

  test("of another amount it is left to people, who may credit what was paid", async () => {
    const it = await paidSomehow("500", 45_000n);
    const queryId = await ask(it);
    expect(await readQuery(queryId)).toMatchObject({ outcome: "other_amount" });
    expect(await standingOf(it.depositId)).toBe("needs_review: unconfirmed");
    const { proofs, actions } = await getReviewCase(it.maker, { subjectId: it.depositId });
    expect(proofs).toEqual([{ queryId, receipt: it.receipt, amount: "450.00" }]);
    expect(actions).toEqual(["credit_proven", "mark_not_paid"]);
    await press(it.maker, it.depositId, "credit_proven", { queryId });
    expect(await shop.availableCents(it.user)).toBe(45_000n);
    await expect(press(it.maker, it.depositId, "credit_proven", { queryId })).rejects.toMatchObject(
      { code: "review_ended" },
    );
  });

  test("a deposit that was paid without a receipt gets it, and no money", async () => {
    const it = await paidSomehow();
    await settleDeposit(it.maker, {
      depositId: it.depositId,
      evidence: { kind: "stk_query", amountCents: 50_000n },
    });
    expect(await readQuery(await ask(it))).toMatchObject({ outcome: "attached" });
    expect(await readDeposit(it.depositId)).toMatchObject({ providerReceipt: it.receipt });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("a receipt of another payment is said to be one, and credits nobody", async () => {
    const it = await paidSomehow();
    await ask(it);
    const other = await depositInReview(shop, "500", { mayAsk: true });
    const queryId = await ask({ ...other, receipt: it.receipt });
    expect(await readQuery(queryId)).toMatchObject({ outcome: "taken" });
    expect(await shop.availableCents(other.user)).toBe(0n);
  });

  test("money under it that waited in suspense is handed over, once", async () => {
    const it = await paidSomehow();
    const { transactionId } = await bookLine(it.user.merchantId, {
      amountCents: 50_000n,
      receipt: it.receipt,
    });
    await ask(it);
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect(
      await db().providerTransaction.findUniqueOrThrow({ where: { id: transactionId } }),
    ).toMatchObject({ standing: "matched", paymentId: it.depositId });
  });

  test("a payment to somebody else, and a receipt that M-Pesa does not know, prove nothing", async () => {
    const it = await depositInReview(shop, "500", { mayAsk: true });
    const elsewhere = await payByHand(shop, { reference: "X", shortcode: "600977" });
    for (const receipt of [elsewhere.receipt, "ABCDEFGHJK"]) {
      expect(await readQuery(await ask({ ...it, receipt }))).toMatchObject({
        outcome: "not_found",
      });
    }
    expect(await standingOf(it.depositId)).toBe("needs_review: unconfirmed");
    expect(
      await db().providerTransaction.count({ where: { merchantId: it.user.merchantId } }),
    ).toBe(0);
  });

  test("the deposit is paid by a callback before the answer comes: the money waits for a person", async () => {
    const it = await paidSomehow();
    const { queryId } = await askReceipt(it.maker, { ...it, reason: "the SMS shows it" });
    await settleDeposit(it.maker, {
      depositId: it.depositId,
      evidence: {
        ...{ kind: "stk_callback", amountCents: 50_000n, receipt: "CALLBACK01" },
        ...{ paidAt: null, payerMasked: null },
      },
    });
    await answered(queryId);
    expect(await readQuery(queryId)).toMatchObject({ outcome: "deposit_ended" });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
    expect(
      await db().providerTransaction.findFirstOrThrow({ where: { receipt: it.receipt } }),
    ).toMatchObject({ standing: "suspense" });
  });
});

describe("no answer", () => {
  test("for ten minutes is an end; only then a person's word counts, and a late answer too", async () => {
    const it = await paidSomehow();
    await expect(
      press(it.maker, it.depositId, "credit_by_person", {
        receipt: it.receipt,
        creditAmount: "500",
      }),
    ).rejects.toMatchObject({ code: "ask_mpesa_first" });
    const { queryId } = await askReceipt(it.maker, { ...it, reason: "the SMS shows it" });
    await sweepReview({ now: () => addMs(new Date(), 9 * MINUTE_MS) });
    expect(await readQuery(queryId)).toMatchObject({ outcome: null });
    await sweepReview({ now: () => addMs(new Date(), 11 * MINUTE_MS) });
    expect(await readQuery(queryId)).toMatchObject({ outcome: "unanswered", answeredAt: null });
    await press(it.maker, it.depositId, "credit_by_person", {
      ...{ receipt: it.receipt, creditAmount: "500" },
    });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("the same question is asked once, however often it is pressed", async () => {
    const it = await paidSomehow();
    const asked = await Promise.all(
      Array.from({ length: 20 }, () => askReceipt(it.maker, { ...it, reason: "the SMS" })),
    );
    expect(new Set(asked.map(({ queryId }) => queryId)).size).toBe(1);
    const [{ queryId = "" } = {}] = asked;
    await answered(queryId);
    const where = { subjectId: queryId, operation: "tx_status" };
    expect(await db().providerCall.count({ where })).toBe(1);
  });

  test("M-Pesa refuses the question: it says so, and a person's word counts", async () => {
    const it = await paidSomehow();
    await shop.sandbox.control.addFault({
      endpoint: "tx_status",
      effect: {
        ...{ kind: "envelope", status: 400 },
        ...{ errorCode: "400.002.02", errorMessage: "Bad Request - Invalid TransactionID" },
      },
    });
    const { queryId } = await askReceipt(it.maker, { ...it, reason: "the SMS" });
    await shop.runJobs();
    expect(await readQuery(queryId)).toMatchObject({ outcome: "refused" });
    const { actions } = await getReviewCase(it.maker, { subjectId: it.depositId });
    expect(actions).toContain("credit_by_person");
  });
});

describe("whose answer is believed", () => {
  async function tell(queryId: string, secretHash: string, parameters: readonly object[]) {
    const body = Buffer.from(
      JSON.stringify({
        Result: {
          ...{ ResultType: 0, ResultCode: 0, ResultDesc: "ok", TransactionID: "0000000000" },
          ResultParameters: { ResultParameter: parameters },
        },
      }),
    );
    return applyMessage(
      {
        ...{ id: "msg_1", provider: "mpesa", kind: "status_result", query: "", headers: {} },
        ...{ addressee: queryId, secretHash, receivedAt: new Date(), body },
      },
      () => new Date(),
    );
  }
  const completed = (receipt: string) => [
    { Key: "ReceiptNo", Value: receipt },
    { Key: "Amount", Value: 500 },
    { Key: "TransactionStatus", Value: "Completed" },
    { Key: "CreditPartyName", Value: "174379 - Duka" },
  ];

  test.each([
    ["other_receiver", "CreditPartyName", "600977 - Duka"],
    ["other_receiver", "CreditPartyName", "254712345678 - JOHN DOE"],
    ["not_completed", "TransactionStatus", "Cancelled"],
    ["unclear", "TransactionStatus", "Perhaps"],
    ["unclear", "Amount", "much"],
  ])("%s, where %s is %s: nothing is credited", async (outcome, Key, Value) => {
    const it = await paidSomehow();
    const { queryId } = await askReceipt(it.maker, { ...it, reason: "the SMS" });
    const { accountId } = await readQuery(queryId);
    const { hash } = await db().callbackSecret.findFirstOrThrow({ where: { accountId } });
    const said = completed(it.receipt).map((pair) => (pair.Key === Key ? { Key, Value } : pair));
    expect(await tell(queryId, hash, said)).toMatchObject({ outcome: "applied" });
    expect(await readQuery(queryId)).toMatchObject({ outcome });
    expect(await standingOf(it.depositId)).toBe("needs_review: unconfirmed");
  });

  test("one with another secret, or about another receipt, changes nothing", async () => {
    const it = await paidSomehow();
    const { queryId } = await askReceipt(it.maker, { ...it, reason: "the SMS" });
    const { accountId } = await readQuery(queryId);
    const { hash } = await db().callbackSecret.findFirstOrThrow({ where: { accountId } });
    for (const said of [
      await tell(queryId, "f".repeat(64), completed(it.receipt)),
      await tell(queryId, hash, completed("ANOTHER001")),
      await tell(queryId, hash, completed(it.receipt).slice(1)),
    ]) {
      expect(said).toMatchObject({ outcome: "quarantined", subjectId: it.depositId });
    }
    expect(await readQuery(queryId)).toMatchObject({ outcome: null });
    expect(await standingOf(it.depositId)).toBe("needs_review: unconfirmed");
    expect(await tell(queryId, hash, completed(it.receipt))).toMatchObject({ outcome: "applied" });
    expect(await tell(queryId, hash, completed(it.receipt))).toMatchObject({
      outcome: "duplicate",
    });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });
});

test("only the merchant's own staff ask, with a receipt and a reason", async () => {
  const it = await paidSomehow();
  const ctx = makeCtx(it.user.merchantId, { kind: "customer", id: it.user.id });
  const right = { depositId: it.depositId, receipt: it.receipt, reason: "the SMS" };
  await expect(askReceipt(ctx, right)).rejects.toThrow(ForbiddenError);
  await expect(askReceipt(await strangerOf(), right)).rejects.toThrow(NotFoundError);
  await expect(askReceipt(it.maker, { ...right, receipt: "" })).rejects.toMatchObject({
    fields: { receipt: "empty" },
  });
  await expect(askReceipt(it.maker, { ...right, reason: "" })).rejects.toMatchObject({
    fields: { reason: "empty" },
  });
  expect(await db().receiptQuery.count({ where: { merchantId: it.user.merchantId } })).toBe(0);
});
