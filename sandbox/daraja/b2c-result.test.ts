import { describe, expect, it } from "vitest";

import { eventually } from "@/sandbox/testing/eventually";
import { openPayouts, readResult } from "@/sandbox/testing/open-payouts";
import type { ReceivedCallback } from "@/sandbox/testing/start-receiver";

const { daraja, b2c, paid, pass, arrivedAt } = openPayouts();

type Script = Parameters<typeof daraja.sandbox.control.scriptCallbacks>[0]["script"];

/** Pays with one script for the result, and returns the first post to the result address. */
async function resultWith(script: Script): Promise<ReceivedCallback | undefined> {
  await daraja.sandbox.control.scriptCallbacks({ kind: "b2c_result", script });
  await paid({ OriginatorConversationID: "w-1" });
  await pass();
  return (await arrivedAt("/result", 1))[0];
}

describe("the result of a payout", () => {
  it("tells receipt, receiver, moment and what is left, as JSON without any signature", async () => {
    const { json } = await b2c({ OriginatorConversationID: "w-1" });
    await pass();
    const [received] = await arrivedAt("/result", 1);
    const [payout] = await daraja.sandbox.control.payouts();
    expect(received?.headers["content-type"]).toBe("application/json;charset=UTF-8");
    expect(received?.headers.businessshortcode).toBeUndefined();
    const result = readResult(received);
    expect(result).toMatchObject({
      ResultType: 0,
      ResultCode: 0,
      ResultDesc: "The service request is processed successfully.",
      OriginatorConversationID: "w-1",
      ConversationID: json.ConversationID,
      TransactionID: payout?.receipt,
    });
    expect(result.values).toEqual({
      TransactionAmount: 500,
      TransactionReceipt: payout?.receipt,
      ReceiverPartyPublicName: expect.stringMatching(/^254712345678 - [A-Z]+ [A-Z]+$/),
      TransactionCompletedDateTime: expect.stringMatching(/^\d\d\.\d\d\.20\d\d \d\d:\d\d:\d\d$/),
      B2CUtilityAccountAvailableFunds: 4_999_500,
      B2CWorkingAccountAvailableFunds: 1_000_000,
      B2CRecipientIsRegisteredCustomer: "Y",
      B2CChargesPaidAccountAvailableFunds: -22.4,
    });
    expect(received?.body).toContain('"Value":4999500.00');
  });

  it("names the moment in Nairobi, day first", async () => {
    await paid();
    await pass();
    const [received] = await arrivedAt("/result", 1);
    const [payout] = await daraja.sandbox.control.payouts();
    const nairobi = new Date((payout?.endedAtMs ?? 0) + 3 * 3_600_000).toISOString();
    const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(nairobi) ?? [];
    expect(readResult(received).values.TransactionCompletedDateTime).toBe(
      `${day}.${month}.${year} ${time}`,
    );
  });

  it("of a failure has no parameters, and a TransactionID of zeros", async () => {
    await daraja.sandbox.control.setOrganisationFunds({ utilityCents: 0n });
    await paid();
    await pass();
    const [received] = await arrivedAt("/result", 1);
    expect(readResult(received)).toMatchObject({
      ResultCode: 1,
      ResultDesc: "The balance is insufficient for the transaction.",
      TransactionID: expect.stringMatching(/^[A-Z]{2}[1-9A-V]0000000$/),
      parameter: undefined,
    });
    expect(received?.body).not.toContain("ResultParameters");
  });

  it("gives the same phone the same name, and other phones others", async () => {
    const phones = [254712345678, 254712345679, 254712345678];
    for (const PartyB of phones) await paid({ PartyB });
    await pass();
    const names = (await arrivedAt("/result", 3)).map(
      (received) => readResult(received).values.ReceiverPartyPublicName,
    );
    expect(new Set(names).size).toBe(2);
  });

  it("is tried once alone, unless the setting wants more", async () => {
    daraja.receiver.answer.status = 500;
    const id = await paid();
    await pass();
    await eventually(async () => {
      const [record] = await daraja.sandbox.control.callbacks({ originatorConversationId: id });
      expect(record).toMatchObject({ state: "failed", attempts: [{ status: 500 }] });
    });
    await daraja.sandbox.control.changeSettings({ resultRetryDelaysMs: [1_000] });
    await paid();
    await pass();
    await arrivedAt("/result", 2);
    await eventually(async () => {
      const [, record] = await daraja.sandbox.control.callbacks({ kind: "b2c_result" });
      expect(record?.nextAttemptAtMs).not.toBeNull();
    });
    await pass();
    await arrivedAt("/result", 3);
  });
});

describe("a result takes the forms seen in real life:", () => {
  it("codes as text", async () => {
    const result = readResult(await resultWith({ shape: { codes: "string" } }));
    expect(result).toMatchObject({ ResultType: "0", ResultCode: "0" });
  });

  it("one parameter without its array", async () => {
    const result = readResult(await resultWith({ shape: { parameters: "object" } }));
    const [payout] = await daraja.sandbox.control.payouts();
    expect(result.parameter).toEqual({ Key: "TransactionReceipt", Value: payout?.receipt });
  });

  it("success without parameters", async () => {
    const received = await resultWith({ shape: { parameters: "absent" } });
    expect(readResult(received).ResultCode).toBe(0);
    expect(received?.body).not.toContain("ResultParameters");
  });

  it("the reference as an object, or in an array", async () => {
    const reference = { Key: "QueueTimeoutURL", Value: expect.any(String) };
    const result = readResult(await resultWith({ shape: { referenceItem: "array" } }));
    expect(result.ReferenceData).toEqual({ ReferenceItem: [reference] });
    await daraja.sandbox.control.clearCallbackScripts();
    await paid();
    await pass();
    const [, usual] = await arrivedAt("/result", 2);
    expect(readResult(usual).ReferenceData).toEqual({ ReferenceItem: reference });
  });

  it("entries without a Value", async () => {
    const result = readResult(
      await resultWith({ shape: { withoutValue: ["B2CWorkingAccountAvailableFunds"] } }),
    );
    expect(result.parameter).toContainEqual({ Key: "B2CWorkingAccountAvailableFunds" });
    expect(result.values.TransactionAmount).toBe(500);
  });

  it("keys with spaces", async () => {
    const result = readResult(await resultWith({ shape: { spacedKeys: true } }));
    expect(result).toMatchObject({
      "Originator Conversation ID": "w-1",
      "Conversation ID": expect.stringMatching(/^AG_/),
      "Transaction ID": expect.any(String),
    });
    expect(result).not.toHaveProperty("OriginatorConversationID");
  });

  it("amounts as text, and fields no document has", async () => {
    const result = readResult(
      await resultWith({ shape: { amounts: "string", extraFields: true } }),
    );
    expect(result.values).toMatchObject({
      TransactionAmount: "500.00",
      B2CUtilityAccountAvailableFunds: "4999500.00",
      SandboxExtra: expect.any(String),
    });
    expect(result).toHaveProperty("SandboxExtra");
  });

  it("all of them as a setting, over which a script says its own", async () => {
    await daraja.sandbox.control.changeSettings({
      resultShape: { codes: "string", referenceItem: "array" },
    });
    const result = readResult(await resultWith({ shape: { codes: "number" } }));
    expect(result).toMatchObject({ ResultCode: 0, ReferenceData: { ReferenceItem: [{}] } });
  });
});

describe("a result can", () => {
  it("be lost, for one payout alone", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      originatorConversationId: "lost",
      script: { drop: true },
    });
    await paid({ OriginatorConversationID: "lost" });
    await paid({ OriginatorConversationID: "kept" });
    await pass();
    const [received] = await arrivedAt("/result", 1);
    expect(readResult(received).OriginatorConversationID).toBe("kept");
    const payouts = await daraja.sandbox.control.payouts();
    expect(payouts.map(({ state }) => state)).toEqual(["completed", "completed"]);
    const dropped = await daraja.sandbox.control.callbacks({ state: "dropped" });
    expect(dropped).toMatchObject([{ kind: "b2c_result", originatorConversationId: "lost" }]);
  });

  it("come in copies, late, or cut in half", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      msisdn: "0712345699",
      script: { copies: 3, parallel: true, delayMs: 60_000, malformed: true },
    });
    await paid({ PartyB: 254712345699 });
    await pass();
    expect((await daraja.sandbox.control.payouts())[0]?.state).toBe("completed");
    expect(daraja.receiver.received).toEqual([]);
    await pass(60_000);
    const copies = await arrivedAt("/result", 3);
    expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
    expect(() => readResult(copies[0])).toThrow(SyntaxError);
  });

  it("lie about code, words and amount, while the books stay true", async () => {
    const lie = readResult(await resultWith({ resultCode: 17, resultDesc: "Some words" }));
    expect(lie).toMatchObject({ ResultCode: 17, ResultDesc: "Some words", parameter: undefined });
    expect((await daraja.sandbox.control.payouts())[0]?.state).toBe("completed");
    await daraja.sandbox.control.clearCallbackScripts();
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { amountCents: 99_900n },
    });
    await paid();
    await pass();
    const [, received] = await arrivedAt("/result", 2);
    expect(readResult(received).values.TransactionAmount).toBe(999);
    const { organisations } = await daraja.sandbox.control.mpesaLedger();
    expect(organisations[0]?.paidOutCents).toBe(100_000n);
  });

  it("claim success for a payout that failed, with a receipt nobody has in the books", async () => {
    await daraja.sandbox.control.setOrganisationFunds({ utilityCents: 0n });
    const lie = readResult(await resultWith({ resultCode: "0" }));
    expect(lie.ResultCode).toBe(0);
    const { transfers } = await daraja.sandbox.control.mpesaLedger();
    expect(transfers.every(({ receipt }) => receipt !== lie.TransactionID)).toBe(true);
  });

  it("be followed by another that contradicts it", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { delayMs: 4_000, contradiction: { afterMs: 3_000, resultCode: "2001" } },
    });
    await paid();
    await pass();
    await pass(4_000);
    await arrivedAt("/result", 1);
    await pass(2_999);
    await arrivedAt("/result", 1);
    await pass(1);
    const both = (await arrivedAt("/result", 2)).map(readResult);
    expect(both).toMatchObject([{ ResultCode: 0 }, { ResultCode: 2001, parameter: undefined }]);
    expect(both[0]?.ConversationID).toBe(both[1]?.ConversationID);
  });

  it("arrive before the payout is answered", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { beforeAnswer: true },
    });
    await b2c({ OriginatorConversationID: "early" });
    const result = readResult(daraja.receiver.received[0]);
    expect(result).toMatchObject({ ResultCode: 0, OriginatorConversationID: "early" });
    await pass(10_000);
    await arrivedAt("/result", 1);
  });

  it("be repeated afterwards, byte for byte", async () => {
    const id = await paid();
    await pass();
    await arrivedAt("/result", 1);
    const [record] = await daraja.sandbox.control.callbacks({ originatorConversationId: id });
    await daraja.sandbox.control.duplicateCallback(record?.id ?? "", { copies: 2, parallel: true });
    const all = await arrivedAt("/result", 3);
    expect(new Set(all.map(({ body }) => body)).size).toBe(1);
  });
});

describe("a payout that times out in the queue", () => {
  it("is told to the timeout address alone, whatever became of it", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { asTimeout: true },
    });
    const id = await paid();
    await pass(60_000);
    const [received] = await arrivedAt("/timeout", 1);
    expect(readResult(received)).toMatchObject({
      ResultCode: 1,
      OriginatorConversationID: id,
      parameter: undefined,
    });
    await arrivedAt("/result", 0);
    const records = await daraja.sandbox.control.callbacks({ originatorConversationId: id });
    expect(records.map(({ kind }) => kind)).toEqual(["b2c_timeout"]);
    expect((await daraja.sandbox.control.payouts())[0]?.state).toBe("completed");
  });

  it("may have its true result follow", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { asTimeout: true, thenResult: true, thenResultMs: 7_000 },
    });
    await paid();
    await pass();
    await arrivedAt("/timeout", 1);
    await pass(6_999);
    await arrivedAt("/result", 0);
    await pass(1);
    expect(readResult((await arrivedAt("/result", 1))[0]).ResultCode).toBe(0);
  });

  it.each([
    ["ids", { OriginatorConversationID: "w-1", ConversationID: expect.any(String) }],
    ["empty", {}],
  ] as const)("is told as %s, when the setting says so", async (timeoutBody, body) => {
    await daraja.sandbox.control.changeSettings({ timeoutBody });
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { asTimeout: true },
    });
    await paid({ OriginatorConversationID: "w-1" });
    await pass();
    const [received] = await arrivedAt("/timeout", 1);
    expect(JSON.parse(received?.body ?? "")).toEqual(body);
  });

  it("can lose the timeout post too", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { asTimeout: true, thenResult: true },
    });
    await daraja.sandbox.control.scriptCallbacks({ kind: "b2c_timeout", script: { drop: true } });
    await paid();
    await pass();
    await pass(5_000);
    await arrivedAt("/result", 1);
    await arrivedAt("/timeout", 0);
  });
});

describe("with explicit delivery", () => {
  it("a payout ends in the call, and its result waits to be sent for", async () => {
    await daraja.sandbox.control.changeSettings({ callbackDelivery: "explicit" });
    await paid({ OriginatorConversationID: "a" });
    await paid({ OriginatorConversationID: "b" });
    await paid({ OriginatorConversationID: "c" });
    const payouts = await daraja.sandbox.control.payouts();
    expect(payouts.map(({ state }) => state)).toEqual(["completed", "completed", "completed"]);
    expect(daraja.receiver.received).toEqual([]);
    const second = await daraja.sandbox.control.deliverNext({ originatorConversationId: "b" });
    expect(second).toMatchObject({ state: "delivered", originatorConversationId: "b" });
    const rest = await daraja.sandbox.control.settle({ kind: "b2c_result" });
    expect(rest.map(({ originatorConversationId }) => originatorConversationId)).toEqual([
      "a",
      "c",
    ]);
    expect(daraja.receiver.received).toHaveLength(3);
    await expect(daraja.sandbox.control.deliverNext()).rejects.toThrow(/no callback is held/);
  });

  it("timeout, result and contradiction are sent in that order", async () => {
    await daraja.sandbox.control.changeSettings({ callbackDelivery: "explicit" });
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { asTimeout: true, thenResult: true, contradiction: {} },
    });
    await paid();
    const sent = await daraja.sandbox.control.settle();
    expect(sent.map(({ kind }) => kind)).toEqual(["b2c_timeout", "b2c_result", "b2c_result"]);
    const codes = daraja.receiver.received.slice(1).map((one) => readResult(one).ResultCode);
    expect(codes).toEqual([0, 1]);
  });

  it("a payout can be kept pending until the clock or somebody ends it", async () => {
    await daraja.sandbox.control.changeSettings({ callbackDelivery: "explicit" });
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { processingMs: 30_000 },
    });
    const first = await paid();
    const second = await paid();
    await expect(daraja.sandbox.control.deliverNext()).rejects.toThrow(/no callback is held/);
    expect(await daraja.sandbox.control.endPayout(first)).toMatchObject({ state: "completed" });
    await pass(30_000);
    const sent = await daraja.sandbox.control.settle();
    expect(sent.map(({ originatorConversationId }) => originatorConversationId)).toEqual([
      first,
      second,
    ]);
  });
});
