import { describe, expect, it } from "vitest";

import { openCollections } from "@/sandbox/testing/open-collections";

// Typed from what the provider prints and what live integrations have received, so that the sandbox
// is not faithful to one client's parser alone.
const SAMPLES = {
  registered: `{ "OriginatorCoversationID": "6e86-45dd-91ac-fd5d4178ab523408729",
    "ResponseCode": "0", "ResponseDescription": "Success" }`,
  duplicate: `{ "requestId": "1c5b-4ba8-815c-ac45c57a3db01495926", "errorCode": "500.003.1001",
    "errorMessage": "Urls are already registered." }`,
  simulated: `{ "OriginatorCoversationID": "53e3-4aa8-9fe0-8fb5e4092cdd3405976",
    "ResponseCode": "0", "ResponseDescription": "Accept the service request successfully." }`,
  message: `{ "TransactionType": "Pay Bill", "TransID": "RKL51ZDR4F",
    "TransTime": "20231121121325", "TransAmount": "5.00", "BusinessShortCode": "600966",
    "BillRefNumber": "INV-1", "InvoiceNumber": "", "OrgAccountBalance": "25.00",
    "ThirdPartyTransID": "", "MSISDN": "2547 ***** 126", "FirstName": "NICHOLAS",
    "MiddleName": "", "LastName": "" }`,
  nameless: `{ "TransactionType": "Pay Bill", "TransID": "SCD71ZDR4F",
    "TransTime": "20240313121325", "TransAmount": "5.00", "BusinessShortCode": "600966",
    "BillRefNumber": "INV-1", "InvoiceNumber": "", "OrgAccountBalance": "25.00",
    "ThirdPartyTransID": "", "MSISDN": "2547 ***** 126", "FirstName": "NICHOLAS" }`,
  reversed: `{ "Result": { "ResultType": 0, "ResultCode": 0,
    "ResultDesc": "The service request is processed successfully.",
    "OriginatorConversationID": "f1e2-4b95-a71d-b30d3cdbb7a7735297",
    "ConversationID": "AG_20210706_20106e9209f64bebd05b", "TransactionID": "SG632NMUAB",
    "ResultParameters": { "ResultParameter": [
      { "Key": "DebitAccountBalance",
        "Value": "Utility Account|KES|7722179.62|7722179.62|0.00|0.00" },
      { "Key": "Amount", "Value": 1 },
      { "Key": "TransCompletedTime", "Value": 20240706224852 },
      { "Key": "OriginalTransactionID", "Value": "SG622NMTAA" },
      { "Key": "Charge", "Value": 0.00 },
      { "Key": "CreditPartyPublicName", "Value": "254708374149 - JOHN DOE" },
      { "Key": "DebitPartyPublicName", "Value": "600310 - Safaricom333" } ] },
    "ReferenceData": { "ReferenceItem": { "Key": "QueueTimeoutURL",
      "Value": "https://internalsandbox.example/mpesa/reversalresults/v1/submit" } } } }`,
  pullRegistered: `{ "ResponseRefID": "18633-7271215-1", "ResponseStatus": "1000",
    "ShortCode": "600000", "ResponseDescription": "Shortcode Registered Successfully" }`,
  pulled: `{ "ResponseRefID": "26178-42530161-2", "ResponseCode": "1000",
    "ResponseMessage": "Success", "Response": [ [ { "transactionId": "yzlyrEsRG1",
      "trxDate": "2020-08-05T10:13:00Z", "msisdn": 722000000, "sender": "UAT2",
      "transactiontype": "c2b-pay-bill-debit", "billreference": "37207636392",
      "amount": "168.00", "organizationname": "Daraja Pull API Test" } ] ] }`,
};

// What differs from one call to the next, so that only its form can be compared.
const VARIES = new Set([
  "requestId",
  "OriginatorCoversationID",
  "OriginatorConversationID",
  "ConversationID",
  "TransactionID",
  "Value",
  "TransID",
  "TransTime",
  "BusinessShortCode",
  "OrgAccountBalance",
  "MSISDN",
  "FirstName",
  "LastName",
  "ResponseRefID",
  "ShortCode",
  "transactionId",
  "trxDate",
  "msisdn",
  "sender",
  "organizationname",
]);

/** The same JSON with the values that vary replaced by their types; order and fixed words stay. */
function outlineOf(text: string | undefined): string {
  return JSON.stringify(JSON.parse(text ?? ""), (name, value: unknown) =>
    VARIES.has(name) ? typeof value : value,
  );
}

const { daraja, register, byHand, reverse, pass, arrivedAt, messages } = openCollections();
const control = () => daraja.sandbox.control;

describe("what is said of customers' payments has the form of the published samples:", () => {
  it("a registration, the same again on the live side, and a simulated payment", async () => {
    await control().changeSettings({ c2bRegisterMode: "live" });
    expect(outlineOf((await register()).text)).toBe(outlineOf(SAMPLES.registered));
    expect(outlineOf((await register()).text)).toBe(outlineOf(SAMPLES.duplicate));
    await control().changeSettings({ c2bRegisterMode: "sandbox" });
    const simulated = await daraja.client.post("/mpesa/c2b/v1/simulate", {
      ShortCode: 174379,
      CommandID: "CustomerPayBillOnline",
      Amount: 1,
      Msisdn: 254708374149,
      BillRefNumber: "INV-1",
    });
    expect(outlineOf(simulated.text)).toBe(outlineOf(SAMPLES.simulated));
  });

  it("a confirmation, with all names and with one", async () => {
    await register();
    await byHand({ amountCents: 500n });
    await messages("/confirm", 1);
    await control().changeSettings({ c2bNames: "first_only" });
    await byHand({ amountCents: 500n });
    await messages("/confirm", 2);
    const [full, short] = daraja.receiver.received;
    expect(outlineOf(full?.body)).toBe(outlineOf(SAMPLES.message));
    expect(outlineOf(short?.body)).toBe(outlineOf(SAMPLES.nameless));
  });

  it("the result of a reversal", async () => {
    const { receipt } = await byHand({ amountCents: 100n });
    await reverse(receipt, { Amount: 1 });
    await pass();
    const [result] = await arrivedAt("/result", 1);
    expect(outlineOf(result?.body)).toBe(outlineOf(SAMPLES.reversed));
    expect(result?.body).toMatch(/"Key":"Charge","Value":0\.00\}/);
    expect(result?.body).toMatch(/"Key":"TransCompletedTime","Value":20\d{12}\}/);
  });

  it("a registration for Pull and a page of it", async () => {
    await control().changeSettings({ pullKeys: "plain" });
    const registered = await daraja.client.post("/pulltransactions/v1/register", {
      ShortCode: "174379",
      RequestType: "Pull",
      NominatedNumber: "0722000000",
      CallBackURL: "https://shop.example/path",
    });
    expect(outlineOf(registered.text)).toBe(outlineOf(SAMPLES.pullRegistered));
    await byHand({ amountCents: 16_800n, reference: "37207636392" });
    const { nowMs } = await control().clock();
    const [StartDate, EndDate] = [nowMs - 60_000, nowMs].map((ms) =>
      new Date(ms + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " "),
    );
    const page = await daraja.client.post("/pulltransactions/v1/query", {
      ShortCode: "174379",
      StartDate,
      EndDate,
      OffSetValue: "0",
    });
    expect(outlineOf(page.text)).toBe(outlineOf(SAMPLES.pulled));
  });
});
