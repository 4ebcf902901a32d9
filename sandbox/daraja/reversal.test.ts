import { describe, expect, it } from "vitest";

import { REVERSAL_SPENT } from "./reversal";
import { openCollections } from "@/sandbox/testing/open-collections";
import { readResult, sealPassword, type ReadResult } from "@/sandbox/testing/open-payouts";

const { daraja, byHand, reverse, pass, arrivedAt, books, balance, b2c } = openCollections();
const control = () => daraja.sandbox.control;

/** Orders a reversal, lets the clock pass and returns its result, the `count`th to arrive. */
async function resultOf(
  receipt: string,
  changes: Record<string, unknown> = {},
  count = 1,
): Promise<ReadResult | undefined> {
  const reply = await reverse(receipt, changes);
  expect(reply.json, reply.text).toMatchObject({ ResponseCode: "0" });
  await pass();
  return readResult((await arrivedAt("/result", count)).at(-1));
}

describe("a reversal", () => {
  it("is acknowledged at once; the money goes back a little later, and then the result tells", async () => {
    const { receipt } = await byHand();
    const reply = await reverse(receipt);
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      OriginatorConversationID: expect.any(String),
      ConversationID: expect.stringMatching(/^AG_20\d{6}_[0-9a-f]{20}$/),
      ResponseCode: "0",
      ResponseDescription: "Accept the service request successfully.",
    });
    await pass(999);
    expect((await books()).reversedCount).toBe(0);
    await pass(1);
    const result = readResult((await arrivedAt("/result", 1))[0]);
    const [reversal] = await control().reversals({ originalReceipt: receipt });
    expect(reversal).toMatchObject({ state: "completed", resultCode: "0", amountCents: 50_000n });
    expect(reversal?.receipt).not.toBe(receipt);
    expect(result).toMatchObject({
      ResultType: 0,
      ResultCode: 0,
      ResultDesc: "The service request is processed successfully.",
      OriginatorConversationID: reply.json.OriginatorConversationID,
      ConversationID: reply.json.ConversationID,
      TransactionID: reversal?.receipt,
    });
    expect(result.values).toEqual({
      DebitAccountBalance: "Utility Account|KES|0.00|0.00|0.00|0.00",
      Amount: 500,
      TransCompletedTime: expect.any(Number),
      OriginalTransactionID: receipt,
      Charge: 0,
      CreditPartyPublicName: expect.stringMatching(/^254712345678 - [A-Z]+ [A-Z]+$/),
      DebitPartyPublicName: "174379 - Duka la Mwanga",
    });
  });

  it("leaves the payer with all the money and a message, and the shop without it", async () => {
    const { receipt } = await byHand();
    const result = await resultOf(receipt);
    expect(await books()).toMatchObject({
      balanceCents: 0n,
      receivedCents: 50_000n,
      reversedCents: 50_000n,
      reversedCount: 1,
    });
    const phone = await control().phone("0712345678");
    expect(phone.balanceCents).toBe(50_000_000n);
    expect(phone.messages.at(-1)?.text).toContain(
      `${String(result?.TransactionID)} Confirmed. Transaction ${receipt} to Duka la Mwanga was reversed`,
    );
    const { transfers } = await control().mpesaLedger({ limit: 1 });
    expect(transfers).toMatchObject([
      { kind: "reversal", receipt: result?.TransactionID, originalReceipt: receipt },
    ]);
    expect((await control().customerPayment(receipt)).reversedCents).toBe(50_000n);
  });

  it("gives a payment by push back, too", async () => {
    const id = await daraja.pushed();
    await control().enterPin("0712345678");
    const { receipt } = await control().getPush(id);
    expect((await resultOf(String(receipt)))?.ResultCode).toBe(0);
    expect((await books()).balanceCents).toBe(0n);
  });

  it("happens once: again, and in the same moment, it is R000001", async () => {
    const { receipt } = await byHand();
    await byHand({ reference: "INV-2" });
    await reverse(receipt);
    await reverse(receipt);
    await pass();
    const codes = (await arrivedAt("/result", 2)).map((sent) => readResult(sent).ResultCode);
    expect(codes.map(String).sort()).toEqual(["0", "R000001"]);
    const third = await resultOf(receipt, {}, 3);
    expect(third).toMatchObject({
      ResultCode: "R000001",
      TransactionID: expect.stringMatching(/0000000$/),
      parameter: undefined,
    });
    expect(await books()).toMatchObject({ reversedCount: 1, balanceCents: 50_000n });
  });

  it("of what is no payment to this shortcode is R000002", async () => {
    const other = await byHand({ shortcode: "600977" });
    const till = await byHand({ shortcode: "300981" });
    for (const [index, receipt] of ["UKL0000000", other.receipt, till.receipt].entries()) {
      expect((await resultOf(receipt, {}, index + 1))?.ResultCode).toBe("R000002");
    }
  });

  it("of a payout, of a reversal, or of a payment not made yet is R000002", async () => {
    await control().changeSettings({ callbackDelivery: "explicit" });
    await control().setExternalValidation({ on: true });
    await control().setCollectionUrls({
      confirmationUrl: `${daraja.receiver.url}/confirm`,
      validationUrl: `${daraja.receiver.url}/validate`,
    });
    const validating = await byHand();
    await control().setExternalValidation({ on: false });
    const { receipt } = await byHand({ reference: "INV-2" });
    await reverse(receipt);
    const [reversal] = await control().reversals();
    await reverse(String(reversal?.receipt));
    await reverse(validating.receipt);
    const ended = await control().reversals({ state: "failed" });
    expect(ended.map(({ resultCode }) => resultCode)).toEqual(["R000002", "R000002"]);
  });

  it("that the shortcode cannot pay is 1, and can be asked for again", async () => {
    const { receipt } = await byHand({ amountCents: 80_000n });
    const small = await byHand({ reference: "INV-2" });
    await resultOf(receipt, { Amount: 800 });
    const again = await byHand({ reference: "INV-3", amountCents: 10_000n });
    await control().changeSettings({ c2bChargeCents: 55_000n });
    await byHand({ reference: "INV-4", amountCents: 100n });
    expect((await resultOf(small.receipt, {}, 2))?.ResultCode).toBe(1);
    expect((await books()).reversedCount).toBe(1);
    await control().changeSettings({ c2bChargeCents: 0n });
    await byHand({ reference: "INV-5" });
    expect((await resultOf(small.receipt, {}, 3))?.ResultCode).toBe(0);
    expect((await control().customerPayment(again.receipt)).reversedCents).toBe(0n);
  });

  it("of a part is refused with the chosen code, unless parts are allowed", async () => {
    const { receipt } = await byHand();
    expect((await resultOf(receipt, { Amount: 499 }))?.ResultCode).toBe("R000002");
    await control().changeSettings({ reversalPartialCode: "25" });
    expect((await resultOf(receipt, { Amount: 501 }, 2))?.ResultCode).toBe(25);
    await control().changeSettings({ reversalPartial: true });
    expect((await resultOf(receipt, { Amount: 200 }, 3))?.ResultCode).toBe(0);
    expect((await resultOf(receipt, { Amount: 301 }, 4))?.ResultCode).toBe(25);
    expect((await resultOf(receipt, { Amount: 300 }, 5))?.ResultCode).toBe(0);
    expect((await resultOf(receipt, { Amount: 1 }, 6))?.ResultCode).toBe("R000001");
    expect(await books()).toMatchObject({ reversedCents: 50_000n, reversedCount: 2 });
  });
});

describe("who may reverse", () => {
  it("is the shop's own operator, for both of its shortcodes and nobody else's", async () => {
    const { receipt } = await byHand();
    const other = await byHand({ shortcode: "600977" });
    expect((await resultOf(receipt, { Initiator: "somebody" }))?.ResultCode).toBe(2001);
    expect((await resultOf(other.receipt, { ReceiverParty: 600977 }, 2))?.ResultCode).toBe(2001);
    expect((await resultOf(receipt, { ReceiverParty: 600998 }, 3))?.ResultCode).toBe("R000002");
    expect((await resultOf(receipt, { SecurityCredential: "x" }, 4))?.ResultCode).toBe(2001);
    const wholesale = {
      Initiator: "wholesale",
      SecurityCredential: sealPassword(await control().certificate(), "Malipo#Wholesale1"),
      ReceiverParty: 600977,
    };
    expect((await resultOf(other.receipt, wholesale, 5))?.ResultCode).toBe(0);
    expect((await books()).reversedCount).toBe(0);
  });

  it("is locked out after too many wrong passwords", async () => {
    const { receipt } = await byHand();
    for (let turn = 1; turn <= 3; turn += 1) {
      expect((await resultOf(receipt, { SecurityCredential: "x" }, turn))?.ResultCode).toBe(2001);
    }
    expect((await resultOf(receipt, {}, 4))?.ResultCode).toBe(8006);
    expect(await control().unlockInitiators()).toEqual({ unlocked: 1 });
    expect((await resultOf(receipt, {}, 5))?.ResultCode).toBe(0);
  });

  it("needs the role: without it the result is 21", async () => {
    await control().changeSettings({ reversalPermission: false });
    const { receipt } = await byHand();
    expect((await resultOf(receipt))?.ResultCode).toBe(21);
    expect((await books()).balanceCents).toBe(50_000n);
  });

  it("may ask for the balance of the PayBill, which is what customers paid, but not pay out of it", async () => {
    await byHand();
    await balance({ PartyA: 174379, ResultURL: `${daraja.receiver.url}/status` });
    await pass(500);
    const [sent] = await arrivedAt("/status", 1);
    expect(readResult(sent).values.AccountBalance).toBe(
      "Working Account|KES|0.00|0.00|0.00|0.00&Utility Account|KES|500.00|500.00|0.00|0.00&Charges Paid Account|KES|0.00|0.00|0.00|0.00",
    );
    await b2c({ PartyA: 174379 });
    await pass();
    expect(readResult((await arrivedAt("/result", 1))[0]).ResultCode).toBe(2001);
  });
});

describe("the request", () => {
  it.each([
    ["Initiator", { Initiator: undefined, Amount: "x" }],
    ["SecurityCredential", { SecurityCredential: "" }],
    ["CommandID", { CommandID: "Reversal", TransactionID: "" }],
    ["TransactionID", { TransactionID: "" }],
    ["Amount", { Amount: 0 }],
    ["Amount", { Amount: "1.5" }],
    ["ReceiverParty", { ReceiverParty: "abc" }],
    ["RecieverIdentifierType", { RecieverIdentifierType: undefined, ReceiverIdentifierType: "11" }],
    ["RecieverIdentifierType", { RecieverIdentifierType: "4" }],
    ["ResultURL", { ResultURL: "nowhere" }],
    ["QueueTimeOutURL", { QueueTimeOutURL: undefined }],
    ["Remarks", { Remarks: "x" }],
    ["Occasion", { Occasion: "x".repeat(101) }],
  ])("names %s as the first bad field and starts nothing", async (field, changes) => {
    const { receipt } = await byHand();
    const reply = await reverse(receipt, changes);
    expect(reply.status).toBe(400);
    expect(reply.json.errorMessage).toBe(`Bad Request - Invalid ${field}`);
    expect(await control().reversals()).toEqual([]);
  });

  it("with a bad token is refused with 401", async () => {
    await control().expireTokens();
    const reply = await reverse("UKL0000000");
    expect([reply.status, reply.json.errorCode]).toEqual([401, "401.002.01"]);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)("lost %s the state change reverses %i payments", async (when, reversedCount) => {
    const { receipt } = await byHand();
    await control().addFault({
      endpoint: "reversal",
      when,
      receipt,
      effect: { kind: "drop" },
      times: 1,
    });
    await expect(reverse(receipt)).rejects.toThrow();
    await pass();
    expect((await books()).reversedCount).toBe(reversedCount);
  });
});

describe("the result of a reversal, by script,", () => {
  const script = (what: object, times = 1) =>
    control().scriptCallbacks({ kind: "reversal_result", times, script: what });

  it("can be lost, late, doubled, contradicted, or come before the acknowledgement", async () => {
    const { receipt } = await byHand();
    await script({ drop: true });
    await reverse(receipt);
    await pass();
    expect(await control().callbacks({ kind: "reversal_result", receipt })).toMatchObject([
      { state: "dropped" },
    ]);
    await script({ copies: 2, contradiction: { afterMs: 3_000, resultCode: "0" } });
    await reverse(receipt);
    await pass();
    await arrivedAt("/result", 2);
    await pass(3_000);
    const sent = await arrivedAt("/result", 4);
    expect(sent.map((one) => String(readResult(one).ResultCode))).toEqual([
      "R000001",
      "R000001",
      "0",
      "0",
    ]);
    await script({ beforeAnswer: true });
    await reverse(receipt);
    expect((await books()).reversedCount).toBe(1);
    await arrivedAt("/result", 5);
  });

  it("can be a timeout post, with the truth after it", async () => {
    const { receipt } = await byHand();
    await script({ asTimeout: true, thenResult: true });
    await reverse(receipt);
    await pass();
    await arrivedAt("/timeout", 1);
    await arrivedAt("/result", 0);
    await pass(5_000);
    expect(readResult((await arrivedAt("/result", 1))[0])).toMatchObject({ ResultCode: 0 });
  });

  it("can stay away for as long as the reversal stays pending", async () => {
    const { receipt } = await byHand();
    await script({ processingMs: 600_000 });
    await reverse(receipt);
    await pass(599_999);
    expect(await control().reversals()).toMatchObject([{ state: "pending" }]);
    await pass(1);
    await arrivedAt("/result", 1);
  });

  it("can truly be a failure told by its words alone", async () => {
    const { receipt } = await byHand();
    await script({ endsWith: REVERSAL_SPENT });
    expect(await resultOf(receipt)).toMatchObject({
      ResultCode: 1,
      ResultDesc: REVERSAL_SPENT.resultDesc,
    });
    expect((await books()).balanceCents).toBe(50_000n);
  });

  it("can claim a success that is none, with a receipt nobody has", async () => {
    const { receipt } = await byHand();
    await script({ endsWith: { resultCode: "11" }, resultCode: "0" });
    const lie = await resultOf(receipt);
    expect(lie?.ResultCode).toBe(0);
    expect(await control().reversals()).toMatchObject([{ state: "failed", resultCode: "11" }]);
    expect(lie?.values.OriginalTransactionID).toBe(receipt);
    expect((await books()).reversedCount).toBe(0);
  });

  it("comes in every form of results", async () => {
    const { receipt } = await byHand();
    await script({ shape: { codes: "string", parameters: "object", spacedKeys: true } });
    expect(await resultOf(receipt)).toMatchObject({
      ResultCode: "0",
      "Transaction ID": expect.any(String),
      parameter: { Key: "OriginalTransactionID", Value: receipt },
    });
  });
});

describe("control over reversals", () => {
  it("ends a pending one with any code, once", async () => {
    const { receipt } = await byHand();
    const reply = await reverse(receipt);
    const id = String(reply.json.OriginatorConversationID);
    expect(
      await control().endReversal(id, { resultCode: 2006, resultDesc: "Frozen" }),
    ).toMatchObject({ state: "failed", resultCode: "2006", resultDesc: "Frozen" });
    await expect(control().endReversal(id)).rejects.toThrow(/it has ended/);
    await pass();
    expect(readResult((await arrivedAt("/result", 1))[0]).ResultDesc).toBe("Frozen");
    expect((await books()).reversedCount).toBe(0);
  });

  it("never gives back what cannot be given back, whatever code is asked for", async () => {
    const reply = await reverse("UKL0000000");
    const id = String(reply.json.OriginatorConversationID);
    expect(await control().endReversal(id, { resultCode: "0" })).toMatchObject({
      resultCode: "R000002",
    });
  });

  it("forges a result that cannot be told from a real one", async () => {
    const { receipt } = await byHand();
    const real = await resultOf(receipt);
    await control().sendForgedReversalResult({
      url: `${daraja.receiver.url}/result`,
      originalReceipt: receipt,
      amountCents: 50_000n,
    });
    const forged = readResult((await arrivedAt("/result", 2))[1]);
    expect(Object.keys(forged)).toEqual(Object.keys(real ?? {}));
    expect(Object.keys(forged.values)).toEqual(Object.keys(real?.values ?? {}));
    expect((await books()).reversedCount).toBe(1);
  });
});
