import { describe, expect, test } from "vitest";
import type { GatewayRefusal } from "../gateway";
import { daraja } from "./client";
import { fixture, fixtureText } from "./fixtures/read-fixture";
import {
  answering,
  cuttingAtOnce,
  cuttingHalfway,
  neverAnswering,
  type Reply,
} from "./fixtures/scripted-gateway";
import { watchGateway } from "./fixtures/watched-gateway";

const TOKEN = "mG4tR1vPz8KqYd3XwN6bLs0HcJ7a";
const SECRET = "h4rdToGuessPartOfTheAddress";
const OTHER_SECRET = "4notherPartThatNobodyGuesses";
const ACCESS = { account: { shortcode: "600966" }, accessToken: TOKEN };
const URLS = {
  version: "v2",
  confirmationUrl: `https://shop.example/callbacks/daraja/${SECRET}/c2b/confirmation`,
  validationUrl: `https://shop.example/callbacks/daraja/${OTHER_SECRET}/c2b/validation`,
  whenUnreachable: "Completed",
} as const;

const provider = daraja();
const { reply, watched, sent, kept, at } = watchGateway({
  timeoutMs: 500,
  secrets: [TOKEN, SECRET, OTHER_SECRET],
});

type Input = Parameters<typeof provider.registerCollectionUrls>[1];
const register = (input: Partial<Input> = {}) =>
  watched(provider.registerCollectionUrls(ACCESS, { ...URLS, ...input }));

function answer(fields: object = {}) {
  return {
    OriginatorCoversationID: "6e86-45dd-91ac-fd5d4178ab523408729",
    ResponseCode: "0",
    ResponseDescription: "Success",
    ...fields,
  };
}

const envelope = (errorCode: string, errorMessage: unknown) => ({
  requestId: "1c5b-4ba8-815c-ac45c57a3db01495926",
  errorCode,
  errorMessage,
});

describe("registering a shortcode's addresses", () => {
  test("sends what the provider documents, to the version the app has", async () => {
    for (const version of ["v1", "v2"] as const) {
      reply(answering(200, answer()));
      await register({ version });
    }
    expect(sent()).toMatchObject({
      method: "POST",
      url: "/mpesa/c2b/v1/registerurl",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });
    expect(sent().body).toEqual({
      ShortCode: "600966",
      ResponseType: "Completed",
      ConfirmationURL: URLS.confirmationUrl,
      ValidationURL: URLS.validationUrl,
    });
  });

  test("goes to the second version as well", async () => {
    reply(answering(200, answer()));
    await register({ whenUnreachable: "Cancelled" });
    expect(sent()).toMatchObject({
      url: "/mpesa/c2b/v2/registerurl",
      body: { ResponseType: "Cancelled" },
    });
  });

  test("keeps the addresses without their secrets", async () => {
    reply(answering(200, answer()));
    expect((await register()).exchange).toMatchObject({
      operation: "c2b_register",
      request: {
        version: "v2",
        ShortCode: "600966",
        ResponseType: "Completed",
        ConfirmationURL: "https://shop.example/callbacks/daraja/…/c2b/confirmation",
        ValidationURL: "https://shop.example/callbacks/daraja/…/c2b/validation",
      },
      response: {
        OriginatorCoversationID: "6e86-45dd-91ac-fd5d4178ab523408729",
        ResponseCode: "0",
        ResponseDescription: "Success",
      },
    });
  });

  test("keeps no half a character, which no database takes as JSON", async () => {
    const ResponseDescription = `${"x".repeat(299)}\u{1f600}`;
    reply(answering(200, answer({ ResponseDescription, OriginatorCoversationID: "a\ud83d" })));
    expect((await register()).exchange.response).toMatchObject({
      ResponseDescription: `${"x".repeat(299)}\ufffd`,
      OriginatorCoversationID: "a\ufffd",
    });
  });

  test.each<[name: string, status: number, body: unknown]>([
    ["as the portal prints it", 200, answer()],
    ["a number for the code", 200, answer({ ResponseCode: 0 })],
    ["another 2xx", 201, answer()],
    ["a sentence alone, as measured", 200, { ResponseDescription: "Success" }],
    ["another sentence alone", 200, { ResponseDescription: "Accepted successfully." }],
    ["a sentence and an empty error", 200, { ResponseDescription: "success", errorCode: "" }],
    ["nothing but the code", 200, { ResponseCode: "0" }],
  ])("is accepted by %s", async (_name, status, body) => {
    reply(answering(status, body));
    expect(await register()).toMatchObject({ kind: "accepted", wasRegistered: false });
  });

  test.each<[status: number, text: string]>([
    [500, "Urls are already registered."],
    [500, "URLs already registered"],
    [500, "Duplicate notification info, SP ID is 107078, correlator is 600998"],
    [400, "Urls are already registered."],
    [200, "duplicate notification info, SP ID is 1"],
  ])("finds some there already: HTTP %i %j", async (status, text) => {
    reply(answering(status, envelope("500.003.1001", text)));
    expect(await register()).toMatchObject({ kind: "accepted", wasRegistered: true });
  });

  test.each<[name: string, status: number, body: unknown]>([
    ["another code", 200, answer({ ResponseCode: "1" })],
    ["another code and a good word", 200, { ResponseCode: "1", ResponseDescription: "Success" }],
    ["no success", 200, { ResponseDescription: "Unsuccessful" }],
    ["no success, in two words", 200, { ResponseDescription: "Not successful" }],
    ["half a success", 200, { ResponseDescription: "Success with error 7" }],
    ["a failure", 200, { ResponseDescription: "Request failed successfully" }],
    ["a word without a meaning", 200, { ResponseDescription: "OK" }],
    ["nothing at all", 200, {}],
    ["an error beside a yes", 200, answer(envelope("500.003.1001", "Internal Server Error"))],
    [
      "already registered beside a yes",
      500,
      answer(envelope("500.003.1001", "already registered")),
    ],
    ["already registered without a code", 500, { errorMessage: "Urls are already registered." }],
    ["already registered, in a sentence", 200, { ResponseDescription: "already registered" }],
    ["HTTP 500", 500, answer()],
    ["a sentence and HTTP 500", 500, { ResponseDescription: "Success" }],
    ["a fault inside", 500, envelope("500.003.1001", "Internal Server Error")],
    ["a fault without a word", 500, envelope("500.003.1001", null)],
    ["the wrong kind of shortcode", 500, fixture("soap-fault")],
    ["the same with HTTP 200", 200, fixture("soap-fault")],
  ])("believes no yes with %s", async (_name, status, body) => {
    reply(answering(status, body));
    expect(await register()).toMatchObject({ kind: "unknown" });
  });

  test.each<[status: number, code: string, text: string, refusal: GatewayRefusal]>([
    [400, "400.002.02", "Bad Request - Invalid ShortCode", "misconfigured"],
    [400, "400.002.02", "Bad Request - Invalid ConfirmationURL", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid ValidationURL", "bad_request"],
    [400, "400.002.05", "Invalid Request Payload", "bad_request"],
    [400, "400.003.01", "Invalid Access Token", "invalid_token"],
    // The product is of the other version, or the token older than the product.
    [401, "401.003.01", "Invalid API call as no apiproduct match found", "invalid_token"],
    [429, "429.001", "Too many requests", "throttled"],
    [500, "500.003.02", "Error Occurred: Spike Arrest Violation", "throttled"],
    [500, "500.003.03", "Error Occurred: Quota Violation", "quota_used"],
  ])("is refused by HTTP %i %s %j as %4$s", async (status, code, text, refusal) => {
    reply(answering(status, envelope(code, text)));
    expect(await register()).toMatchObject({ kind: "refused", refusal, errorCode: code });
  });

  test.each<[name: string, how: Reply, because: string]>([
    ["the firewall's page", answering(403, fixtureText("firewall.html")), "bad_response"],
    ["an empty body", answering(200, ""), "bad_response"],
    ["a cut connection", cuttingAtOnce, "connection"],
    ["half an answer", cuttingHalfway, "connection"],
    ["nothing within the time limit", neverAnswering, "timeout"],
  ])("may have been done when all that comes is %s", async (_name, how, because) => {
    reply(how);
    expect(await register()).toMatchObject({ kind: "unknown", because });
  });

  test("is unknown without a gateway", async () => {
    const make = () => provider.registerCollectionUrls(ACCESS, URLS);
    expect(await at("http://gateway.invalid", make)).toMatchObject({
      kind: "unknown",
      because: "connection",
    });
  });

  test.each([TOKEN, SECRET, OTHER_SECRET, URLS.confirmationUrl, URLS.validationUrl])(
    "has %s struck out of the gateway's words",
    async (secret) => {
      for (const body of [
        answer({ ResponseDescription: secret, OriginatorCoversationID: secret }),
        envelope("400.002.02", `Bad Request - Invalid ${secret}`),
      ]) {
        reply(answering(400, body));
        await register();
      }
      expect(kept()).toContain("…");
    },
  );
});
