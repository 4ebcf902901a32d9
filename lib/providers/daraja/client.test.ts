import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import type { CollectionAccount } from "../collects";
import type { Exchange } from "../exchange";
import type { GatewayRefusal } from "../gateway";
import { daraja } from "./client";
import { fixture, fixtureText } from "./fixtures/read-fixture";
import {
  answering,
  cuttingAtOnce,
  cuttingHalfway,
  dripping,
  flooding,
  neverAnswering,
  scriptedGateway,
  type Reply,
  type ScriptedGateway,
} from "./fixtures/scripted-gateway";
import { STK_RESULTS } from "./result-codes";

const TIMEOUT_MS = 500;
const NOW = new Date("2026-11-21T21:30:00Z");
const TIMESTAMP = "20261122003000";
const OVERLOADED = "500.001.1001";
const KEYS = { consumerKey: "c0nsumerK3y", consumerSecret: "c0nsumerS3cret" };
const TOKEN = "mG4tR1vPz8KqYd3XwN6bLs0HcJ7a";
const SECRET = "h4rdToGuessPartOfTheAddress";
const CALLBACK_URL = `https://shop.example/callbacks/daraja/${SECRET}/stk/dep_0195f3a2`;
const CHECKOUT_ID = "ws_CO_2111202614050931708374149";
const PAYBILL: CollectionAccount = {
  shortcode: "174379",
  kind: "paybill",
  tillNumber: null,
  passkey: "p4sskeyOfTheShortcode",
};
const TILL: CollectionAccount = { ...PAYBILL, kind: "till", tillNumber: "5123456" };
const PUSH = {
  phone: "+254712345678",
  amountCents: 150_000n,
  reference: "KQ7ZT4WPX2MN",
  description: "Deposit",
  callbackUrl: CALLBACK_URL,
};

const provider = daraja({ now: () => NOW });
let gateway: ScriptedGateway;
let callsMade = 0;
let exchanges: Exchange[] = [];

beforeAll(async () => {
  gateway = await scriptedGateway();
  const settings = env().mpesa;
  settings.baseUrl = gateway.url;
  settings.timeoutMs = TIMEOUT_MS;
});
afterEach(() => {
  // Whatever was answered, every call was made once and kept no secret.
  expect(gateway.seen).toHaveLength(callsMade);
  const password = Buffer.from(`${PAYBILL.shortcode}${PAYBILL.passkey}`).toString("base64");
  const secrets = [...Object.values(KEYS), TOKEN, SECRET, PAYBILL.passkey, "712345678"];
  for (const exchange of exchanges) {
    const kept = JSON.stringify(exchange);
    for (const secret of [...secrets, password.slice(0, 24)]) expect(kept).not.toContain(secret);
  }
  gateway.seen.length = 0;
  callsMade = 0;
  exchanges = [];
});
afterAll(() => gateway.close());

async function watched<T extends { exchange: Exchange }>(call: Promise<T>): Promise<T> {
  callsMade += 1;
  const outcome = await call;
  exchanges.push(outcome.exchange);
  return outcome;
}

const requestToken = () => watched(provider.requestToken(KEYS));

function push(account = PAYBILL, input: Partial<typeof PUSH> = {}) {
  return watched(provider.prompt({ account, accessToken: TOKEN }, { ...PUSH, ...input }));
}

function query(checkoutRequestId = CHECKOUT_ID) {
  return watched(
    provider.promptResult({ account: PAYBILL, accessToken: TOKEN }, { checkoutRequestId }),
  );
}

function envelope(errorCode: string, errorMessage: string) {
  return { requestId: "1c5b-4ba8-815c-ac45c57a3db01495926", errorCode, errorMessage };
}

/** The one request the gateway saw, with its body as JSON. */
function sent(): { body: unknown; [name: string]: unknown } {
  const [request] = gateway.seen;
  if (!request) throw new Error("the gateway saw no request");
  return { ...request, body: request.body === "" ? null : JSON.parse(request.body) };
}

describe("asking for a token", () => {
  test("shows the keys in a header alone", async () => {
    gateway.reply(answering(200, fixture("token")));
    await requestToken();

    const basic = Buffer.from(`${KEYS.consumerKey}:${KEYS.consumerSecret}`).toString("base64");
    expect(sent()).toMatchObject({
      method: "GET",
      url: "/oauth/v1/generate?grant_type=client_credentials",
      headers: { authorization: `Basic ${basic}`, accept: "application/json" },
      body: null,
    });
  });

  test("gives the token and how long it lives", async () => {
    gateway.reply(answering(200, fixture("token")));
    expect(await requestToken()).toMatchObject({
      kind: "accepted",
      accessToken: TOKEN,
      lifetimeMs: 3_599_000,
      exchange: {
        operation: "token",
        httpStatus: 200,
        request: { grant_type: "client_credentials" },
        response: { expires_in: "3599" },
      },
    });
  });

  test.each<[expiresIn: unknown, lifetimeMs: number]>([
    ["3599", 3_599_000],
    [3599, 3_599_000],
    [" 60 ", 60_000],
    [1.5, 1_500],
    [undefined, 3_600_000],
    [null, 3_600_000],
    ["", 3_600_000],
    ["soon", 3_600_000],
    [0, 3_600_000],
    [-5, 3_600_000],
    [1e300, 3_600_000],
    ["99999999", 3_600_000],
    [[3599], 3_600_000],
  ])("reads a life of %j seconds as %i ms", async (expires_in, lifetimeMs) => {
    gateway.reply(answering(200, { access_token: TOKEN, expires_in }));
    expect(await requestToken()).toMatchObject({ kind: "accepted", lifetimeMs });
  });

  test.each<[name: string, status: number, body: unknown, errorCode: string | null]>([
    ["wrong keys", 400, envelope("400.008.01", "Invalid Authentication passed"), "400.008.01"],
    ["a wrong grant type", 400, envelope("400.008.02", "Invalid grant type passed"), "400.008.02"],
    ["wrong keys, told with 401", 401, envelope("401.001", "Unauthorized"), "401.001"],
    ["wrong keys, told without a word", 400, "", null],
    ["wrong keys, told by a bare 401", 401, "", null],
    ["wrong keys, in the gateway's other form", 401, { ErrorCode: "invalid_client" }, null],
    ["a closed app", 403, envelope("403.002.1001", "You are not authorized"), "403.002.1001"],
    ["a wrong path", 404, envelope("404.001.01", "Resource not found"), "404.001.01"],
  ])("is refused for %s", async (_name, status, body, errorCode) => {
    gateway.reply(answering(status, body));
    expect(await requestToken()).toMatchObject({ kind: "refused", errorCode });
  });

  test.each<[name: string, status: number, body: unknown, because: string]>([
    ["called too fast", 500, envelope("500.003.02", "Spike Arrest Violation"), "server_error"],
    ["called too often", 500, envelope("500.003.03", "Quota Violation"), "server_error"],
    ["slowed down by the gateway", 429, fixture("apigee-spike-arrest"), "bad_response"],
    ["stopped by the firewall", 403, fixtureText("firewall.html"), "bad_response"],
    ["met by an HTML page with 401", 401, fixtureText("firewall.html"), "bad_response"],
    ["out of order", 503, fixtureText("firewall.html"), "server_error"],
    ["without a word in another status", 404, "", "bad_response"],
    ["answered without a token", 200, { expires_in: "3599" }, "bad_response"],
    ["answered with an empty token", 200, { access_token: "", expires_in: "1" }, "bad_response"],
    ["answered with a token no header can carry", 200, { access_token: "a\nb" }, "bad_response"],
    ["answered with a token and a 500", 500, fixture("token"), "server_error"],
  ])("says nothing about the keys when it is %s", async (_name, status, body, because) => {
    gateway.reply(answering(status, body));
    expect(await requestToken()).toMatchObject({ kind: "unknown", because });
  });
});

describe("sending a prompt", () => {
  const accepted = answering(200, fixture("push-accepted"));

  test("posts what the gateway documents, once, and nothing else", async () => {
    gateway.reply(accepted);
    await push();

    const password = `${PAYBILL.shortcode}${PAYBILL.passkey}${TIMESTAMP}`;
    expect(sent()).toMatchObject({
      method: "POST",
      url: "/mpesa/stkpush/v1/processrequest",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });
    expect(sent().body).toEqual({
      BusinessShortCode: "174379",
      Password: Buffer.from(password).toString("base64"),
      Timestamp: TIMESTAMP,
      TransactionType: "CustomerPayBillOnline",
      Amount: 1500,
      PartyA: 254712345678,
      PartyB: "174379",
      PhoneNumber: 254712345678,
      CallBackURL: CALLBACK_URL,
      AccountReference: "KQ7ZT4WPX2MN",
      TransactionDesc: "Deposit",
    });
  });

  test("for a till names the till as receiver and the store as asker", async () => {
    gateway.reply(accepted);
    await push(TILL);
    expect(sent().body).toMatchObject({
      BusinessShortCode: "174379",
      TransactionType: "CustomerBuyGoodsOnline",
      PartyB: "5123456",
    });
  });

  test("leaves out of reference and description what makes prompts fail", async () => {
    gateway.reply(accepted);
    await push(PAYBILL, { reference: "KQ7Z & T4@W#P", description: "Deposit: Jina" });
    expect(sent().body).toMatchObject({
      AccountReference: "KQ7ZT4WP",
      TransactionDesc: "DepositJina",
    });
  });

  test.each<[name: string, account: CollectionAccount, input: Partial<typeof PUSH>]>([
    ["a reference of 13 characters", PAYBILL, { reference: "A234567890123" }],
    ["a reference of nothing", PAYBILL, { reference: "&#@" }],
    ["a description of 14 characters", PAYBILL, { description: "A2345678901234" }],
    ["an amount with cents", PAYBILL, { amountCents: 150_050n }],
    ["no amount", PAYBILL, { amountCents: 0n }],
    ["a negative amount", PAYBILL, { amountCents: -100n }],
    ["a number that is not Kenyan", PAYBILL, { phone: "+255712345678" }],
    ["a number as people write it", PAYBILL, { phone: "0712345678" }],
    ["a till without a till number", { ...TILL, tillNumber: null }, {}],
  ])("never starts with %s", async (_name, account, input) => {
    gateway.reply(accepted);
    const access = { account, accessToken: TOKEN };
    await expect(provider.prompt(access, { ...PUSH, ...input })).rejects.toThrow();
  });

  test("is accepted with the ids the callback will name", async () => {
    gateway.reply(accepted);
    expect(await push()).toEqual({
      kind: "accepted",
      checkoutRequestId: CHECKOUT_ID,
      merchantRequestId: "5c1e-47d0-9a3b-6f2d81e04b97318204",
      exchange: {
        operation: "stk_push",
        request: {
          BusinessShortCode: "174379",
          TransactionType: "CustomerPayBillOnline",
          Amount: "1500",
          PartyB: "174379",
          PhoneNumber: "0712 *** 678",
          Timestamp: TIMESTAMP,
          AccountReference: "KQ7ZT4WPX2MN",
          TransactionDesc: "Deposit",
          CallBackURL: "https://shop.example/callbacks/daraja/…/stk/dep_0195f3a2",
        },
        response: {
          MerchantRequestID: "5c1e-47d0-9a3b-6f2d81e04b97318204",
          CheckoutRequestID: CHECKOUT_ID,
          ResponseCode: "0",
          ResponseDescription: "Success. Request accepted for processing",
        },
        httpStatus: 200,
        durationMs: expect.any(Number),
      },
    });
  });

  test.each<[name: string, body: unknown]>([
    ["a number for the code", { ResponseCode: 0, CheckoutRequestID: "ws_CO_1" }],
    ["no merchant's id", { ResponseCode: "0", CheckoutRequestID: "ws_CO_1" }],
    [
      "a list for an id",
      { ResponseCode: "0", CheckoutRequestID: "ws_CO_1", MerchantRequestID: [] },
    ],
    ["more than we know", { ResponseCode: "0", CheckoutRequestID: "ws_CO_1", Tip: { a: [1] } }],
    ["a null error", { ResponseCode: "0", CheckoutRequestID: "ws_CO_1", errorCode: null }],
  ])("is accepted despite %s", async (_name, body) => {
    gateway.reply(answering(200, body));
    expect(await push()).toMatchObject({
      kind: "accepted",
      checkoutRequestId: "ws_CO_1",
      merchantRequestId: null,
    });
  });

  test.each<[name: string, status: number, body: unknown, because: string]>([
    ["another code and no id", 200, { ResponseCode: "1" }, "bad_response"],
    ["another code and an id", 200, { ResponseCode: "1", CheckoutRequestID: "w" }, "bad_response"],
    ["no code", 200, { CheckoutRequestID: "ws_CO_1" }, "bad_response"],
    ["no id", 200, { ResponseCode: "0" }, "bad_response"],
    ["an empty id", 200, { ResponseCode: "0", CheckoutRequestID: " " }, "bad_response"],
    [
      "an endless id",
      200,
      { ResponseCode: "0", CheckoutRequestID: "w".repeat(129) },
      "bad_response",
    ],
    ["a yes with 201", 201, fixture("push-accepted"), "bad_response"],
    ["a yes with 400", 400, fixture("push-accepted"), "bad_response"],
    ["a yes with 500", 500, fixture("push-accepted"), "server_error"],
    [
      "a yes and an error in one",
      200,
      { ResponseCode: "0", CheckoutRequestID: "w", errorCode: "500.002.1001" },
      "bad_response",
    ],
    ["nothing", 200, {}, "bad_response"],
    ["an error without a code", 400, { errorMessage: "Bad Request" }, "bad_response"],
  ])(
    "answered with %s is unknown, for the phone may ring",
    async (_name, status, body, because) => {
      gateway.reply(answering(status, body));
      expect(await push()).toMatchObject({ kind: "unknown", because });
    },
  );

  test("may be asked for again by the caller, and is then another prompt", async () => {
    gateway.reply(accepted);
    await push();
    await push();
    expect(gateway.seen).toHaveLength(2);
  });
});

describe("an error of the gateway", () => {
  type Case = [code: string, status: number, text: string, expected: GatewayRefusal];
  const field = (name: string): string => `Bad Request - Invalid ${name}`;
  const refusals: readonly Case[] = [
    ["400.002.02", 400, field("BusinessShortCode"), "misconfigured"],
    ["400.002.02", 400, field("TransactionType"), "misconfigured"],
    ["400.002.02", 400, field("PartyB"), "misconfigured"],
    ["400.002.02", 400, field("PhoneNumber"), "phone_refused"],
    ["400.002.02", 400, field("PartyA"), "phone_refused"],
    ["400.002.02", 400, field("Timestamp"), "bad_request"],
    ["400.002.02", 400, field("Amount"), "bad_request"],
    ["400.002.02", 400, field("CallBackURL"), "bad_request"],
    ["400.002.02", 400, field("InitiatorName"), "bad_request"],
    ["400.002.02", 400, field("SecurityCredential"), "bad_request"],
    ["400.002.02", 400, field("TransactionID"), "bad_request"],
    ["400.002.02", 400, field("RecieverIdentifierType"), "bad_request"],
    ["400.002.02", 400, field("CheckoutRequestID"), "bad_request"],
    ["400.002.05", 400, "Invalid Request Payload", "bad_request"],
    ["400.003.01", 400, "Invalid Access Token", "invalid_token"],
    ["400.003.02", 400, "Bad Request", "bad_request"],
    ["400.008.01", 400, "Invalid Authentication passed", "misconfigured"],
    ["400.008.02", 400, "Invalid grant type passed", "misconfigured"],
    ["400.001", 400, "Invalid ShortCode", "misconfigured"],
    ["401.001", 401, "Invalid Access Token", "invalid_token"],
    ["401.002.01", 401, `Error Occurred - Invalid Access Token - ${TOKEN}`, "invalid_token"],
    [
      "401.003.01",
      401,
      "Error Occurred - Invalid Access Token - Invalid API call as no apiproduct match found",
      "invalid_token",
    ],
    ["401.999.99", 401, "Invalid Access Token", "invalid_token"],
    ["400.003.01", 400, "", "invalid_token"],
    ["401.001", 401, "", "invalid_token"],
    ["401.002.01", 401, "", "invalid_token"],
    ["401.003.01", 401, "", "invalid_token"],
    ["404.001.03", 404, "", "invalid_token"],
    ["403.002.1001", 403, "You are not authorized to initiate this transaction", "misconfigured"],
    ["404.001.01", 404, "Resource not found", "bad_request"],
    ["404.002.01", 404, "Resource not found", "bad_request"],
    ["404.003.01", 404, "Resource not found", "bad_request"],
    ["404.001.03", 404, "Invalid Access Token", "invalid_token"],
    ["404.001.04", 404, "Invalid Authentication Header", "bad_request"],
    ["405.001", 405, "Method Not Allowed", "bad_request"],
    ["418.000.00", 418, "A text nobody has seen", "bad_request"],
    ["429.001.01", 429, "Too many requests", "throttled"],
    ["500.003.02", 500, "Error Occurred: Spike Arrest Violation", "throttled"],
    ["500.003.02", 500, "System is busy. Please try again in few minutes.", "throttled"],
    ["500.003.02", 429, "Error Occurred: Spike Arrest Violation", "throttled"],
    ["500.003.03", 500, "Error Occurred: Quota Violation", "quota_used"],
    [OVERLOADED, 500, "Wrong credentials", "misconfigured"],
    [OVERLOADED, 500, "[MerchantValidate] - Wrong credentials", "misconfigured"],
    [OVERLOADED, 500, "Merchant does not exist", "misconfigured"],
    [
      OVERLOADED,
      500,
      "Unable to lock subscriber, a transaction is already in process for the current subscriber",
      "subscriber_busy",
    ],
  ];

  test.each(refusals)("%s with HTTP %i, %j, is %s", async (errorCode, status, text, refusal) => {
    gateway.reply(answering(status, envelope(errorCode, text)));
    const refused = { kind: "refused", refusal, errorCode };
    expect(await push()).toMatchObject(refused);
    expect(await query()).toMatchObject(refused);
  });

  const unclear: readonly [code: string, status: number, text: string][] = [
    ["500.002.1001", 500, "Duplicate OriginatorConversationID."],
    ["500.002.1001", 500, "System internal error."],
    ["00.002.1001", 500, "Service is currently under maintenance"],
    ["500.003.1001", 500, "Internal Server Error"],
    ["500.003.1001", 500, "Urls are already registered."],
    ["500.003.1001", 500, "Duplicate notification info, SP ID is 107078, correlator is 600998"],
    ["500.001.1001", 500, "A text nobody has seen"],
    ["500", 500, "Service is currently unreachable"],
    // A 4xx code under a 5xx status contradicts itself, so it may not be taken for a clear no.
    ["404.001.03", 500, "Invalid Access Token"],
    ["400.002.02", 502, "Bad Request - Invalid Amount"],
  ];

  test.each(unclear)("%s with HTTP %i, %j, is neither yes nor no", async (code, status, text) => {
    gateway.reply(answering(status, envelope(code, text)));
    const unknown = { kind: "unknown", because: "server_error" };
    expect(await push()).toMatchObject(unknown);
    expect(await query()).toMatchObject(unknown);
  });

  test("that says the prompt is known or running is no answer to a push", async () => {
    for (const text of [
      "The transaction is being processed",
      "The transaction does not Exist",
      "",
    ]) {
      for (const [status, because] of [
        [500, "server_error"],
        [200, "bad_response"],
      ] as const) {
        gateway.reply(answering(status, envelope(OVERLOADED, text)));
        expect(await push(), text).toMatchObject({ kind: "unknown", because });
      }
    }
  });

  test("with a 4xx code and HTTP 200 is neither yes nor no", async () => {
    gateway.reply(answering(200, envelope("400.002.02", field("Amount"))));
    expect(await push()).toMatchObject({ kind: "unknown", because: "bad_response" });
    expect(await query()).toMatchObject({ kind: "unknown", because: "bad_response" });
  });

  const fault = (errorcode: string, faultstring: string) => ({
    fault: { faultstring, detail: { errorcode } },
  });
  const spike = "policies.ratelimit.SpikeArrestViolation";
  const quota = "policies.ratelimit.QuotaViolation";
  const expired = "keymanagement.service.access_token_expired";
  const noProxy = "Unable to identify proxy for host: secure and url: /mpesa/stkpush/v9";

  test.each<[status: number, body: unknown, refusal: GatewayRefusal, errorCode: string]>([
    [429, fixture("apigee-spike-arrest"), "throttled", spike],
    [500, fixture("apigee-spike-arrest"), "throttled", spike],
    [429, fault(quota, "Rate limit quota violation."), "quota_used", quota],
    [500, fault(quota, ""), "quota_used", quota],
    [429, fault("policies.unheard.of", "Slow down"), "throttled", "policies.unheard.of"],
    [401, fault(expired, "Access Token expired"), "invalid_token", expired],
    [404, fault("x.ApplicationNotFound", noProxy), "misconfigured", "x.ApplicationNotFound"],
  ])("in the gateway's other form, HTTP %i and %j, is %s", async (status, body, refusal, code) => {
    gateway.reply(answering(status, body));
    const refused = { kind: "refused", refusal, errorCode: code };
    expect(await push()).toMatchObject(refused);
    expect(await query()).toMatchObject(refused);
  });

  test.each<[status: number, body: unknown, because: string]>([
    [500, fault("steps.servicecallout.ExecutionFailed", "ServiceCallout failed"), "server_error"],
    [504, fault("messaging.adaptors.http.flow.GatewayTimeout", "Timeout"), "server_error"],
    [408, fault("messaging.adaptors.http.flow.RequestTimeOut", "Timeout"), "bad_response"],
    [500, fault(expired, "Access Token expired"), "server_error"],
    [500, { fault: "broken" }, "server_error"],
    [429, { message: "Too many requests" }, "bad_response"],
    [500, { fault: { faultstring: noProxy, detail: [] } }, "server_error"],
  ])(
    "in the gateway's other form, HTTP %i and %j, may hide a prompt",
    async (status, body, because) => {
      gateway.reply(answering(status, body));
      expect(await push()).toMatchObject({ kind: "unknown", because });
      expect(await query()).toMatchObject({ kind: "unknown", because });
    },
  );

  test("is kept for staff as it was said, but for a repeated secret", async () => {
    const text = `Error Occurred - Invalid Access Token - ${TOKEN} for 254712345678 at ${CALLBACK_URL}`;
    gateway.reply(answering(401, envelope("401.002.01", text)));
    const { exchange } = await push();
    expect(exchange.response).toEqual({
      requestId: "1c5b-4ba8-815c-ac45c57a3db01495926",
      errorCode: "401.002.01",
      errorMessage:
        "Error Occurred - Invalid Access Token - … for 254… at https://shop.example/callbacks/daraja/…/stk/dep_0195f3a2",
    });
  });

  test("is kept to a length, and without a secret however often and wherever it is said", async () => {
    const text = `${TOKEN} ${TOKEN} ${"x".repeat(400)}`;
    const kept = `… … ${"x".repeat(296)}`;
    gateway.reply(answering(401, envelope("401.002.01", text)));
    expect((await push()).exchange.response).toMatchObject({ errorMessage: kept });
    gateway.reply(answering(401, fault(TOKEN, text)));
    expect((await push()).exchange.response).toMatchObject({ faultCode: "…", faultText: kept });
  });

  test("is kept without the password and the passkey, in whichever call", async () => {
    const plain = `${PAYBILL.shortcode}${PAYBILL.passkey}${TIMESTAMP}`;
    const password = Buffer.from(plain).toString("base64");
    gateway.reply(answering(400, envelope("400.002.02", `${password} ${PAYBILL.passkey}`)));
    for (const call of [push, query]) {
      expect((await call()).exchange.response).toMatchObject({ errorMessage: "… …" });
    }
  });

  test("in the gateway's other form is kept for staff too", async () => {
    gateway.reply(answering(429, fixture("apigee-spike-arrest")));
    expect((await push()).exchange).toMatchObject({
      httpStatus: 429,
      response: { faultCode: spike, faultText: expect.stringContaining("Spike arrest violation") },
    });
  });
});

describe("asking what became of a prompt", () => {
  const result = (ResultCode: unknown, ResultDesc: unknown = "", more: object = {}) => ({
    ...Object(fixture("query-paid")),
    ResultCode,
    ResultDesc,
    ...more,
  });

  test("posts the prompt's id and fresh credentials, and nothing else", async () => {
    gateway.reply(answering(200, fixture("query-paid")));
    await query();

    const password = `${PAYBILL.shortcode}${PAYBILL.passkey}${TIMESTAMP}`;
    expect(sent()).toMatchObject({
      method: "POST",
      url: "/mpesa/stkpushquery/v1/query",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });
    expect(sent().body).toEqual({
      BusinessShortCode: "174379",
      Password: Buffer.from(password).toString("base64"),
      Timestamp: TIMESTAMP,
      CheckoutRequestID: CHECKOUT_ID,
    });
  });

  test("gives the code and the text, and keeps both for staff", async () => {
    gateway.reply(answering(200, fixture("query-paid")));
    expect(await query()).toMatchObject({
      kind: "answered",
      resultCode: "0",
      resultText: "The service request is processed successfully.",
      exchange: {
        operation: "stk_query",
        httpStatus: 200,
        request: {
          BusinessShortCode: "174379",
          CheckoutRequestID: CHECKOUT_ID,
          Timestamp: TIMESTAMP,
        },
        response: { ResponseCode: "0", ResultCode: "0", CheckoutRequestID: CHECKOUT_ID },
      },
    });
  });

  test.each<[name: string, status: number, body: unknown]>([
    ["4999 as a text", 200, result("4999", "The transaction is still under processing")],
    ["4999 as a number", 200, result(4999, "The transaction is still under processing")],
    ["4999 without a text", 200, result("4999")],
    ["an error text", 500, envelope(OVERLOADED, "The transaction is being processed")],
    ["an error text with 200", 200, envelope(OVERLOADED, "The transaction is being processed")],
    ["an error without a text", 200, envelope(OVERLOADED, "")],
    ["an error without a text, with 500", 500, envelope(OVERLOADED, "")],
    ["an error without the field", 200, { errorCode: OVERLOADED }],
  ])("hears that the customer has not decided from %s", async (_name, status, body) => {
    gateway.reply(answering(status, body));
    expect(await query()).toMatchObject({ kind: "in_flight" });
  });

  test.each<[name: string, status: number, body: unknown]>([
    ["the usual text", 500, envelope(OVERLOADED, "The transaction does not Exist")],
    ["the usual text with 200", 200, envelope(OVERLOADED, "The transaction does not exist.")],
    ["a code of its own", 404, envelope("404.001.1002", "Not found")],
  ])("concludes nothing from an unknown prompt, told with %s", async (_name, status, body) => {
    gateway.reply(answering(status, body));
    expect(await query()).toMatchObject({ kind: "not_known" });
  });

  const decided = STK_RESULTS.filter((row) => row.class !== "in_flight");
  test.each(decided.map((row) => [row.code, row.said ? "Wrong credentials" : "Any text"]))(
    "passes on result %s, as text and as a number",
    async (code, text) => {
      const answered = { kind: "answered", resultCode: code, resultText: text };
      gateway.reply(answering(200, result(code, text)));
      expect(await query()).toMatchObject(answered);
      if (/^\d+$/.test(code)) {
        gateway.reply(answering(200, result(Number(code), text)));
        expect(await query()).toMatchObject(answered);
      }
    },
  );

  test.each<[name: string, body: unknown, resultCode: string]>([
    ["a code nobody has listed", result("7777", "What?"), "7777"],
    ["4999 with a text nobody has seen", result("4999", "Something else"), "4999"],
    ["letters", result("R000002", "x"), "R000002"],
  ])("passes on %s for somebody to judge", async (_name, body, resultCode) => {
    gateway.reply(answering(200, body));
    expect(await query()).toMatchObject({ kind: "answered", resultCode });
  });

  test("keeps a code that came as a number for staff, as a number", async () => {
    gateway.reply(answering(200, result(1032)));
    expect((await query()).exchange.response).toMatchObject({ ResultCode: 1032 });
  });

  test.each<[name: string, more: object]>([
    ["no ids", { CheckoutRequestID: undefined, MerchantRequestID: undefined }],
    ["no response code", { ResponseCode: undefined }],
    ["a response code as a number", { ResponseCode: 0 }],
    ["a null text", { ResultDesc: null }],
    ["more than we know", { Extra: [{ a: 1 }] }],
  ])("reads the result despite %s", async (_name, more) => {
    gateway.reply(answering(200, result("1032", "Request cancelled by user", more)));
    expect(await query()).toMatchObject({ kind: "answered", resultCode: "1032" });
  });

  test.each<[name: string, status: number, body: unknown, because: string]>([
    [
      "about another prompt",
      200,
      result("0", "", { CheckoutRequestID: "ws_CO_2" }),
      "bad_response",
    ],
    ["that was not accepted", 200, result("0", "", { ResponseCode: "1" }), "bad_response"],
    ["and an error in one", 200, result("0", "", { errorCode: OVERLOADED }), "bad_response"],
    ["with HTTP 500", 500, result("0"), "server_error"],
    ["with HTTP 400", 400, result("1032"), "bad_response"],
    ["of null", 200, result(null), "bad_response"],
    ["of true", 200, result(true), "bad_response"],
    ["of nothing", 200, result(""), "bad_response"],
    ["in a list", 200, result(["0"]), "bad_response"],
    ["left out", 200, { ResponseCode: "0" }, "bad_response"],
  ])("believes no result %s", async (_name, status, body, because) => {
    gateway.reply(answering(status, body));
    expect(await query()).toMatchObject({ kind: "unknown", because });
  });
});

describe("an answer that is no answer", () => {
  const html = fixtureText("firewall.html");
  const bodies: [name: string, reply: Reply, because: string, body: string | null][] = [
    ["an empty body", answering(200, ""), "bad_response", "empty"],
    ["an empty 500", answering(500, ""), "server_error", "empty"],
    ["an empty 403", answering(403, " \n"), "bad_response", "empty"],
    ["the firewall's page with 403", answering(403, html), "bad_response", "html"],
    ["the firewall's page with 503", answering(503, html), "server_error", "html"],
    ["a page with 200", answering(200, html), "bad_response", "html"],
    ["half of a JSON text", answering(200, '{"ResponseCode":"0","Che'), "bad_response", "text"],
    ["words", answering(500, "Service is currently unreachable"), "server_error", "text"],
    ["JSON null", answering(200, "null"), "bad_response", "text"],
    ["a JSON list", answering(200, "[]"), "bad_response", "text"],
    ["a JSON text", answering(200, '"0"'), "bad_response", "text"],
    [
      "far more than an answer",
      answering(200, { ...Object(fixture("push-accepted")), pad: "x".repeat(70_000) }),
      "bad_response",
      "too_large",
    ],
    ["a body without an end", flooding, "bad_response", "too_large"],
    ["a redirect", answering(307, "", { location: "/elsewhere" }), "bad_response", "redirect"],
    [
      "a redirect that says yes",
      answering(302, fixture("push-accepted"), { location: "/elsewhere" }),
      "bad_response",
      "redirect",
    ],
    ["a connection cut before the answer", cuttingAtOnce, "connection", null],
    ["a connection cut within the answer", cuttingHalfway, "connection", null],
    ["nothing within the time limit", neverAnswering, "timeout", null],
    ["an answer that drips in for ever", dripping, "timeout", null],
  ];

  test.each(bodies)("(%s) is unknown for every call, and none is made twice", async (...row) => {
    const [, reply, because, body] = row;
    gateway.reply(reply);
    for (const call of [requestToken, push, query]) {
      const outcome = await call();
      expect(outcome).toMatchObject({ kind: "unknown", because });
      expect(outcome.exchange.response).toEqual(body === null ? null : { body });
    }
    expect(gateway.seen.map(({ url }) => url)).not.toContain("/elsewhere");
  });

  test("(the envelope of another protocol) is a fault of theirs, whatever its status", async () => {
    for (const status of [200, 400, 500, 503]) {
      gateway.reply(answering(status, fixture("soap-fault")));
      for (const call of [push, query]) {
        expect(await call()).toMatchObject({ kind: "unknown", because: "server_error" });
      }
    }
  });

  test("(a cut within the answer) still tells staff the status that came", async () => {
    gateway.reply(cuttingHalfway);
    expect((await push()).exchange).toMatchObject({ httpStatus: 200, response: null });
  });

  test("ends at the time limit, not when the gateway pleases", async () => {
    gateway.reply(dripping);
    const startedAt = performance.now();
    await push();
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 5);
  });

  test("(nobody at the address) is unknown", async () => {
    const settings = env().mpesa;
    settings.baseUrl = "http://127.0.0.1:1";
    try {
      const outcome = await provider.prompt({ account: PAYBILL, accessToken: TOKEN }, PUSH);
      expect(outcome).toMatchObject({ kind: "unknown", because: "connection" });
    } finally {
      settings.baseUrl = gateway.url;
    }
  });
});

describe("what the case file shows of a callback address", () => {
  test.each([
    [CALLBACK_URL, "https://shop.example/callbacks/daraja/…/stk/dep_0195f3a2"],
    [`https://shop.example/callbacks/daraja/${SECRET}`, "https://shop.example/callbacks/daraja/…"],
    [
      `https://shop.example/pay/callbacks/daraja/${SECRET}/stk/d1?t=${SECRET}`,
      "https://shop.example/pay/callbacks/daraja/…/stk/d1",
    ],
    [`https://shop.example/hooks/${SECRET}/stk`, "https://shop.example/…"],
    [`https://user:${SECRET}@shop.example/hooks`, "https://shop.example/…"],
    [`https://shop.example/hooks?key=${SECRET}`, "https://shop.example/…"],
  ])("%s is shown as %s, wherever it is repeated", async (callbackUrl, shown) => {
    gateway.reply(answering(400, envelope("400.002.02", `Bad Request - Invalid ${callbackUrl}`)));
    const { exchange } = await push(PAYBILL, { callbackUrl });
    expect(exchange.request.CallBackURL).toBe(shown);
  });
});
