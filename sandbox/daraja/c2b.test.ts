import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { openCollections } from "@/sandbox/testing/open-collections";
import { eventually } from "@/sandbox/testing/eventually";

const { daraja, registered, register, byHand, messages, books } = openCollections();
const control = () => daraja.sandbox.control;

describe("a payment by hand", () => {
  it("moves the money, texts the receipt to the payer, and is confirmed to the shop", async () => {
    await registered();
    const payment = await byHand();
    expect(payment).toMatchObject({
      state: "completed",
      via: "hand",
      shortcode: "174379",
      msisdn: "254712345678",
      reference: "INV-1",
      amountCents: 50_000n,
      receipt: expect.stringMatching(/^[A-Z0-9]{10}$/),
    });
    expect(await messages("/confirm", 1)).toEqual([
      {
        TransactionType: "Pay Bill",
        TransID: payment.receipt,
        TransTime: expect.stringMatching(/^20\d{12}$/),
        TransAmount: "500.00",
        BusinessShortCode: "174379",
        BillRefNumber: "INV-1",
        InvoiceNumber: "",
        OrgAccountBalance: "500.00",
        ThirdPartyTransID: "",
        MSISDN: "2547 ***** 678",
        FirstName: expect.stringMatching(/^[A-Z]+$/),
        MiddleName: "",
        LastName: expect.stringMatching(/^[A-Z]+$/),
      },
    ]);
    expect(await books()).toMatchObject({ receivedCount: 1, receivedCents: 50_000n });
    const phone = await control().phone("0712345678");
    expect(phone.balanceCents).toBe(49_950_000n);
    expect(phone.messages.at(-1)?.text).toContain(
      `${payment.receipt} Confirmed. Ksh500.00 sent to Duka la Mwanga for account INV-1`,
    );
    expect(await control().customerPayment(payment.receipt)).toEqual(payment);
  });

  it("is a payment although nobody has registered, and then nobody hears of it", async () => {
    const payment = await byHand();
    expect(payment.state).toBe("completed");
    expect(await control().callbacks()).toEqual([]);
    expect((await books()).receivedCents).toBe(50_000n);
  });

  it("names the payer by the hash of the number in version 1, and by one name in production", async () => {
    await control().changeSettings({ c2bNames: "first_only" });
    await registered({ version: "v1" });
    await byHand();
    const [message] = await messages("/confirm", 1);
    const hash = createHash("sha256").update("254712345678").digest("hex");
    expect(message).toMatchObject({ MSISDN: hash, FirstName: expect.any(String) });
    expect(message).not.toHaveProperty("MiddleName");
    expect(message).not.toHaveProperty("LastName");
  });

  it("to a till has no account number and belongs to the till's store", async () => {
    await registered({ shortcode: "600981" });
    const payment = await byHand({ shortcode: "300981", reference: "ignored" });
    expect(payment).toMatchObject({ shortcode: "600981", kind: "till", reference: "" });
    expect(await messages("/confirm", 1)).toMatchObject([
      { TransactionType: "Buy Goods", BusinessShortCode: "600981", BillRefNumber: "" },
    ]);
  });

  it.each([
    ["nobody has this business number", { shortcode: "999999" }],
    ["at most 20 characters", { reference: "  " }],
    ["whole shillings", { amountCents: 50_050n }],
    ["whole shillings", { amountCents: 25_000_100n }],
    ["the PIN is wrong", { pin: "9999" }],
  ])("does not begin when %s", async (why, changes) => {
    await registered();
    await expect(byHand(changes)).rejects.toThrow(why);
    expect(await control().customerPayments()).toEqual([]);
    expect((await books()).receivedCents).toBe(0n);
  });

  it.each([
    ["switched off", { poweredOn: false }],
    ["no signal", { reachable: false }],
    ["PIN is locked", { pinLocked: true }],
    ["not enough money", { balanceCents: 49_999n }],
  ])("does not begin on a phone that is in no state to pay: %s", async (why, change) => {
    await control().changePhone("0712345678", change);
    await expect(byHand()).rejects.toThrow(why);
    expect((await books()).receivedCents).toBe(0n);
  });

  it("can cost the organisation something, as a charge beside it", async () => {
    await control().changeSettings({ c2bChargeCents: 550n });
    await registered();
    const { receipt } = await byHand();
    expect(await books()).toMatchObject({ balanceCents: 49_450n, receivedCents: 50_000n });
    const { transfers } = await control().mpesaLedger({ limit: 1 });
    expect(transfers).toMatchObject([
      { kind: "charge", amountCents: 550n, receipt: null, originalReceipt: receipt },
    ]);
    expect(await messages("/confirm", 1)).toMatchObject([{ OrgAccountBalance: "494.50" }]);
  });
});

describe("the news of a payment", () => {
  it("goes once, whatever the shop answers", async () => {
    daraja.receiver.answer.status = 500;
    await registered();
    await byHand();
    await messages("/confirm", 1);
    await control().advanceClock(3_600_000);
    await eventually(async () =>
      expect(await control().callbacks({ kind: "c2b_confirmation" })).toMatchObject([
        { state: "failed", attempts: [{ status: 500 }] },
      ]),
    );
  });

  it("can be dropped, delayed, doubled, damaged or made to lie by a script", async () => {
    await registered();
    const script = (rule: Parameters<typeof byHand>[0], what: object) =>
      control()
        .scriptCallbacks({ kind: "c2b_confirmation", times: 1, script: what })
        .then(() => byHand(rule));
    await script({ reference: "LOST" }, { drop: true });
    await script({ reference: "TWICE" }, { copies: 2, parallel: true });
    await script({ reference: "LATE" }, { delayMs: 20_000 });
    await script(
      { reference: "LIE" },
      { amountCents: 100_000n, reference: "OTHER", receipt: "UKL0000001", shortcode: "600977" },
    );
    const early = await messages("/confirm", 3);
    expect(early.map(({ BillRefNumber }) => BillRefNumber).sort()).toEqual([
      "OTHER",
      "TWICE",
      "TWICE",
    ]);
    expect(early).toContainEqual(
      expect.objectContaining({
        TransAmount: "1000.00",
        TransID: "UKL0000001",
        BusinessShortCode: "600977",
      }),
    );
    await control().advanceClock(20_000);
    expect((await messages("/confirm", 4)).at(-1)).toMatchObject({ BillRefNumber: "LATE" });
    await script({ reference: "CUT" }, { malformed: true });
    await eventually(() => expect(daraja.receiver.received).toHaveLength(5));
    expect(() => JSON.parse(daraja.receiver.received[4]?.body ?? "")).toThrow(SyntaxError);
    expect((await books()).receivedCount).toBe(5);
  });

  it("can be delivered in any order, found by its receipt", async () => {
    await control().changeSettings({ callbackDelivery: "explicit" });
    await registered();
    const first = await byHand({ reference: "ONE" });
    const second = await byHand({ reference: "TWO" });
    await control().deliverNext({ receipt: second.receipt });
    await control().deliverNext({ receipt: first.receipt });
    const order = await messages("/confirm", 2);
    expect(order.map(({ BillRefNumber }) => BillRefNumber)).toEqual(["TWO", "ONE"]);
  });

  it("can be forged, and looks like any other", async () => {
    await control().sendForgedConfirmation({
      url: `${daraja.receiver.url}/confirm`,
      reference: "INV-7",
      amountCents: 70_000n,
    });
    const [forged] = await messages("/confirm", 1);
    await registered();
    await byHand();
    const [, real] = await messages("/confirm", 2);
    expect(Object.keys(forged ?? {})).toEqual(Object.keys(real ?? {}));
    expect(forged).toMatchObject({ TransAmount: "700.00", BillRefNumber: "INV-7" });
    expect((await books()).receivedCount).toBe(1);
  });
});

describe("a paid push", () => {
  it("to a registered PayBill is confirmed as a customer's payment, too, under one receipt", async () => {
    await register();
    const checkoutRequestId = await daraja.pushed({ AccountReference: "DEP-9" });
    await control().enterPin("0712345678");
    const { receipt } = await control().getPush(checkoutRequestId);
    expect(await messages("/confirm", 1)).toMatchObject([
      { TransID: receipt, BillRefNumber: "DEP-9", TransactionType: "Pay Bill" },
    ]);
    await daraja.arrived(2);
    expect(await control().customerPayments()).toMatchObject([
      { receipt, via: "push", checkoutRequestId, state: "completed" },
    ]);
    expect((await books()).receivedCount).toBe(1);
  });

  it("is not, without addresses, with the switch off, to a till, or unpaid", async () => {
    await daraja.pushed();
    await control().enterPin("0712345678");
    await register();
    await control().changeSettings({ c2bAfterStk: false });
    await daraja.pushed({ Amount: 501 });
    await control().enterPin("0712345678");
    await control().changeSettings({ c2bAfterStk: true });
    await daraja.pushed({ Amount: 502 });
    await control().answerPrompt("0712345678", "decline");
    await control().setCollectionUrls({
      shortcode: "600981",
      confirmationUrl: `${daraja.receiver.url}/confirm`,
      validationUrl: `${daraja.receiver.url}/validate`,
    });
    await daraja.pushed({
      BusinessShortCode: 600981,
      PartyB: 300981,
      TransactionType: "CustomerBuyGoodsOnline",
      Password: btoa("600981malipo-demo-passkey-60098120261121120000"),
      Amount: 70,
    });
    await control().enterPin("0712345678");
    await daraja.arrived(4);
    expect(await control().callbacks({ kind: "c2b_confirmation" })).toEqual([]);
    expect(await control().customerPayments({ state: "completed" })).toHaveLength(3);
    expect(await control().customerPayments({ shortcode: "600981" })).toMatchObject([
      { kind: "till", reference: "", via: "push" },
    ]);
  });
});

describe("a simulated payment", () => {
  const simulate = (changes: Record<string, unknown> = {}, version = "v2") =>
    daraja.client.post(`/mpesa/c2b/${version}/simulate`, {
      ShortCode: 174379,
      CommandID: "CustomerPayBillOnline",
      Amount: 5,
      Msisdn: 254708374149,
      BillRefNumber: "INV-1",
      ...changes,
    });

  it("is accepted and moves money as one by hand does", async () => {
    await registered();
    const reply = await simulate();
    expect(reply.json).toEqual({
      OriginatorCoversationID: expect.any(String),
      ResponseCode: "0",
      ResponseDescription: "Accept the service request successfully.",
    });
    expect(await messages("/confirm", 1)).toMatchObject([
      { TransAmount: "5.00", MSISDN: "2547 ***** 149", BillRefNumber: "INV-1" },
    ]);
    expect(await control().customerPayments({ via: "simulate" })).toHaveLength(1);
  });

  it.each([
    ["ShortCode", { ShortCode: 999999 }],
    ["CommandID", { CommandID: "CustomerBuyGoodsOnline" }],
    ["Amount", { Amount: 0 }],
    ["Msisdn", { Msisdn: "0712345678" }],
    ["BillRefNumber", { BillRefNumber: "" }],
    ["BillRefNumber", { BillRefNumber: "123456789012345678901" }],
  ])("with a bad %s is refused and moves nothing", async (field, changes) => {
    expect((await simulate(changes)).json).toMatchObject({
      errorCode: "400.002.02",
      errorMessage: `Bad Request - Invalid ${field}`,
    });
    expect((await books()).receivedCents).toBe(0n);
  });

  it("to a till needs no account number, and exists in the sandbox's mode alone", async () => {
    const till = { ShortCode: 600981, CommandID: "CustomerBuyGoodsOnline" };
    expect((await simulate({ ...till, BillRefNumber: undefined }, "v1")).status).toBe(200);
    await control().changeSettings({ c2bRegisterMode: "live" });
    const reply = await simulate();
    expect([reply.status, reply.json.errorCode]).toEqual([404, "404.001.01"]);
  });
});
