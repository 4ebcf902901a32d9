import { describe, expect, it } from "vitest";

import { openPayouts } from "@/sandbox/testing/open-payouts";

// Typed from what the provider prints and what live integrations have received, so that the sandbox
// is not faithful to one client's parser alone.
const SAMPLES = {
  acknowledged: `{ "OriginatorConversationID": "f1e2-4b95-a71d-b30d3cdbb7a7735297",
    "ConversationID": "AG_20210706_20106e9209f64bebd05b", "ResponseCode": "0",
    "ResponseDescription": "Accept the service request successfully." }`,
  duplicate: `{ "requestId": "1c5b-4ba8-815c-ac45c57a3db01495926", "errorCode": "500.002.1001",
    "errorMessage": "Duplicate OriginatorConversationID." }`,
  paid: `{ "Result": { "ResultType": 0, "ResultCode": 0,
    "ResultDesc": "The service request is processed successfully.",
    "OriginatorConversationID": "29112-34801843-1",
    "ConversationID": "AG_20191219_00006c6fddb15123addf", "TransactionID": "NLJ41HAY6Q",
    "ResultParameters": { "ResultParameter": [
      { "Key": "TransactionAmount", "Value": 10 },
      { "Key": "TransactionReceipt", "Value": "NLJ41HAY6Q" },
      { "Key": "ReceiverPartyPublicName", "Value": "254708374149 - JOHN DOE" },
      { "Key": "TransactionCompletedDateTime", "Value": "19.12.2019 11:45:50" },
      { "Key": "B2CUtilityAccountAvailableFunds", "Value": 10116.00 },
      { "Key": "B2CWorkingAccountAvailableFunds", "Value": 900000.00 },
      { "Key": "B2CRecipientIsRegisteredCustomer", "Value": "Y" },
      { "Key": "B2CChargesPaidAccountAvailableFunds", "Value": -4510.00 } ] },
    "ReferenceData": { "ReferenceItem": { "Key": "QueueTimeoutURL",
      "Value": "https://internalsandbox.example/mpesa/b2cresults/v1/submit" } } } }`,
  failed: `{ "Result": { "ResultType": 0, "ResultCode": 2001,
    "ResultDesc": "The initiator information is invalid.",
    "OriginatorConversationID": "29112-34801843-1",
    "ConversationID": "AG_20191219_00006c6fddb15123addf", "TransactionID": "NLJ0000000",
    "ReferenceData": { "ReferenceItem": { "Key": "QueueTimeoutURL",
      "Value": "https://internalsandbox.example/mpesa/b2cresults/v1/submit" } } } }`,
  status: `{ "Result": { "ResultType": 0, "ResultCode": 0,
    "ResultDesc": "The service request is processed successfully.",
    "OriginatorConversationID": "10816-694520-2",
    "ConversationID": "AG_20170727_000059c52529a8e080bd", "TransactionID": "LGR0000000",
    "ResultParameters": { "ResultParameter": [
      { "Key": "DebitPartyName", "Value": "600310 - Safaricom333" },
      { "Key": "CreditPartyName", "Value": "254708374149 - JOHN DOE" },
      { "Key": "OriginatorConversationID", "Value": "AG_20180223_0000493344ae97d86f75" },
      { "Key": "ConversationID", "Value": "AG_20180223_0000493344ae97d86f75" },
      { "Key": "InitiatedTime", "Value": 20180223054112 },
      { "Key": "FinalisedTime", "Value": 20180223054112 },
      { "Key": "DebitAccountType", "Value": "Utility Account" },
      { "Key": "DebitPartyCharges", "Value": "Fee For B2C Payment|KES|22.40" },
      { "Key": "CreditPartyCharges" }, { "Key": "TransactionReason" },
      { "Key": "ReasonType", "Value": "Business Payment to Customer via API" },
      { "Key": "TransactionStatus", "Value": "Completed" },
      { "Key": "Amount", "Value": 300 }, { "Key": "ReceiptNo", "Value": "MBN31H462N" } ] },
    "ReferenceData": { "ReferenceItem": { "Key": "Occasion" } } } }`,
  balance: `{ "Result": { "ResultType": "0", "ResultCode": "0",
    "ResultDesc": "The service request is processed successfully.",
    "OriginatorConversationID": "16917-22577599-3",
    "ConversationID": "AG_20200206_00005e091a8ec6b9eac5", "TransactionID": "OA90000000",
    "ResultParameters": { "ResultParameter": [
      { "Key": "AccountBalance", "Value": "Working Account|KES|700000.00|700000.00|0.00|0.00" },
      { "Key": "BOCompletedTime", "Value": 20200109125710 } ] },
    "ReferenceData": { "ReferenceItem": { "Key": "QueueTimeoutURL",
      "Value": "https://internalsandbox.example/mpesa/abresults/v1/submit" } } } }`,
};

// What differs from one call to the next, so that only its form can be compared.
const VARIES = new Set([
  "requestId",
  "OriginatorConversationID",
  "ConversationID",
  "TransactionID",
  "Value",
]);

/** The same JSON with the values that vary replaced by their types; order and fixed words stay. */
function outlineOf(text: string | undefined): string {
  return JSON.stringify(JSON.parse(text ?? ""), (name, value: unknown) =>
    VARIES.has(name) ? typeof value : value,
  );
}

const { b2c, ask, balance, pass, arrivedAt } = openPayouts();

describe("the answers about payouts have the form of the published samples:", () => {
  it("an acknowledgement of each request, and a refused repetition", async () => {
    const body = { OriginatorConversationID: "w-1" };
    for (const reply of [await b2c(body), await b2c({}, "v1"), await ask("w-1"), await balance()]) {
      expect(outlineOf(reply.text)).toBe(outlineOf(SAMPLES.acknowledged));
    }
    expect(outlineOf((await b2c(body)).text)).toBe(outlineOf(SAMPLES.duplicate));
  });

  it("the results of a payout that was paid and of one that was not", async () => {
    await b2c();
    await pass();
    const [paid] = await arrivedAt("/result", 1);
    expect(outlineOf(paid?.body)).toBe(outlineOf(SAMPLES.paid));
    expect(paid?.body).toMatch(/"Key":"TransactionAmount","Value":500\}/);
    expect(paid?.body).toMatch(/"Key":"B2CChargesPaidAccountAvailableFunds","Value":-22\.40\}/);
    await b2c({ InitiatorName: "somebody" });
    await pass();
    const [, failed] = await arrivedAt("/result", 2);
    expect(outlineOf(failed?.body)).toBe(outlineOf(SAMPLES.failed));
  });

  it("the results of a status question and of an account balance", async () => {
    await b2c({ OriginatorConversationID: "w-1" });
    await pass();
    await arrivedAt("/result", 1);
    await ask("w-1");
    await pass();
    const [, status] = await arrivedAt("/result", 2);
    expect(outlineOf(status?.body)).toBe(outlineOf(SAMPLES.status));
    await balance();
    await pass();
    const [, , told] = await arrivedAt("/result", 3);
    expect(outlineOf(told?.body)).toBe(outlineOf(SAMPLES.balance));
  });
});
