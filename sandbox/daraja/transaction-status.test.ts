import { describe, expect, it } from "vitest";

import { openPayouts, readResult, type ReadResult } from "@/sandbox/testing/open-payouts";

const { daraja, b2c, ask, paid, pass, arrivedAt } = openPayouts();

/** The status results that have come so far, without those of payouts. */
async function answers(count: number): Promise<ReadResult[]> {
  return (await arrivedAt("/status", count)).map(readResult);
}

/** Asks, lets the clock pass and returns the newest answer. */
async function answerTo(
  id: string | undefined,
  changes: Record<string, unknown> = {},
): Promise<ReadResult | undefined> {
  const before = daraja.receiver.received.filter(({ path }) => path === "/status").length;
  const reply = await ask(id, { ResultURL: `${daraja.receiver.url}/status`, ...changes });
  expect(reply.json, reply.text).toMatchObject({ ResponseCode: "0" });
  await pass(500);
  return (await answers(before + 1)).at(-1);
}

/** A payout that has been paid, as the provider remembers it. */
async function completed() {
  const id = await paid();
  await pass();
  await arrivedAt("/result", 1);
  const [payout] = await daraja.sandbox.control.payouts({ originatorConversationId: id });
  if (!payout?.receipt) throw new Error("The payout has no receipt");
  return { ...payout, receipt: payout.receipt };
}

describe("a question about a payout", () => {
  it("is acknowledged at once and answered later, to its own address", async () => {
    const id = await paid();
    await pass();
    const reply = await ask(id, { ResultURL: `${daraja.receiver.url}/status`, Occasion: "Why" });
    expect(reply.json).toEqual({
      OriginatorConversationID: expect.any(String),
      ConversationID: expect.stringMatching(/^AG_/),
      ResponseCode: "0",
      ResponseDescription: "Accept the service request successfully.",
    });
    await pass(499);
    await arrivedAt("/status", 0);
    await pass(1);
    const [answer] = await answers(1);
    const [payout] = await daraja.sandbox.control.payouts();
    expect(answer).toMatchObject({
      ResultType: 0,
      ResultCode: 0,
      OriginatorConversationID: reply.json.OriginatorConversationID,
      ConversationID: reply.json.ConversationID,
      TransactionID: expect.stringMatching(/0000000$/),
      ReferenceData: { ReferenceItem: { Key: "Occasion", Value: "Why" } },
    });
    expect(answer?.values).toEqual({
      DebitPartyName: "600998 - Duka la Mwanga Payouts",
      CreditPartyName: expect.stringMatching(/^254712345678 - /),
      OriginatorConversationID: id,
      ConversationID: payout?.conversationId,
      InitiatedTime: expect.any(Number),
      FinalisedTime: expect.any(Number),
      DebitAccountType: "Utility Account",
      DebitPartyCharges: "Fee For B2C Payment|KES|22.40",
      CreditPartyCharges: undefined,
      TransactionReason: undefined,
      ReasonType: "Business Payment to Customer via API",
      TransactionStatus: "Completed",
      Amount: 500,
      ReceiptNo: payout?.receipt,
    });
    expect(String(answer?.values.FinalisedTime)).toMatch(/^20\d{12}$/);
  });

  it("finds it by receipt, by either conversation id, under either name of the field", async () => {
    const { receipt, originatorConversationId: id, conversationId } = await completed();
    for (const [asked, changes] of [
      [undefined, { TransactionID: receipt }],
      [undefined, { TransactionID: undefined, "Transaction ID": receipt }],
      [id, {}],
      [conversationId, { TransactionID: undefined }],
      [undefined, { OriginalConversationID: id }],
      [undefined, { OriginalConversationID: conversationId }],
      [id, { CommandID: undefined, "Command ID": "TransactionStatusQuery" }],
    ] as const) {
      expect((await answerTo(asked, changes))?.values.ReceiptNo).toBe(receipt);
    }
  });

  it("still pending says so, without a receipt or an end", async () => {
    const id = await paid();
    const words = new Set<unknown>();
    for (let turn = 0; turn < 12; turn += 1) {
      await ask(id, { ResultURL: `${daraja.receiver.url}/status` });
    }
    await pass(500);
    for (const { ResultCode, values } of await answers(12)) {
      expect(ResultCode).toBe(0);
      expect([values.ReceiptNo, values.FinalisedTime]).toEqual([undefined, undefined]);
      words.add(values.TransactionStatus);
    }
    expect([...words].sort()).toEqual(["Authorized", "Initiated", "Pending Authorized"]);
  });

  it("tells the truth of the moment it goes, not of the moment it was asked", async () => {
    const id = await paid();
    await pass(600);
    await ask(id, { ResultURL: `${daraja.receiver.url}/status` });
    await pass(500);
    expect((await answers(1))[0]?.values.TransactionStatus).toBe("Completed");
  });

  it("that failed is declined: answered with 0, and no receipt", async () => {
    const id = await paid({ PartyB: 254712345601 });
    await pass();
    const answer = await answerTo(id);
    expect(answer?.ResultCode).toBe(0);
    expect(answer?.values).toMatchObject({ TransactionStatus: "Declined", Amount: 500 });
    expect(answer?.values.ReceiptNo).toBeUndefined();
    expect(answer?.parameter).toContainEqual({ Key: "DebitPartyCharges" });
  });

  it("nobody knows gets the code of the setting and no parameters", async () => {
    const first = await answerTo("nobody");
    expect(first).toMatchObject({ ResultCode: 2032, parameter: undefined });
    await daraja.sandbox.control.changeSettings({ statusUnknownCode: "25" });
    const { receipt } = await completed();
    for (const [id, changes] of [
      [undefined, { TransactionID: "UKL0000000" }],
      ["nobody", {}],
      // A receipt is no conversation, and a conversation no receipt.
      [receipt, {}],
    ] as const) {
      expect((await answerTo(id, changes))?.ResultCode).toBe(25);
    }
  });

  it("by an operator who is not let in gets 2001 and learns nothing", async () => {
    const { originatorConversationId } = await completed();
    const answer = await answerTo(originatorConversationId, { Initiator: "somebody" });
    expect(answer).toMatchObject({ ResultCode: 2001, parameter: undefined });
  });
});

describe("a status script", () => {
  it.each([
    ["completed", "Completed"],
    ["declined", "Declined"],
    ["cancelled", "Cancelled"],
    ["expired", "Expired"],
  ] as const)("%s says so of a pending payout, whatever is true", async (answer, word) => {
    await daraja.sandbox.control.scriptStatus({ script: { answer } });
    const id = await paid();
    const told = await answerTo(id);
    const values = told?.values;
    expect(told?.ResultCode).toBe(0);
    expect(values?.TransactionStatus).toBe(word);
    expect(values?.FinalisedTime).toEqual(expect.any(Number));
    expect(values?.ReceiptNo === undefined).toBe(answer !== "completed");
    expect((await daraja.sandbox.control.payouts())[0]?.state).toBe("pending");
  });

  it("pending or not_found denies a payout that was paid", async () => {
    const { originatorConversationId: id } = await completed();
    await daraja.sandbox.control.scriptStatus({ script: { answer: "pending" } });
    const pending = await answerTo(id);
    expect(["Initiated", "Authorized", "Pending Authorized"]).toContain(
      pending?.values.TransactionStatus,
    );
    await daraja.sandbox.control.scriptStatus({ script: { answer: "not_found" } });
    expect((await answerTo(id))?.ResultCode).toBe(2032);
  });

  it("silent never answers, and timeout answers at the other address", async () => {
    const { originatorConversationId: id } = await completed();
    await daraja.sandbox.control.scriptStatus({ script: { answer: "silent" }, times: 1 });
    await daraja.sandbox.control.scriptStatus({ script: { answer: "timeout" }, times: 1 });
    await ask(id);
    await pass(500);
    const [timeout] = await arrivedAt("/timeout", 1);
    expect(readResult(timeout)).toMatchObject({ ResultCode: 1, parameter: undefined });
    await ask(id);
    await pass(500);
    const records = await daraja.sandbox.control.callbacks({ originatorConversationId: id });
    expect(records.map(({ kind }) => kind)).toEqual(["b2c_result", "status_timeout"]);
    expect((await answerTo(id))?.values.TransactionStatus).toBe("Completed");
  });

  it("truth tells the truth even of a payout whose ending makes the status lie", async () => {
    const id = await paid({ PartyB: 254712345623 });
    await pass();
    await arrivedAt("/result", 1);
    await daraja.sandbox.control.scriptStatus({ script: { answer: "truth" } });
    expect((await answerTo(id))?.values.TransactionStatus).toBe("Completed");
  });

  it("gives the answer itself another code", async () => {
    const { originatorConversationId: id } = await completed();
    await daraja.sandbox.control.scriptStatus({ script: { resultCode: "SFC_IC0003" } });
    expect(await answerTo(id)).toMatchObject({ ResultCode: "SFC_IC0003", parameter: undefined });
  });

  it("is meant for one payout or one phone, the newest first, as often as it says", async () => {
    const control = daraja.sandbox.control;
    const { originatorConversationId: id, msisdn } = await completed();
    await control.scriptStatus({ msisdn, script: { answer: "declined" } });
    await control.scriptStatus({
      originatorConversationId: id,
      times: 1,
      script: { answer: "expired" },
    });
    await control.scriptStatus({
      originatorConversationId: "other",
      script: { answer: "cancelled" },
    });
    const words = [];
    for (let turn = 0; turn < 2; turn += 1) {
      words.push((await answerTo(id))?.values.TransactionStatus);
    }
    expect(words).toEqual(["Expired", "Declined"]);
    expect(await control.statusScripts()).toHaveLength(2);
    const [rule] = await control.statusScripts();
    expect(await control.clearStatusScripts(rule?.id)).toEqual({ removed: 1 });
    expect((await answerTo(id))?.values.TransactionStatus).toBe("Completed");
    expect(await control.clearStatusScripts()).toEqual({ removed: 1 });
  });
});

describe("a status result", () => {
  it("can be lost, late, timed out, told in other forms, or lie, as any result", async () => {
    const { originatorConversationId: id } = await completed();
    await daraja.sandbox.control.scriptCallbacks({
      kind: "status_result",
      originatorConversationId: id,
      times: 1,
      script: {
        asTimeout: true,
        thenResult: true,
        amountCents: 100n,
        shape: { codes: "string", times: "string", spacedKeys: true },
      },
    });
    await ask(id, { ResultURL: `${daraja.receiver.url}/status` });
    await pass(500);
    await arrivedAt("/timeout", 1);
    await pass(5_000);
    const [answer] = await answers(1);
    expect(answer).toMatchObject({ ResultCode: "0" });
    expect(answer?.values).toMatchObject({
      "Originator Conversation ID": id,
      FinalizedTime: expect.stringMatching(/^\d{14}$/),
      Amount: 1,
    });
    expect(answer?.values).not.toHaveProperty("FinalisedTime");
  });

  it("can claim another code, although the payout is known", async () => {
    const { originatorConversationId: id } = await completed();
    await daraja.sandbox.control.scriptCallbacks({
      kind: "status_result",
      script: { resultCode: 21, resultDesc: "Not you" },
    });
    expect(await answerTo(id)).toMatchObject({
      ResultCode: 21,
      ResultDesc: "Not you",
      parameter: undefined,
    });
  });

  it("alone in place of its array is the status itself", async () => {
    const { originatorConversationId: id } = await completed();
    await daraja.sandbox.control.changeSettings({ resultShape: { parameters: "object" } });
    const answer = await answerTo(id);
    expect(answer?.parameter).toEqual({ Key: "TransactionStatus", Value: "Completed" });
  });

  it("with explicit delivery is what was true when it was asked, however late it goes", async () => {
    await daraja.sandbox.control.changeSettings({ callbackDelivery: "explicit" });
    await daraja.sandbox.control.scriptCallbacks({
      kind: "b2c_result",
      script: { processingMs: 60_000 },
    });
    const id = await paid();
    await ask(id, { ResultURL: `${daraja.receiver.url}/status` });
    await daraja.sandbox.control.endPayout(id);
    const sent = await daraja.sandbox.control.settle({ originatorConversationId: id });
    expect(sent.map(({ kind }) => kind)).toEqual(["status_result", "b2c_result"]);
    expect((await answers(1))[0]?.values.ReceiptNo).toBeUndefined();
  });
});

describe("the gateway refuses a question", () => {
  it.each([
    ["Initiator", undefined],
    ["SecurityCredential", undefined],
    ["CommandID", "AccountBalance"],
    ["TransactionID", undefined],
    ["PartyA", "x"],
    ["IdentifierType", "3"],
    ["ResultURL", "x"],
    ["QueueTimeOutURL", undefined],
    ["Remarks", ""],
    ["Remarks", "x".repeat(101)],
    ["Occasion", "x".repeat(101)],
  ])("for its %s being %s", async (field, value) => {
    const reply = await ask(field === "TransactionID" ? undefined : "w-1", { [field]: value });
    expect(reply.status).toBe(400);
    expect(reply.json.errorMessage).toBe(`Bad Request - Invalid ${field}`);
  });

  it("whose token has expired, in this product's own words", async () => {
    await b2c();
    await daraja.sandbox.control.expireTokens();
    const reply = await ask("w-1");
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      errorCode: "400.003.01",
      errorMessage: "Invalid Access Token",
    });
  });
});
