import { describe, expect, it } from "vitest";

import { openDaraja } from "@/sandbox/testing/open-daraja";
import { askForToken } from "@/sandbox/testing/start-daraja-client";

// Typed from what the provider prints and what was measured, so that the sandbox is not faithful
// to one client's parser alone.
const SAMPLES = {
  token: `{"access_token":"SGWcJPtNtYNPGm6uSYR9yPYrAI3B","expires_in":"3599"}`,
  accepted: `{ "MerchantRequestID": "2654-4b64-97ff-b827b542881d3130",
    "CheckoutRequestID": "ws_CO_1007202409152617172396192", "ResponseCode": "0",
    "ResponseDescription": "Success. Request accepted for processing",
    "CustomerMessage": "Success. Request accepted for processing" }`,
  refused: `{ "requestId": "1c5b-4ba8-815c-ac45c57a3db01495926", "errorCode": "400.002.02",
    "errorMessage": "Bad Request - Invalid BusinessShortCode" }`,
  cancelled: `{ "Body": { "stkCallback": { "MerchantRequestID": "f1e2-4b95-a71d-b30d3cdbb7a7942864",
    "CheckoutRequestID": "ws_CO_21072024125243250722943992", "ResultCode": 1032,
    "ResultDesc": "Request cancelled by user" } } }`,
  paid: `{ "Body": { "stkCallback": { "MerchantRequestID": "29115-34620561-1",
    "CheckoutRequestID": "ws_CO_191220191020363925", "ResultCode": 0,
    "ResultDesc": "The service request is processed successfully.",
    "CallbackMetadata": { "Item": [ { "Name": "Amount", "Value": 1.00 },
      { "Name": "MpesaReceiptNumber", "Value": "NLJ7RT61SV" }, { "Name": "Balance" },
      { "Name": "TransactionDate", "Value": 20191219102115 },
      { "Name": "PhoneNumber", "Value": 254708374149 } ] } } } }`,
  answered: `{ "ResponseCode": "0",
    "ResponseDescription": "The service request has been accepted successsfully",
    "MerchantRequestID": "22205-34066-1", "CheckoutRequestID": "ws_CO_13012021093521236557",
    "ResultCode": "0", "ResultDesc": "The service request is processed successfully." }`,
};

// What differs from one call to the next, so that only its form can be compared.
const VARIES = new Set(["access_token", "requestId", "MerchantRequestID", "CheckoutRequestID"]);

/** The same JSON with the values that vary replaced by their types; order and fixed words stay. */
function outlineOf(text: string): string {
  let item = "";
  return JSON.stringify(JSON.parse(text), (name, value: unknown) => {
    if (name === "Name") item = String(value);
    const isMetadata = name === "Value" && item !== "Amount";
    return VARIES.has(name) || isMetadata ? typeof value : value;
  });
}

const daraja = openDaraja();

describe("the answers of the sandbox have the form of the published samples", () => {
  it("for a token", async () => {
    const { text } = await askForToken(daraja.sandbox.url);
    expect(outlineOf(text)).toBe(outlineOf(SAMPLES.token));
  });

  it("for an accepted push, a refused one, and a finished query", async () => {
    await daraja.sandbox.control.changeSettings({ stkQueryHiccupShare: 0 });
    const accepted = await daraja.client.push();
    expect(outlineOf(accepted.text)).toBe(outlineOf(SAMPLES.accepted));
    const refused = await daraja.client.push({ BusinessShortCode: "x" });
    expect(outlineOf(refused.text)).toBe(outlineOf(SAMPLES.refused));
    await daraja.sandbox.control.enterPin("0712345678");
    const answered = await daraja.client.query(accepted.json.CheckoutRequestID);
    expect(outlineOf(answered.text)).toBe(outlineOf(SAMPLES.answered));
  });

  it("for the callbacks of a paid push and of a cancelled one", async () => {
    await daraja.pushed({ Amount: 1 });
    await daraja.sandbox.control.enterPin("0712345678");
    await daraja.arrived(1);
    await daraja.pushed({ Amount: 2 });
    await daraja.sandbox.control.answerPrompt("0712345678", "decline");
    const [paid, cancelled] = await daraja.arrived(2);
    expect(outlineOf(paid?.body ?? "")).toBe(outlineOf(SAMPLES.paid));
    expect(paid?.body).toContain('"Value":1.00}');
    expect(outlineOf(cancelled?.body ?? "")).toBe(outlineOf(SAMPLES.cancelled));
  });
});
