import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { callApi, OWN_KEYS } from "@/sandbox/testing/call-api";
import { eventually } from "@/sandbox/testing/eventually";
import { startReceiver, type Receiver } from "@/sandbox/testing/start-receiver";

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  sandbox = await createSandbox();
  receiver = await startReceiver();
});
beforeEach(async () => {
  await sandbox.control.reset();
  receiver.received.length = 0;
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

const ZED_KEYS = { "X-API-KEY": "pk_test_zed_demo", "X-API-SECRET": "sk_test_zed_demo" };
const VALID = "MLP-DEMOVALID0000500";

describe("credentials", () => {
  it.each([
    ["no credentials", {}, 401, "API credentials required"],
    [
      "a key without its secret",
      { "X-API-Key": OWN_KEYS["X-API-Key"] },
      401,
      "API credentials required",
    ],
    ["a wrong secret", { ...OWN_KEYS, "X-API-Secret": "sk_test_wrong" }, 401, "Invalid merchant"],
    [
      "live keys",
      { "X-API-Key": "pk_live_x", "X-API-Secret": "sk_live_x" },
      401,
      "Invalid merchant",
    ],
  ])("refuses %s on every endpoint", async (_case, headers, status, error) => {
    for (const [path, body] of [
      ["validate_voucher", { voucher_code: VALID }],
      ["redeem_voucher", { voucher_code: VALID }],
      ["check_payment_status", { payment_id: "x" }],
      ["query_balance", undefined],
    ] as const) {
      const reply = await callApi(sandbox.url, path, body, headers);
      expect(reply.status, path).toBe(status);
      expect(reply.json, path).toMatchObject({ success: false, error });
      expect(reply.json.timestamp, path).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    }
    expect(await sandbox.control.voucher(VALID)).toMatchObject({ state: "active" });
  });

  it("takes any spelling of the headers, and the body except for the balance", async () => {
    const inBody = { api_key: OWN_KEYS["X-API-Key"], api_secret: OWN_KEYS["X-API-Secret"] };
    const upper = await callApi(
      sandbox.url,
      "validate_voucher",
      { voucher_code: VALID },
      {
        "X-API-KEY": OWN_KEYS["X-API-Key"],
        "x-api-secret": OWN_KEYS["X-API-Secret"],
      },
    );
    const body = await callApi(
      sandbox.url,
      "validate_voucher",
      { voucher_code: VALID, ...inBody },
      {},
    );
    expect([upper.json.valid, body.json.valid]).toEqual([true, true]);
    const journal = await fetch(`${sandbox.url}/_control/journal`);
    const text = await journal.text();
    expect(text.match(/"operation":"validate_voucher"/g)).toHaveLength(2);
    expect(text).not.toContain(OWN_KEYS["X-API-Secret"]);
  });

  it("can be limited to listed addresses", async () => {
    await sandbox.control.changeSettings({ allowedCallerIps: ["203.0.113.9"] });
    expect((await callApi(sandbox.url, "query_balance")).status).toBe(403);
    await sandbox.control.changeSettings({ allowedCallerIps: ["127.0.0.1"] });
    expect((await callApi(sandbox.url, "query_balance")).status).toBe(200);
  });
});

describe("validate_voucher", () => {
  it.each([
    ["MLP-DEMOUSED00000300", "Voucher already redeemed"],
    ["MLP-DEMOEXPIRED00750", "Voucher has expired"],
    ["MLP-NOBODYSOLDTHIS00", "Voucher not found"],
    ["ZED-DEMOVALID0000400", "This voucher does not belong to your merchant account"],
    ["NLV-DEMOPAYOUT000600", "This voucher is only redeemable on pesavoucher.com"],
  ])("says of %s: %s, and redeem_voucher refuses it the same way", async (code, text) => {
    const validated = await callApi(sandbox.url, "validate_voucher", { voucher_code: code });
    expect(validated.status).toBe(200);
    expect(validated.json).toMatchObject({
      success: true,
      valid: false,
      validation_errors: [text],
    });
    const redeemed = await callApi(sandbox.url, "redeem_voucher", { voucher_code: code });
    expect(redeemed.status).toBe(400);
    expect(redeemed.json).toMatchObject({ success: false, error: text });
  });

  it("changes nothing however often it is asked", async () => {
    for (let round = 0; round < 5; round += 1) {
      const reply = await callApi(sandbox.url, "validate_voucher", { voucher_code: VALID });
      expect(reply.text).toContain('"success":true,"valid":true,"validation_errors":[]');
      expect(reply.text).toContain('"amount":500.00');
    }
    expect(await sandbox.control.voucher(VALID)).toMatchObject({ state: "active" });
  });

  it("never describes a stranger's voucher, and describes none when switched so", async () => {
    const stranger = await callApi(
      sandbox.url,
      "validate_voucher",
      { voucher_code: VALID },
      ZED_KEYS,
    );
    expect(stranger.json).not.toHaveProperty("voucher");
    await sandbox.control.changeSettings({
      validateIncludesVoucher: false,
      invalidCodeSuccess: false,
    });
    const plain = await callApi(sandbox.url, "validate_voucher", { voucher_code: VALID });
    expect(plain.json).toEqual({ success: true, valid: true, validation_errors: [] });
    const bad = await callApi(sandbox.url, "validate_voucher", { voucher_code: "MLP-X" });
    expect(bad.json).toMatchObject({ success: false, valid: false });
  });

  it("answers nonsense with an error and not with a crash", async () => {
    const noCode = await callApi(sandbox.url, "validate_voucher", { voucher_code: { $gt: "" } });
    expect(noCode.status).toBe(400);
    const response = await fetch(`${sandbox.url}/pesavoucher/api/v1/validate_voucher`, {
      method: "POST",
      headers: OWN_KEYS,
      body: "{not json",
    });
    expect(response.status).toBe(400);
    expect((await callApi(sandbox.url, "validate_voucher")).status).toBe(405);
    expect((await callApi(sandbox.url, "no_such_thing", {})).status).toBe(404);
  });
});

describe("redeem_voucher", () => {
  it("lets exactly one of a hundred parallel calls win, and books it once", async () => {
    const before = (await sandbox.control.ledger({ merchantId: "malipo-demo-merchant" }))
      .merchants[0];
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        callApi(sandbox.url, "redeem_voucher", { voucher_code: VALID, redeemed_by: String(index) }),
      ),
    );
    const winners = replies.filter((reply) => reply.json.success === true);
    expect(winners).toHaveLength(1);
    expect(winners[0]?.text).toContain(
      '"redemption":{"voucher_code":"MLP-DEMOVALID0000500","amount":500.00',
    );
    for (const loser of replies.filter((reply) => reply.json.success === false)) {
      expect(loser.json.error).toBe("Voucher already redeemed");
    }
    const after = (await sandbox.control.ledger({ merchantId: "malipo-demo-merchant" }))
      .merchants[0];
    expect(after?.redeemedCount).toBe(1);
    expect((after?.walletCents ?? 0n) - (before?.walletCents ?? 0n)).toBe(50_000n);
    expect((after?.floatCents ?? 0n) - (before?.floatCents ?? 0n)).toBe(-50_000n);
  });

  it("remembers who redeemed and posts the redemption callback to the given address", async () => {
    const { voucher, payment } = await sandbox.control.createVoucher({ amountCents: 75_050n });
    await callApi(sandbox.url, "redeem_voucher", {
      voucher_code: voucher.code,
      currency: "KES",
      redeemed_by: "customer-7",
      callback_url: `${receiver.url}/redeemed`,
    });
    const [callback] = await eventually(() => {
      expect(receiver.received).toHaveLength(1);
      return receiver.received;
    });
    expect(callback).toMatchObject({ path: "/redeemed", source: "Pesavoucher" });
    expect(callback?.body).toContain('"amount":750.50');
    expect(JSON.parse(callback?.body ?? "")).toMatchObject({
      voucher_code: voucher.code,
      redeemed_by: "customer-7",
      payment_id: payment?.id,
      currency: "KES",
    });
    expect(callback?.body).not.toContain('"event"');
    expect(await sandbox.control.voucher(voucher.code)).toMatchObject({
      state: "redeemed",
      redeemedBy: "customer-7",
    });
  });

  it("refuses another currency before anything happens", async () => {
    const reply = await callApi(sandbox.url, "redeem_voucher", {
      voucher_code: VALID,
      currency: "USD",
    });
    expect(reply.json).toMatchObject({ success: false, error: "Currency must be KES" });
    expect(await sandbox.control.voucher(VALID)).toMatchObject({ state: "active" });
  });
});

describe("check_payment_status", () => {
  it("spells every state both ways and never shows the code", async () => {
    await sandbox.control.freezeClock();
    const start = (msisdn: string) =>
      sandbox.control.startPayment({ amountCents: 50_000n, msisdn, sessionId: "s-status" });
    const pending = await start("0712345671");
    const paid = await start("0712345672");
    await sandbox.control.answerPrompt("0712345672", "approve");
    const cancelled = await start("0712345673");
    await sandbox.control.answerPrompt("0712345673", "decline");
    const timedOut = await start("0712345674");
    await sandbox.control.answerPrompt("0712345674", "time_out");
    const words: unknown[] = [];
    for (const { id } of [pending, paid, cancelled, timedOut]) {
      const reply = await callApi(sandbox.url, "check_payment_status", { payment_id: id });
      expect(reply.json.success).toBe(true);
      expect(reply.text).not.toContain("voucher");
      expect(reply.text).toContain('"amount":500.00');
      words.push(Object.values(reply.json.payment ?? {}).slice(3));
    }
    expect(words).toEqual([
      ["PENDING", "Processing", false],
      ["SUCCESS", "Success", true],
      ["CANCELLED", "Cancelled", false],
      ["TIMEOUT", "Timeout", false],
    ]);
    await sandbox.control.changeSettings({ timeoutStatusForm: "failed_no_response" });
    const other = await callApi(sandbox.url, "check_payment_status", { payment_id: timedOut.id });
    expect(other.json).toMatchObject({
      user_message: "No response from user.",
      payment: { payment_status: "FAILED", status: "Failed", is_success: false },
    });
  });

  it("knows nothing of unknown payments or of other merchants' payments", async () => {
    const { payment } = await sandbox.control.createVoucher({ amountCents: 50_000n });
    const mine = await callApi(sandbox.url, "check_payment_status", { payment_id: payment?.id });
    const theirs = await callApi(
      sandbox.url,
      "check_payment_status",
      { payment_id: payment?.id },
      ZED_KEYS,
    );
    expect([mine.status, theirs.status]).toEqual([200, 404]);
    expect(theirs.json).toMatchObject({ success: false, error: "Payment not found" });
  });
});

describe("query_balance", () => {
  it("gives the documented answers", async () => {
    const good = await callApi(sandbox.url, "query_balance");
    expect(good.text).toContain('"balance":2000000.00,"currency":"KES"');
    const closed = { "X-API-Key": "pk_test_closed_demo", "X-API-Secret": "sk_test_closed_demo" };
    expect(await callApi(sandbox.url, "query_balance", undefined, closed)).toMatchObject({
      status: 404,
      json: { success: false, error: "Merchant account not found" },
    });
    expect(await callApi(sandbox.url, "query_balance", {})).toMatchObject({
      status: 405,
      json: { success: false, error: "Method not allowed. Use GET request" },
    });
    expect((await callApi(sandbox.url, "merchant/balance")).json).toMatchObject({ success: true });
    await sandbox.control.addFault({
      endpoint: "query_balance",
      effect: { kind: "error" },
      times: 1,
    });
    const broken = await callApi(sandbox.url, "query_balance");
    expect(broken.status).toBe(500);
    expect(broken.json).toMatchObject({ success: false, error: "Internal server error message" });
    expect(broken.json).toHaveProperty("timestamp");
  });

  it("grows in the wallet view and shrinks in the float view when a voucher is redeemed", async () => {
    await callApi(sandbox.url, "redeem_voucher", { voucher_code: VALID });
    expect((await callApi(sandbox.url, "query_balance")).text).toContain('"balance":2000500.00');
    await sandbox.control.changeSettings({ balanceView: "float" });
    expect((await callApi(sandbox.url, "query_balance")).text).toContain('"balance":4999500.00');
  });

  it("announces a low float once a level and an address are set", async () => {
    await sandbox.control.changeSettings({
      floatLowBelowCents: 500_000_000n,
      floatLowUrl: `${receiver.url}/float`,
    });
    await callApi(sandbox.url, "redeem_voucher", { voucher_code: VALID });
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect(receiver.received[0]?.body).toContain('"event":"float.low"');
  });
});
