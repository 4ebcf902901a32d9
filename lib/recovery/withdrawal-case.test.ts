import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { newId } from "@/lib/kit/ids";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { approveWithdrawal } from "@/lib/payments/withdrawals/approve-withdrawal";
import { getPayoutCode } from "@/lib/payments/withdrawals/get-payout-code";
import { rejectWithdrawal } from "@/lib/payments/withdrawals/reject-withdrawal";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { callbacksWorked, freshPhone } from "@/test/mpesa";
import {
  asksAbout,
  calmPayouts,
  deliver,
  freshEmail,
  fundedCustomer,
  openPayoutShop,
  payoutOf,
  readWithdrawal,
  send,
  sentWithdrawal,
  setPayoutsAside,
  staffOf,
  voucherOf,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { askProviderNow } from "./ask-provider-now";
import { findPayment } from "./find-payment";
import { getCaseFile } from "./get-case-file";
import { listAttention } from "./list-attention";
import { sweepWithdrawals } from "./sweep-withdrawals";

const LARGE_CENTS = 10_000_000n;

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(() => setPayoutsAside());
afterAll(() => shop.close());

/** One of the people of whoever's withdrawal it is. */
async function deskOf(id: string): Promise<Ctx> {
  return (await staffOf((await readWithdrawal(id)).merchantId)).ctx;
}

async function paidByMpesa(phone = freshPhone()) {
  const sent = await sentWithdrawal(shop, { to: phone });
  await deliver(shop, sent.id);
  return { ...sent, phone };
}

/** A voucher whose answer was lost and whose callback never comes, five minutes later. */
async function unconfirmedVoucher() {
  await shop.sandbox.control.addFault({
    endpoint: "create_voucher",
    when: "after",
    effect: { kind: "drop" },
  });
  const sent = await sentWithdrawal(shop, { method: "pesavoucher" });
  const later = addMs(sent.sentAt, 6 * MINUTE_MS);
  await sweepWithdrawals({ now: () => later, limit: 500 });
  return sent;
}

describe("who may read it", () => {
  test("another merchant's staff are told that there is no such payment", async () => {
    const { id } = await sentWithdrawal(shop);
    const { ctx: other } = await staffOf((await createMerchant()).id);
    await expect(getCaseFile(other, { paymentId: id })).rejects.toThrow(NotFoundError);
    await expect(askProviderNow(other, { paymentId: id })).rejects.toThrow(NotFoundError);
    expect(await asksAbout(id)).toBe(0);
  });

  test("the customer whose withdrawal it is may not", async () => {
    const { id, ctx } = await sentWithdrawal(shop);
    await expect(getCaseFile(ctx, { paymentId: id })).rejects.toThrow(ForbiddenError);
  });

  test.each(["wdr_1", "wdr_\u0000", newId("withdrawal")])("no withdrawal %j", async (paymentId) => {
    const { ctx } = await staffOf((await createMerchant()).id);
    await expect(getCaseFile(ctx, { paymentId })).rejects.toThrow(NotFoundError);
  });
});

describe("the file of a payout to a phone", () => {
  test("holds order, both ids, result, receipt, calls, message, deeds and both movements", async () => {
    const { id, reference } = await paidByMpesa();
    const file = await getCaseFile(await deskOf(id), { paymentId: id });
    const { receipt, conversationId } = await payoutOf(shop, id);

    expect(file).toMatchObject({
      payment: { id, direction: "out", status: "paid", provider_receipt: receipt },
      nextStep: "payout_paid",
      canAsk: false,
      payout: {
        providerRef: reference,
        conversationId,
        result: { code: "0" },
        status: null,
        timedOutAt: null,
        askedBy: null,
        decision: null,
        floatHint: null,
      },
      messages: [{ kind: "b2c_result", outcome: "applied", note: "paid" }],
      movements: [
        { kind: "withdrawal_hold", ref: id, lines: [{ amount: "-500.00" }, { amount: "500.00" }] },
        { kind: "withdrawal_end", ref: id, isGivenBack: false },
      ],
    });
    expect(file.calls.map(({ operation, outcome }) => [operation, outcome])).toContainEqual([
      "b2c",
      "accepted",
    ]);
    const deeds = file.audit.map(({ action }) => action);
    expect(deeds.at(0)).toBe("withdrawal.requested");
    expect(deeds).toContain("withdrawal.submitted");
    expect(deeds.at(-1)).toBe("withdrawal.paid");
  });

  test("shows no whole phone number, no name of a stranger, no key and no secret of an address", async () => {
    const { id, phone } = await paidByMpesa();
    const { resultUrl } = await payoutOf(shop, id);
    const shown = JSON.stringify(await getCaseFile(await deskOf(id), { paymentId: id }));

    expect(shown).toContain("ReceiverPartyPublicName");
    expect(shown).not.toMatch(/(?<!\d)(\+?254|0)[17]\d{8}(?!\d)/);
    expect(shown).not.toContain(phone.slice(-9));
    const { receiverName } = await readWithdrawal(id);
    expect(receiverName).toMatch(/\*/);
    const told = /- ([^"\\]+)/.exec(shown)?.[1] ?? "";
    expect(told).toBe(receiverName);
    const secret = /\/daraja\/([^/]+)\//.exec(resultUrl)?.[1] ?? "none";
    const { consumerKey, consumerSecret } = env().mpesa;
    for (const kept of [secret, consumerKey, consumerSecret]) {
      expect(kept.length).toBeGreaterThan(8);
      expect(shown).not.toContain(kept);
    }
  });

  test("whose money went back says so in the books, and what stopped the account", async () => {
    const to = freshPhone();
    await shop.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      msisdn: to,
      script: { resultCode: "8006" },
    });
    const { id } = await sentWithdrawal(shop, { to });
    await deliver(shop, id);
    const { accountId } = await readWithdrawal(id);
    const desk = await deskOf(id);
    const file = await getCaseFile(desk, { paymentId: id });

    expect(file).toMatchObject({
      payment: { status: "not_paid", reason: "merchant_setup" },
      nextStep: "payout_back_setup",
      movements: [{ kind: "withdrawal_hold" }, { kind: "withdrawal_end", isGivenBack: true }],
    });
    expect(file.audit.map(({ action, aboutId }) => [action, aboutId])).toContainEqual([
      "provider_account.payouts_stopped",
      accountId,
    ]);
  });

  test("tells nothing of what happened to the account before it or after", async () => {
    const { id } = await paidByMpesa();
    const { accountId } = await readWithdrawal(id);
    const desk = await deskOf(id);
    await stopPayouts(desk, { accountId: accountId ?? "", reason: "8006", orderedAt: new Date() });
    const { audit } = await getCaseFile(desk, { paymentId: id });
    expect(audit.filter(({ aboutId }) => aboutId === accountId)).toEqual([]);
  });
});

describe("asking M-Pesa now", () => {
  test("has M-Pesa asked, keeps its answer, and says who asked", async () => {
    const to = freshPhone();
    await shop.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      msisdn: to,
      script: { drop: true },
    });
    const { id } = await sentWithdrawal(shop, { to });
    const desk = await deskOf(id);
    expect((await getCaseFile(desk, { paymentId: id })).canAsk).toBe(true);
    await askProviderNow(desk, { paymentId: id });
    await shop.runJobs();
    expect(await asksAbout(id)).toBe(1);
    await deliver(shop, id);
    const file = await getCaseFile(desk, { paymentId: id });

    expect(file).toMatchObject({
      payment: { status: "paid" },
      payout: { result: null, status: { code: "0" } },
    });
    expect(file.audit.map(({ action }) => action)).toContain("withdrawal.check_requested");
    expect(file.calls.map(({ operation }) => operation)).toContain("tx_status");
    expect(file.canAsk).toBe(false);
  });

  test("is not offered for a voucher, nor before anything was sent", async () => {
    const { id } = await unconfirmedVoucher();
    expect((await getCaseFile(await deskOf(id), { paymentId: id })).canAsk).toBe(false);
    const { ctx } = await fundedCustomer(shop);
    const unsent = await withdraw(ctx);
    expect((await getCaseFile(await deskOf(unsent), { paymentId: unsent })).canAsk).toBe(false);
  });
});

describe("the file of a voucher", () => {
  test("shows its id and who gets it, and no code that could be spent nor an address", async () => {
    const to = freshEmail();
    const message = "Call 0722 123 456 or write to mama@duka.co.ke";
    const sent = await sentWithdrawal(shop, { method: "pesavoucher", to, message });
    const { id, ctx } = sent;
    await deliver(shop, id);
    const code = await getPayoutCode(ctx, { paymentId: id });
    const file = await getCaseFile(await deskOf(id), { paymentId: id });

    expect(file).toMatchObject({
      payment: { status: "paid", payout: { to: "c***@example.com" } },
      nextStep: "payout_voucher_issued",
      payout: { providerRef: sent.reference, floatHint: null },
      messages: [{ kind: "voucher_created" }],
    });
    expect(file.messages[0]?.body.text).toContain("unique_id");
    const shown = JSON.stringify(file);
    for (const secret of [code ?? "none", to, "mama@duka", "0722 123 456"]) {
      expect(shown).not.toContain(secret);
    }
    const { apiKey, apiSecret } = env().pesavoucher;
    for (const key of [apiKey, apiSecret]) expect(shown).not.toContain(key);
  });

  test("that nobody confirmed shows the balance before the order and after it", async () => {
    const { id, sentAt } = await unconfirmedVoucher();
    const file = await getCaseFile(await deskOf(id), { paymentId: id });
    // The voucher was made, and only its answer was lost.
    await voucherOf(shop, id);

    expect(file).toMatchObject({
      payment: { status: "checking", reason: "unconfirmed" },
      nextStep: "payout_voucher_unconfirmed",
      payout: { floatHint: { fell: "500.00", otherOrders: 0 } },
    });
    const { before, after } = file.payout?.floatHint ?? {};
    expect(before?.at.getTime()).toBeLessThanOrEqual(sentAt.getTime());
    expect(after?.at.getTime()).toBeGreaterThan(sentAt.getTime());
  });

  test("counts what else was ordered between the two, which makes the balance fall as well", async () => {
    const { id, sentAt } = await unconfirmedVoucher();
    const { merchantId } = await readWithdrawal(id);
    const { ctx } = await fundedCustomer(shop, 100_000n, merchantId);
    const other = await withdraw(ctx, { method: "pesavoucher", amount: "300" });
    await send(other);
    await db().withdrawal.update({ where: { id: other }, data: { sentAt } });
    const { payout } = await getCaseFile(await deskOf(id), { paymentId: id });
    expect(payout?.floatHint).toMatchObject({ otherOrders: 1 });
  });

  test("says nothing of the balance while nothing is open", async () => {
    const { id } = await sentWithdrawal(shop, { method: "pesavoucher" });
    const file = await getCaseFile(await deskOf(id), { paymentId: id });
    expect(file.payout?.floatHint).toBeNull();
  });
});

describe("what people decided", () => {
  async function large() {
    const { ctx } = await fundedCustomer(shop, LARGE_CENTS);
    return withdraw(ctx, { amount: "60000" });
  }

  test("stands in the file under who did it, with what they wrote, masked", async () => {
    const id = await large();
    const desk = await deskOf(id);
    expect((await getCaseFile(desk, { paymentId: id })).nextStep).toBe("payout_approval");
    const note = "0722 123 456 does not answer";
    await rejectWithdrawal(desk, { withdrawalId: id, note });
    const file = await getCaseFile(desk, { paymentId: id });
    const { name } = await db().user.findUniqueOrThrow({ where: { id: desk.actor.id } });

    expect(file).toMatchObject({
      nextStep: "payout_back_rejected",
      payout: { decision: { by: name, note: "0722 *** 456 does not answer" } },
    });
    expect(file.audit.map(({ action, actor }) => [action, actor])).toContainEqual([
      "withdrawal.rejected",
      name,
    ]);
    expect(JSON.stringify(file)).not.toContain("0722 123");
  });

  test("names who asked in the customer's name, and who let it go out", async () => {
    const { user } = await fundedCustomer(shop);
    const maker = await staffOf(user.merchantId);
    const checker = await staffOf(user.merchantId);
    const { withdrawalId } = await requestWithdrawal(maker.ctx, {
      method: "mpesa",
      amount: "500",
      to: freshPhone(),
      attemptKey: "one",
      passwordConfirmed: false,
      customerId: user.id,
    });
    await approveWithdrawal(checker.ctx, { withdrawalId });
    const { payout } = await getCaseFile(checker.ctx, { paymentId: withdrawalId });
    expect(payout).toMatchObject({
      askedBy: maker.user.name,
      decision: { by: checker.user.name, note: "" },
    });
  });
});

describe("the search", () => {
  test("finds a payout by id, reference, receipt, conversation and our own reference", async () => {
    const { id } = await paidByMpesa();
    const desk = await deskOf(id);
    const { ctx: other } = await staffOf((await createMerchant()).id);
    const row = await readWithdrawal(id);
    const names = [id, row.publicCode, row.providerReceipt, row.conversationId, row.providerRef];

    for (const name of names) {
      const text = name ?? "none";
      const found = await findPayment(desk, { text: ` ${text} ` });
      expect(found.map(({ payment }) => payment.id)).toEqual([id]);
      expect(await findPayment(desk, { text: text.slice(0, -1) })).toEqual([]);
      expect(await findPayment(other, { text })).toEqual([]);
    }
  });

  test("finds a voucher by its id at Pesa Voucher, and shows neither its code nor the address", async () => {
    const { id } = await sentWithdrawal(shop, { method: "pesavoucher" });
    const { providerReceipt } = await readWithdrawal(id);
    const found = await findPayment(await deskOf(id), { text: providerReceipt ?? "none" });
    expect(found).toMatchObject([{ payment: { id, payout: { to: "c***@example.com" } } }]);
    const { code } = await voucherOf(shop, id);
    expect(JSON.stringify(found)).not.toContain(code);
    expect(await findPayment(await deskOf(id), { text: code })).toEqual([]);
  });
});

test("a withdrawal in review, one to approve and its messages are on its own merchant's list alone", async () => {
  const { id } = await unconfirmedVoucher();
  const { merchantId } = await readWithdrawal(id);
  const { ctx } = await fundedCustomer(shop, LARGE_CENTS, merchantId);
  const waiting = await withdraw(ctx, { amount: "60000" });
  await shop.sandbox.control.sendForgedVoucherCreated({
    url: `${shop.appUrl}/api/pesavoucher/voucher-created-webhook?withdrawal=${id}&token=guess`,
  });
  await callbacksWorked(shop);
  const { ctx: other } = await staffOf((await createMerchant()).id);
  const own = await listAttention(await deskOf(id));
  const others = JSON.stringify(await listAttention(other));

  expect(own.queue.rows).toMatchObject([
    { subjectId: id, kind: "withdrawal", situation: "payout_voucher_unconfirmed" },
  ]);
  expect(own.approvals).toMatchObject([{ id: waiting, amount: "60000.00", isMine: false }]);
  expect(own.messages.map(({ paymentId }) => paymentId)).toContain(id);
  expect(others).not.toContain(id);
  expect(others).not.toContain(waiting);
  expect(JSON.stringify(own)).not.toMatch(/(?<!\d)(\+?254|0)[17]\d{8}(?!\d)/);
});
