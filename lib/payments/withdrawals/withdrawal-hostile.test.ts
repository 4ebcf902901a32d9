import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { providers } from "@/lib/providers/registry";
import { listAttention } from "@/lib/recovery/list-attention";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import type { ForgeB2cResultInput } from "@/sandbox/control/mpesa-control";
import { callbacksWorked, freshPhone } from "@/test/mpesa";
import {
  at,
  calmPayouts,
  deliver,
  expectPayoutBooks,
  expectStanding,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  ordersFor,
  outcomesOf,
  payoutOf,
  readWithdrawal,
  send,
  sentWithdrawal,
  setPayoutsAside,
  staffOf,
  standingOfWithdrawal,
  withdraw,
  workerOf,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { applyVoucherCreated } from "./apply-voucher-created";
import { approveWithdrawal } from "./approve-withdrawal";
import { rejectWithdrawal } from "./reject-withdrawal";
import { requestWithdrawal } from "./request-withdrawal";
import { voucherCreatedToken } from "./voucher-created-address";

const LIMIT = 500;
const HELD = { available: 50_000n, held: 50_000n };
const TAKEN = { available: 50_000n, held: 0n };
const BACK = { available: 100_000n, held: 0n };

let shop: Shop;
/** Withdrawals about which a provider was made to say what was not true. */
const lied = new Set<string>();

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  vi.restoreAllMocks();
  await expectPayoutBooks(shop, lied);
  await setPayoutsAside();
});
afterAll(() => shop.close());

/** A payout of which M-Pesa has said nothing yet. */
async function untold(merchantId?: string) {
  if (merchantId === undefined) {
    const it = await sentWithdrawal(shop, { to: freshPhone() });
    return { ...it, payout: await payoutOf(shop, it.id) };
  }
  const { user, ctx } = await fundedCustomer(shop, 100_000n, merchantId);
  const id = await withdraw(ctx);
  await send(id);
  const { providerRef: reference, sentAt, createdAt } = await readWithdrawal(id);
  const payout = await payoutOf(shop, id);
  return { user, ctx, id, reference, sentAt: sentAt ?? createdAt, payout };
}

type Told = Awaited<ReturnType<typeof untold>>;

/** Sends a result to the right address, with changes. */
async function say(it: Told, changes: Partial<ForgeB2cResultInput> = {}): Promise<void> {
  lied.add(it.id);
  await shop.sandbox.control.sendForgedB2cResult({
    url: it.payout.resultUrl,
    originatorConversationId: it.payout.originatorConversationId,
    conversationId: it.payout.conversationId,
    amountCents: it.payout.amountCents,
    receipt: it.payout.receipt ?? undefined,
    msisdn: it.payout.msisdn,
    ...changes,
  });
  await callbacksWorked(shop);
}

/** Posts the answer to a look-up to the right address, naming what the parameters name. */
async function sayStatus(it: Told, parameters: Readonly<Record<string, unknown>>): Promise<void> {
  lied.add(it.id);
  await shop.sandbox.control.forgeCallback({
    url: it.payout.resultUrl.replace("/b2c/", "/status/"),
    body: JSON.stringify({
      Result: {
        ResultType: 0,
        ResultCode: 0,
        ResultDesc: "said",
        ResultParameters: {
          ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })),
        },
      },
    }),
  });
  await callbacksWorked(shop);
}

const named = (it: Told, word: string, more: object = {}) => ({
  OriginatorConversationID: it.reference,
  TransactionStatus: word,
  ...more,
});

const refused = { resultCode: "26", resultDesc: "busy" };

/** M-Pesa refused a payout, and the money is back. */
async function givenBack(it: Told): Promise<void> {
  await say(it, refused);
  await expectStanding(it.id, "failed: provider_busy");
}

/** Nobody could say for a quarter of an hour what became of these. */
async function unconfirmed(...all: Told[]): Promise<void> {
  const lastMs = Math.max(...all.map(({ sentAt }) => sentAt.getTime()));
  const later = new Date(lastMs + 15 * MINUTE_MS);
  await sweepWithdrawals({ now: () => later, limit: LIMIT });
  for (const { id } of all) await expectStanding(id, "needs_review: unconfirmed");
}

/** A withdrawal by voucher whose code the provider is made to answer. */
async function voucherAnswering(code: string, transactionId: string, message?: string) {
  const { user, ctx } = await fundedCustomer(shop);
  const id = await withdraw(ctx, { method: "pesavoucher" });
  lied.add(id);
  const { providerRef: unique_id } = await readWithdrawal(id);
  const said = { voucher_code: code, transaction_id: transactionId, unique_id, message };
  const body = JSON.stringify({ success: true, amount: 500, currency: "KES", ...said });
  await shop.sandbox.control.addFault({
    endpoint: "create_voucher",
    times: 1,
    effect: { kind: "body", status: 200, body },
  });
  await send(id);
  return { user, id };
}

describe("after a word of another amount or receipt, nothing ends a withdrawal by itself", () => {
  test("a result of another amount, then a refusal, by result or look-up: nothing is given back", async () => {
    const it = await untold();
    await say(it, { amountCents: 49_900n });
    await say(it, refused);
    await sayStatus(it, named(it, "Declined"));
    await expectStanding(it.id, "needs_review: amount_mismatch");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("a completion that names no amount does not overrule it; a whole one does", async () => {
    const it = await untold();
    await say(it, { amountCents: 49_900n });
    await sayStatus(it, named(it, "Completed"));
    expect((await outcomesOf(it.id)).at(-1)).toBe("refused: says paid, and a person decides");
    await expectStanding(it.id, "needs_review: amount_mismatch");
    expect(await moneyOf(it.user)).toEqual(HELD);
    const whole = { Amount: 500, ReceiptNo: it.payout.receipt };
    await sayStatus(it, named(it, "Completed", whole));
    await expectStanding(it.id, "paid");
    expect(await moneyOf(it.user)).toEqual(TAKEN);
  });

  test("it counts for a withdrawal that was unconfirmed before, and nobody asks any more", async () => {
    const byResult = await untold();
    const byLookUp = await untold();
    await unconfirmed(byResult, byLookUp);
    await say(byResult, { amountCents: 49_900n });
    await sayStatus(byLookUp, named(byLookUp, "Completed", { Amount: 499 }));
    for (const it of [byResult, byLookUp]) {
      await expectStanding(it.id, "needs_review: amount_mismatch");
      expect((await readWithdrawal(it.id)).nextCheckAt).toBeNull();
      await sayStatus(it, named(it, "Declined"));
      await expectStanding(it.id, "needs_review: amount_mismatch");
      expect(await moneyOf(it.user)).toEqual(HELD);
    }
  });

  test("the receipt of another payment, then a refusal: nothing is given back", async () => {
    const first = await untold();
    await deliver(shop, first.id);
    const it = await untold();
    await say(it, { receipt: first.payout.receipt ?? "" });
    await say(it, refused);
    await expectStanding(it.id, "needs_review: receipt_reused");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("where the money was given back before, it is a contradiction that staff are shown", async () => {
    const first = await untold();
    await deliver(shop, first.id);
    const amount = await untold();
    const receipt = await untold();
    for (const it of [amount, receipt]) await givenBack(it);
    await say(amount, { amountCents: 49_900n });
    await say(receipt, { receipt: first.payout.receipt ?? "" });
    for (const it of [amount, receipt]) {
      await expectStanding(it.id, "needs_review: contradiction");
      expect(await moneyOf(it.user)).toEqual(BACK);
      const staff = await staffOf(it.user.merchantId);
      const { queue } = await listAttention(staff.ctx);
      expect(queue.rows.map(({ subjectId }) => subjectId)).toContain(it.id);
      const audits = await db().auditEntry.findMany({ where: { subjectId: it.id } });
      expect(audits.map(({ action }) => action)).toContain("withdrawal.paid_after_given_back");
    }
  });

  test("a code of another amount that overtakes the refusal of its order gives nothing back", async () => {
    const { user, ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx, { method: "pesavoucher" });
    const callback = {
      uniqueId: null,
      transactionId: "TOVERTAKES",
      code: "MLP-ABCDEFGHJKV601",
      status: "created" as const,
      amountCents: 49_900n,
    };
    const exchange = {
      operation: "create_voucher",
      request: {},
      response: null,
      httpStatus: 400,
      durationMs: 1,
    };
    vi.spyOn(providers, "voucher").mockReturnValue({
      ...providers.voucher(),
      issue: async () => {
        const token = voucherCreatedToken(id);
        await applyVoucherCreated(workerOf(user.merchantId), { withdrawalId: id, token, callback });
        return { kind: "refused", refusal: "receiver_unknown", exchange };
      },
    });
    await send(id);
    await expectStanding(id, "needs_review: amount_mismatch");
    expect(await moneyOf(user)).toEqual(HELD);
  });
});

describe("one receipt, and one code, stand for one payment", () => {
  test("a look-up that named no receipt is told it later, with the receiver's name", async () => {
    const it = await untold();
    await sayStatus(it, named(it, "Completed"));
    await expectStanding(it.id, "paid");
    expect(await readWithdrawal(it.id)).toMatchObject({
      providerReceipt: null,
      receiverName: null,
    });
    await deliver(shop, it.id);
    const { providerReceipt, receiverName, destinationHash } = await readWithdrawal(it.id);
    expect(providerReceipt).toBe(it.payout.receipt);
    expect(receiverName).toMatch(/\*/);
    const payees = await db().payee.findMany({ where: { destinationHash } });
    expect(payees).toMatchObject([{ nameMasked: receiverName, timesPaid: 1 }]);
    expect(await moneyOf(it.user)).toEqual(TAKEN);
    const audits = await db().auditEntry.findMany({ where: { subjectId: it.id } });
    expect(audits.map(({ action }) => action)).toContain("withdrawal.receipt_attached");
    // What was attached is spent: nobody else is paid by it.
    const other = await untold(it.user.merchantId);
    await say(other, { receipt: it.payout.receipt ?? "" });
    await expectStanding(other.id, "needs_review: receipt_reused");
  });

  test("a contradiction keeps its receipt: no other withdrawal is paid by it", async () => {
    const it = await untold();
    await givenBack(it);
    await say(it);
    await expectStanding(it.id, "needs_review: contradiction");
    const other = await untold(it.user.merchantId);
    await say(other, { receipt: it.payout.receipt ?? "" });
    await expectStanding(other.id, "needs_review: receipt_reused");
    expect(await moneyOf(other.user)).toEqual(HELD);
  });

  test("a voucher code issued twice pays once, and a person sees the other", async () => {
    const first = await voucherAnswering("MLP-ABCDEFGHJKSAM1", "TSAME0");
    const second = await voucherAnswering("MLP-ABCDEFGHJKSAM1", "TSAME1");
    await expectStanding(first.id, "paid");
    await expectStanding(second.id, "needs_review: receipt_reused");
    expect(await moneyOf(second.user)).toEqual(HELD);
  });

  test("an answer to a look-up settles the order it names, never another one of the account", async () => {
    const asked = await untold();
    const other = await untold(asked.user.merchantId);
    const byReceipt = { ReceiptNo: asked.payout.receipt, Amount: 500 };
    await sayStatus(other, { TransactionStatus: "Completed", ...byReceipt });
    await sayStatus(other, { TransactionStatus: "Declined" });
    await sayStatus(other, named(asked, "Completed", byReceipt));
    await expectStanding(other.id, "submitted");
    expect(await moneyOf(other.user)).toEqual(HELD);
    expect(await outcomesOf(other.id)).toEqual([
      "quarantined: does not say which order it is about",
      "quarantined: does not say which order it is about",
      "quarantined: about another order than this one",
    ]);
  });
});

describe("what cannot be kept or read loses nothing", () => {
  test("a voucher's code survives an answer with a NUL in its words", async () => {
    const { id } = await voucherAnswering("MLP-ABCDEFGHJKNUL1", "TNUL1", "a\u0000b");
    await expectStanding(id, "paid");
  });

  test("so does M-Pesa's word that it took an order", async () => {
    const { ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx);
    const { providerRef: OriginatorConversationID } = await readWithdrawal(id);
    const body = JSON.stringify({
      ResponseCode: "0",
      ConversationID: "AG_1",
      OriginatorConversationID,
      ResponseDescription: "a\u0000b",
    });
    const effect = { kind: "body", status: 200, body } as const;
    await shop.sandbox.control.addFault({ endpoint: "b2c", times: 1, effect });
    await send(id);
    await expectStanding(id, "submitted");
  });

  test("a NUL in the customer's words to the receiver is left out", async () => {
    const { ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx, { method: "pesavoucher", message: "thank\u0000you\r\nall " });
    expect(await readWithdrawal(id)).toMatchObject({ message: "thank you all" });
  });

  test.each(["mpesa", "pesavoucher"] as const)(
    "%s: a destination nobody can read leaves the withdrawal in line, and asks nobody",
    async (method) => {
      const { user, ctx } = await fundedCustomer(shop);
      const id = await withdraw(ctx, { method });
      const { destinationCipher } = await readWithdrawal(id);
      const write = (cipher: Uint8Array<ArrayBuffer>) =>
        db().withdrawal.update({ where: { id }, data: { destinationCipher: cipher } });
      await write(Buffer.from("nonsense"));
      await expect(send(id)).rejects.toThrow();
      await expectStanding(id, "requested");
      expect(await ordersFor(id)).toBe(0);
      await write(destinationCipher);
      await send(id);
      await deliver(shop, id);
      await expectStanding(id, "paid");
      expect(await moneyOf(user)).toEqual(TAKEN);
    },
  );
});

describe("nobody walks around an approval", () => {
  const FUNDS_CENTS = 30_000_000n;

  test("what adds up to more than the limit in 24 hours waits, and a day later it does not", async () => {
    const { ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const began = new Date();
    const amounts = ["30000", "20000", "10"];
    const ids: string[] = [];
    for (const amount of amounts) ids.push(await withdraw(at(ctx, began), { amount }));
    const standings = await Promise.all(ids.map(standingOfWithdrawal));
    expect(standings).toEqual(["requested", "requested", "awaiting_approval"]);
    const almost = at(ctx, addMs(began, 24 * 60 * MINUTE_MS - 1));
    await expectStanding(await withdraw(almost, { amount: "10" }), "awaiting_approval");
    const nextDay = at(ctx, addMs(began, 24 * 60 * MINUTE_MS));
    await expectStanding(await withdraw(nextDay, { amount: "10" }), "requested");
  });

  test("what another person approved, or what came back, does not use up the limit", async () => {
    const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const staff = await staffOf(user.merchantId);
    const [approved, rejected] = [
      await withdraw(ctx, { amount: "60000" }),
      await withdraw(ctx, { amount: "60000" }),
    ];
    await approveWithdrawal(staff.ctx, { withdrawalId: approved });
    await rejectWithdrawal(staff.ctx, { withdrawalId: rejected, note: "no" });
    await expectStanding(await withdraw(ctx, { amount: "50000" }), "requested");
    await expectStanding(await withdraw(ctx, { amount: "10" }), "awaiting_approval");
  });

  test("of six at the same moment exactly those within the limit go out undecided", async () => {
    const { ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const ids = await Promise.all(
      Array.from({ length: 6 }, () => withdraw(ctx, { amount: "20000" })),
    );
    const standings = await Promise.all(ids.map(standingOfWithdrawal));
    expect(standings.sort()).toEqual([
      ...Array<string>(4).fill("awaiting_approval"),
      ...Array<string>(2).fill("requested"),
    ]);
    await shop.runJobs();
    const orders = await Promise.all(ids.map(ordersFor));
    expect(orders.reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  test("nobody decides about money that goes to their own phone or address", async () => {
    const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const receiver = await staffOf(user.merchantId, "admin");
    const [phone, email] = [freshPhone(), "receiver@example.com"];
    await db().user.update({ where: { id: receiver.user.id }, data: { phone, email } });
    const toPhone = await withdraw(ctx, { amount: "60000", to: phone });
    const method = "pesavoucher";
    await withdraw(ctx, { amount: "50000" });
    const toAddress = await withdraw(ctx, { method, amount: "100", to: email });
    for (const withdrawalId of [toPhone, toAddress]) {
      await expectStanding(withdrawalId, "awaiting_approval");
      const own = { status: 403, code: "own_request" };
      await expect(approveWithdrawal(receiver.ctx, { withdrawalId })).rejects.toMatchObject(own);
      const rejecting = rejectWithdrawal(receiver.ctx, { withdrawalId, note: "no" });
      await expect(rejecting).rejects.toMatchObject(own);
    }
    const another = await staffOf(user.merchantId);
    for (const withdrawalId of [toPhone, toAddress])
      expect(await approveWithdrawal(another.ctx, { withdrawalId })).toBe(true);
  });

  test("the database itself refuses to send what staff asked for and nobody else decided", async () => {
    const { user } = await fundedCustomer(shop);
    const maker = await staffOf(user.merchantId, "admin");
    const { withdrawalId: id } = await requestWithdrawal(maker.ctx, {
      method: "mpesa",
      amount: "10",
      to: freshPhone(),
      attemptKey: crypto.randomUUID(),
      passwordConfirmed: false,
      customerId: user.id,
    });
    await expectStanding(id, "awaiting_approval");
    const now = new Date();
    for (const data of [
      { state: "requested" },
      { state: "sending", sentAt: now },
      { state: "submitted", sentAt: now },
      { state: "paid", settledAt: now },
    ] as const)
      await expect(db().withdrawal.update({ where: { id }, data })).rejects.toThrow(
        /withdrawals_by_staff_are_decided/,
      );
    await expectStanding(id, "awaiting_approval");
  });
});
