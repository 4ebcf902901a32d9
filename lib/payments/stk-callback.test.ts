import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { ForgeStkInput } from "@/sandbox/control/mpesa-control";
import type { Push } from "@/sandbox/daraja/push";
import {
  calmDown,
  callbacksWorked,
  expectMpesaBooks,
  freshPhone,
  pushesFor,
  pushFor,
  readDeposit,
  setAside,
  standingOf,
} from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { STK_ENDINGS } from "@/test/stk-codes";
import { cancelMpesaDeposit } from "./cancel-mpesa-deposit";
import { checkDeposit } from "./check-deposit";
import { getPayment } from "./get-payment";

const LIMIT = 500;

let shop: Shop;

beforeAll(async () => {
  // Nothing is delivered before a test says so: no order depends on timing.
  shop = await openShop({ settings: { callbackDelivery: "explicit", stkQueryHiccupShare: 0 } });
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  await callbacksWorked(shop);
  await calmDown(shop);
  await expectMpesaBooks(shop);
  await setAside();
});
afterAll(() => shop.close());

async function prompted(options: { amount?: string; phone?: string } = {}) {
  const { user, ctx } = await shop.customer();
  const { depositId, phone } = await shop.prompt(ctx, options);
  return { user, ctx, depositId, phone, push: await pushFor(shop, depositId) };
}

/** The customer pays; M-Pesa keeps the callback back. */
async function paidUntold(script?: CallbackScript) {
  const it = await prompted();
  const { checkoutRequestId } = it.push;
  if (script)
    await shop.sandbox.control.scriptCallbacks({ kind: "stk", checkoutRequestId, script });
  await shop.sandbox.control.enterPin(it.phone);
  return { ...it, push: await pushFor(shop, it.depositId) };
}

/** Delivers what M-Pesa kept back about this push, and waits until it is worked. */
async function deliver({ checkoutRequestId }: Push): Promise<void> {
  await shop.sandbox.control.settle({ checkoutRequestId });
  await callbacksWorked(shop);
}

/** Sends what M-Pesa could have sent to the right address, with changes. */
async function say(push: Push, changes: Partial<ForgeStkInput> = {}): Promise<void> {
  await shop.sandbox.control.sendForgedStk({
    url: push.callbackUrl,
    checkoutRequestId: push.checkoutRequestId,
    merchantRequestId: push.merchantRequestId,
    amountCents: push.amountCents,
    msisdn: push.msisdn,
    shortcodeHeader: push.shortcode,
    ...changes,
  });
  await callbacksWorked(shop);
}

type Item = { Name: string; Value?: unknown };

/** The callback of a paid push, written by hand; `changes` replaces items by name, null leaves one out. */
function writtenBody(
  push: Push,
  changes: Readonly<Record<string, Item | null>> = {},
  code: unknown = 0,
) {
  const items: Item[] = [
    { Name: "Amount", Value: Number(push.amountCents) / 100 },
    { Name: "MpesaReceiptNumber", Value: push.receipt },
    { Name: "Balance" },
    { Name: "TransactionDate", Value: 20261121151900 },
    { Name: "PhoneNumber", Value: Number(push.msisdn) },
  ];
  const changed = items.flatMap((item) => {
    const change = changes[item.Name];
    return change === null ? [] : [change ?? item];
  });
  return {
    Body: {
      stkCallback: {
        MerchantRequestID: push.merchantRequestId,
        CheckoutRequestID: push.checkoutRequestId,
        ResultCode: code,
        ResultDesc: "The service request is processed successfully.",
        CallbackMetadata: { Item: changed },
      },
    },
  };
}

async function post(push: Push, body: unknown): Promise<void> {
  await shop.sandbox.control.forgeCallback({
    url: push.callbackUrl,
    body,
    headers: { Businessshortcode: push.shortcode },
  });
  await callbacksWorked(shop);
}

/** What became of the messages about a deposit, in the order in which they came. */
async function outcomes(depositId: string) {
  const rows = await db().message.findMany({
    where: { addressee: depositId },
    orderBy: [{ receivedAt: "asc" }, { id: "asc" }],
  });
  return rows.map(({ outcome, note }) => `${outcome}: ${note}`);
}

function later(ctx: Ctx, ms: number): Ctx {
  const at = addMs(new Date(), ms);
  return { ...ctx, now: () => at };
}

function sweepAt(ms: number) {
  return sweepDeposits({ now: () => addMs(new Date(), ms), limit: LIMIT });
}

function movements(depositId: string) {
  return db().ledgerMovement.count({ where: { ref: `stk:${depositId}` } });
}

describe("every result code ends a prompt in one known way", () => {
  test.each(STK_ENDINGS)("$code ($text): $afterCallback", async ({ code, text, afterCallback }) => {
    const { user, ctx, depositId, push } = await prompted();
    await shop.sandbox.control.endPush(push.checkoutRequestId, {
      resultCode: code,
      resultDesc: text,
    });
    await deliver(push);
    expect(await standingOf(depositId)).toBe(afterCallback);
    const row = await readDeposit(depositId);
    expect(row.stkPush).toMatchObject({ callbackCode: code });
    expect(await shop.availableCents(user)).toBe(afterCallback === "paid" ? 50_000n : 0n);
    if (afterCallback === "submitted") {
      // It settles nothing, so M-Pesa is asked at once.
      expect(row.nextCheckAt?.getTime()).toBeLessThanOrEqual(Date.now());
    }
    if (afterCallback.startsWith("failed")) {
      // It is believed for the screen, and M-Pesa is asked once more whether it stays with that.
      expect(row.nextCheckAt?.getTime()).toBeGreaterThan(Date.now());
      const { status, reason } = await getPayment(ctx, { paymentId: depositId });
      expect([status, `failed: ${reason}`]).toEqual(["not_paid", afterCallback]);
    }
  });

  test("a no says so on both roads, and then nobody asks any more", async () => {
    const { depositId, phone, push } = await prompted();
    await shop.sandbox.control.answerPrompt(phone, "decline");
    await deliver(push);
    await sweepAt(MINUTE_MS + SECOND_MS);
    expect(await readDeposit(depositId)).toMatchObject({
      state: "failed",
      reason: "cancelled",
      nextCheckAt: null,
      stkPush: { queryCode: "1032" },
    });
  });

  test.each(["00", "0.0", "+0", "O", "200", "success"])(
    "the code %s is no success, whatever stands beside it",
    async (code) => {
      const { user, depositId, push } = await prompted();
      await post(push, writtenBody({ ...push, receipt: "UKL0000002" }, {}, code));
      expect(await standingOf(depositId)).toBe("needs_review: unknown_code");
      expect(await shop.availableCents(user)).toBe(0n);
    },
  );

  test.each([
    ["as a number", 1032],
    ["as a text", "1032"],
    ["as a text with blanks", " 1032 "],
  ])("a code written %s is the same code", async (_form, code) => {
    const { depositId, phone, push } = await prompted();
    await shop.sandbox.control.answerPrompt(phone, "decline");
    const body = writtenBody(push, {}, code);
    const { CallbackMetadata: _none, ...said } = body.Body.stkCallback;
    await post(push, { Body: { stkCallback: said } });
    expect(await standingOf(depositId)).toBe("failed: cancelled");
  });
});

describe("a success is credited once, in whatever form it comes", () => {
  test.each<[what: string, script: CallbackScript]>([
    ["as usual", {}],
    ["with a masked phone", { maskPhone: true }],
    ["without a phone", { omitPhone: true }],
    ["with a Balance that has no value", { balanceForm: "no_value" }],
    ["without a Balance", { balanceForm: "absent" }],
    ["with decimals", { amountDecimals: true }],
    ["without decimals", { amountDecimals: false }],
    ["with its items in another order", { shuffleItems: true }],
    ["without the shortcode header", { omitSourceHeader: true }],
    ["with other words", { resultDesc: "Accepted by the payer" }],
    ["with words that sound like a failure", { resultDesc: "Request cancelled by user" }],
    ["twice", { copies: 2 }],
    ["twenty times at once", { copies: 20, parallel: true }],
  ])("%s", async (_what, script) => {
    const { user, depositId, push } = await paidUntold(script);
    await deliver(push);
    expect(await readDeposit(depositId)).toMatchObject({
      state: "paid",
      paidCents: 50_000n,
      providerReceipt: push.receipt,
    });
    expect(await shop.availableCents(user)).toBe(50_000n);
    expect(await movements(depositId)).toBe(1);
  });

  const date = { Name: "TransactionDate" };
  test.each<[what: string, changes: Readonly<Record<string, Item | null>>]>([
    ["an amount as text", { Amount: { Name: "Amount", Value: "500.00" } }],
    ["an amount with many zeros", { Amount: { Name: "Amount", Value: "500.000000" } }],
    ["a Balance that is null", { Balance: { Name: "Balance", Value: null } }],
    ["a Balance that is empty", { Balance: { Name: "Balance", Value: "" } }],
    ["a Balance in braces", { Balance: { Name: "Balance", Value: "{Amount={CurrencyCode=KES}}" } }],
    ["a Balance that is an object", { Balance: { Name: "Balance", Value: { of: 1 } } }],
    ["a phone as text", { PhoneNumber: { Name: "PhoneNumber", Value: "254712345678" } }],
    ["a phone as a hash", { PhoneNumber: { Name: "PhoneNumber", Value: "f".repeat(64) } }],
    ["somebody else's phone", { PhoneNumber: { Name: "PhoneNumber", Value: 254700000099 } }],
    ["a date as text", { TransactionDate: { ...date, Value: "20261121151900" } }],
    ["a date of nonsense", { TransactionDate: { ...date, Value: 99999999999999 } }],
    ["no date", { TransactionDate: null }],
  ])("with %s", async (_what, changes) => {
    const { user, depositId, push } = await paidUntold({ drop: true });
    await post(push, writtenBody(push, changes));
    expect(await readDeposit(depositId)).toMatchObject({
      state: "paid",
      providerReceipt: push.receipt,
    });
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("twenty different callbacks about one payment at once are one credit", async () => {
    const { user, depositId, push } = await paidUntold({ drop: true });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shop.sandbox.control.forgeCallback({
          url: push.callbackUrl,
          body: writtenBody(push, { Balance: { Name: "Balance", Value: index + 1 } }),
        }),
      ),
    );
    await callbacksWorked(shop);
    expect(await movements(depositId)).toBe(1);
    expect(await shop.availableCents(user)).toBe(50_000n);
    const ended = await outcomes(depositId);
    expect(ended.filter((outcome) => outcome === "applied: paid")).toHaveLength(1);
    expect(ended.filter((outcome) => outcome === "duplicate: paid before")).toHaveLength(19);
  });

  test("without any detail, what was asked for is credited, and the receipt is attached when it is told", async () => {
    const { user, ctx, depositId, push } = await paidUntold({ omitMetadata: true });
    await deliver(push);
    expect(await readDeposit(depositId)).toMatchObject({ state: "paid", providerReceipt: null });
    expect(await shop.availableCents(user)).toBe(50_000n);
    await post(push, writtenBody(push));
    expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
      provider_receipt: push.receipt,
    });
    expect(await movements(depositId)).toBe(1);
  });

  test("that does not say how much leaves the amount to M-Pesa's own answer", async () => {
    const { user, depositId, push } = await paidUntold({ drop: true });
    await post(push, writtenBody(push, { Amount: { Name: "Amount", Value: "five hundred" } }));
    expect(await standingOf(depositId)).toBe("submitted");
    await sweepAt(SECOND_MS);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("before the push itself was answered", async () => {
    const phone = freshPhone();
    await shop.sandbox.control.scriptCallbacks({
      kind: "stk",
      msisdn: phone.slice(1),
      script: { beforeAnswer: true },
      times: 1,
    });
    const { user, depositId, push } = await prompted({ phone });
    await callbacksWorked(shop);
    expect(await readDeposit(depositId)).toMatchObject({
      state: "paid",
      stkPush: { checkoutRequestId: push.checkoutRequestId },
    });
    expect(await shop.availableCents(user)).toBe(50_000n);
    expect(await pushesFor(shop, depositId)).toHaveLength(1);
  });

  test("while M-Pesa is being asked at the same moment", async () => {
    const { user, ctx, depositId, push } = await paidUntold();
    await Promise.all([
      deliver(push),
      ...Array.from({ length: 5 }, () => checkDeposit(ctx, { depositId })),
    ]);
    expect(await readDeposit(depositId)).toMatchObject({
      state: "paid",
      providerReceipt: push.receipt,
    });
    expect(await movements(depositId)).toBe(1);
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("tells when it was paid and by whom, and nothing one could call", async () => {
    const { ctx, depositId, push } = await paidUntold();
    await deliver(push);
    const payment = await getPayment(ctx, { paymentId: depositId });
    expect(payment.prompt?.paid_at).not.toBeNull();
    const row = await readDeposit(depositId);
    expect(row.stkPush?.payerMasked).toMatch(/^0\d{3} \*\*\* \d{3}$/);
    expect(JSON.stringify(payment)).not.toContain(push.msisdn.slice(3));
  });
});

describe("what does not fit changes no money and is parked for a person", () => {
  test("another amount than was asked for", async () => {
    const { user, depositId, push } = await paidUntold({ amountCents: 100_000n });
    await deliver(push);
    expect(await standingOf(depositId)).toBe("needs_review: amount_mismatch");
    expect(await outcomes(depositId)).toEqual([
      "quarantined: paid 1000.00, which was not asked for",
    ]);
    await sweepAt(MINUTE_MS);
    expect(await standingOf(depositId)).toBe("needs_review: amount_mismatch");
    expect(await shop.availableCents(user)).toBe(0n);
    // The truth, told later, still pays.
    await post(push, writtenBody(push));
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test.each([1n, 49_999n, 50_001n, 25_000_000n])(
    "a success of %s cents for a prompt of 50000, at the right address",
    async (amountCents) => {
      const { user, depositId, push } = await prompted();
      await say(push, { amountCents });
      expect(await standingOf(depositId)).toBe("needs_review: amount_mismatch");
      expect(await shop.availableCents(user)).toBe(0n);
    },
  );

  test("the receipt of another payment", async () => {
    const first = await paidUntold();
    await deliver(first.push);
    const second = await paidUntold({ drop: true });
    const reused = {
      MpesaReceiptNumber: { Name: "MpesaReceiptNumber", Value: first.push.receipt },
    };
    await post(second.push, writtenBody(second.push, reused));
    expect(await standingOf(second.depositId)).toBe("needs_review: receipt_reused");
    expect(await shop.availableCents(second.user)).toBe(0n);
    expect(await shop.availableCents(first.user)).toBe(50_000n);
    await post(second.push, writtenBody(second.push));
    expect(await standingOf(second.depositId)).toBe("paid");
  });

  test("the receipt of another payment, for one that is paid without a receipt yet", async () => {
    const first = await paidUntold();
    await deliver(first.push);
    const second = await paidUntold({ omitMetadata: true });
    await deliver(second.push);
    const reused = {
      MpesaReceiptNumber: { Name: "MpesaReceiptNumber", Value: first.push.receipt },
    };
    await post(second.push, writtenBody(second.push, reused));
    expect(await readDeposit(second.depositId)).toMatchObject({
      state: "paid",
      providerReceipt: null,
    });
    expect(await readDeposit(first.depositId)).toMatchObject({
      providerReceipt: first.push.receipt,
    });
    await post(second.push, writtenBody(second.push));
    expect(await readDeposit(second.depositId)).toMatchObject({
      providerReceipt: second.push.receipt,
    });
  });

  test("a second receipt for a payment that has one", async () => {
    const { depositId, push } = await paidUntold();
    await deliver(push);
    await say(push, { receipt: "UKL0000001" });
    expect(await readDeposit(depositId)).toMatchObject({ providerReceipt: push.receipt });
    expect((await outcomes(depositId)).at(-1)).toMatch(/^refused: paid before, with another/);
    expect(await movements(depositId)).toBe(1);
  });

  test("the id of another deposit's prompt", async () => {
    const open = await prompted();
    const paid = await paidUntold();
    await say(open.push, { checkoutRequestId: paid.push.checkoutRequestId });
    expect(await standingOf(open.depositId)).toBe("submitted");
    expect(await outcomes(open.depositId)).toEqual([
      "quarantined: names another prompt than this deposit's",
    ]);
    await deliver(paid.push);
    expect(await standingOf(paid.depositId)).toBe("paid");
  });

  test("the id of another deposit's prompt, where the answer of the own push was lost", async () => {
    const other = await prompted();
    await shop.sandbox.control.addFault({
      endpoint: "stk_push",
      when: "after",
      effect: { kind: "drop" },
      times: 1,
    });
    const lost = await prompted();
    await say(lost.push, { checkoutRequestId: other.push.checkoutRequestId });
    expect(await standingOf(lost.depositId)).toBe("pending");
    expect((await readDeposit(lost.depositId)).stkPush?.checkoutRequestId).toBeNull();
    expect(await shop.availableCents(lost.user)).toBe(0n);
  });

  test("an id that M-Pesa never gave", async () => {
    const { user, depositId, push } = await prompted();
    await say(push, { checkoutRequestId: "ws_CO_21112026151900123700000000" });
    expect(await standingOf(depositId)).toBe("submitted");
    expect(await shop.availableCents(user)).toBe(0n);
  });

  test.each(["600977", "000000", "174379, 174379", "x"])(
    "the shortcode %s in the header",
    async (shortcodeHeader) => {
      const { user, depositId, push } = await prompted();
      await say(push, { shortcodeHeader });
      expect(await standingOf(depositId)).toBe("submitted");
      expect((await outcomes(depositId)).at(-1)).toMatch(/^quarantined: sent for shortcode/);
      expect(await shop.availableCents(user)).toBe(0n);
    },
  );
});

describe("what comes late or in another order", () => {
  test("a success after a failure is paid", async () => {
    const { user, ctx, depositId, push } = await paidUntold();
    await say(push, { resultCode: 1037 });
    expect(await standingOf(depositId)).toBe("failed: no_answer");
    await deliver(push);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
    expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
      status: "paid",
      reason: null,
      new_attempt: null,
    });
  });

  test("a failure after a success changes nothing", async () => {
    const { user, depositId, push } = await paidUntold();
    await deliver(push);
    await say(push, { resultCode: 1032 });
    await sweepAt(2 * MINUTE_MS);
    expect(await readDeposit(depositId)).toMatchObject({
      state: "paid",
      nextCheckAt: null,
      stkPush: { callbackCode: "0" },
    });
    expect((await outcomes(depositId)).at(-1)).toBe(
      "refused: says 1032, and the deposit is credited",
    );
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("a failure by callback and a yes when asked is a contradiction, and a person decides", async () => {
    const { user, depositId, push } = await paidUntold();
    await say(push, { resultCode: 1032 });
    await sweepAt(MINUTE_MS + 10 * SECOND_MS);
    expect(await readDeposit(depositId)).toMatchObject({
      state: "needs_review",
      reason: "contradiction",
      nextCheckAt: null,
      stkPush: { callbackCode: "1032", queryCode: "0" },
    });
    expect(await shop.availableCents(user)).toBe(0n);
    await deliver(push);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("an unknown code and a yes when asked is paid", async () => {
    const { user, depositId, push } = await paidUntold({ drop: true });
    await say(push, { resultCode: 7777 });
    expect(await standingOf(depositId)).toBe("needs_review: unknown_code");
    await sweepAt(SECOND_MS);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test.each([1036, 9999])(
    "code %i alone never fails a prompt, and a yes when asked is paid",
    async (resultCode) => {
      const { user, depositId, push } = await paidUntold({ drop: true });
      await say(push, { resultCode });
      expect(await standingOf(depositId)).toBe("submitted");
      await sweepAt(SECOND_MS);
      expect(await standingOf(depositId)).toBe("paid");
      expect(await shop.availableCents(user)).toBe(50_000n);
    },
  );

  test("code 17 while the first prompt was paid leaves the first prompt's money alone", async () => {
    const first = await paidUntold();
    await deliver(first.push);
    // The same person asks for the same amount again: M-Pesa turns it away, and only that.
    const second = await shop.prompt(later(first.ctx, 3 * MINUTE_MS), { phone: first.phone });
    await shop.sandbox.control.advanceClock(2 * SECOND_MS);
    await deliver(await pushFor(shop, second.depositId));
    expect(await standingOf(second.depositId)).toBe("failed: same_amount_too_soon");
    expect(await standingOf(first.depositId)).toBe("paid");
    expect(await shop.availableCents(first.user)).toBe(50_000n);
  });

  test("the customer stops waiting and pays after all: credited", async () => {
    const { user, ctx, depositId, phone, push } = await prompted();
    await cancelMpesaDeposit(ctx, { paymentId: depositId });
    expect(await standingOf(depositId)).toBe("failed: cancelled_here");
    await shop.sandbox.control.enterPin(phone);
    await deliver(push);
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("stopping at the very moment of the payment never loses it", async () => {
    const { user, ctx, depositId, push } = await paidUntold();
    await Promise.all([
      deliver(push),
      ...Array.from({ length: 4 }, () => cancelMpesaDeposit(ctx, { paymentId: depositId })),
    ]);
    await cancelMpesaDeposit(ctx, { paymentId: depositId });
    expect(await standingOf(depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("nobody stops somebody else's payment, of the same merchant or of another", async () => {
    const { user, depositId } = await prompted();
    const neighbour = await shop.customer(user.merchantId);
    const stranger = await shop.customer();
    for (const { ctx } of [neighbour, stranger]) {
      const attempt = cancelMpesaDeposit(ctx, { paymentId: depositId });
      await expect(attempt).rejects.toMatchObject({ status: 404 });
    }
    expect(await standingOf(depositId)).toBe("submitted");
  });
});
