import { describe, expect, it } from "vitest";

import { openDaraja, readCallback } from "@/sandbox/testing/open-daraja";
import { passwordOf, type DarajaReply } from "@/sandbox/testing/start-daraja-client";

const daraja = openDaraja();
const PHONE = "0712345678";
const WHOLESALE = {
  BusinessShortCode: "600977",
  Password: passwordOf("600977", "malipo-demo-passkey-600977"),
};

const answerOf = ({ status, json }: DarajaReply) => [
  status,
  json.ResultCode ?? json.errorCode,
  json.ResultDesc ?? json.errorMessage,
];

describe("a query about an open prompt", () => {
  it.each([
    ["result_4999", [200, "4999", "The transaction is still under processing"]],
    ["error_text", [500, "500.001.1001", "The transaction is being processed"]],
    ["error_empty", [200, "500.001.1001", ""]],
  ] as const)("answers %s when that form is set", async (stkInFlightShape, expected) => {
    await daraja.sandbox.control.changeSettings({ stkInFlightShape });
    const id = await daraja.pushed();
    expect(answerOf(await daraja.client.query(id))).toEqual(expected);
  });

  it("mixes the three forms by default, the same way for the same seed", async () => {
    const ask = async (): Promise<string[]> => {
      await daraja.sandbox.control.reset({ seed: "mixture" });
      await daraja.sandbox.control.freezeClock();
      await daraja.client.renewToken();
      const id = await daraja.pushed();
      const answers: string[] = [];
      for (let poll = 0; poll < 20; poll += 1) {
        answers.push(answerOf(await daraja.client.query(id)).join("|"));
      }
      return answers;
    };
    const first = await ask();
    expect(new Set(first).size).toBe(3);
    expect(await ask()).toEqual(first);
  });
});

describe("a query about a push that has ended", () => {
  it("gives the code as text, and neither receipt nor amount nor phone", async () => {
    await daraja.sandbox.control.changeSettings({ stkQueryHiccupShare: 0 });
    const id = await daraja.pushed();
    await daraja.sandbox.control.enterPin(PHONE);
    const push = await daraja.sandbox.control.getPush(id);
    const reply = await daraja.client.query(id);
    expect(reply.text).toBe(
      `{"ResponseCode":"0","ResponseDescription":"The service request has been accepted successsfully","MerchantRequestID":"${push.merchantRequestId}",` +
        `"CheckoutRequestID":"${id}","ResultCode":"0","ResultDesc":"The service request is processed successfully."}`,
    );
  });

  it("says the same code in other words than the callback", async () => {
    await daraja.sandbox.control.changeSettings({ stkQueryHiccupShare: 0 });
    const id = await daraja.pushed();
    await daraja.sandbox.control.advanceClock(60_000);
    const [callback] = await daraja.arrived(1);
    expect(readCallback(callback?.body)).toMatchObject({
      ResultCode: 1037,
      ResultDesc: "No response from user.",
    });
    expect(answerOf(await daraja.client.query(id))).toEqual([
      200,
      "1037",
      "DS timeout user cannot be reached.",
    ]);
  });

  it("answers 500.001.1001 all the same about one time in five", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.enterPin(PHONE);
    const codes: unknown[] = [];
    for (let poll = 0; poll < 100; poll += 1)
      codes.push(answerOf(await daraja.client.query(id))[1]);
    const hiccups = codes.filter((code) => code === "500.001.1001").length;
    expect(hiccups).toBeGreaterThan(8);
    expect(hiccups).toBeLessThan(36);
    expect(codes.filter((code) => code === "0")).toHaveLength(100 - hiccups);
  });

  it("answers nothing else when the share is 1, and never when it is 0", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.answerPrompt(PHONE, "decline");
    await daraja.sandbox.control.changeSettings({ stkQueryHiccupShare: 1 });
    expect(answerOf(await daraja.client.query(id))[1]).toBe("500.001.1001");
    await daraja.sandbox.control.changeSettings({ stkQueryHiccupShare: 0 });
    expect(answerOf(await daraja.client.query(id))[1]).toBe("1032");
  });
});

describe("a query that is refused", () => {
  it("does not find an id nobody made, nor one of another shortcode", async () => {
    const missing = [500, "500.001.1001", "The transaction does not Exist"];
    expect(answerOf(await daraja.client.query("ws_CO_010120260000001712345678"))).toEqual(missing);
    const id = await daraja.pushed();
    expect(answerOf(await daraja.client.query(id, WHOLESALE))).toEqual(missing);
  });

  it.each([
    ["BusinessShortCode", undefined],
    ["Password", undefined],
    ["Timestamp", "now"],
    ["CheckoutRequestID", undefined],
    ["CheckoutRequestID", "42"],
  ])("names %s when it is %j", async (field, value) => {
    const reply = await daraja.client.query("ws_CO_1", { [field]: value });
    expect(answerOf(reply)).toEqual([400, "400.002.02", `Bad Request - Invalid ${field}`]);
  });

  it("says in its own words that the password is wrong", async () => {
    const reply = await daraja.client.query("ws_CO_1", { Password: passwordOf("174379", "no") });
    expect(answerOf(reply)).toEqual([
      500,
      "500.001.1001",
      "[MerchantValidate] - Wrong credentials",
    ]);
  });
});

describe("a scripted query", () => {
  it("contradicts the callback: failed here, paid there", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.enterPin(PHONE);
    await daraja.sandbox.control.scriptQueries({
      checkoutRequestId: id,
      script: { answer: "final", resultCode: 1032 },
    });
    expect(answerOf(await daraja.client.query(id))).toEqual([
      200,
      "1032",
      "Request Cancelled by user.",
    ]);
    expect(readCallback((await daraja.arrived(1))[0]?.body)).toMatchObject({ ResultCode: 0 });
  });

  it("can be made to tell the truth, past every hiccup", async () => {
    await daraja.sandbox.control.changeSettings({ stkQueryHiccupShare: 1 });
    const id = await daraja.pushed();
    await daraja.sandbox.control.answerPrompt(PHONE, "decline");
    await daraja.sandbox.control.scriptQueries({ times: 1, script: { answer: "final" } });
    expect(answerOf(await daraja.client.query(id))[1]).toBe("1032");
    expect(answerOf(await daraja.client.query(id))[1]).toBe("500.001.1001");
  });

  it("says paid before the person has answered", async () => {
    const id = await daraja.pushed();
    const rule = await daraja.sandbox.control.scriptQueries({
      script: { answer: "final", resultCode: "0" },
    });
    expect(answerOf(await daraja.client.query(id))[1]).toBe("0");
    expect(await daraja.sandbox.control.clearQueryScripts(rule.id)).toEqual({ removed: 1 });
    expect(await daraja.sandbox.control.getPush(id)).toMatchObject({ state: "open" });
  });

  it.each([
    ["result_4999", "4999"],
    ["error_text", "500.001.1001"],
    ["error_empty", "500.001.1001"],
    ["unknown_id", "500.001.1001"],
  ] as const)("answers %s although the push has ended, as often as asked", async (answer, code) => {
    await daraja.sandbox.control.changeSettings({ stkQueryHiccupShare: 0 });
    const id = await daraja.pushed();
    await daraja.sandbox.control.enterPin(PHONE);
    await daraja.sandbox.control.scriptQueries({ msisdn: PHONE, times: 2, script: { answer } });
    const codes: unknown[] = [];
    for (let poll = 0; poll < 3; poll += 1) codes.push(answerOf(await daraja.client.query(id))[1]);
    expect(codes).toEqual([code, code, "0"]);
    expect(await daraja.sandbox.control.queryScripts()).toEqual([]);
  });
});
