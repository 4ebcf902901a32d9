import { describe, expect, it } from "vitest";

import { openDaraja, readCallback } from "@/sandbox/testing/open-daraja";

const daraja = openDaraja();
const PHONE = "0712345678";
const MSISDN = "254712345678";

const push = (id: string) => daraja.sandbox.control.getPush(id);
const advance = (ms: number) => daraja.sandbox.control.advanceClock(ms);

describe("what the person does decides the result", () => {
  it("the right PIN pays: result 0, a receipt, a message that names the reference", async () => {
    const id = await daraja.pushed({ AccountReference: "INV-77" });
    await daraja.sandbox.control.enterPin(PHONE);
    const paid = await push(id);
    expect(paid).toMatchObject({ state: "ended", resultCode: "0" });
    expect(paid.receipt).toMatch(/^[A-Z]{2}[1-9A-V][A-Z0-9]{7}$/);
    const { messages, balanceCents } = await daraja.sandbox.control.phone(PHONE);
    expect(messages.at(-1)?.text).toContain(
      `${paid.receipt} Confirmed. Ksh500.00 sent to Duka la Mwanga for account INV-77 on `,
    );
    expect(balanceCents).toBe(49_950_000n);
  });

  it("Cancel is 1032", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.answerPrompt(PHONE, "decline");
    expect(await push(id)).toMatchObject({ resultCode: "1032", receipt: null });
  });

  it("a wrong PIN may be tried again; after the last try it is 2001", async () => {
    const id = await daraja.pushed();
    for (const [pin, outcome] of [
      ["0000", "try_again"],
      ["1111", "try_again"],
      ["2222", "wrong_pin"],
    ] as const) {
      expect(await daraja.sandbox.control.enterPin(PHONE, pin)).toMatchObject({ outcome });
    }
    expect(await push(id)).toMatchObject({ resultCode: "2001" });
    expect((await daraja.sandbox.control.phone(PHONE)).pinLocked).toBe(false);
  });

  it("the last wrong try locks the PIN when so set, and a locked PIN is 8006 even if right", async () => {
    await daraja.sandbox.control.changeSettings({ pinLocksAfterLastTry: true, pinTries: 1 });
    await daraja.pushed();
    await daraja.sandbox.control.enterPin(PHONE, "0000");
    const id = await daraja.pushed({ Amount: 20 });
    expect(await daraja.sandbox.control.enterPin(PHONE)).toMatchObject({ outcome: "pin_locked" });
    expect(await push(id)).toMatchObject({ resultCode: "8006" });
    await daraja.sandbox.control.changePhone(PHONE, { pinLocked: false });
    const again = await daraja.pushed({ Amount: 30 });
    await daraja.sandbox.control.enterPin(PHONE);
    expect(await push(again)).toMatchObject({ resultCode: "0" });
  });

  it("a balance one cent too small is 1, and exactly enough pays", async () => {
    await daraja.sandbox.control.changePhone(PHONE, { balanceCents: 49_999n });
    const short = await daraja.pushed();
    await daraja.sandbox.control.enterPin(PHONE);
    expect(await push(short)).toMatchObject({ resultCode: "1" });
    await daraja.sandbox.control.changePhone(PHONE, { balanceCents: 40_000n });
    const exact = await daraja.pushed({ Amount: 400 });
    await daraja.sandbox.control.enterPin(PHONE);
    expect(await push(exact)).toMatchObject({ resultCode: "0" });
    expect((await daraja.sandbox.control.phone(PHONE)).balanceCents).toBe(0n);
  });

  it("silence is 1037, or 1019 when so set, when the time of the prompt is up", async () => {
    const silent = await daraja.pushed();
    await advance(59_999);
    expect(await push(silent)).toMatchObject({ state: "open" });
    await advance(1);
    expect(await push(silent)).toMatchObject({
      resultCode: "1037",
      resultDesc: "No response from user.",
    });
    await daraja.sandbox.control.changeSettings({
      stkNoAnswerCode: "1019",
      promptTimeoutMs: 26_000,
    });
    const expired = await daraja.pushed({ Amount: 20 });
    await advance(26_000);
    expect(await push(expired)).toMatchObject({
      resultCode: "1019",
      resultDesc: "Transaction has expired",
    });
  });
});

describe("a phone that cannot show the prompt", () => {
  it.each([
    ["is switched off", { poweredOn: false }],
    ["has no signal", { reachable: false }],
  ])("because it %s ends with 1037", async (_case, change) => {
    await daraja.sandbox.control.changePhone(PHONE, change);
    const id = await daraja.pushed();
    expect((await daraja.sandbox.control.phone(PHONE)).openPrompt).toBeNull();
    await advance(60_000);
    expect(await push(id)).toMatchObject({
      resultCode: "1037",
      resultDesc: "DS timeout user cannot be reached.",
    });
  });

  it("because its SIM card is too old ends with 1037, or 1025 when so set", async () => {
    await daraja.sandbox.control.changePhone(PHONE, { simTooOld: true });
    const first = await daraja.pushed();
    await daraja.sandbox.control.answerPrompt(PHONE, "time_out");
    expect(await push(first)).toMatchObject({ resultCode: "1037" });
    await daraja.sandbox.control.changeSettings({ stkOldSimCode: "1025" });
    const second = await daraja.pushed({ Amount: 20 });
    await daraja.sandbox.control.answerPrompt(PHONE, "time_out");
    expect(await push(second)).toMatchObject({ resultCode: "1025" });
  });

  it("cannot be paid with, not even through the control API", async () => {
    await daraja.sandbox.control.changePhone(PHONE, { poweredOn: false });
    const id = await daraja.pushed();
    await expect(daraja.sandbox.control.enterPin(PHONE)).rejects.toThrow(/no prompt is open/);
    await expect(daraja.sandbox.control.endPush(id, { resultCode: 0 })).rejects.toThrow(
      /shows no prompt/,
    );
    expect(await push(id)).toMatchObject({ state: "open" });
  });
});

describe("a push that names the wrong receiver", () => {
  it.each([
    ["that belongs to somebody else ends with 2028", "600977", "2028"],
    ["that nobody has ends with SFC_IC0003", "123456", "SFC_IC0003"],
  ])("%s", async (_case, PartyB, resultCode) => {
    const id = await daraja.pushed({ PartyB });
    await advance(1_500);
    expect(await push(id)).toMatchObject({ resultCode });
    const [callback] = await daraja.arrived(1);
    const expected = /^\d+$/.test(resultCode) ? Number(resultCode) : resultCode;
    expect(readCallback(callback?.body).ResultCode).toBe(expected);
  });

  it("or asks in more than 182 characters ends with 1025", async () => {
    const id = await daraja.pushed({ TransactionDesc: "x".repeat(120) });
    await advance(1_500);
    expect(await push(id)).toMatchObject({ resultCode: "1025" });
  });
});

describe("magic numbers", () => {
  it.each([
    ["00", "0", 1_500],
    ["01", "1032", 1_500],
    ["02", "1", 1_500],
    ["03", "2001", 1_500],
    ["04", "1037", 60_000],
    ["17", "17", 1_500],
    ["21", "1019", 1_500],
    ["22", "1025", 1_500],
    ["23", "1036", 1_500],
    ["24", "1037", 1_500],
    ["25", "8006", 1_500],
    ["26", "26", 1_500],
    ["27", "1001", 1_500],
    ["28", "9999", 1_500],
    ["29", "7777", 1_500],
  ])("a phone ending %s ends with %s by itself", async (suffix, resultCode, afterMs) => {
    const msisdn = `2547000000${suffix}`;
    const id = await daraja.pushed({ PhoneNumber: msisdn, PartyA: msisdn });
    await advance(afterMs - 1);
    expect(await push(id)).toMatchObject({ state: "open" });
    await advance(1);
    expect(await push(id)).toMatchObject({ state: "ended", resultCode });
    const [callback] = await daraja.arrived(1);
    expect(readCallback(callback?.body).ResultCode).toBe(Number(resultCode));
    expect((await daraja.sandbox.control.phone(msisdn)).openPrompt).toBeNull();
  });

  it("an amount of KES 9,0NN does the same on any phone, and wins over its number", async () => {
    const ordinary = await daraja.pushed({ Amount: 9_001 });
    const paying = await daraja.pushed({ Amount: 9_029, PhoneNumber: 254700000000 });
    await advance(1_500);
    expect(await push(ordinary)).toMatchObject({ resultCode: "1032" });
    expect(await push(paying)).toMatchObject({ resultCode: "7777", receipt: null });
  });

  const pay = async (suffix: string) => {
    const msisdn = `2547000000${suffix}`;
    const id = await daraja.pushed({ PhoneNumber: msisdn, PartyA: msisdn });
    await daraja.sandbox.control.enterPin(msisdn);
    return id;
  };

  it("05 loses the callback, 06 sends it twice, 07 brings it 20 seconds late", async () => {
    const lost = await pay("05");
    expect(await daraja.sandbox.control.callbacks({ checkoutRequestId: lost })).toMatchObject([
      { state: "dropped", attempts: [] },
    ]);
    await pay("06");
    const twice = await daraja.arrived(2);
    expect(twice[0]?.body).toBe(twice[1]?.body);
    await pay("07");
    await advance(19_999);
    expect(daraja.receiver.received).toHaveLength(2);
    await advance(1);
    await daraja.arrived(3);
  });

  it("08 accepts the push and cuts the connection before the answer", async () => {
    const msisdn = "254700000008";
    await expect(daraja.client.push({ PhoneNumber: msisdn, PartyA: msisdn })).rejects.toThrow(
      /fetch failed/,
    );
    const accepted = await daraja.sandbox.control.getPush({ callbackUrlContains: "/stk/one" });
    await daraja.sandbox.control.enterPin(msisdn);
    expect(await push(accepted.checkoutRequestId)).toMatchObject({ resultCode: "0" });
  });

  it("11 pays and calls back before the push is answered", async () => {
    const seenBefore = daraja.client.push({ PhoneNumber: 254700000011 }).then((reply) => ({
      id: reply.json.CheckoutRequestID,
      callbacks: daraja.receiver.received.length,
    }));
    const { id, callbacks } = await seenBefore;
    expect(callbacks).toBe(1);
    expect(readCallback(daraja.receiver.received[0]?.body)).toMatchObject({
      CheckoutRequestID: id,
      ResultCode: 0,
    });
  });

  it("12 to 16 lie, forget or damage the callback", async () => {
    await pay("12");
    const own = await pay("13");
    await pay("14");
    await pay("15");
    await pay("16");
    const received = await daraja.arrived(5);
    const bodyWith = (text: string) => received.find(({ body }) => body.includes(text));
    expect(bodyWith('"Value":1000.00')).toBeDefined();
    expect(bodyWith(own)).toBeUndefined();
    expect(received.filter(({ headers }) => !headers.businessshortcode)).toHaveLength(1);
    expect(received.filter(({ body }) => !body.endsWith("}}}"))).toHaveLength(1);
    expect(received.filter(({ body }) => !body.includes("CallbackMetadata"))).toHaveLength(2);
  });

  it("18 makes the query contradict the callback", async () => {
    const id = await pay("18");
    expect((await daraja.client.query(id)).json).toMatchObject({ ResultCode: "1032" });
    const [callback] = await daraja.arrived(1);
    expect(readCallback(callback?.body)).toMatchObject({ ResultCode: 0 });
    expect(await push(id)).toMatchObject({ resultCode: "0" });
  });

  it("19 accepts the push and answers with the firewall's page", async () => {
    const reply = await daraja.client.push({ PhoneNumber: 254700000019 });
    expect(reply.status).toBe(503);
    expect(reply.text).toContain("Incapsula incident ID");
    expect(await daraja.sandbox.control.listPushes()).toHaveLength(1);
  });
});

describe("a push ended through the control API", () => {
  it("takes any code and any words, and moves no money unless the code is 0", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.endPush(id, { resultCode: "R000002", resultDesc: "Odd" });
    expect(await push(id)).toMatchObject({ resultCode: "R000002", resultDesc: "Odd" });
    const { balanceCents, openPrompt } = await daraja.sandbox.control.phone(PHONE);
    expect([balanceCents, openPrompt]).toEqual([50_000_000n, null]);
    await expect(daraja.sandbox.control.endPush(id, { resultCode: 0 })).rejects.toThrow(
      /it has ended/,
    );
    const paid = await daraja.pushed({ Amount: 20 });
    await daraja.sandbox.control.endPush(paid, { resultCode: 0 });
    expect(await push(paid)).toMatchObject({ resultCode: "0", msisdn: MSISDN });
    expect((await daraja.sandbox.control.phone(PHONE)).balanceCents).toBe(49_998_000n);
  });
});
