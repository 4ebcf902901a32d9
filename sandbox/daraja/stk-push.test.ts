import { describe, expect, it } from "vitest";

import { openDaraja } from "@/sandbox/testing/open-daraja";
import { passwordOf, TIMESTAMP } from "@/sandbox/testing/start-daraja-client";

const daraja = openDaraja();
const PUSH_PATH = "/mpesa/stkpush/v1/processrequest";
const TILL = {
  BusinessShortCode: 600981,
  Password: passwordOf("600981", "malipo-demo-passkey-600981"),
  TransactionType: "CustomerBuyGoodsOnline",
  PartyB: "300981",
};

const invalid = (field: string) => ({
  errorCode: "400.002.02",
  errorMessage: `Bad Request - Invalid ${field}`,
});

describe("a push", () => {
  it("is accepted with ids in their real shapes, and nobody has paid yet", async () => {
    const reply = await daraja.client.push();
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      MerchantRequestID: expect.stringMatching(/^[0-9a-f]{4}(-[0-9a-f]{4}){2}-[0-9a-f]{12}\d{5,}$/),
      ResponseCode: "0",
      ResponseDescription: "Success. Request accepted for processing",
      CustomerMessage: "Success. Request accepted for processing",
    });
    const push = await daraja.sandbox.control.getPush(String(reply.json.CheckoutRequestID));
    expect(push).toMatchObject({ state: "open", resultCode: null, amountCents: 50_000n });
  });

  it("is named after the time in Nairobi and the last nine digits of the phone", async () => {
    const id = await daraja.pushed();
    const { nowMs } = await daraja.sandbox.control.clock();
    const eat = new Date(nowMs + 3 * 3_600_000).toISOString();
    const [year, month, day] = eat.slice(0, 10).split("-");
    const time = eat.slice(11, 19).replaceAll(":", "");
    expect(id).toBe(`ws_CO_${day}${month}${year}${time}${Math.floor(nowMs) % 1_000}712345678`);
  });

  it("shows its amount, business and reference on the phone, word for word", async () => {
    await daraja.pushed({ Amount: 1250, AccountReference: "Order 7" });
    const { openPrompt } = await daraja.sandbox.control.phone("0712345678");
    expect(openPrompt?.question).toBe(
      "Do you want to pay Ksh1,250 to Duka la Mwanga Account no. Order 7? Enter M-PESA PIN:",
    );
  });

  it("to a till names the till number as the receiver and shows no account", async () => {
    const id = await daraja.pushed(TILL);
    const { openPrompt } = await daraja.sandbox.control.phone("0712345678");
    expect(openPrompt?.question).toBe(
      "Do you want to pay Ksh500 to Mwanga Till? Enter M-PESA PIN:",
    );
    await daraja.sandbox.control.enterPin("0712345678");
    expect(await daraja.sandbox.control.getPush(id)).toMatchObject({ resultCode: "0" });
  });

  it("takes every number as a JSON number or as text, and does without a description", async () => {
    const asText = {
      BusinessShortCode: "174379",
      Amount: "500",
      PartyA: "254712345678",
      PartyB: "174379",
      PhoneNumber: "254712345678",
      TransactionDesc: undefined,
    };
    expect((await daraja.client.push(asText)).status).toBe(200);
  });

  it("is not idempotent: the same body twice is two pushes, the second after the first ended", async () => {
    await daraja.sandbox.control.changeSettings({ stkSameAmountWindowMs: 0 });
    const first = await daraja.pushed();
    await daraja.sandbox.control.answerPrompt("0712345678", "decline");
    const second = await daraja.pushed();
    expect(second).not.toBe(first);
    const all = await daraja.sandbox.control.listPushes({ msisdn: "0712345678" });
    expect(all.map(({ checkoutRequestId }) => checkoutRequestId)).toEqual([first, second]);
    expect(new Set(all.map(({ merchantRequestId }) => merchantRequestId)).size).toBe(2);
  });
});

describe("the fields of a push", () => {
  it.each([
    ["BusinessShortCode", undefined],
    ["BusinessShortCode", "12"],
    ["Password", undefined],
    ["Timestamp", undefined],
    ["Timestamp", "2026-11-21 12:00"],
    ["Amount", undefined],
    ["Amount", 0],
    ["Amount", -5],
    ["Amount", 1.5],
    ["Amount", "10.00"],
    ["Amount", 250_001],
    ["PhoneNumber", undefined],
    ["PhoneNumber", "0712345678"],
    ["PhoneNumber", 254212345678],
    ["PartyA", undefined],
    ["PartyA", "+254712345678"],
    ["CallBackURL", undefined],
    ["CallBackURL", "not an address"],
    ["CallBackURL", " https://shop.example/cb"],
    ["CallBackURL", "https://SHOP.example/cb"],
    ["CallBackURL", "ftp://shop.example/cb"],
    ["TransactionType", undefined],
    ["TransactionType", "CustomerPayBill"],
    ["PartyB", undefined],
    ["AccountReference", undefined],
    ["AccountReference", "thirteen-sign"],
  ])("%s is refused by name when it is %j", async (field, value) => {
    const reply = await daraja.client.push({ [field]: value });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ ...invalid(field), requestId: expect.any(String) });
    expect(await daraja.sandbox.control.listPushes()).toEqual([]);
  });

  it.each([
    ["Amount", 1],
    ["Amount", "250000"],
    ["PhoneNumber", 254112345678],
    ["AccountReference", "twelve-signs"],
    ["CallBackURL", "https://example.invalid/a/b/c?d=e"],
  ])("%s is taken when it is %j", async (field, value) => {
    expect((await daraja.client.push({ [field]: value })).status).toBe(200);
  });

  it("are named one at a time, in one order", async () => {
    const order = [
      ["BusinessShortCode", 174379],
      ["Password", passwordOf()],
      ["Timestamp", TIMESTAMP],
      ["Amount", 500],
      ["PhoneNumber", 254712345678],
      ["PartyA", 254712345678],
      ["CallBackURL", "https://shop.example/cb"],
      ["TransactionType", "CustomerPayBillOnline"],
      ["PartyB", 174379],
      ["AccountReference", "INV-1"],
    ] as const;
    const body: Record<string, unknown> = {};
    for (const [field, value] of order) {
      expect((await daraja.client.post(PUSH_PATH, body)).json).toMatchObject(invalid(field));
      body[field] = value;
    }
    expect((await daraja.client.post(PUSH_PATH, body)).status).toBe(200);
  });

  it("must make the Password together with the Timestamp that was sent, however old that is", async () => {
    const wrong = { status: 500, errorCode: "500.001.1001", errorMessage: "Wrong credentials" };
    for (const changes of [
      { Timestamp: "20261121120001" },
      { Password: passwordOf("174379", "another passkey") },
      { Password: "not base64 at all" },
    ]) {
      const reply = await daraja.client.push(changes);
      expect({ status: reply.status, ...reply.json }).toMatchObject(wrong);
    }
    const ancient = { Timestamp: "19990101000000" };
    const password = passwordOf("174379", undefined, ancient.Timestamp);
    expect((await daraja.client.push({ ...ancient, Password: password })).status).toBe(200);
  });

  it("must name a shortcode that exists, and the kind of payment it takes", async () => {
    const stranger = await daraja.client.push({ BusinessShortCode: 999999 });
    expect(stranger.status).toBe(500);
    expect(stranger.json).toMatchObject({
      errorCode: "500.001.1001",
      errorMessage: "Merchant does not exist",
    });
    const goods = await daraja.client.push({ TransactionType: "CustomerBuyGoodsOnline" });
    expect([goods.status, goods.json]).toMatchObject([400, invalid("TransactionType")]);
  });

  it("meet more rules in strict mode, which the portal alone claims", async () => {
    const refusedUrls = [
      "http://shop.example/cb",
      "https://shop.example/mpesa/cb",
      "https://shop.example/safaricom",
      "https://shop.example/run?query=1",
      "https://203.0.113.9/cb",
    ];
    for (const CallBackURL of refusedUrls) {
      await daraja.sandbox.control.changeSettings({ strictMode: true });
      expect((await daraja.client.push({ CallBackURL })).json).toMatchObject(
        invalid("CallBackURL"),
      );
    }
    const good = { CallBackURL: "https://shop.example/payments/7" };
    const wordy = await daraja.client.push({ ...good, TransactionDesc: "fourteen signs" });
    expect(wordy.json).toMatchObject(invalid("TransactionDesc"));
    expect((await daraja.client.push(good)).status).toBe(200);
  });
});

describe("the gateway", () => {
  it("refuses another method with 405.001, and a call without a token with 404.001.04", async () => {
    const got = await fetch(`${daraja.sandbox.url}/daraja${PUSH_PATH}`);
    expect([got.status, await got.json()]).toMatchObject([405, { errorCode: "405.001" }]);
    const bare = await daraja.client.post(PUSH_PATH, {}, { Authorization: "" });
    expect([bare.status, bare.json.errorCode]).toEqual([404, "404.001.04"]);
  });

  it("sees no fields in a form, and says so by naming the first", async () => {
    const form = await daraja.client.post(PUSH_PATH, "BusinessShortCode=174379", {
      "Content-Type": "application/x-www-form-urlencoded",
    });
    expect([form.status, form.json]).toMatchObject([400, invalid("BusinessShortCode")]);
  });

  it("refuses JSON that is none", async () => {
    const reply = await daraja.client.post(PUSH_PATH, "{");
    expect([reply.status, reply.json.errorCode]).toEqual([400, "400.002.05"]);
  });

  it("knows no other paths", async () => {
    const missing = await daraja.client.post("/mpesa/stkpush/v2/processrequest", {});
    expect([missing.status, missing.json.errorCode]).toEqual([404, "404.001.01"]);
    const elsewhere = await daraja.client.post("/nowhere", {});
    expect(elsewhere.status).toBe(404);
    expect(elsewhere.text).toContain("Unable to identify proxy");
  });

  it("stamps every refusal with a request id of its own", async () => {
    const replies = [
      await daraja.client.push({ Amount: 0 }),
      await daraja.client.push({ Amount: 0 }),
    ];
    const ids = replies.map(({ json }) => String(json.requestId));
    expect(ids[0]).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){2}-[0-9a-f]{12}\d+$/);
    expect(ids[1]).not.toBe(ids[0]);
  });
});

describe("one phone", () => {
  const LOCKED = {
    errorCode: "500.001.1001",
    errorMessage:
      "Unable to lock subscriber, a transaction is already in process for the current subscriber",
  };

  it("shows one prompt at a time: a second push is refused while the first is open", async () => {
    await daraja.pushed();
    const second = await daraja.client.push({ Amount: 20 });
    expect([second.status, second.json]).toMatchObject([500, LOCKED]);
    expect((await daraja.client.push({ PhoneNumber: 254712345679 })).status).toBe(200);
    await daraja.sandbox.control.enterPin("0712345678");
    expect((await daraja.client.push({ Amount: 20 })).status).toBe(200);
  });

  it("is locked by any prompt, also one of a voucher shop", async () => {
    await daraja.sandbox.control.startPayment({
      amountCents: 50_000n,
      msisdn: "0712345678",
      sessionId: "voucher",
    });
    expect((await daraja.client.push()).json).toMatchObject(LOCKED);
  });

  it("can report the lock as result 1001 instead", async () => {
    await daraja.sandbox.control.changeSettings({ stkLockedAnswer: "result" });
    const first = await daraja.pushed();
    const second = await daraja.pushed({ Amount: 20 });
    await daraja.sandbox.control.advanceClock(1_500);
    expect(await daraja.sandbox.control.getPush(second)).toMatchObject({ resultCode: "1001" });
    expect(await daraja.sandbox.control.getPush(first)).toMatchObject({ state: "open" });
  });

  it("can be given a time between two pushes, as the portal demands", async () => {
    await daraja.sandbox.control.changeSettings({ samePhoneIntervalMs: 60_000 });
    await daraja.pushed();
    await daraja.sandbox.control.answerPrompt("0712345678", "decline");
    await daraja.sandbox.control.advanceClock(59_999);
    expect((await daraja.client.push({ Amount: 20 })).json).toMatchObject(LOCKED);
    await daraja.sandbox.control.advanceClock(1);
    expect((await daraja.client.push({ Amount: 20 })).status).toBe(200);
  });

  it("asked for the same amount within two minutes ends with result 17, without a prompt", async () => {
    await daraja.pushed();
    await daraja.sandbox.control.answerPrompt("0712345678", "decline");
    await daraja.sandbox.control.advanceClock(119_999);
    const soon = await daraja.pushed();
    expect((await daraja.sandbox.control.phone("0712345678")).openPrompt).toBeNull();
    await daraja.sandbox.control.advanceClock(1_500);
    expect(await daraja.sandbox.control.getPush(soon)).toMatchObject({
      resultCode: "17",
      resultDesc: "Rule limited.",
    });
    const later = await daraja.pushed();
    await daraja.sandbox.control.enterPin("0712345678");
    expect(await daraja.sandbox.control.getPush(later)).toMatchObject({ resultCode: "0" });
  });
});
