import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { env } from "@/lib/env";
import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import type { FaultInput } from "@/sandbox/faults";
import type { VoucherRefusal } from "../sells-vouchers";
import { pesavoucher } from "./client";

const TIMEOUT_MS = 1_000;
const TOO_LATE_MS = 2 * TIMEOUT_MS;
const STRANGER = "zed-demo-merchant";
const TEXTS: readonly (readonly [text: string, refusal: VoucherRefusal])[] = [
  ["Voucher already redeemed", "already_used"],
  ["VOUCHER ALREADY REDEEMED.", "already_used"],
  ["This voucher was already used", "already_used"],
  ["Voucher not found", "not_found"],
  ["The code was not found in our records", "not_found"],
  ["This voucher is only redeemable on pesavoucher.com", "payout_code"],
  ["Code only redeemable by the recipient", "payout_code"],
  ["This voucher does not belong to your merchant account", "wrong_merchant"],
  ["Voucher has expired", "expired"],
  ["Expired voucher", "expired"],
  ["The system is being maintained", "not_accepted"],
  ["", "not_accepted"],
];

const provider = pesavoucher();
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox({ settings: { redemptionCallbacks: false } });
  Object.assign(process.env, {
    PV_BASE_URL: `${sandbox.url}/pesavoucher/api/v1`,
    PV_APP_URL: `${sandbox.url}/pesavoucher`,
    PV_TIMEOUT_MS: String(TIMEOUT_MS),
  });
});
afterEach(async () => {
  await sandbox.control.clearFaults();
  await sandbox.control.changeSettings({
    invalidCodeSuccess: true,
    validateIncludesVoucher: true,
    redeemRefusalStatus: 400,
    timeoutStatusForm: "timeout",
    unknownPaymentStatus: 404,
    allowedCallerIps: [],
  });
});
afterAll(() => sandbox.close());

/** A voucher in some state; a usable one of this shop unless told otherwise. */
async function voucher(input: Partial<Parameters<typeof sandbox.control.createVoucher>[0]> = {}) {
  const made = await sandbox.control.createVoucher({ amountCents: 50_000n, ...input });
  return { code: made.voucher.code, paymentId: made.payment?.id ?? "" };
}

function redeem(code: string) {
  const callbackUrl = "http://127.0.0.1:1/api/pesavoucher/redemption-webhook?token=t0p";
  return provider.redeem({ code, redeemedBy: "usr_1", callbackUrl });
}

function answerWith(endpoint: string, status: number, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const effect = { kind: "body", status, body: text } as const;
  return sandbox.control.addFault({ endpoint, effect });
}

describe("validating a code", () => {
  test("says valid for one that this shop can redeem, and burns nothing", async () => {
    const { code } = await voucher();
    for (let time = 0; time < 3; time += 1) {
      expect(await provider.validate({ code })).toMatchObject({ kind: "valid" });
    }
    expect((await sandbox.control.voucher(code)).state).toBe("active");
  });

  test.each([
    ["used before", { state: "redeemed" }, "already_used"],
    ["expired", { state: "expired" }, "expired"],
    ["issued as a payout", { state: "payout" }, "payout_code"],
    ["another merchant's", { merchantId: STRANGER }, "wrong_merchant"],
  ] as const)(
    "one that is %s is refused as such, under either flag",
    async (_name, how, refusal) => {
      const { code } = await voucher(how);
      for (const invalidCodeSuccess of [true, false]) {
        await sandbox.control.changeSettings({ invalidCodeSuccess });
        expect(await provider.validate({ code })).toMatchObject({ kind: "refused", refusal });
      }
    },
  );

  test("one that nobody ever sold is not found", async () => {
    const outcome = await provider.validate({ code: "MLP-0000000000000000" });
    expect(outcome).toMatchObject({ kind: "refused", refusal: "not_found" });
  });

  test("does not lean on the fields that no document promises", async () => {
    await sandbox.control.changeSettings({ validateIncludesVoucher: false });
    const { code } = await voucher();
    expect(await provider.validate({ code })).toMatchObject({ kind: "valid" });
  });

  test.each(TEXTS)(
    "understands %j as %s, in any of the fields it may come in",
    async (text, refusal) => {
      const forms = [
        { success: true, valid: false, validation_errors: [text] },
        { success: false, valid: false, validation_errors: [text, "something else"] },
        { success: true, valid: false, validation_errors: text },
        { success: false, error: text, timestamp: "2025-11-26 15:30:45" },
        { success: false, message: text },
      ];
      for (const form of forms) {
        await sandbox.control.clearFaults();
        await answerWith("validate_voucher", 200, form);
        const outcome = await provider.validate({ code: "MLP-ABCD1234EFGH5678" });
        expect(outcome, JSON.stringify(form)).toMatchObject({ kind: "refused", refusal });
      }
    },
  );

  test.each([
    ["both flags false", { success: false, valid: false }],
    ["the query failed, the code did not", { success: false, valid: true }],
    ["no second flag", { success: true }],
    ["the second flag is null", { success: true, valid: null, validation_errors: null }],
  ])("never says valid when %s", async (_name, body) => {
    await answerWith("validate_voucher", 200, body);
    const outcome = await provider.validate({ code: "MLP-ABCD1234EFGH5678" });
    expect(outcome).toMatchObject({ kind: "refused", refusal: "not_accepted" });
  });

  test.each([
    ["null words", { success: true, valid: true, validation_errors: null, error: null }],
    ["an empty object for no errors", { success: true, valid: true, validation_errors: {} }],
    ["unknown fields", { success: true, valid: true, new_field: { deep: [1] } }],
  ])("says valid despite %s", async (_name, body) => {
    await answerWith("validate_voucher", 200, body);
    expect(await provider.validate({ code: "MLP-ABCD1234EFGH5678" })).toMatchObject({
      kind: "valid",
    });
  });
});

describe("redeeming a code", () => {
  test.each(["two_decimals", "string", "integer"] as const)(
    "reports the amount in cents, spelled as %s",
    async (amounts) => {
      await sandbox.control.addFault({ endpoint: "*", effect: { kind: "shape", amounts } });
      const { code } = await voucher({ amountCents: 109_900n });
      expect(await redeem(code)).toMatchObject({ kind: "accepted", amountCents: 109_900n });
    },
  );

  test("reports cents that are no whole shillings", async () => {
    const { code } = await voucher({ amountCents: 109_950n });
    expect(await redeem(code)).toMatchObject({ kind: "accepted", amountCents: 109_950n });
  });

  test.each([200, 400, 409, 422] as const)(
    "a second time is refused as used, with HTTP %i too",
    async (redeemRefusalStatus) => {
      await sandbox.control.changeSettings({ redeemRefusalStatus });
      const { code } = await voucher();
      expect(await redeem(code)).toMatchObject({ kind: "accepted" });
      expect(await redeem(code)).toMatchObject({ kind: "refused", refusal: "already_used" });
    },
  );

  test("by ten callers at once is accepted once", async () => {
    const { code } = await voucher();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => redeem(code)));
    expect(outcomes.filter((outcome) => outcome.kind === "accepted")).toHaveLength(1);
  });

  test.each(TEXTS)("understands the refusal %j as %s", async (text, refusal) => {
    for (const body of [
      { success: false, error: text },
      { success: false, error: text, redemption: null },
      { success: false, error: text, redemption: [] },
      { success: false, message: text },
    ]) {
      await sandbox.control.clearFaults();
      await answerWith("redeem_voucher", 400, body);
      expect(await redeem("MLP-ABCD1234EFGH5678")).toMatchObject({ kind: "refused", refusal });
    }
  });

  test.each([
    ["null beside the redemption", { error: null, message: null }],
    ["a list for a word", { error: [], message: {} }],
    ["fields nobody documented", { fee: 0, redemption_id: 7 }],
  ])("is not made doubtful by %s", async (_name, extra) => {
    const body = { success: true, redemption: { amount: 500 }, ...extra };
    await answerWith("redeem_voucher", 200, body);
    expect(await redeem("MLP-ABCD1234EFGH5678")).toMatchObject({
      kind: "accepted",
      amountCents: 50_000n,
    });
  });

  test.each<[name: string, redemption: unknown]>([
    ["no redemption at all", undefined],
    ["a redemption without amount", {}],
    ["a null redemption", null],
    ["an amount of zero", { amount: 0 }],
    ["a negative amount", { amount: -500 }],
    ["an amount in words", { amount: "five hundred" }],
    ["an amount with three decimals", { amount: "500.005" }],
    ["a list for an amount", { amount: [500] }],
  ])("that succeeded with %s is unknown: neither yes nor no", async (_name, redemption) => {
    await answerWith("redeem_voucher", 200, { success: true, redemption });
    expect(await redeem("MLP-ABCD1234EFGH5678")).toMatchObject({
      kind: "unknown",
      because: "bad_response",
    });
  });

  test.each<[name: string, fault: FaultInput, because: string]>([
    ["cut", { endpoint: "redeem_voucher", when: "after", effect: { kind: "drop" } }, "connection"],
    [
      "late",
      { endpoint: "redeem_voucher", when: "after", effect: { kind: "latency", ms: TOO_LATE_MS } },
      "timeout",
    ],
    [
      "an HTML page",
      { endpoint: "redeem_voucher", when: "after", effect: { kind: "html" } },
      "server_error",
    ],
    [
      "an HTML page with 200",
      { endpoint: "redeem_voucher", when: "after", effect: { kind: "html", status: 200 } },
      "bad_response",
    ],
  ])("whose answer is %s is unknown, though the code is burnt", async (_name, fault, because) => {
    await sandbox.control.addFault(fault);
    const { code } = await voucher();
    expect(await redeem(code)).toMatchObject({ kind: "unknown", because });
    expect((await sandbox.control.voucher(code)).state).toBe("redeemed");
  });
});

describe("asking what became of a payment", () => {
  test("knows a paid one, and takes no outer success for it", async () => {
    const { paymentId } = await voucher();
    expect(await provider.paymentStatus({ paymentId })).toMatchObject({
      kind: "answered",
      fate: "succeeded",
    });
  });

  test.each([
    ["pending", undefined, {}, "pending"],
    ["declined", "decline", {}, "cancelled"],
    ["wrong PIN", "wrong_pin", {}, "failed"],
    ["timed out", "time_out", {}, "timed_out"],
    [
      "timed out, told as failed",
      "time_out",
      { timeoutStatusForm: "failed_no_response" },
      "failed",
    ],
  ] as const)("reads %s", async (_name, answer, settings, fate) => {
    await sandbox.control.changeSettings(settings);
    const phone = "254712345621";
    const payment = await sandbox.control.startPayment({
      amountCents: 50_000n,
      msisdn: phone,
      sessionId: crypto.randomUUID(),
    });
    const times = answer === "wrong_pin" ? 3 : 1;
    if (answer)
      for (let t = 0; t < times; t += 1) await sandbox.control.answerPrompt(phone, answer);
    expect(await provider.paymentStatus({ paymentId: payment.id })).toMatchObject({
      kind: "answered",
      fate,
    });
    if (!answer) await sandbox.control.answerPrompt(phone, "decline");
  });

  test("reads lower-case words as the same words", async () => {
    await sandbox.control.addFault({
      endpoint: "check_payment_status",
      effect: { kind: "shape", statusWords: "lower", extraFields: true, amounts: "string" },
    });
    const { paymentId } = await voucher();
    expect(await provider.paymentStatus({ paymentId })).toMatchObject({ fate: "succeeded" });
  });

  test("takes a word it never saw for neither paid nor failed", async () => {
    await sandbox.control.addFault({
      endpoint: "check_payment_status",
      effect: { kind: "shape", statusWords: "unknown" },
    });
    const { paymentId } = await voucher();
    expect(await provider.paymentStatus({ paymentId })).toMatchObject({ fate: "unclear" });
  });

  test.each([200, 404] as const)("an id nobody knows is refused, with HTTP %i", async (status) => {
    await sandbox.control.changeSettings({ unknownPaymentStatus: status });
    const outcome = await provider.paymentStatus({ paymentId: "PV-XYZ-987654321" });
    expect(outcome).toMatchObject({ kind: "refused" });
  });
});

describe("an answer that is about our call, not about the customer", () => {
  const unknown = { kind: "unknown", because: "bad_response" };
  const own = [
    ["no credentials", 401, "API credentials required"],
    ["wrong credentials", 401, "Invalid merchant"],
    ["wrong credentials, told with 200", 200, "Invalid merchant"],
    ["a refused address", 403, "IP address not allowed"],
    ["a closed account", 404, "Merchant account not found"],
    ["a wrong base address", 404, "Endpoint not found"],
    ["a wrong method", 405, "Method not allowed. Use POST request"],
    ["a limit", 429, "Too many requests, voucher not found"],
  ] as const;

  test.each(own)(
    "(%s, HTTP %i) refuses no code and fails no payment",
    async (_n, status, error) => {
      await answerWith("*", status, { success: false, error, timestamp: "2025-11-26 15:30:45" });
      expect(await provider.validate({ code: "MLP-ABCD1234EFGH5678" })).toMatchObject(unknown);
      expect(await redeem("MLP-ABCD1234EFGH5678")).toMatchObject(unknown);
      expect(await provider.paymentStatus({ paymentId: "p1" })).toMatchObject(unknown);
    },
  );

  test("(the address list, as the provider really applies it) refuses no code", async () => {
    const { code } = await voucher();
    await sandbox.control.changeSettings({ allowedCallerIps: ["203.0.113.9"] });
    expect(await provider.validate({ code })).toMatchObject(unknown);
    expect(await redeem(code)).toMatchObject(unknown);
  });
});

describe("an answer that is no answer", () => {
  const nonsense: [name: string, status: number, body: string, because: string][] = [
    ["an empty body", 200, "", "bad_response"],
    ["half a body", 200, '{"success":true,"redem', "bad_response"],
    ["a bare word", 200, "OK", "bad_response"],
    ["JSON null", 200, "null", "bad_response"],
    ["a JSON list", 200, "[]", "bad_response"],
    ["a JSON text", 200, '"success"', "bad_response"],
    ["an object without flags", 200, "{}", "bad_response"],
    ["a flag in words", 200, '{"success":"true","valid":"true"}', "bad_response"],
    ["HTML with 404", 404, "<html><body>Not found</body></html>", "bad_response"],
    [
      "a 500 in the documented form",
      500,
      '{"success":false,"error":"Internal server error message"}',
      "server_error",
    ],
    [
      "a 503 that says the voucher is used",
      503,
      '{"success":false,"error":"Voucher already redeemed"}',
      "server_error",
    ],
    [
      "a 500 that says success",
      500,
      '{"success":true,"valid":true,"redemption":{"amount":500}}',
      "server_error",
    ],
    [
      "far more than an answer",
      200,
      JSON.stringify({ success: true, valid: true, pad: "x".repeat(70_000) }),
      "connection",
    ],
  ];

  test.each(nonsense)("(%s) is unknown, never a no", async (_name, status, body, because) => {
    await answerWith("*", status, body);
    const unknown = { kind: "unknown", because };
    expect(await provider.validate({ code: "MLP-ABCD1234EFGH5678" })).toMatchObject(unknown);
    expect(await redeem("MLP-ABCD1234EFGH5678")).toMatchObject(unknown);
    expect(await provider.paymentStatus({ paymentId: "p1" })).toMatchObject(unknown);
  });

  test("(a cut connection, a time-out) is unknown for every call", async () => {
    const calls = [
      () => provider.validate({ code: "MLP-ABCD1234EFGH5678" }),
      () => redeem("MLP-ABCD1234EFGH5678"),
      () => provider.paymentStatus({ paymentId: "p1" }),
    ];
    for (const [effect, because] of [
      [{ kind: "drop" }, "connection"],
      [{ kind: "latency", ms: TOO_LATE_MS }, "timeout"],
    ] as const) {
      await sandbox.control.addFault({ endpoint: "*", effect });
      for (const call of calls) expect(await call()).toMatchObject({ kind: "unknown", because });
      await sandbox.control.clearFaults();
    }
  });

  test("gives up after its time limit, even when the answer drips in for ever", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(drip));
    });
    await withBase(server, async () => {
      const startedAt = performance.now();
      const outcome = await redeem("MLP-ABCD1234EFGH5678");
      expect(outcome).toMatchObject({ kind: "unknown", because: "timeout" });
      expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS * 5);
    });
  });

  test("does not follow a redirect with our credentials in hand", async () => {
    let followed = false;
    const server = createServer((request, response) => {
      followed ||= request.url === "/elsewhere";
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    await withBase(server, async () => {
      expect(await redeem("MLP-ABCD1234EFGH5678")).toMatchObject({ kind: "unknown" });
      expect(followed).toBe(false);
    });
  });
});

describe("what leaves the house", () => {
  const code = "MLP-SECRETCODE123456";

  test("credentials go in headers alone, and each call posts only its own fields", async () => {
    const paymentId = crypto.randomUUID();
    await provider.validate({ code });
    await redeem(code);
    await provider.paymentStatus({ paymentId });

    const calls = [
      ...(await sandbox.control.journal({ direction: "in", contains: code })),
      ...(await sandbox.control.journal({ direction: "in", contains: paymentId })),
    ];
    expect(calls.map((call) => [call.operation, Object.keys(objectOf(call.requestBody))])).toEqual([
      ["validate_voucher", ["voucher_code"]],
      ["redeem_voucher", ["voucher_code", "currency", "callback_url", "redeemed_by"]],
      ["check_payment_status", ["payment_id"]],
    ]);
    for (const call of calls) {
      expect(`${call.requestBody}${call.url}`).not.toMatch(/pk_test|sk_test|api_key|api_secret/i);
      expect(call.url).not.toContain(code);
    }
  });

  test("the headers are the documented ones", async () => {
    let seen: IncomingMessage["headers"] = {};
    const server = createServer((request, response) => {
      seen = request.headers;
      response.end('{"success":true,"valid":true}');
    });
    await withBase(server, async () => {
      expect(await provider.validate({ code })).toMatchObject({ kind: "valid" });
    });
    expect(seen).toMatchObject({
      "x-api-key": "pk_test_malipo_demo",
      "x-api-secret": "sk_test_malipo_demo",
      "content-type": "application/json",
    });
  });

  test("the case file never holds a whole code, a credential or the redemption token", async () => {
    const { code: real } = await voucher();
    const outcomes = [
      await provider.validate({ code: real }),
      await redeem(real),
      await redeem(real),
      await provider.paymentStatus({ paymentId: "p1" }),
    ];
    await answerWith("*", 500, "{}");
    outcomes.push(await redeem(real));
    for (const { exchange } of outcomes) {
      const kept = JSON.stringify(exchange);
      expect(kept).not.toContain(real);
      expect(kept).not.toMatch(/pk_test|sk_test|t0p/);
    }
    expect(outcomes[1]?.exchange).toMatchObject({
      operation: "redeem_voucher",
      httpStatus: 200,
      request: { voucher_code: `MLP-****${real.slice(-4)}`, redeemed_by: "usr_1" },
      response: { success: true, amount: 500 },
    });
  });
});

describe("the address of the hosted page", () => {
  const purchase = {
    amountCents: 50_000n,
    sessionId: "5b6c1b0e-0000-4000-8000-000000000001",
    customerId: "usr_1",
    callbackUrl: "https://shop.test/api/pesavoucher/callback",
    returnUrl: "https://shop.test/deposit?status=success&session_id=5b6c",
    cancelUrl: "https://shop.test/deposit?status=cancelled&session_id=5b6c",
  };

  test("carries exactly the nine documented parameters", () => {
    const url = new URL(provider.purchaseUrl(purchase));
    expect(`${url.origin}${url.pathname}`).toBe(`${sandbox.url}/pesavoucher/buy-voucher`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      merchant_id: "malipo-demo-merchant",
      amount: "500.00",
      currency: "KES",
      session_id: purchase.sessionId,
      user_ref: "usr_1",
      prefix: "MLP",
      callback_url: purchase.callbackUrl,
      return_url: purchase.returnUrl,
      cancel_url: purchase.cancelUrl,
    });
    expect([...url.searchParams]).toHaveLength(9);
    expect(url.href).not.toMatch(/pk_test|sk_test/);
  });

  test.each([
    [5_000n, "50.00"],
    [50_050n, "500.50"],
    [15_000_000n, "150000.00"],
  ])("writes %s cents as %s", (amountCents, amount) => {
    const url = new URL(provider.purchaseUrl({ ...purchase, amountCents }));
    expect(url.searchParams.get("amount")).toBe(amount);
  });

  test("is one the provider's page accepts", async () => {
    const page = await fetch(provider.purchaseUrl(purchase));
    expect(page.status).toBe(200);
  });
});

function objectOf(json: string): object {
  const parsed: unknown = JSON.parse(json);
  return typeof parsed === "object" && parsed !== null ? parsed : {};
}

/** Runs `work` against another server in place of the sandbox's. */
async function withBase(server: Server, work: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const settings = env().pesavoucher;
  const before = settings.baseUrl;
  settings.baseUrl = `http://127.0.0.1:${port}`;
  try {
    await work();
  } finally {
    settings.baseUrl = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("what the case file keeps", () => {
  test.each(["validate_voucher", "redeem_voucher", "check_payment_status"])(
    "holds no whole code, though the answer of %s repeats it",
    async (endpoint) => {
      const code = "MLP-ABCD1234EFGH5678";
      const text = `Voucher ${code} (${code.toLowerCase()}) was redeemed by asha@duka.co.ke`;
      for (const body of [
        { success: false, error: text },
        { success: true, valid: false, validation_errors: [text], error: text },
      ]) {
        await sandbox.control.clearFaults();
        await answerWith(endpoint, 400, body);
        const outcomes = [
          await provider.validate({ code }),
          await redeem(code),
          await provider.paymentStatus({ paymentId: "p" }),
        ];
        const kept = JSON.stringify(outcomes.map(({ exchange }) => exchange));
        expect(kept).not.toMatch(/ABCD1234|asha@/i);
        expect(kept).toContain("(mlp-****5678) was redeemed");
      }
    },
  );
});
