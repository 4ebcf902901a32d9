import { describe, expect, it } from "vitest";

import { openCollections } from "@/sandbox/testing/open-collections";
import { readResult, sealPassword, type ReadResult } from "@/sandbox/testing/open-payouts";

const { daraja, byHand, reverse, ask, paid, pass, arrivedAt } = openCollections();
const control = () => daraja.sandbox.control;

/** Asks in the PayBill's name, lets the clock pass and returns the newest answer. */
async function answerTo(changes: Record<string, unknown>): Promise<ReadResult | undefined> {
  const before = daraja.receiver.received.filter(({ path }) => path === "/status").length;
  const url = `${daraja.receiver.url}/status`;
  const reply = await ask(undefined, { PartyA: 174379, ResultURL: url, ...changes });
  expect(reply.json, reply.text).toMatchObject({ ResponseCode: "0" });
  await pass(500);
  return readResult((await arrivedAt("/status", before + 1)).at(-1));
}

const UNKNOWN = { ResultCode: 2032, parameter: undefined };

describe("a question about the receipt of a customer's payment", () => {
  it("by hand is answered with who paid whom how much and when", async () => {
    const { receipt } = await byHand();
    const answer = await answerTo({ TransactionID: receipt });
    expect(answer).toMatchObject({ ResultCode: 0, ResultType: 0 });
    expect(answer?.values).toEqual({
      DebitPartyName: expect.stringMatching(/^254712345678 - [A-Z]+ [A-Z]+$/),
      CreditPartyName: "174379 - Duka la Mwanga",
      OriginatorConversationID: expect.stringMatching(/^[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-/),
      ConversationID: expect.stringMatching(/^AG_20\d{6}_[0-9a-f]{20}$/),
      InitiatedTime: expect.any(Number),
      FinalisedTime: expect.any(Number),
      DebitAccountType: "MMF Account",
      DebitPartyCharges: undefined,
      CreditPartyCharges: undefined,
      TransactionReason: undefined,
      ReasonType: "Pay Utility",
      TransactionStatus: "Completed",
      Amount: 500,
      ReceiptNo: receipt,
    });
  });

  it("by push tells when it was asked for and when it was paid", async () => {
    const id = await daraja.pushed();
    await pass(1_000);
    await control().enterPin("0712345678");
    const push = await control().getPush(id);
    const answer = await answerTo({ TransactionID: push.receipt });
    expect(answer?.values).toMatchObject({ ReceiptNo: push.receipt, Amount: 500 });
    const took = Number(answer?.values.FinalisedTime) - Number(answer?.values.InitiatedTime);
    expect(took).toBeGreaterThan(0);
  });

  it("names its charge, and stays Completed after it was reversed", async () => {
    await control().changeSettings({ c2bChargeCents: 500n });
    const { receipt } = await byHand();
    await byHand({ reference: "INV-2" });
    await reverse(receipt);
    await pass();
    expect((await answerTo({ TransactionID: receipt }))?.values).toMatchObject({
      TransactionStatus: "Completed",
      CreditPartyCharges: "Fee For C2B Payment|KES|5.00",
      Amount: 500,
    });
  });

  it("is answered to its own shortcode alone", async () => {
    const { receipt } = await byHand();
    expect(await answerTo({ TransactionID: receipt, PartyA: 600998 })).toMatchObject(UNKNOWN);
    const wholesale = {
      Initiator: "wholesale",
      SecurityCredential: sealPassword(await control().certificate(), "Malipo#Wholesale1"),
    };
    expect(await answerTo({ TransactionID: receipt, PartyA: 600977, ...wholesale })).toMatchObject(
      UNKNOWN,
    );
    const till = await byHand({ shortcode: "300981" });
    const answer = await answerTo({ TransactionID: till.receipt, PartyA: 600981, ...wholesale });
    expect(answer?.values).toMatchObject({ ReasonType: "Pay Merchant", ReceiptNo: till.receipt });
  });

  it("that was refused or is still being asked about knows nothing of it", async () => {
    await control().setCollectionUrls({
      confirmationUrl: "http://127.0.0.1:1/",
      validationUrl: "http://127.0.0.1:1/",
      responseType: "Cancelled",
    });
    await control().setExternalValidation({ on: true });
    const { receipt, state } = await byHand();
    expect(state).toBe("refused");
    expect(await answerTo({ TransactionID: receipt })).toMatchObject(UNKNOWN);
  });

  it("can be made to lie by a script about that receipt", async () => {
    const { receipt } = await byHand();
    const other = await byHand({ reference: "INV-2" });
    await control().scriptStatus({ receipt, script: { answer: "declined" } });
    await control().scriptStatus({ receipt: "UKL0000001", script: { resultCode: "25" } });
    expect((await answerTo({ TransactionID: receipt }))?.values.TransactionStatus).toBe("Declined");
    const truth = await answerTo({ TransactionID: other.receipt });
    expect(truth?.values.TransactionStatus).toBe("Completed");
    expect((await answerTo({ TransactionID: "UKL0000001" }))?.ResultCode).toBe(25);
  });

  it("can be kept, and damaged, by scripts and faults about that receipt", async () => {
    const { receipt } = await byHand();
    await control().scriptCallbacks({
      kind: "status_result",
      receipt,
      times: 1,
      script: { amountCents: 70_000n },
    });
    expect((await answerTo({ TransactionID: receipt }))?.values.Amount).toBe(700);
    await control().addFault({
      endpoint: "tx_status",
      receipt,
      effect: { kind: "gateway", form: "quota" },
      times: 2,
    });
    for (const field of ["TransactionID", "Transaction ID"]) {
      const refused = await ask(undefined, { PartyA: 174379, [field]: receipt });
      expect(refused.json.errorCode).toBe("500.003.03");
    }
    expect((await answerTo({ TransactionID: receipt }))?.ResultCode).toBe(0);
  });
});

describe("a question about a reversal", () => {
  it("finds it by its new receipt and by either conversation id", async () => {
    const payment = await byHand();
    await reverse(payment.receipt);
    const [pending] = await control().reversals();
    const id = pending?.originatorConversationId;
    const early = await answerTo({ OriginalConversationID: id });
    expect(early?.values).toMatchObject({ ReceiptNo: undefined, FinalisedTime: undefined });
    await pass();
    const [reversal] = await control().reversals();
    for (const changes of [
      { TransactionID: reversal?.receipt },
      { OriginalConversationID: id },
      { OriginatorConversationID: reversal?.conversationId },
    ]) {
      expect((await answerTo(changes))?.values).toMatchObject({
        DebitPartyName: "174379 - Duka la Mwanga",
        CreditPartyName: expect.stringMatching(/^254712345678 - /),
        OriginatorConversationID: id,
        ReasonType: "Transaction Reversal",
        TransactionStatus: "Completed",
        Amount: 500,
        ReceiptNo: reversal?.receipt,
      });
    }
  });

  it("that failed is told Declined, without a receipt", async () => {
    await reverse("UKL0000000");
    await pass();
    const [reversal] = await control().reversals();
    const answer = await answerTo({
      OriginalConversationID: reversal?.originatorConversationId,
    });
    expect(answer?.values).toMatchObject({ TransactionStatus: "Declined", ReceiptNo: undefined });
  });
});

it("a payout is still found by its receipt, and only from its own shortcode", async () => {
  const id = await paid();
  await pass();
  const [payout] = await control().payouts({ originatorConversationId: id });
  const own = await answerTo({ TransactionID: payout?.receipt, PartyA: 600998 });
  expect(own?.values).toMatchObject({ OriginatorConversationID: id, ReceiptNo: payout?.receipt });
  expect(await answerTo({ TransactionID: payout?.receipt })).toMatchObject(UNKNOWN);
});
