import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "./create-sandbox";
import { callApi } from "@/sandbox/testing/call-api";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.control.reset());
afterAll(() => sandbox.close());

const CODE = "MLP-DEMOVALID0000500";
const redeem = (code = CODE) => callApi(sandbox.url, "redeem_voucher", { voucher_code: code });

describe("a fault of redeem_voucher", () => {
  it("that cuts the connection before the state change leaves the code unburnt", async () => {
    await sandbox.control.addFault({
      endpoint: "redeem_voucher",
      effect: { kind: "drop" },
      times: 1,
    });
    await expect(redeem()).rejects.toThrow();
    expect(await sandbox.control.voucher(CODE)).toMatchObject({ state: "active" });
    expect((await redeem()).json.success).toBe(true);
  });

  it("that cuts the connection after it burns the code although no answer arrives", async () => {
    await sandbox.control.addFault({
      endpoint: "redeem_voucher",
      when: "after",
      effect: { kind: "drop" },
      times: 1,
    });
    await expect(redeem()).rejects.toThrow();
    expect(await sandbox.control.voucher(CODE)).toMatchObject({ state: "redeemed" });
    expect((await redeem()).json.error).toBe("Voucher already redeemed");
    const { merchants } = await sandbox.control.ledger({ merchantId: "malipo-demo-merchant" });
    expect(merchants[0]?.redeemedCents).toBe(50_000n);
    const [lost] = await sandbox.control.journal({ operation: "redeem_voucher" });
    expect(lost).toMatchObject({ status: 0, note: "after: drop" });
  });

  it.each([
    ["before", "active"],
    ["after", "redeemed"],
  ] as const)("that answers HTML or 500 %s the state change leaves it %s", async (when, state) => {
    await sandbox.control.addFault({
      endpoint: "redeem_voucher",
      when,
      effect: { kind: "html", status: 200 },
      times: 1,
    });
    const reply = await redeem();
    expect(reply.text).toMatch(/^<!doctype html>/);
    expect(await sandbox.control.voucher(CODE)).toMatchObject({ state });
  });

  it("plays on the named code alone, as often as asked", async () => {
    const { voucher } = await sandbox.control.createVoucher({ amountCents: 10_000n });
    await sandbox.control.addFault({
      endpoint: "redeem_voucher",
      effect: { kind: "error", status: 503 },
      voucherCode: voucher.code,
      times: 2,
    });
    expect((await redeem()).status).toBe(200);
    expect((await redeem(voucher.code)).status).toBe(503);
    expect((await redeem(voucher.code)).status).toBe(503);
    expect((await redeem(voucher.code)).status).toBe(200);
    expect(await sandbox.control.faults()).toEqual([]);
  });

  it("that is only slowness answers as usual, later", async () => {
    await sandbox.control.addFault({
      endpoint: "*",
      when: "after",
      effect: { kind: "latency", ms: 120 },
      times: 1,
    });
    expect((await redeem()).json.success).toBe(true);
    const [entry] = await sandbox.control.journal({ operation: "redeem_voucher" });
    expect(entry?.durationMs).toBeGreaterThanOrEqual(110);
  });
});

describe("the shape of answers", () => {
  it("can spell amounts as strings or integers and add fields nobody documented", async () => {
    await sandbox.control.addFault({
      endpoint: "validate_voucher",
      effect: { kind: "shape", amounts: "string", extraFields: true },
      times: 1,
    });
    const strange = await callApi(sandbox.url, "validate_voucher", { voucher_code: CODE });
    expect(strange.text).toContain('"amount":"500.00"');
    expect(strange.json).toHaveProperty("sandbox_extra");
    await sandbox.control.addFault({
      endpoint: "query_balance",
      effect: { kind: "shape", amounts: "integer" },
    });
    expect((await callApi(sandbox.url, "query_balance")).text).toContain('"balance":2000000,');
  });

  it("can spell status words in lower case or with a word nobody knows", async () => {
    const { payment } = await sandbox.control.createVoucher({ amountCents: 50_000n });
    const ask = () => callApi(sandbox.url, "check_payment_status", { payment_id: payment?.id });
    for (const [statusWords, payment_status, status] of [
      ["lower", "success", "success"],
      ["unknown", "SETTLEMENT_HOLD", "SETTLEMENT_HOLD"],
    ] as const) {
      await sandbox.control.addFault({
        endpoint: "check_payment_status",
        effect: { kind: "shape", statusWords },
        times: 1,
      });
      expect((await ask()).json.payment).toMatchObject({ payment_status, status });
    }
  });
});
