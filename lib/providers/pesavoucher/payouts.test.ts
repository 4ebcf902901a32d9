import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
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
} from "../daraja/fixtures/scripted-gateway";
import type { Exchange } from "../exchange";
import type { PayoutRefusal } from "../sells-vouchers";
import { pesavoucher } from "./client";

const TIMEOUT_MS = 500;
const EMAIL = "asha.njeri@duka.co.ke";
const CODE = "NLV-53SKM7C0HNDSAZAM";
const TOKEN = "t0kenThatOnlyThisCallEverCarries";
const MESSAGE = "Your winnings, Asha";
const ORDER = {
  email: EMAIL,
  amountCents: 75_000n,
  uniqueId: "wdr_01KA7ZT4WPX2MN",
  message: MESSAGE,
  callbackUrl: `https://shop.example/api/pesavoucher/voucher-created?token=${TOKEN}`,
};
const KEYS = { apiKey: "pk_test_0123456789abcdef", apiSecret: "sk_test_fedcba9876543210" };

const provider = pesavoucher();
let gateway: ScriptedGateway;
let callsMade = 0;
let exchanges: Exchange[] = [];

beforeAll(async () => {
  gateway = await scriptedGateway();
  const settings = env().pesavoucher;
  Object.assign(settings, KEYS, { baseUrl: gateway.url, timeoutMs: TIMEOUT_MS });
});
afterEach(() => {
  const seen = gateway.seen.splice(0);
  const kept = exchanges.map((exchange) => JSON.stringify(exchange)).join("\n");
  const made = callsMade;
  callsMade = 0;
  exchanges = [];
  // Whatever was answered, every call was made once and kept no secret.
  expect(seen).toHaveLength(made);
  for (const secret of [EMAIL, EMAIL.toUpperCase(), "asha.njeri", CODE, CODE.toLowerCase()]) {
    expect(kept).not.toContain(secret);
  }
  for (const secret of [TOKEN, MESSAGE, ...Object.values(KEYS)]) expect(kept).not.toContain(secret);
});
afterAll(() => gateway.close());

async function watched<T extends { exchange: Exchange }>(call: Promise<T>): Promise<T> {
  callsMade += 1;
  const outcome = await call;
  exchanges.push(outcome.exchange);
  return outcome;
}

const issue = (input: Partial<typeof ORDER> | { message: null } = {}) =>
  watched(provider.issue({ ...ORDER, ...input }));
const balance = () => watched(provider.balance());

function issued(fields: object = {}) {
  return {
    success: true,
    voucher_code: CODE,
    currency: "KES",
    amount: 750,
    transaction_id: "463G4HDIF3",
    unique_id: ORDER.uniqueId,
    ...fields,
  };
}

const refusal = (error: unknown) => ({ success: false, error, timestamp: "2025-11-26 15:30:45" });

describe("issuing a voucher", () => {
  test("sends exactly what the provider documents, the amount with both its decimals", async () => {
    gateway.reply(answering(200, issued()));
    await issue();

    const [request] = gateway.seen;
    expect(request).toMatchObject({
      method: "POST",
      url: "/create_voucher",
      headers: {
        "x-api-key": KEYS.apiKey,
        "x-api-secret": KEYS.apiSecret,
        "content-type": "application/json",
      },
    });
    expect(request?.body).toContain('"amount":750.00');
    expect(JSON.parse(request?.body ?? "")).toEqual({
      email: EMAIL,
      amount: 750,
      currency: "KES",
      unique_id: ORDER.uniqueId,
      callback_url: ORDER.callbackUrl,
      message: MESSAGE,
    });
  });

  test.each([
    [5_000n, "50.00"],
    [15_000_000n, "150000.00"],
    [109_950n, "1099.50"],
    [5_001n, "50.01"],
  ])("writes %s cents as the number %s", async (amountCents, text) => {
    gateway.reply(answering(200, issued({ amount: text })));
    expect(await issue({ amountCents })).toMatchObject({ kind: "accepted", amountCents });
    expect(gateway.seen[0]?.body).toContain(`"amount":${text},`);
  });

  test("without a message sends none, and keeps odd ones whole", async () => {
    gateway.reply(answering(200, issued()));
    await issue({ message: null });
    const message = 'Asante "sana"\n\\ 🦁';
    await issue({ message });
    const bodies: unknown[] = gateway.seen.map(({ body }) => JSON.parse(body));
    expect(bodies[0]).not.toHaveProperty("message");
    expect(bodies[1]).toMatchObject({ message });
  });

  test("keeps what helps staff, and nothing that is money or a person", async () => {
    gateway.reply(answering(200, issued({ message: `Sent to ${EMAIL}: ${CODE}` })));
    expect((await issue()).exchange).toMatchObject({
      operation: "create_voucher",
      httpStatus: 200,
      request: {
        email: "a***@duka.co.ke",
        amount: "750.00",
        unique_id: ORDER.uniqueId,
        message: "…",
      },
      response: {
        success: true,
        voucher_code: "NLV-****AZAM",
        amount: "750.00",
        transaction_id: "463G4HDIF3",
      },
    });
  });

  test.each([
    EMAIL,
    EMAIL.toUpperCase(),
    `<${EMAIL}>`,
    `"Asha" <${EMAIL}>`,
    CODE,
    CODE.toLowerCase(),
    TOKEN,
    ORDER.callbackUrl,
    MESSAGE,
    KEYS.apiKey,
    KEYS.apiSecret,
  ])("strikes %s out of everything the provider says", async (secret) => {
    for (const body of [
      refusal(`User not found: ${secret}!`),
      refusal(secret),
      { success: false, message: secret, error: null },
      issued({ transaction_id: secret, unique_id: secret, message: secret }),
      issued({ success: secret, error: secret, currency: secret }),
      issued({ voucher_code: `${secret}${secret}` }),
    ]) {
      for (const status of [200, 400, 500]) {
        gateway.reply(answering(status, body));
        await issue();
        // Nobody tells the balance what somebody else was sent.
        if (secret !== MESSAGE && !secret.includes(TOKEN)) await balance();
      }
    }
    const kept = JSON.stringify(exchanges.map(({ response }) => response));
    expect(kept).toMatch(/…|\*{4}AZAM/i);
  });

  test.each<[name: string, fields: object]>([
    ["the documented form", {}],
    ["an amount in text", { amount: "750.00" }],
    ["small letters", { voucher_code: CODE.toLowerCase() }],
    ["another prefix", { voucher_code: "PV-53SKM7C0HNDSAZAM" }],
    ["no reference", { unique_id: undefined }],
    ["a null reference", { unique_id: null }],
    ["no currency", { currency: undefined }],
    ["a currency in small letters", { currency: "kes" }],
    ["null beside it", { error: null, message: null }],
    ["words beside it", { message: "Voucher created successfully" }],
    ["more than we know", { data: { deep: [1] } }],
  ])("is accepted with %s", async (_name, fields) => {
    gateway.reply(answering(200, issued(fields)));
    expect(await issue()).toMatchObject({
      kind: "accepted",
      code: expect.stringMatching(/^(NLV|PV)-53SKM7C0HNDSAZAM$/),
      amountCents: 75_000n,
      transactionId: "463G4HDIF3",
    });
  });

  test("is accepted with another status below 500, and without a transaction's id", async () => {
    gateway.reply(answering(201, issued({ transaction_id: { id: 1 } })));
    expect(await issue()).toMatchObject({ kind: "accepted", transactionId: null });
    gateway.reply(answering(201, issued({ transaction_id: 4631 })));
    expect(await issue()).toMatchObject({ kind: "accepted", transactionId: "4631" });
  });

  test("of a reference in digits hears it echoed as a number", async () => {
    gateway.reply(answering(200, issued({ unique_id: 7373737 })));
    expect(await issue({ uniqueId: "7373737" })).toMatchObject({ kind: "accepted" });
  });

  test.each<[name: string, body: unknown]>([
    ["another amount", issued({ amount: 7_500 })],
    ["one cent less", issued({ amount: 749.99 })],
    ["no amount", issued({ amount: undefined })],
    ["an amount in words", issued({ amount: "a lot" })],
    ["no code", issued({ voucher_code: undefined })],
    ["a null code", issued({ voucher_code: null })],
    ["a code nobody can read", issued({ voucher_code: "see your e-mail" })],
    ["a code that is a number", issued({ voucher_code: 53 })],
    ["another's reference", issued({ unique_id: "wdr_2" })],
    ["another currency", issued({ currency: "USD" })],
    ["success in words", issued({ success: "true" })],
    ["success as a number", issued({ success: 1 })],
    ["no success", issued({ success: undefined })],
    ["a refusal that names a code", issued({ success: false, error: "User not found" })],
    ["a refusal beside success", { success: true, error: "User not found" }],
    ["a refusal beside success in words", { success: "true", error: "User not found" }],
    ["nothing", {}],
    ["a list", [issued()]],
    ["null", "null"],
    ["a text", '"success"'],
  ])("with %s is neither yes nor no", async (_name, body) => {
    for (const status of [200, 400, 401]) {
      gateway.reply(answering(status, body));
      // Below another status "nothing" says nothing; with this one it says that our keys are wrong.
      if (status === 401 && JSON.stringify(body) === "{}") continue;
      expect(await issue()).toMatchObject({ kind: "unknown", because: "bad_response" });
    }
  });

  const known: [text: string, refusal: PayoutRefusal][] = [
    ["User not found", "receiver_unknown"],
    ["USER NOT FOUND.", "receiver_unknown"],
    [" User  not found for this email", "receiver_unknown"],
    ["Minimum voucher amount is KES 50", "amount_too_small"],
    ["Maximum voucher amount is KES 150,000", "amount_too_large"],
    ["Maximum amount exceeded", "amount_too_large"],
    ["Maximu", "amount_too_large"],
    ["Insufficient balance", "float_empty"],
    ["insufficient funds in your account", "float_empty"],
    ["Missing required fields: email, amount, currency", "misconfigured"],
    ["API credentials required", "misconfigured"],
    ["Invalid merchant", "misconfigured"],
    ["Merchant account not found", "misconfigured"],
    ["Method not allowed. Use POST request", "misconfigured"],
  ];
  test.each(known)("understands %j as %s, whatever the status below 500", async (text, word) => {
    for (const status of [200, 400, 401, 403, 404, 409, 422, 429]) {
      gateway.reply(answering(status, refusal(text)));
      expect(await issue()).toMatchObject({ kind: "refused", refusal: word });
    }
    for (const body of [
      { error: text },
      { success: false, message: text },
      { ...refusal(text), voucher_code: null },
    ]) {
      gateway.reply(answering(400, body));
      expect(await issue()).toMatchObject({ kind: "refused", refusal: word });
    }
    gateway.reply(answering(500, refusal(text)));
    expect(await issue()).toMatchObject({ kind: "unknown", because: "server_error" });
  });

  test.each([
    "Duplicate unique_id",
    "A voucher with this unique_id already exists",
    "Previous request: User not found",
    "Could not send e-mail; insufficient balance for SMS",
    "Something went wrong",
    "Endpoint not found",
    "Not found",
    "Too many requests",
    "Unknown currency",
    "",
  ])("does not take %j for a refusal of this one", async (text) => {
    for (const status of [200, 400, 404, 409, 422, 429]) {
      gateway.reply(answering(status, refusal(text)));
      expect(await issue()).toMatchObject({ kind: "unknown", because: "bad_response" });
    }
  });

  test.each([401, 403, 405])("is refused as ours by a bare %i", async (status) => {
    for (const body of [
      refusal("Your address is not on the list"),
      {},
      refusal(null),
      refusal([]),
    ]) {
      gateway.reply(answering(status, body));
      expect(await issue()).toMatchObject({ kind: "refused", refusal: "misconfigured" });
    }
    for (const text of ["Duplicate unique_id", "Voucher already issued", "unique_id exists"]) {
      gateway.reply(answering(status, refusal(text)));
      expect(await issue()).toMatchObject({ kind: "unknown", because: "bad_response" });
    }
    gateway.reply(answering(status, "<html>Access denied</html>"));
    expect(await issue()).toMatchObject({ kind: "unknown", because: "bad_response" });
  });

  test("takes the second word of a refusal for nothing where the first is unknown", async () => {
    gateway.reply(
      answering(400, { success: false, error: "Duplicate unique_id", message: "User not found" }),
    );
    expect(await issue()).toMatchObject({ kind: "unknown" });
  });
});

describe("asking for the balance", () => {
  const told = (fields: object = {}) => ({
    success: true,
    merchant_id: "550f8499",
    merchant_name: "NEO Vouchers LTD",
    balance: 125_750,
    currency: "KES",
    timestamp: "2025-11-26 15:30:45",
    ...fields,
  });

  test("is a question without a body, with the keys in its headers", async () => {
    gateway.reply(answering(200, told()));
    expect(await balance()).toMatchObject({
      kind: "answered",
      balanceCents: 12_575_000n,
      exchange: { operation: "query_balance", response: { success: true, balance: "125750.00" } },
    });
    expect(gateway.seen).toMatchObject([
      {
        method: "GET",
        url: "/query_balance",
        headers: { "x-api-key": KEYS.apiKey, "x-api-secret": KEYS.apiSecret },
        body: "",
      },
    ]);
    expect(gateway.seen[0]?.headers).not.toHaveProperty("content-type");
  });

  test.each<[value: unknown, cents: bigint]>([
    ["125750.00", 12_575_000n],
    [0, 0n],
    ["0.00", 0n],
    [-12.5, -1_250n],
    [0.01, 1n],
  ])("reads %j as %s cents", async (value, balanceCents) => {
    gateway.reply(answering(200, told({ balance: value })));
    expect(await balance()).toMatchObject({ kind: "answered", balanceCents });
  });

  test.each<[status: number, text: string]>([
    [401, "API credentials required"],
    [401, "Invalid merchant"],
    [404, "Merchant account not found"],
    [405, "Method not allowed. Use GET request"],
    [200, "Something else"],
  ])("is refused by %i %j", async (status, text) => {
    gateway.reply(answering(status, refusal(text)));
    expect(await balance()).toMatchObject({
      kind: "refused",
      exchange: { response: { success: false, error: text } },
    });
  });

  test.each<[name: string, body: unknown]>([
    ["no balance", told({ balance: undefined })],
    ["a balance of null", told({ balance: null })],
    ["a balance in words", told({ balance: "plenty" })],
    ["three decimals", told({ balance: "1.005" })],
    ["another currency", told({ currency: "USD" })],
    ["success in words", told({ success: "true" })],
    ["no success", told({ success: undefined })],
    ["a list", [told()]],
  ])("is unknown with %s", async (_name, body) => {
    gateway.reply(answering(200, body));
    expect(await balance()).toMatchObject({ kind: "unknown", because: "bad_response" });
  });
});

describe("an answer about a payout that is no answer", () => {
  test.each<[name: string, reply: Reply, because: string]>([
    ["an empty body", answering(200, ""), "bad_response"],
    ["half of a yes", answering(200, JSON.stringify(issued()).slice(0, 60)), "bad_response"],
    ["a page", answering(200, "<html></html>"), "bad_response"],
    ["a page with 503", answering(503, "<html></html>"), "server_error"],
    ["a yes with 500", answering(500, issued()), "server_error"],
    ["a no with 500", answering(500, refusal("User not found")), "server_error"],
    ["a redirect that says yes", answering(302, issued(), { location: "/2" }), "connection"],
    ["a body without an end", flooding, "connection"],
    ["a connection cut before the answer", cuttingAtOnce, "connection"],
    ["a connection cut within the answer", cuttingHalfway, "connection"],
    ["nothing within the time limit", neverAnswering, "timeout"],
    ["an answer that drips in for ever", dripping, "timeout"],
  ])("(%s) is unknown, and nothing is sent twice", async (_name, reply, because) => {
    gateway.reply(reply);
    for (const call of [issue, balance]) {
      expect(await call()).toMatchObject({ kind: "unknown", because });
    }
  });

  test("(nobody at the address) has provably issued nothing", async () => {
    const gone = await scriptedGateway();
    await gone.close();
    const settings = env().pesavoucher;
    try {
      for (const address of [gone.url, "http://gateway.invalid"]) {
        settings.baseUrl = address;
        expect(await provider.issue(ORDER)).toMatchObject({
          kind: "unreached",
          exchange: { operation: "create_voucher", httpStatus: null, response: null },
        });
        const lost = { kind: "unknown", because: "connection" };
        expect(await provider.balance()).toMatchObject(lost);
        expect(await provider.validate({ code: CODE })).toMatchObject(lost);
        expect(await provider.paymentStatus({ paymentId: "p" })).toMatchObject(lost);
        const claim = { code: CODE, redeemedBy: "usr_1", callbackUrl: ORDER.callbackUrl };
        expect(await provider.redeem(claim)).toMatchObject(lost);
      }
    } finally {
      settings.baseUrl = gateway.url;
    }
  });
});
