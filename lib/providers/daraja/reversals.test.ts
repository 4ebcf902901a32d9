import { describe, expect, test } from "vitest";
import type { GatewayRefusal } from "../gateway";
import type { OperatorAccount } from "../reverses";
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
} from "./fixtures/scripted-gateway";
import { watchGateway } from "./fixtures/watched-gateway";

const TOKEN = "mG4tR1vPz8KqYd3XwN6bLs0HcJ7a";
const SECRET = "h4rdToGuessPartOfTheAddress";
const TIMEOUT_SECRET = "4notherPartThatNobodyGuesses";
const HOOKS = `https://shop.example/callbacks/daraja/${SECRET}`;
const TIMEOUT_HOOKS = `https://shop.example/callbacks/daraja/${TIMEOUT_SECRET}`;
const CREDENTIAL = `${"Zm9v/YmFy+".repeat(34)}Zg==`;
const CONVERSATION = "f1e2-4b95-a71d-b30d3cdbb7a7735297";
const ACCOUNT: OperatorAccount = {
  shortcode: "174379",
  initiatorName: "testapi",
  securityCredential: CREDENTIAL,
};
const ACCESS = { account: ACCOUNT, accessToken: TOKEN };
const ORDER = {
  receipt: "SKJ82PACB8",
  amountCents: 150_000n,
  remarks: "Refund KQ7ZT4WPX2MN",
  resultUrl: `${HOOKS}/reversal/rfd_1`,
  timeoutUrl: `${TIMEOUT_HOOKS}/reversal-timeout/rfd_1`,
};
const ADDRESSES = {
  resultUrl: `${HOOKS}/status/rfd_1`,
  timeoutUrl: `${TIMEOUT_HOOKS}/status-timeout/rfd_1`,
};

const provider = daraja();
const { reply, watched, sent, kept, at } = watchGateway({
  timeoutMs: 500,
  secrets: [TOKEN, SECRET, TIMEOUT_SECRET, CREDENTIAL, CREDENTIAL.slice(0, 40)],
});

const reverse = () => watched(provider.reverse(ACCESS, ORDER));
const askReceipt = () =>
  watched(provider.askTransaction(ACCESS, { receipt: ORDER.receipt, ...ADDRESSES }));
const askOrder = () =>
  watched(
    provider.askTransaction(ACCESS, { originatorConversationId: CONVERSATION, ...ADDRESSES }),
  );
const calls = [reverse, askReceipt, askOrder];

function envelope(errorCode: unknown, errorMessage?: unknown) {
  return { requestId: "1c5b-4ba8-815c-ac45c57a3db01495926", errorCode, errorMessage };
}

function accepted(fields: object = {}) {
  return {
    OriginatorConversationID: CONVERSATION,
    ConversationID: "AG_20261121_20106e9209f64bebd05b",
    ResponseCode: "0",
    ResponseDescription: "Accept the service request successfully.",
    ...fields,
  };
}

describe("ordering a reversal", () => {
  test("sends exactly what the provider documents, with its misspelling", async () => {
    reply(answering(200, accepted()));
    await reverse();

    expect(sent()).toMatchObject({
      method: "POST",
      url: "/mpesa/reversal/v1/request",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });
    expect(sent().body).toEqual({
      Initiator: "testapi",
      SecurityCredential: CREDENTIAL,
      CommandID: "TransactionReversal",
      TransactionID: "SKJ82PACB8",
      Amount: 1_500,
      ReceiverParty: "174379",
      RecieverIdentifierType: "11",
      Remarks: "Refund KQ7ZT4WPX2MN",
      ResultURL: ORDER.resultUrl,
      QueueTimeOutURL: ORDER.timeoutUrl,
    });
  });

  test("keeps what helps staff, and nothing that helps a thief", async () => {
    reply(answering(200, accepted()));
    const { exchange } = await reverse();
    expect(exchange).toMatchObject({
      operation: "reversal",
      httpStatus: 200,
      request: {
        Initiator: "testapi",
        CommandID: "TransactionReversal",
        TransactionID: "SKJ82PACB8",
        Amount: "1500",
        ReceiverParty: "174379",
        RecieverIdentifierType: "11",
        Remarks: "Refund KQ7ZT4WPX2MN",
        ResultURL: "https://shop.example/callbacks/daraja/…/reversal/rfd_1",
        QueueTimeOutURL: "https://shop.example/callbacks/daraja/…/reversal-timeout/rfd_1",
      },
      response: {
        OriginatorConversationID: CONVERSATION,
        ConversationID: "AG_20261121_20106e9209f64bebd05b",
        ResponseCode: "0",
      },
    });
    expect(exchange.request).not.toHaveProperty("SecurityCredential");
  });

  test("tells both names of the order, for nothing else can be asked about it", async () => {
    reply(answering(200, accepted()));
    expect(await reverse()).toMatchObject({
      kind: "accepted",
      conversationId: "AG_20261121_20106e9209f64bebd05b",
      originatorConversationId: CONVERSATION,
    });
  });

  test("finds the order's name in the provider's own misspelling", async () => {
    const { OriginatorConversationID: OriginatorCoversationID, ...rest } = accepted();
    reply(answering(200, { ...rest, OriginatorCoversationID }));
    expect(await reverse()).toMatchObject({
      kind: "accepted",
      originatorConversationId: CONVERSATION,
    });
  });

  test.each([undefined, null, "", "has spaces in it", ["AG_1"], {}, "x".repeat(129)])(
    "is accepted though its conversations are called %j",
    async (id) => {
      reply(answering(200, accepted({ ConversationID: id, OriginatorConversationID: id })));
      expect(await reverse()).toMatchObject({
        kind: "accepted",
        conversationId: null,
        originatorConversationId: null,
      });
    },
  );

  test("sends remarks in letters and digits alone", async () => {
    reply(answering(200, accepted()));
    const remarks = " Re-fund #7 & thanks @duka ";
    await watched(provider.reverse(ACCESS, { ...ORDER, remarks }));
    expect(sent().body).toMatchObject({ Remarks: "Refund 7 thanks duka" });
  });

  test.each<[name: string, input: Partial<typeof ORDER>]>([
    ["cents", { amountCents: 150_050n }],
    ["nothing", { amountCents: 0n }],
    ["less than nothing", { amountCents: -100n }],
    ["no receipt", { receipt: "" }],
    ["a receipt in small letters", { receipt: "skj82pacb8" }],
    ["a receipt with spaces", { receipt: "SKJ82 PACB8" }],
    ["a receipt of zeros", { receipt: "0000000000" }],
    ["an endless receipt", { receipt: "A".repeat(33) }],
    ["no remarks", { remarks: "@#&!" }],
    ["endless remarks", { remarks: "a".repeat(101) }],
  ])("of %s is a bug, and nothing is sent", async (_name, input) => {
    reply(answering(200, accepted()));
    await expect(provider.reverse(ACCESS, { ...ORDER, ...input })).rejects.toThrow(
      /reversal|remarks|cents/,
    );
  });
});

describe("asking about a transaction", () => {
  const question = {
    Initiator: "testapi",
    SecurityCredential: CREDENTIAL,
    CommandID: "TransactionStatusQuery",
    PartyA: "174379",
    IdentifierType: "4",
    Remarks: "Transaction status",
    ResultURL: ADDRESSES.resultUrl,
    QueueTimeOutURL: ADDRESSES.timeoutUrl,
  };

  test("names its receipt, and no conversation beside it", async () => {
    reply(answering(200, accepted()));
    await askReceipt();
    expect(sent()).toMatchObject({
      method: "POST",
      url: "/mpesa/transactionstatus/v1/query",
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(sent().body).toEqual({ ...question, TransactionID: "SKJ82PACB8" });
  });

  test("names its order in every way that is understood", async () => {
    reply(answering(200, accepted()));
    await askOrder();
    expect(sent().body).toEqual({
      ...question,
      OriginatorConversationID: CONVERSATION,
      OriginalConversationID: CONVERSATION,
      TransactionID: "",
    });
  });

  test("keeps the question for staff, without its secrets", async () => {
    reply(answering(200, accepted()));
    expect((await askReceipt()).exchange).toMatchObject({
      operation: "tx_status",
      request: {
        TransactionID: "SKJ82PACB8",
        PartyA: "174379",
        ResultURL: "https://shop.example/callbacks/daraja/…/status/rfd_1",
        QueueTimeOutURL: "https://shop.example/callbacks/daraja/…/status-timeout/rfd_1",
      },
    });
  });

  test.each<[name: string, subject: { receipt: string } | { originatorConversationId: string }]>([
    ["no receipt", { receipt: "" }],
    ["a receipt of words", { receipt: "not yet known" }],
    ["a receipt in small letters", { receipt: "skj82pacb8" }],
    ["no conversation", { originatorConversationId: "" }],
    ["a conversation with spaces", { originatorConversationId: "a b" }],
    ["an endless conversation", { originatorConversationId: "x".repeat(129) }],
  ])("by %s is a bug, and nothing is sent", async (_name, subject) => {
    reply(answering(200, accepted()));
    await expect(provider.askTransaction(ACCESS, { ...subject, ...ADDRESSES })).rejects.toThrow(
      /transaction is asked about/,
    );
  });
});

describe("an operator's order", () => {
  const addresses = [ORDER.resultUrl, ORDER.timeoutUrl, ADDRESSES.timeoutUrl];
  test.each([TOKEN, CREDENTIAL, SECRET, TIMEOUT_SECRET, ...addresses])(
    "has %s struck out of the gateway's words",
    async (secret) => {
      for (const body of [
        envelope("400.002.02", `Bad Request - Invalid ${secret} sent`),
        envelope(secret, `Invalid Access Token - ${secret}`),
        accepted({ ResponseDescription: `(${secret})`, ResponseCode: secret }),
        accepted({ OriginatorConversationID: secret, ConversationID: secret, requestId: secret }),
        { fault: { faultstring: secret, detail: { errorcode: secret } } },
      ]) {
        reply(answering(400, body));
        for (const call of calls) await call();
      }
      expect(kept()).toContain("…");
    },
  );

  test.each([
    ["the usual answer", 200, accepted()],
    ["a number for the code", 200, accepted({ ResponseCode: 0 })],
    ["another 2xx", 202, accepted()],
    ["no words", 200, accepted({ ResponseDescription: null })],
    ["an empty error beside it", 200, accepted({ errorCode: "" })],
    ["more than we know", 200, accepted({ Extra: [1] })],
  ])("is accepted by %s", async (_name, status, body) => {
    reply(answering(status, body));
    for (const call of calls) expect(await call()).toMatchObject({ kind: "accepted" });
  });

  test.each<[name: string, status: number, body: unknown, because: string]>([
    ["of another code", 200, accepted({ ResponseCode: "1" }), "bad_response"],
    ["without a code", 200, accepted({ ResponseCode: undefined }), "bad_response"],
    ["of null", 200, accepted({ ResponseCode: null }), "bad_response"],
    ["of false", 200, accepted({ ResponseCode: false }), "bad_response"],
    ["of 00", 200, accepted({ ResponseCode: "00" }), "bad_response"],
    ["and an error in one", 200, accepted(envelope("500.002.1001", "x")), "bad_response"],
    ["and a refusal in one", 400, accepted(envelope("400.002.02", "x")), "bad_response"],
    ["and a throttle in one", 500, accepted(envelope("500.003.02", "x")), "server_error"],
    ["with HTTP 400", 400, accepted(), "bad_response"],
    ["with HTTP 500", 500, accepted(), "server_error"],
    ["of nothing", 200, {}, "bad_response"],
  ])("believes no yes %s", async (_name, status, body, because) => {
    reply(answering(status, body));
    for (const call of calls) expect(await call()).toMatchObject({ kind: "unknown", because });
  });

  const refusals: [status: number, code: string, text: string, refusal: GatewayRefusal][] = [
    [400, "400.002.02", "Bad Request - Invalid Initiator", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid InitiatorName", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid SecurityCredential", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid CommandID", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid ReceiverParty", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid RecieverIdentifierType", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid ReceiverIdentifierType", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid IdentifierType", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid PartyA", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid TransactionID", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid Amount", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid ResultURL", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid QueueTimeOutURL", "bad_request"],
    [400, "400.002.05", "Invalid Request Payload", "bad_request"],
    [400, "400.003.01", "Invalid Access Token", "invalid_token"],
    [400, "400.003.02", "Bad Request", "bad_request"],
    [401, "401.002.01", `Error Occurred - Invalid Access Token - ${TOKEN}`, "invalid_token"],
    [401, "401.003.01", "Invalid API call as no apiproduct match found", "invalid_token"],
    [403, "403.002.1001", "You are not authorized to initiate this", "misconfigured"],
    [404, "404.001.03", "Invalid Access Token", "invalid_token"],
    [404, "404.001.04", "Invalid Authentication Header", "bad_request"],
    [405, "405.001", "Method Not Allowed", "bad_request"],
    [429, "429.001", "Too many requests", "throttled"],
    [500, "500.003.02", "Error Occurred: Spike Arrest Violation", "throttled"],
    [500, "500.003.02", "System is busy. Please try again in few minutes.", "throttled"],
    [500, "500.003.03", "Error Occurred: Quota Violation", "quota_used"],
  ];
  test.each(refusals)("HTTP %i %s %j is refused as %4$s", async (status, code, text, refusal) => {
    reply(answering(status, envelope(code, text)));
    for (const call of calls) {
      expect(await call()).toMatchObject({ kind: "refused", refusal, errorCode: code });
    }
  });

  test("that is throttled in the gateway's other form is refused, too", async () => {
    for (const status of [429, 500]) {
      reply(answering(status, fixture("apigee-spike-arrest")));
      for (const call of calls) {
        expect(await call()).toMatchObject({ kind: "refused", refusal: "throttled" });
      }
    }
  });

  test.each<[status: number, code: string, text: unknown]>([
    [500, "500.002.1001", "System internal error."],
    [500, "500.002.1001", "Service is currently under maintenance"],
    // We give no reference of ours that could be a repetition.
    [500, "500.002.1001", "Duplicate OriginatorConversationID."],
    [500, "500.003.1001", "Internal Server Error"],
    [500, "500.003.1001", "Urls are already registered."],
    [503, "503.001", "Service is currently unreachable"],
    [502, "400.002.02", "Bad Request - Invalid Amount"],
    [500, "500.001.1001", "Wrong credentials"],
    [400, "500.001.1001", "Merchant does not exist"],
    [200, "400.002.02", "Bad Request - Invalid Amount"],
    [400, "", "Bad Request - Invalid Amount"],
  ])("answered by HTTP %i %s %j is neither taken nor refused", async (status, code, text) => {
    reply(answering(status, envelope(code, text)));
    for (const call of calls) expect(await call()).toMatchObject({ kind: "unknown" });
  });

  const whole = JSON.stringify(accepted());
  test.each<[name: string, how: Reply, because: string]>([
    ["an empty body", answering(200, ""), "bad_response"],
    ["an empty 500", answering(500, ""), "server_error"],
    ["the firewall's page with 403", answering(403, fixtureText("firewall.html")), "bad_response"],
    ["the firewall's page with 503", answering(503, fixtureText("firewall.html")), "server_error"],
    ["half of a yes", answering(200, whole.slice(0, 80)), "bad_response"],
    ["a yes in a list", answering(200, [accepted()]), "bad_response"],
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
  ])("answered by %s may have been taken, and is not sent twice", async (_name, how, because) => {
    reply(how);
    const outcomes = await Promise.all(calls.map((call) => call()));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "unknown", because });
  });

  test("to a gateway that cannot be reached is provably not taken", async () => {
    const gone = await scriptedGateway();
    await gone.close();
    for (const address of [gone.url, "http://gateway.invalid"]) {
      expect(await at(address, () => provider.reverse(ACCESS, ORDER))).toMatchObject({
        kind: "unreached",
        exchange: { operation: "reversal", httpStatus: null, response: null },
      });
      const question = { receipt: ORDER.receipt, ...ADDRESSES };
      expect(await at(address, () => provider.askTransaction(ACCESS, question))).toMatchObject({
        kind: "unknown",
        because: "connection",
      });
    }
  });
});
