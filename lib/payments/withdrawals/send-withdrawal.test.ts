import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import { DEMO_DARAJA } from "@/sandbox/daraja/accounts";
import type { Fault, FaultInput } from "@/sandbox/faults";
import { callbacksWorked, freshPhone } from "@/test/mpesa";
import {
  asksAbout,
  at,
  calmPayouts,
  deliver,
  expectPayoutBooks,
  expectStanding,
  freshEmail,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  orderOf,
  ordersFor,
  outcomesOf,
  payoutOf,
  readWithdrawal,
  send,
  sentWithdrawal,
  setPayoutsAside,
  staffOf,
  voucherOf,
  withdraw,
  workerOf,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { getPayment } from "../get-payment";
import { getAllowance } from "./get-allowance";
import { getPayoutCode } from "./get-payout-code";
import { issueVoucher } from "./issue-voucher";
import { sendToPhone } from "./send-to-phone";
import { sendWithdrawal } from "./send-withdrawal";

const LIMIT = 500;
const METHODS = ["mpesa", "pesavoucher"] as const;

let shop: Shop;
let daraja: string;
let pesavoucher: string;
let nothingListens: string;

beforeAll(async () => {
  shop = await openPayoutShop();
  daraja = env().mpesa.baseUrl;
  pesavoucher = env().pesavoucher.baseUrl;
  nothingListens = await closedAddress();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  env().mpesa.baseUrl = daraja;
  env().pesavoucher.baseUrl = pesavoucher;
  await expectPayoutBooks(shop);
  await setPayoutsAside();
});
afterAll(() => shop.close());

/** Where a server was, and is no more: connections are refused there. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

type Effect = FaultInput["effect"];

const envelope = (status: number, errorCode: string, errorMessage: string): Effect => {
  return { kind: "envelope", status, errorCode, errorMessage };
};
const body = (status: number, said: object): Effect => {
  return { kind: "body", status, body: JSON.stringify(said) };
};

function fault(endpoint: string, effect: Effect, more: Partial<FaultInput> = {}): Promise<Fault> {
  return shop.sandbox.control.addFault({ endpoint, effect, ...more });
}

/** What a worker does at that moment: whatever is due. */
function sweepAt(moment: Date): Promise<number> {
  return sweepWithdrawals({ now: () => moment, limit: LIMIT });
}

async function requested(method: (typeof METHODS)[number] = "mpesa") {
  const { user, ctx } = await fundedCustomer(shop);
  const id = await withdraw(ctx, { method });
  return { user, ctx, id, createdAt: (await readWithdrawal(id)).createdAt };
}

/** Everything is back and nothing was paid. */
async function expectGivenBack(it: { id: string; user: { id: string; merchantId: string } }) {
  const { user, id } = it;
  const row = await db().user.findUniqueOrThrow({ where: { id: user.id } });
  expect(await moneyOf(row)).toEqual({ available: 100_000n, held: 0n });
  expect(await readWithdrawal(id)).toMatchObject({ nextCheckAt: null });
}

describe("a withdrawal that is taken", () => {
  test("to a phone: ordered once, as asked, and its money is held until M-Pesa says that it paid", async () => {
    const phone = freshPhone();
    const { user, ctx, id, reference } = await sentWithdrawal(shop, { to: phone });
    await expectStanding(id, "submitted");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 50_000n });
    const row = await readWithdrawal(id);
    const payout = await payoutOf(shop, id);
    expect(payout).toMatchObject({
      originatorConversationId: reference,
      conversationId: row.conversationId,
      version: "v3",
      shortcode: "600998",
      msisdn: phone.slice(1),
      amountCents: 50_000n,
      commandId: "BusinessPayment",
      remarks: `Withdrawal ${row.publicCode.replace(/[^0-9A-Za-z ]/g, "")}`,
    });
    await deliver(shop, id);
    await expectStanding(id, "paid");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
    expect(await getPayment(ctx, { paymentId: id })).toMatchObject({
      status: "paid",
      amount_paid: "500.00",
      provider_receipt: payout.receipt,
    });
    expect(await ordersFor(id)).toBe(1);
  });

  test("by voucher: paid with the answer, the code for its customer alone, and the callback adds nothing", async () => {
    const to = freshEmail();
    const { user, ctx, id } = await sentWithdrawal(shop, {
      method: "pesavoucher",
      to,
      amount: "500.50",
      message: "For rent",
    });
    await expectStanding(id, "paid");
    expect(await moneyOf(user)).toEqual({ available: 49_950n, held: 0n });
    const voucher = await voucherOf(shop, id);
    expect(voucher).toMatchObject({ email: to, amountCents: 50_050n, message: "For rent" });
    expect(await getPayoutCode(ctx, { paymentId: id })).toBe(voucher.code);
    const stranger = await fundedCustomer(shop, 1n, user.merchantId);
    expect(await getPayoutCode(stranger.ctx, { paymentId: id })).toBeNull();
    const shown = JSON.stringify(await getPayment(ctx, { paymentId: id }));
    expect(shown).not.toContain(voucher.code);
    expect(
      Buffer.from((await readWithdrawal(id)).voucherCodeCipher ?? []).toString(),
    ).not.toContain(voucher.code);
    await deliver(shop, id);
    expect(await outcomesOf(id)).toEqual(["duplicate: known before"]);
    expect(await moneyOf(user)).toEqual({ available: 49_950n, held: 0n });
  });

  test("with a fee: the receiver gets the amount, the provider's account pays it, the merchant earns the fee", async () => {
    const { user, ctx } = await fundedCustomer(shop);
    const fees = { voucherFeeCents: 700n, mpesaFeeCents: 3_300n };
    await db().withdrawalRules.create({
      data: {
        merchantId: user.merchantId,
        perPaymentCents: 1_000_000n,
        dayCents: 1_000_000n,
        weekCents: 1_000_000n,
        voucherFloorCents: 0n,
        mpesaFloorCents: 0n,
        updatedAt: new Date(),
        ...fees,
      },
    });
    const phone = await withdraw(ctx, { amount: "100" });
    const voucher = await withdraw(ctx, { method: "pesavoucher", amount: "100" });
    await send(phone);
    await send(voucher);
    await deliver(shop, phone);
    expect(await moneyOf(user)).toEqual({ available: 76_000n, held: 0n });
    const lines = await db().$queryRaw<{ kind: string; owner: string; cents: bigint }[]>`
      SELECT a.kind::text, a.owner, sum(l.amount_cents)::bigint AS cents
        FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
       WHERE a.merchant_id = ${user.merchantId} AND a.kind IN ('fees', 'provider')
       GROUP BY a.kind, a.owner ORDER BY 1, 2`;
    expect(lines).toEqual([
      { kind: "fees", owner: "", cents: 4_000n },
      { kind: "provider", owner: "mpesa:600998", cents: 10_000n },
      { kind: "provider", owner: "pesavoucher", cents: 10_000n },
    ]);
  });

  test.each(METHODS)("by %s is never ordered again, whoever tries", async (method) => {
    const { id, sentAt } = await sentWithdrawal(shop, { method });
    await send(id);
    await shop.runJobs({ evenLater: true });
    await sweepAt(addMs(sentAt, MINUTE_MS));
    expect(await ordersFor(id)).toBe(1);
  });

  test.each(METHODS)("by %s is ordered once by ten workers at once", async (method) => {
    const { user, id } = await requested(method);
    await Promise.all(Array.from({ length: 10 }, () => send(id)));
    expect(await ordersFor(id)).toBe(1);
    await deliver(shop, id);
    await expectStanding(id, "paid");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
  });
});

describe("a worker that saw a withdrawal waiting, and comes late", () => {
  async function sentBehindItsBack(method: (typeof METHODS)[number]) {
    const { user, id } = await requested(method);
    const seen = await readWithdrawal(id);
    // The other one's answer is lost: the withdrawal stands where only proof may end it.
    await fault(method === "mpesa" ? "b2c" : "create_voucher", { kind: "drop" }, { when: "after" });
    await send(id);
    await expectStanding(id, "sending");
    return { user, id, seen, worker: workerOf(seen.merchantId) };
  }

  async function expectUntouched({ id, user }: Awaited<ReturnType<typeof sentBehindItsBack>>) {
    await expectStanding(id, "sending");
    expect(await ordersFor(id)).toBe(1);
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 50_000n });
    await deliver(shop, id);
    await expectStanding(id, "paid");
  }

  test("does not give it up because the voucher balance has gone down with it", async () => {
    const it = await sentBehindItsBack("pesavoucher");
    await shop.sandbox.control.setMerchantBalance({ balanceCents: 0n });
    await issueVoucher(it.worker, it.seen);
    await expectUntouched(it);
  });

  test("does not give it up because the voucher provider refuses to tell the balance", async () => {
    const it = await sentBehindItsBack("pesavoucher");
    await fault("query_balance", body(401, { success: false, error: "Invalid merchant" }));
    await issueVoucher(it.worker, it.seen);
    await expectUntouched(it);
  });

  test("does not put it back in line while there is no token to be had", async () => {
    const it = await sentBehindItsBack("mpesa");
    await db().providerToken.deleteMany();
    await fault("oauth", { kind: "html", status: 503 });
    await sendToPhone(it.worker, it.seen);
    await expectUntouched(it);
  });

  test("does not put it back in line while the breaker is shut", async () => {
    const it = await sentBehindItsBack("mpesa");
    await db().providerGate.updateMany({ data: { openUntil: addMs(new Date(), MINUTE_MS) } });
    await sendToPhone(it.worker, it.seen);
    await expectUntouched(it);
  });

  test("does not give it up because the keys are refused", async () => {
    const it = await sentBehindItsBack("mpesa");
    await db().providerToken.deleteMany();
    await fault("oauth", envelope(400, "400.008.01", "Invalid Authentication passed"));
    await sendToPhone(it.worker, it.seen);
    await expectUntouched(it);
  });

  test("does not put it back in line when its own patience is over", async () => {
    const it = await sentBehindItsBack("mpesa");
    const late = () => addMs(it.seen.deadlineAt, SECOND_MS);
    await sendWithdrawal(workerOf(it.seen.merchantId, late), { withdrawalId: it.id });
    await expectUntouched(it);
  });
});

describe("a withdrawal that is refused: its money is back at once, with the reason", () => {
  const field = (name: string) => envelope(400, "400.002.02", `Bad Request - Invalid ${name}`);
  test.each<[what: string, effect: Effect, reason: string]>([
    ["the receiver's number", field("PartyB"), "phone_refused"],
    ["the operator's name", field("InitiatorName"), "merchant_setup"],
    ["the operator's credential", field("SecurityCredential"), "merchant_setup"],
    ["the kind of payment", field("CommandID"), "merchant_setup"],
    ["the payer", field("PartyA"), "merchant_setup"],
    ["the amount", field("Amount"), "merchant_setup"],
    ["the address for the result", field("ResultURL"), "merchant_setup"],
    ["the whole payload", envelope(400, "400.002.05", "Invalid Payload"), "merchant_setup"],
    ["a product the app does not have", envelope(403, "403.002.1001", "No"), "merchant_setup"],
    ["the path", envelope(404, "404.001.01", "Resource not found"), "merchant_setup"],
  ])("by M-Pesa's gateway: %s", async (_what, effect, reason) => {
    await fault("b2c", effect);
    const it = await sentWithdrawal(shop);
    await expectStanding(it.id, `failed: ${reason}`);
    await expectGivenBack(it);
  });

  test.each<[text: string, reason: string]>([
    ["User not found", "email_not_registered"],
    ["Minimum voucher amount is KES 50", "amount_too_small"],
    ["Maximum voucher amount is KES 150,000", "amount_too_large"],
    ["Maximu", "amount_too_large"],
    ["Insufficient balance", "float_empty"],
    ["Missing required fields: email, amount, currency", "merchant_setup"],
    ["Invalid merchant credentials", "merchant_setup"],
  ])("by the voucher provider: %s", async (error, reason) => {
    await fault("create_voucher", body(400, { success: false, error }));
    const it = await sentWithdrawal(shop, { method: "pesavoucher" });
    await expectStanding(it.id, `failed: ${reason}`);
    await expectGivenBack(it);
  });

  test("by the voucher provider as it is: an address nobody has, and a balance that fell meanwhile", async () => {
    const unknown = await sentWithdrawal(shop, {
      method: "pesavoucher",
      to: "unknown.person@example.com",
    });
    await expectStanding(unknown.id, "failed: email_not_registered");
    const broke = await sentWithdrawal(shop, {
      method: "pesavoucher",
      to: "asha+nofunds@example.com",
    });
    await expectStanding(broke.id, "failed: float_empty");
    await expectGivenBack(unknown);
    await expectGivenBack(broke);
  });

  test("the customer is told, and no word of the provider reaches them", async () => {
    await fault("create_voucher", body(400, { success: false, error: "User not found in Luma" }));
    const { ctx, id } = await sentWithdrawal(shop, { method: "pesavoucher" });
    const payment = await getPayment(ctx, { paymentId: id });
    expect(payment).toMatchObject({ status: "not_paid", reason: "email_not_registered" });
    expect(JSON.stringify(payment)).not.toContain("Luma");
    const events = await db().liveEvent.findMany({ where: { type: "withdrawal_failed" } });
    const own = events.filter((event) => JSON.stringify(event.payload).includes(id));
    expect(own).toHaveLength(1);
    expect(own[0]?.payload).toMatchObject({ available: "1000.00", held: "0.00" });
  });

  test("only once, however often it is said", async () => {
    await fault("b2c", field("PartyB"));
    const it = await sentWithdrawal(shop);
    await shop.sandbox.control.clearFaults();
    await send(it.id);
    await sweepAt(addMs(it.sentAt, MINUTE_MS));
    expect(await ordersFor(it.id)).toBe(1);
    await expectGivenBack(it);
  });
});

const LOST: readonly (readonly [what: string, effect: Effect])[] = [
  ["a cut connection", { kind: "drop" }],
  ["a page of the firewall", { kind: "html", status: 503 }],
  ["a page with status 200", { kind: "html", status: 200 }],
  ["an error of its own", { kind: "error" }],
  ["half a sentence", { kind: "body", status: 200, body: '{"ResponseCode":' }],
];

describe("an answer that is lost after the order was taken", () => {
  test.each(LOST)(
    "by M-Pesa, with %s: never ordered again, and the result pays",
    async (_what, effect) => {
      await fault("b2c", effect, { when: "after" });
      const { user, id, sentAt } = await sentWithdrawal(shop);
      await expectStanding(id, "sending");
      await shop.sandbox.control.clearFaults();
      await send(id);
      await sweepAt(addMs(sentAt, 19 * SECOND_MS));
      expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 50_000n });
      await deliver(shop, id);
      await expectStanding(id, "paid");
      expect(await ordersFor(id)).toBe(1);
      expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
    },
  );

  test("and of the result too: the look-up pays", async () => {
    await fault("b2c", { kind: "drop" }, { when: "after" });
    const { user, id, sentAt } = await sentWithdrawal(shop, { to: "+254712000004" });
    await sweepAt(addMs(sentAt, 20 * SECOND_MS));
    await deliver(shop, id);
    await expectStanding(id, "paid");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
  });

  test.each(LOST)("by the voucher provider, with %s: its callback pays", async (_what, effect) => {
    await fault("create_voucher", effect, { when: "after" });
    const { user, ctx, id, sentAt } = await sentWithdrawal(shop, { method: "pesavoucher" });
    await expectStanding(id, "sending");
    await shop.sandbox.control.clearFaults();
    await send(id);
    await sweepAt(addMs(sentAt, 4 * MINUTE_MS));
    await expectStanding(id, "sending");
    await deliver(shop, id);
    await expectStanding(id, "paid");
    expect(await ordersFor(id)).toBe(1);
    expect(await getPayoutCode(ctx, { paymentId: id })).toBe((await voucherOf(shop, id)).code);
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
  });

  test("by the voucher provider, without a callback: a person is told after five minutes, and a late callback still pays", async () => {
    await fault("create_voucher", { kind: "drop" }, { when: "after" });
    const { user, ctx, id, sentAt } = await sentWithdrawal(shop, { method: "pesavoucher" });
    await sweepAt(addMs(sentAt, 5 * MINUTE_MS - 1));
    await expectStanding(id, "sending");
    await sweepAt(addMs(sentAt, 5 * MINUTE_MS));
    await expectStanding(id, "needs_review: unconfirmed");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 50_000n });
    expect((await getPayment(ctx, { paymentId: id })).status).toBe("checking");
    await sweepAt(addMs(sentAt, 60 * 24 * MINUTE_MS));
    await expectStanding(id, "needs_review: unconfirmed");
    await deliver(shop, id);
    await expectStanding(id, "paid");
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 0n });
  });

  test("by the voucher provider, with an answer about something else: nothing is concluded from it", async () => {
    const strange = [
      { success: true },
      { success: true, voucher_code: "NLV-1234567890ABCDEF", amount: 5, currency: "KES" },
      { success: false, error: "Something we have never read" },
      { success: false, error: "Duplicate unique_id" },
      {},
    ];
    for (const said of strange) {
      await shop.sandbox.control.clearFaults();
      await fault("create_voucher", body(200, said), { when: "after" });
      const { id } = await sentWithdrawal(shop, { method: "pesavoucher" });
      await expectStanding(id, "sending");
      await deliver(shop, id);
      await expectStanding(id, "paid");
    }
  });
});

describe("an order that may not have arrived", () => {
  test.each(LOST)("with %s is not repeated either", async (_what, effect) => {
    await fault("b2c", effect);
    const { user, id, sentAt } = await sentWithdrawal(shop);
    await shop.sandbox.control.clearFaults();
    for (const minutes of [1, 10, 15, 60]) await sweepAt(addMs(sentAt, minutes * MINUTE_MS));
    await expectStanding(id, "needs_review: unconfirmed");
    expect(await ordersFor(id)).toBe(1);
    expect(await moneyOf(user)).toEqual({ available: 50_000n, held: 50_000n });
  });

  test("that M-Pesa says it knows already is looked up, not repeated", async () => {
    await fault("b2c", envelope(500, "500.002.1001", "Duplicate OriginatorConversationID."));
    const { id } = await sentWithdrawal(shop);
    await expectStanding(id, "submitted");
    expect(await ordersFor(id)).toBe(1);
    await setPayoutsAside();
  });
});

describe("an order that provably did not arrive stays in line", () => {
  async function expectInLine(it: Awaited<ReturnType<typeof requested>>) {
    await expectStanding(it.id, "requested");
    const row = await readWithdrawal(it.id);
    expect(row.sentAt).toBeNull();
    const waitMs = (row.nextCheckAt?.getTime() ?? 0) - Date.now();
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(10 * SECOND_MS);
    expect((await moneyOf(it.user)).held).toBe(50_000n);
    return row.nextCheckAt ?? new Date(0);
  }

  /** Well again, it is sent once, though many ask for it. */
  async function expectSentOnce(it: Awaited<ReturnType<typeof requested>>, dueAt: Date) {
    await shop.sandbox.control.clearFaults();
    env().mpesa.baseUrl = daraja;
    env().pesavoucher.baseUrl = pesavoucher;
    await db().providerGate.deleteMany();
    await sweepAt(addMs(dueAt, -1));
    await expectStanding(it.id, "requested");
    await Promise.all([sweepAt(dueAt), sweepAt(dueAt), send(it.id)]);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
    expect(await moneyOf(it.user)).toEqual({ available: 50_000n, held: 0n });
  }

  async function withToken() {
    const { id } = await sentWithdrawal(shop);
    await deliver(shop, id);
  }

  test("while M-Pesa cannot be connected to, and is sent once later", async () => {
    await withToken();
    const it = await requested();
    env().mpesa.baseUrl = nothingListens;
    await send(it.id);
    await expectSentOnce(it, await expectInLine(it));
    expect(await ordersFor(it.id)).toBe(2);
  });

  test("while the voucher provider cannot be connected to", async () => {
    const it = await requested("pesavoucher");
    env().pesavoucher.baseUrl = nothingListens;
    await send(it.id);
    expect(await ordersFor(it.id)).toBe(0);
    await expectSentOnce(it, await expectInLine(it));
  });

  test("when the voucher provider goes away between the question and the order", async () => {
    const server = createServer((_request, response) => {
      response.setHeader("connection", "close");
      response.end(JSON.stringify({ success: true, balance: 1_000_000, currency: "KES" }));
      server.close();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const it = await requested("pesavoucher");
    env().pesavoucher.baseUrl = `http://127.0.0.1:${port}`;
    await send(it.id);
    expect(await ordersFor(it.id)).toBe(1);
    await expectSentOnce(it, await expectInLine(it));
  });

  test.each<[what: string, effect: Effect]>([
    ["it is told to slow down", { kind: "gateway", form: "spike_arrest" }],
    ["it is told to slow down in the other form", { kind: "gateway", form: "spike_arrest_apigee" }],
    ["the day's calls are used up", { kind: "gateway", form: "quota" }],
  ])("while %s", async (_what, effect) => {
    await fault("b2c", effect);
    const it = await requested();
    await send(it.id);
    await expectSentOnce(it, await expectInLine(it));
  });

  test.each<[what: string, effect: Effect]>([
    ["answers with a page", { kind: "html", status: 503 }],
    ["hangs up", { kind: "drop" }],
    ["is too busy", { kind: "gateway", form: "spike_arrest" }],
  ])("while the token office %s", async (_what, effect) => {
    await fault("oauth", effect);
    await db().providerToken.deleteMany();
    const it = await requested();
    await send(it.id);
    expect(await ordersFor(it.id)).toBe(0);
    await expectSentOnce(it, await expectInLine(it));
  });

  test("when its token is refused and no other is to be had", async () => {
    await withToken();
    await shop.sandbox.control.expireTokens();
    await fault("oauth", { kind: "html", status: 503 });
    const it = await requested();
    await send(it.id);
    expect(await ordersFor(it.id)).toBe(1);
    await expectSentOnce(it, await expectInLine(it));
  });

  test("while every token is refused", async () => {
    await fault("b2c", envelope(401, "401.002.01", "Error Occurred - Invalid Access Token"));
    const it = await requested();
    await send(it.id);
    await expectSentOnce(it, await expectInLine(it));
  });

  test("while all turns of the next seconds are taken", async () => {
    await withToken();
    const it = await requested();
    await db().providerGate.updateMany({ data: { nextFreeAt: addMs(new Date(), 6 * SECOND_MS) } });
    await send(it.id);
    expect(await ordersFor(it.id)).toBe(0);
    await expectStanding(it.id, "requested");
    const { nextCheckAt } = await readWithdrawal(it.id);
    await expectSentOnce(it, nextCheckAt ?? new Date(0));
  });

  test.each(METHODS)(
    "by %s for ten minutes, and is given up then: all money is back",
    async (method) => {
      const it = await requested(method);
      env().mpesa.baseUrl = nothingListens;
      env().pesavoucher.baseUrl = nothingListens;
      const deadlineAt = addMs(it.createdAt, 10 * MINUTE_MS);
      await send(it.id, addMs(deadlineAt, -1));
      await expectStanding(it.id, "requested");
      await send(it.id, deadlineAt);
      await expectStanding(it.id, "failed: not_sent");
      await expectGivenBack(it);
      env().mpesa.baseUrl = daraja;
      env().pesavoucher.baseUrl = pesavoucher;
      await send(it.id);
      await sweepAt(addMs(deadlineAt, MINUTE_MS));
      await expectStanding(it.id, "failed: not_sent");
    },
  );

  test("and its patience counts from the request, however often it was put back", async () => {
    await fault("b2c", { kind: "gateway", form: "spike_arrest" });
    const it = await requested();
    for (const minute of [1, 4, 9]) {
      await db().providerGate.deleteMany();
      await send(it.id, addMs(it.createdAt, minute * MINUTE_MS));
      await expectStanding(it.id, "requested");
    }
    await send(it.id, addMs(it.createdAt, 10 * MINUTE_MS));
    await expectStanding(it.id, "failed: not_sent");
    await expectGivenBack(it);
  });
});

describe("a fresh token", () => {
  test("is fetched once when the old one is refused, and the order is made once", async () => {
    const first = await sentWithdrawal(shop);
    await deliver(shop, first.id);
    await shop.sandbox.control.expireTokens();
    const it = await requested();
    await send(it.id);
    await expectStanding(it.id, "submitted");
    await payoutOf(shop, it.id);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });
});

describe("the breaker", () => {
  test("shuts after five faults in a row, and lets the line go on when its pause is over", async () => {
    await fault("b2c", { kind: "drop" });
    for (let count = 0; count < 5; count += 1) await sentWithdrawal(shop);
    await shop.sandbox.control.clearFaults();
    const it = await requested();
    await send(it.id);
    await expectStanding(it.id, "requested");
    expect(await ordersFor(it.id)).toBe(0);
    await sweepAt(addMs(new Date(), 90 * SECOND_MS));
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });
});

describe("the merchant's money at the voucher provider", () => {
  async function withFloor(voucherFloorCents: bigint) {
    const it = await requested("pesavoucher");
    await db().withdrawalRules.create({
      data: {
        merchantId: it.user.merchantId,
        perPaymentCents: 1_000_000n,
        dayCents: 1_000_000n,
        weekCents: 1_000_000n,
        voucherFeeCents: 0n,
        mpesaFeeCents: 0n,
        mpesaFloorCents: 0n,
        voucherFloorCents,
        updatedAt: new Date(),
      },
    });
    return it;
  }

  test("is not taken below its floor, by a cent: nothing is ordered and the money is back", async () => {
    const it = await withFloor(20_000n);
    await shop.sandbox.control.setMerchantBalance({ balanceCents: 69_999n });
    await send(it.id);
    await expectStanding(it.id, "failed: float_low");
    expect(await ordersFor(it.id)).toBe(0);
    await expectGivenBack(it);
  });

  test("may be taken down to its floor", async () => {
    const it = await withFloor(20_000n);
    await shop.sandbox.control.setMerchantBalance({ balanceCents: 70_000n });
    await send(it.id);
    await expectStanding(it.id, "paid");
  });

  test.each<[what: string, effect: Effect]>([
    ["a page", { kind: "html", status: 503 }],
    ["a cut connection", { kind: "drop" }],
    ["a balance nobody can read", body(200, { success: true, balance: "lots", currency: "KES" })],
    ["a balance in another currency", body(200, { success: true, balance: 9e6, currency: "USD" })],
  ])(
    "that is told with %s: the withdrawal waits, and is not ordered blindly",
    async (_w, effect) => {
      await fault("query_balance", effect);
      const it = await requested("pesavoucher");
      await send(it.id);
      await expectStanding(it.id, "requested");
      expect(await ordersFor(it.id)).toBe(0);
      await shop.sandbox.control.clearFaults();
      await send(it.id);
      await expectStanding(it.id, "paid");
    },
  );

  test("that is not told to us is the merchant's setup: the money is back", async () => {
    await fault("query_balance", body(401, { success: false, error: "Invalid merchant" }));
    const it = await requested("pesavoucher");
    await send(it.id);
    await expectStanding(it.id, "failed: merchant_setup");
    await expectGivenBack(it);
  });
});

describe("an operator M-Pesa refuses", () => {
  async function saveOperator(merchantId: string, password: string): Promise<void> {
    const { ctx } = await staffOf(merchantId, "admin");
    const { consumerKey, consumerSecret } = DEMO_DARAJA;
    await saveProviderAccount(ctx, {
      environment: env().mpesa.environment,
      shortcode: DEMO_DARAJA.payoutShortcode,
      secrets: { consumerKey, consumerSecret },
      payout: {
        initiatorName: DEMO_DARAJA.initiator,
        commandId: "BusinessPayment",
        isPayoutDefault: true,
        credential: { password, certificatePem: await shop.sandbox.control.certificate() },
      },
    });
  }

  test("stops the account: no further order, no further question, a kind word; saved keys let it pay again", async () => {
    const { user, ctx } = await fundedCustomer(shop, 1_000_000n);
    const { merchantId } = user;
    const asked = await withdraw(ctx);
    await send(asked);
    await saveOperator(merchantId, "Wrong#Password1");
    const refused = await withdraw(ctx);
    const queued = await withdraw(ctx);
    await send(refused);
    await expectStanding(refused, "submitted");
    await deliver(shop, refused);
    await expectStanding(refused, "failed: merchant_setup");
    expect((await readWithdrawal(refused)).account?.payoutsStopped).toBe("2001");

    await send(queued);
    await expectStanding(queued, "failed: merchant_setup");
    expect(await ordersFor(queued)).toBe(0);
    await expect(withdraw(ctx)).rejects.toMatchObject({ status: 503, code: "payouts_paused" });
    expect((await getAllowance(ctx)).methods.mpesa.state).toBe("paused");
    const { sentAt } = await orderOf(asked);
    await sweepAt(addMs(sentAt, 20 * SECOND_MS));
    expect(await asksAbout(asked)).toBe(0);

    await saveOperator(merchantId, DEMO_DARAJA.initiatorPassword);
    await sweepAt(addMs(sentAt, 10 * MINUTE_MS));
    expect(await asksAbout(asked)).toBe(1);
    const again = await withdraw(ctx);
    await send(again);
    for (const id of [again, asked]) {
      await deliver(shop, id);
      await expectStanding(id, "paid");
    }
    expect(await moneyOf(user)).toEqual({ available: 900_000n, held: 0n });
  });

  test("while we ask is stopped too, and what was asked about stays open", async () => {
    const { user, ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx);
    await send(id);
    await saveOperator(user.merchantId, "Wrong#Password1");
    const { sentAt } = await orderOf(id);
    await sweepAt(addMs(sentAt, 20 * SECOND_MS));
    await shop.sandbox.control.settle({ kind: "status_result" });
    await callbacksWorked(shop);
    await expect(withdraw(at(ctx, new Date()))).rejects.toMatchObject({ code: "payouts_paused" });
    await expectStanding(id, "submitted");
    await deliver(shop, id);
    await expectStanding(id, "paid");
  });
});
