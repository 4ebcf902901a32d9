import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import type { Exchange } from "../exchange";
import type { GatewayRefusal } from "../gateway";
import type { PayoutAccount } from "../pays-out";
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

const TIMEOUT_MS = 500;
const TOKEN = "mG4tR1vPz8KqYd3XwN6bLs0HcJ7a";
const SECRET = "h4rdToGuessPartOfTheAddress";
const HOOKS = `https://shop.example/callbacks/daraja/${SECRET}`;
// In use both addresses have one secret; that neither is kept must not hang on it.
const TIMEOUT_SECRET = "4notherPartThatNobodyGuesses";
const TIMEOUT_HOOKS = `https://shop.example/callbacks/daraja/${TIMEOUT_SECRET}`;
const CREDENTIAL = `${"Zm9v/YmFy+".repeat(34)}Zg==`;
const ACCOUNT: PayoutAccount = {
  shortcode: "600998",
  initiatorName: "testapi",
  securityCredential: CREDENTIAL,
  commandId: "BusinessPayment",
};
const ORDER = {
  reference: "wdr_01KA7ZT4WPX2MN",
  phone: "+254712345678",
  amountCents: 150_000n,
  remarks: "Withdrawal KQ7ZT4WPX2MN",
  resultUrl: `${HOOKS}/b2c/wdr_1`,
  timeoutUrl: `${TIMEOUT_HOOKS}/b2c-timeout/wdr_1`,
};
const QUESTION = {
  reference: ORDER.reference,
  resultUrl: `${HOOKS}/status/wdr_1`,
  timeoutUrl: `${TIMEOUT_HOOKS}/status-timeout/wdr_1`,
};
const PHONE_FORMS = [
  "+254712345678",
  "254712345678",
  "0712345678",
  "712345678",
  "0712 345 678",
  "712 345 678",
  "+254 712 345 678",
  "0712-345-678",
];

const provider = daraja();
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
  const seen = gateway.seen.splice(0);
  const kept = exchanges.map((exchange) => JSON.stringify(exchange)).join("\n");
  const made = callsMade;
  callsMade = 0;
  exchanges = [];
  // Whatever was answered, every call was made once and kept no secret.
  expect(seen).toHaveLength(made);
  const credentials = [TOKEN, SECRET, TIMEOUT_SECRET, CREDENTIAL, CREDENTIAL.slice(0, 40)];
  for (const secret of [...credentials, ...PHONE_FORMS]) expect(kept).not.toContain(secret);
});
afterAll(() => gateway.close());

async function watched<T extends { exchange: Exchange }>(call: Promise<T>): Promise<T> {
  callsMade += 1;
  const outcome = await call;
  exchanges.push(outcome.exchange);
  return outcome;
}

function payOut(input: Partial<typeof ORDER> = {}, account: Partial<PayoutAccount> = {}) {
  const access = { account: { ...ACCOUNT, ...account }, accessToken: TOKEN };
  return watched(provider.payOut(access, { ...ORDER, ...input }));
}

function ask() {
  return watched(provider.askPayout({ account: ACCOUNT, accessToken: TOKEN }, QUESTION));
}

const calls = [() => payOut(), ask];

function envelope(errorCode: unknown, errorMessage?: unknown) {
  return { requestId: "1c5b-4ba8-815c-ac45c57a3db01495926", errorCode, errorMessage };
}

function accepted(fields: object = {}) {
  return {
    OriginatorConversationID: ORDER.reference,
    ConversationID: "AG_20261121_20106e9209f64bebd05b",
    ResponseCode: "0",
    ResponseDescription: "Accept the service request successfully.",
    ...fields,
  };
}

/** The one request the gateway saw, with its body as JSON. */
function sent(): { body: unknown; [name: string]: unknown } {
  const [request] = gateway.seen;
  if (!request) throw new Error("the gateway saw no request");
  return { ...request, body: JSON.parse(request.body) };
}

describe("ordering a payout", () => {
  test("sends exactly what the provider documents", async () => {
    gateway.reply(answering(200, accepted()));
    await payOut();

    const request = sent();
    expect(request).toMatchObject({
      method: "POST",
      url: "/mpesa/b2c/v3/paymentrequest",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });
    expect(request.body).toEqual({
      OriginatorConversationID: ORDER.reference,
      InitiatorName: "testapi",
      SecurityCredential: CREDENTIAL,
      CommandID: "BusinessPayment",
      Amount: 1_500,
      PartyA: "600998",
      PartyB: 254_712_345_678,
      Remarks: ORDER.remarks,
      QueueTimeOutURL: ORDER.timeoutUrl,
      ResultURL: ORDER.resultUrl,
    });
  });

  test("keeps what helps staff, and nothing that helps a thief", async () => {
    gateway.reply(answering(200, accepted()));
    const { exchange } = await payOut();
    expect(exchange).toMatchObject({
      operation: "b2c",
      httpStatus: 200,
      request: {
        OriginatorConversationID: ORDER.reference,
        CommandID: "BusinessPayment",
        Amount: "1500",
        PartyA: "600998",
        PartyB: "0712 *** 678",
        ResultURL: "https://shop.example/callbacks/daraja/…/b2c/wdr_1",
        QueueTimeOutURL: "https://shop.example/callbacks/daraja/…/b2c-timeout/wdr_1",
      },
      response: {
        ConversationID: "AG_20261121_20106e9209f64bebd05b",
        ResponseCode: "0",
      },
    });
    expect(exchange.request).not.toHaveProperty("SecurityCredential");
  });

  test.each([TOKEN, CREDENTIAL, ORDER.resultUrl, ORDER.timeoutUrl, ...PHONE_FORMS])(
    "strikes %s out of the gateway's words, whoever asked",
    async (secret) => {
      for (const body of [
        envelope("400.002.02", `Bad Request - Invalid ${secret} sent`),
        envelope(secret, `Invalid Access Token - ${secret}`),
        accepted({ ResponseDescription: `(${secret})`, ResponseCode: secret }),
        { ResultDesc: secret, ResultCode: Number(secret) || secret },
        { fault: { faultstring: secret, detail: { errorcode: secret } } },
      ]) {
        gateway.reply(answering(400, body));
        for (const call of calls) await call();
      }
      expect(JSON.stringify(exchanges.map(({ response }) => response))).toContain("…");
    },
  );

  test.each([TOKEN, CREDENTIAL, ORDER.timeoutUrl, "AG_254712345678"])(
    "strikes %s out of the names the gateway gives",
    async (secret) => {
      const names = ["requestId", "MerchantRequestID", "OriginatorConversationID"];
      for (const name of [...names, "ConversationID"]) {
        gateway.reply(answering(200, accepted({ [name]: secret })));
        expect((await payOut()).exchange.response?.[name]).toContain("…");
      }
    },
  );

  test("keeps the names of things whole, where they are no secret", async () => {
    const names = {
      requestId: "16813-1590513-1",
      OriginatorConversationID: "29112-134801843-1",
      ConversationID: "AG_20261121_00004e48cf7e3533f581",
    };
    gateway.reply(answering(200, accepted(names)));
    expect((await payOut()).exchange.response).toMatchObject(names);
  });

  test.each([
    ["the usual answer", 200, accepted()],
    ["a number for the code", 200, accepted({ ResponseCode: 0 })],
    ["another 2xx", 202, accepted()],
    ["no words", 200, accepted({ ResponseDescription: null })],
    ["an empty error beside it", 200, accepted({ errorCode: "" })],
    ["more than we know", 200, accepted({ Extra: [1] })],
  ])("is accepted by %s", async (_name, status, body) => {
    gateway.reply(answering(status, body));
    expect(await payOut()).toMatchObject({
      kind: "accepted",
      conversationId: "AG_20261121_20106e9209f64bebd05b",
    });
    expect(await ask()).toMatchObject({ kind: "accepted" });
  });

  test.each([undefined, null, "", "has spaces in it", ["AG_1"], {}, "x".repeat(129)])(
    "is accepted though its conversation is called %j",
    async (ConversationID) => {
      gateway.reply(answering(200, accepted({ ConversationID })));
      expect(await payOut()).toMatchObject({ kind: "accepted", conversationId: null });
    },
  );

  test.each<[name: string, status: number, body: unknown, because: string]>([
    ["of another code", 200, accepted({ ResponseCode: "1" }), "bad_response"],
    ["of code 15", 200, accepted({ ResponseCode: "15" }), "bad_response"],
    ["without a code", 200, accepted({ ResponseCode: undefined }), "bad_response"],
    ["of null", 200, accepted({ ResponseCode: null }), "bad_response"],
    ["of true", 200, accepted({ ResponseCode: true }), "bad_response"],
    ["of false", 200, accepted({ ResponseCode: false }), "bad_response"],
    ["of 00", 200, accepted({ ResponseCode: "00" }), "bad_response"],
    ["and an error in one", 200, accepted(envelope("500.002.1001", "x")), "bad_response"],
    ["and a refusal in one", 400, accepted(envelope("400.002.02", "x")), "bad_response"],
    ["and a repetition in one", 500, accepted(duplicate()), "server_error"],
    ["and a throttle in one", 500, accepted(envelope("500.003.02", "x")), "server_error"],
    ["with HTTP 400", 400, accepted(), "bad_response"],
    ["with HTTP 500", 500, accepted(), "server_error"],
    ["of nothing", 200, {}, "bad_response"],
  ])("believes no yes %s", async (_name, status, body, because) => {
    gateway.reply(answering(status, body));
    for (const call of calls) expect(await call()).toMatchObject({ kind: "unknown", because });
  });

  function duplicate(errorMessage = "Duplicate OriginatorConversationID.") {
    return envelope("500.002.1001", errorMessage);
  }

  test.each<[name: string, status: number, body: unknown]>([
    ["as documented", 500, duplicate()],
    ["in capitals", 500, duplicate("DUPLICATE ORIGINATORCONVERSATIONID")],
    ["with spaces", 500, duplicate("Duplicate Originator Conversation ID")],
    ["misspelt as elsewhere", 500, duplicate("Duplicate OriginatorCoversationID")],
    ["with HTTP 400", 400, duplicate()],
    ["with HTTP 409", 409, duplicate()],
    ["with HTTP 200", 200, duplicate()],
    ["with the code as printed once", 500, { ...duplicate(), errorCode: "00.002.1001" }],
    ["with a refusal's code", 400, { ...duplicate(), errorCode: "400.002.02" }],
  ])("hears that it was ordered before, told %s", async (_name, status, body) => {
    gateway.reply(answering(status, body));
    expect(await payOut()).toMatchObject({ kind: "duplicate" });
  });

  const refusals: [status: number, code: string, text: string, refusal: GatewayRefusal][] = [
    [400, "400.002.02", "Bad Request - Invalid PartyB", "phone_refused"],
    [400, "400.002.02", "Bad Request - Invalid PartyA", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid InitiatorName", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid Initiator", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid SecurityCredential", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid CommandID", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid IdentifierType", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid Amount", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid Remarks", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid ResultURL", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid QueueTimeOutURL", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid OriginatorConversationID", "bad_request"],
    [400, "400.002.05", "Invalid Request Payload", "bad_request"],
    [400, "400.003.01", "Invalid Access Token", "invalid_token"],
    [400, "400.003.02", "Bad Request", "bad_request"],
    [401, "401.002.01", `Error Occurred - Invalid Access Token - ${TOKEN}`, "invalid_token"],
    [401, "401.003.01", "Invalid API call as no apiproduct match found", "invalid_token"],
    [403, "403.002.1001", "You are not authorized to initiate this", "misconfigured"],
    [404, "404.001.03", "Invalid Access Token", "invalid_token"],
    [404, "404.001.04", "Invalid Authentication Header", "bad_request"],
    [404, "404.002.01", "Resource not found", "bad_request"],
    [405, "405.001", "Method Not Allowed", "bad_request"],
    [429, "429.001", "Too many requests", "throttled"],
    [500, "500.003.02", "Error Occurred: Spike Arrest Violation", "throttled"],
    [500, "500.003.02", "System is busy. Please try again in few minutes.", "throttled"],
    [500, "500.003.03", "Error Occurred: Quota Violation", "quota_used"],
  ];
  test.each(refusals)("HTTP %i %s %j is refused as %4$s", async (status, code, text, refusal) => {
    gateway.reply(answering(status, envelope(code, text)));
    for (const call of calls) {
      expect(await call()).toMatchObject({ kind: "refused", refusal, errorCode: code });
    }
  });

  test("a throttle in the gateway's other form is one, too", async () => {
    for (const status of [429, 500]) {
      gateway.reply(answering(status, fixture("apigee-spike-arrest")));
      for (const call of calls) {
        expect(await call()).toMatchObject({ kind: "refused", refusal: "throttled" });
      }
    }
  });

  test.each<[status: number, code: string, text: unknown]>([
    [500, "500.002.1001", "System internal error."],
    [500, "500.002.1001", "Service is currently under maintenance"],
    [500, "500.002.1001", ""],
    [500, "500.002.1001", null],
    [500, "500.003.1001", "Internal Server Error"],
    [500, "500.003.1001", "Duplicate notification info, SP ID is 1, correlator is 2"],
    [503, "503.001", "Service is currently unreachable"],
    [502, "400.002.02", "Bad Request - Invalid PartyB"],
    // Texts a prompt may be refused with, which nobody has seen about a payout.
    [500, "500.001.1001", "Wrong credentials"],
    [500, "500.001.1001", "Merchant does not exist"],
    [500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process"],
    [400, "500.001.1001", "Wrong credentials"],
    [200, "500.001.1001", ""],
    [200, "400.002.02", "Bad Request - Invalid PartyB"],
    [400, "", "Bad Request - Invalid PartyB"],
  ])("HTTP %i %s %j is neither yes nor no", async (status, code, text) => {
    gateway.reply(answering(status, envelope(code, text)));
    for (const call of calls) expect(await call()).toMatchObject({ kind: "unknown" });
  });

  test.each<[name: string, make: () => Promise<unknown>]>([
    ["cents", () => provider.payOut(access(), { ...ORDER, amountCents: 150_050n })],
    ["nothing", () => provider.payOut(access(), { ...ORDER, amountCents: 0n })],
    ["less than nothing", () => provider.payOut(access(), { ...ORDER, amountCents: -100n })],
    ["a number abroad", () => provider.payOut(access(), { ...ORDER, phone: "+255712345678" })],
    ["a number as typed", () => provider.payOut(access(), { ...ORDER, phone: "0712345678" })],
    ["no reference", () => provider.payOut(access(), { ...ORDER, reference: "" })],
    ["a reference with spaces", () => provider.payOut(access(), { ...ORDER, reference: "a b" })],
    ["no remarks", () => provider.payOut(access(), { ...ORDER, remarks: "@#&!" })],
    ["endless remarks", () => provider.payOut(access(), { ...ORDER, remarks: "a".repeat(101) })],
    ["a strange command", () => provider.payOut(access({ commandId: "Gift" }), ORDER)],
    [
      "a question about nothing",
      () => provider.askPayout(access(), { ...QUESTION, reference: "" }),
    ],
  ])("with %s is a bug, and nothing is sent", async (_name, make) => {
    gateway.reply(answering(200, accepted()));
    await expect(make()).rejects.toThrow(/payout|paid|remarks|cents/);
  });

  function access(account: Partial<PayoutAccount> = {}) {
    return { account: { ...ACCOUNT, ...account }, accessToken: TOKEN };
  }

  test("sends remarks in letters and digits alone", async () => {
    gateway.reply(answering(200, accepted()));
    await payOut({ remarks: " Pay-out #7 & thanks @duka " });
    expect(sent().body).toMatchObject({ Remarks: "Payout 7 thanks duka" });
  });
});

describe("asking what became of a payout", () => {
  test("names it in every way that is understood", async () => {
    gateway.reply(answering(200, accepted()));
    await ask();

    const request = sent();
    expect(request).toMatchObject({
      method: "POST",
      url: "/mpesa/transactionstatus/v1/query",
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(request.body).toEqual({
      Initiator: "testapi",
      SecurityCredential: CREDENTIAL,
      CommandID: "TransactionStatusQuery",
      OriginatorConversationID: ORDER.reference,
      OriginalConversationID: ORDER.reference,
      TransactionID: "",
      PartyA: "600998",
      IdentifierType: "4",
      Remarks: "Payout status",
      QueueTimeOutURL: QUESTION.timeoutUrl,
      ResultURL: QUESTION.resultUrl,
    });
  });

  test("keeps the question for staff, without its secrets", async () => {
    gateway.reply(answering(200, accepted()));
    expect((await ask()).exchange).toMatchObject({
      operation: "tx_status",
      request: {
        OriginatorConversationID: ORDER.reference,
        ResultURL: "https://shop.example/callbacks/daraja/…/status/wdr_1",
      },
    });
  });

  test("that was asked before is neither yes nor no", async () => {
    gateway.reply(answering(500, envelope("500.002.1001", "Duplicate OriginatorConversationID.")));
    expect(await ask()).toMatchObject({ kind: "unknown", because: "server_error" });
  });
});

describe("a payout's answer that is no answer", () => {
  const html = fixtureText("firewall.html");
  const whole = JSON.stringify(accepted());
  test.each<[name: string, reply: Reply, because: string]>([
    ["an empty body", answering(200, ""), "bad_response"],
    ["an empty 400", answering(400, ""), "bad_response"],
    ["an empty 500", answering(500, ""), "server_error"],
    ["the firewall's page with 403", answering(403, html), "bad_response"],
    ["the firewall's page with 503", answering(503, html), "server_error"],
    ["half of a yes", answering(200, whole.slice(0, 80)), "bad_response"],
    ["a yes in a list", answering(200, [accepted()]), "bad_response"],
    ["a yes in a text", answering(200, JSON.stringify(whole)), "bad_response"],
    ["JSON null", answering(200, "null"), "bad_response"],
    ["another protocol", answering(500, fixture("soap-fault")), "server_error"],
    ["another protocol with 400", answering(400, fixture("soap-fault")), "server_error"],
    ["far too much", answering(200, accepted({ pad: "x".repeat(70_000) })), "bad_response"],
    ["a body without an end", flooding, "bad_response"],
    ["a redirect that says yes", answering(302, accepted(), { location: "/2" }), "bad_response"],
    ["a connection cut before the answer", cuttingAtOnce, "connection"],
    ["a connection cut within the answer", cuttingHalfway, "connection"],
    ["nothing within the time limit", neverAnswering, "timeout"],
    ["an answer that drips in for ever", dripping, "timeout"],
  ])("(%s) is unknown, and nothing is sent twice", async (_name, reply, because) => {
    gateway.reply(reply);
    for (const call of calls) expect(await call()).toMatchObject({ kind: "unknown", because });
  });
});

describe("a gateway that cannot be reached", () => {
  async function without<T>(make: () => Promise<T>, baseUrl: string): Promise<T> {
    const settings = env().mpesa;
    settings.baseUrl = baseUrl;
    try {
      return await make();
    } finally {
      settings.baseUrl = gateway.url;
    }
  }

  test("has provably not taken a payout, and has answered no question", async () => {
    const gone = await scriptedGateway();
    await gone.close();
    const access = { account: ACCOUNT, accessToken: TOKEN };
    for (const address of [gone.url, "http://gateway.invalid"]) {
      expect(await without(() => provider.payOut(access, ORDER), address)).toMatchObject({
        kind: "unreached",
        exchange: { operation: "b2c", httpStatus: null, response: null },
      });
      expect(await without(() => provider.askPayout(access, QUESTION), address)).toMatchObject({
        kind: "unknown",
        because: "connection",
      });
      const keys = { consumerKey: "k", consumerSecret: "s" };
      expect(await without(() => provider.requestToken(keys), address)).toMatchObject({
        kind: "unknown",
        because: "connection",
      });
    }
  });
});
