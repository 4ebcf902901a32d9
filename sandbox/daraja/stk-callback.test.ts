import { describe, expect, it } from "vitest";

import { eventually } from "@/sandbox/testing/eventually";
import { openDaraja, readCallback } from "@/sandbox/testing/open-daraja";

const daraja = openDaraja();
const PHONE = "0712345678";

async function paid(changes: Record<string, unknown> = {}): Promise<string> {
  const id = await daraja.pushed(changes);
  await daraja.sandbox.control.enterPin(String(changes.PhoneNumber ?? PHONE));
  return id;
}

const attempts = (id: string, count: number) =>
  eventually(async () => {
    const [record] = await daraja.sandbox.control.callbacks({ checkoutRequestId: id });
    expect(record?.attempts).toHaveLength(count);
    return record;
  });

describe("the callback of a paid push", () => {
  it("is these very bytes, with the shortcode in a header and no signature", async () => {
    const id = await paid();
    const push = await daraja.sandbox.control.getPush(id);
    const [callback] = await daraja.arrived(1);
    const eat = new Date((push.endedAtMs ?? 0) + 3 * 3_600_000).toISOString();
    const time = eat.slice(0, 19).replace(/\D/g, "");
    expect(callback?.body).toBe(
      `{"Body":{"stkCallback":{"MerchantRequestID":"${push.merchantRequestId}","CheckoutRequestID":"${id}","ResultCode":0,` +
        `"ResultDesc":"The service request is processed successfully.","CallbackMetadata":{"Item":[` +
        `{"Name":"Amount","Value":500.00},{"Name":"MpesaReceiptNumber","Value":"${push.receipt}"},{"Name":"Balance"},` +
        `{"Name":"TransactionDate","Value":${time}},{"Name":"PhoneNumber","Value":254712345678}]}}}}`,
    );
    expect(callback?.path).toBe("/stk/one");
    expect(callback?.headers).toMatchObject({
      businessshortcode: "174379",
      "content-type": "application/json;charset=UTF-8",
    });
    const names = Object.keys(callback?.headers ?? {}).join(" ");
    expect(names).not.toMatch(/signature|authorization/);
  });

  it("of another shortcode names that one", async () => {
    await paid({
      BusinessShortCode: 600977,
      PartyB: 600977,
      Password: btoa("600977malipo-demo-passkey-60097720261121120000"),
    });
    const [callback] = await daraja.arrived(1);
    expect(callback?.headers.businessshortcode).toBe("600977");
  });

  it("writes amounts and the balance in the other known forms when so set", async () => {
    await daraja.sandbox.control.changeSettings({
      stkAmountDecimals: false,
      stkBalanceItem: "absent",
    });
    await paid();
    const [callback] = await daraja.arrived(1);
    expect(callback?.body).toContain('{"Name":"Amount","Value":500},');
    expect(callback?.body).not.toContain("Balance");
  });
});

describe("the callback of a push that was not paid", () => {
  it("has a numeric code and no metadata", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.answerPrompt(PHONE, "decline");
    const { merchantRequestId } = await daraja.sandbox.control.getPush(id);
    const [callback] = await daraja.arrived(1);
    expect(callback?.body).toBe(
      `{"Body":{"stkCallback":{"MerchantRequestID":"${merchantRequestId}","CheckoutRequestID":"${id}","ResultCode":1032,"ResultDesc":"Request cancelled by user"}}}`,
    );
  });
});

describe("the delivery of a callback", () => {
  it.each([500, 503])("is tried once and never again after HTTP %d", async (status) => {
    daraja.receiver.answer.status = status;
    const id = await paid();
    expect(await attempts(id, 1)).toMatchObject({ state: "failed" });
    await daraja.sandbox.control.advanceClock(86_400_000);
    expect(await attempts(id, 1)).toMatchObject({ state: "failed" });
  });

  it("is repeated in the mode that some believe in", async () => {
    await daraja.sandbox.control.changeSettings({ stkCallbackRetryDelaysMs: [1_000, 5_000] });
    daraja.receiver.answer.status = 500;
    const id = await paid();
    await attempts(id, 1);
    await daraja.sandbox.control.advanceClock(1_000);
    await attempts(id, 2);
    daraja.receiver.answer.status = 200;
    await daraja.sandbox.control.advanceClock(5_000);
    expect(await attempts(id, 3)).toMatchObject({ state: "delivered" });
    expect(new Set(daraja.receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it("waits for an explicit call in explicit mode, so that any order can be had", async () => {
    await daraja.sandbox.control.changeSettings({ callbackDelivery: "explicit" });
    const first = await paid();
    const second = await paid({ PhoneNumber: 254712345679 });
    await daraja.sandbox.control.advanceClock(3_600_000);
    expect(daraja.receiver.received).toHaveLength(0);
    const late = await daraja.sandbox.control.deliverNext({ checkoutRequestId: second });
    expect(late).toMatchObject({ state: "delivered", attempts: [{ status: 200 }] });
    const rest = await daraja.sandbox.control.settle();
    expect(rest.map(({ checkoutRequestId }) => checkoutRequestId)).toEqual([first]);
    const order = daraja.receiver.received.map(({ body }) => readCallback(body).CheckoutRequestID);
    expect(order).toEqual([second, first]);
    await expect(daraja.sandbox.control.deliverNext()).rejects.toThrow(/no callback is held/);
  });
});

describe("a scripted callback", () => {
  const script = (changes: Record<string, unknown>, match: Record<string, unknown> = {}) =>
    daraja.sandbox.control.scriptCallbacks({ kind: "stk", ...match, script: changes });

  it.each([
    ["lost", { drop: true }, 0],
    ["sent twice in a row", { copies: 2 }, 2],
    ["sent five times at once", { copies: 5, parallel: true }, 5],
  ])("can be %s", async (_case, changes, count) => {
    await script(changes);
    const id = await paid();
    await daraja.arrived(count);
    await attempts(id, count);
  });

  it("can be hours late", async () => {
    await script({ delayMs: 4 * 3_600_000 });
    const id = await paid();
    await daraja.sandbox.control.advanceClock(4 * 3_600_000 - 1);
    expect(daraja.receiver.received).toHaveLength(0);
    await daraja.sandbox.control.advanceClock(1);
    expect(await attempts(id, 1)).toMatchObject({ checkoutRequestId: id });
  });

  it("can be held and released after a later one", async () => {
    const first = await daraja.pushed();
    await script({ hold: true }, { checkoutRequestId: first });
    await daraja.sandbox.control.enterPin(PHONE);
    const second = await paid({ PhoneNumber: 254712345679 });
    await daraja.arrived(1);
    const [held] = await daraja.sandbox.control.callbacks({ state: "held" });
    await daraja.sandbox.control.releaseCallback(held?.id ?? "");
    const ids = (await daraja.arrived(2)).map(({ body }) => readCallback(body).CheckoutRequestID);
    expect(ids).toEqual([second, first]);
  });

  it("can arrive before the push is answered, whatever the person then does", async () => {
    await script({ beforeAnswer: true }, { msisdn: PHONE });
    const reply = await daraja.client.push();
    expect(daraja.receiver.received).toHaveLength(1);
    expect(readCallback(daraja.receiver.received[0]?.body)).toMatchObject({
      CheckoutRequestID: reply.json.CheckoutRequestID,
      ResultCode: 0,
    });
    await script({ beforeAnswer: true });
    await daraja.client.push({ PhoneNumber: 254700000001 });
    expect(readCallback(daraja.receiver.received[1]?.body)).toMatchObject({ ResultCode: 1032 });
  });

  it("that should come before the answer still comes when the push was answered already", async () => {
    await daraja.pushed();
    await script({ beforeAnswer: true });
    await daraja.sandbox.control.enterPin(PHONE);
    await daraja.arrived(1);
  });

  it("can claim another amount, other words, another push, no sender", async () => {
    await script({
      amountCents: 100n,
      resultDesc: "[STK_CB - ]Processed",
      checkoutRequestId: "ws_CO_somebody_else",
      omitSourceHeader: true,
    });
    await paid();
    const [callback] = await daraja.arrived(1);
    expect(callback?.body).toContain('{"Name":"Amount","Value":1.00}');
    expect(readCallback(callback?.body)).toMatchObject({
      ResultDesc: "[STK_CB - ]Processed",
      CheckoutRequestID: "ws_CO_somebody_else",
    });
    expect(callback?.headers.businessshortcode).toBeUndefined();
  });

  it("can mask the phone, leave it out, or leave all metadata out", async () => {
    await script({ maskPhone: true, balanceForm: "absent", amountDecimals: false }, { times: 1 });
    await paid();
    await daraja.arrived(1);
    await script({ omitPhone: true }, { times: 1 });
    await paid({ Amount: 20 });
    await daraja.arrived(2);
    await script({ omitMetadata: true }, { times: 1 });
    await paid({ Amount: 30 });
    const [masked, absent, bare] = await daraja.arrived(3);
    expect(masked?.body).toContain('{"Name":"PhoneNumber","Value":"2547 ***** 678"}');
    expect(masked?.body).toContain('"Value":500}');
    expect(masked?.body).not.toContain("Balance");
    expect(absent?.body).not.toContain("PhoneNumber");
    expect(absent?.body).toContain("MpesaReceiptNumber");
    expect(bare?.body).not.toContain("CallbackMetadata");
    expect(readCallback(bare?.body)).toMatchObject({ ResultCode: 0 });
  });

  it("can have its items in another order, with nothing lost", async () => {
    await script({ shuffleItems: true });
    const orders = new Set<string>();
    for (let amount = 1; amount <= 6; amount += 1) {
      await paid({ Amount: amount });
      const body = (await daraja.arrived(amount)).at(-1)?.body ?? "";
      const names = [...body.matchAll(/"Name":"(\w+)"/g)].map(([, name]) => name);
      expect(names.toSorted()).toEqual([
        "Amount",
        "Balance",
        "MpesaReceiptNumber",
        "PhoneNumber",
        "TransactionDate",
      ]);
      orders.add(names.join());
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  it("can be cut in half", async () => {
    await script({ malformed: true });
    await paid();
    const [callback] = await daraja.arrived(1);
    expect(() => readCallback(callback?.body)).toThrow(SyntaxError);
  });
});

describe("a forged callback", () => {
  it("claims any push was paid and cannot be told from a real one", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.answerPrompt(PHONE, "decline");
    const [real] = await daraja.arrived(1);
    const record = await daraja.sandbox.control.sendForgedStk({
      url: `${daraja.receiver.url}/stk/one`,
      checkoutRequestId: id,
      amountCents: 50_000n,
    });
    expect(record).toMatchObject({ kind: "forged", state: "delivered" });
    const forged = daraja.receiver.received[1];
    expect(readCallback(forged?.body)).toMatchObject({ CheckoutRequestID: id, ResultCode: 0 });
    expect(forged?.body).toContain('"Value":500.00');
    expect(forged?.headers.businessshortcode).toBe(real?.headers.businessshortcode);
    expect(await daraja.sandbox.control.getPush(id)).toMatchObject({ resultCode: "1032" });
    expect((await daraja.sandbox.control.mpesaLedger()).shortcodes[0]?.receivedCents).toBe(0n);
  });

  it("names a push nobody made, and whatever else it is told to", async () => {
    await daraja.sandbox.control.sendForgedStk({
      url: `${daraja.receiver.url}/stk/one`,
      resultCode: 1032,
      merchantRequestId: "mine",
      shortcodeHeader: null,
    });
    const [forged] = daraja.receiver.received;
    const claimed = readCallback(forged?.body);
    expect(claimed).toMatchObject({ MerchantRequestID: "mine", ResultCode: 1032 });
    expect(String(claimed.CheckoutRequestID)).toMatch(/^ws_CO_\d{15,26}$/);
    expect(claimed.CallbackMetadata).toBeUndefined();
    expect(forged?.headers.businessshortcode).toBeUndefined();
  });
});
