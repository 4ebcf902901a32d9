import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
import { callApi } from "@/sandbox/testing/call-api";
import { eventually } from "@/sandbox/testing/eventually";
import { startReceiver, type Receiver } from "@/sandbox/testing/start-receiver";
import type { Purchase } from "./purchase";

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  sandbox = await createSandbox();
  receiver = await startReceiver();
});
beforeEach(async () => {
  await sandbox.control.reset();
  await sandbox.control.freezeClock();
  receiver.received.length = 0;
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

async function start(msisdn: string, amountCents = 50_000n): Promise<Purchase> {
  return sandbox.control.startPayment({
    amountCents,
    msisdn,
    sessionId: "session-1",
    callbackUrl: `${receiver.url}/callback`,
    returnUrl: "https://shop.example/done",
    cancelUrl: "https://shop.example/cancelled",
  });
}

/** Pays with a magic number that leaves the PIN to its owner. */
async function pay(suffix: string): Promise<Purchase> {
  const { id } = await start(`07000000${suffix}`);
  await sandbox.control.answerPrompt(`07000000${suffix}`, "approve");
  return sandbox.control.payment(id);
}

const arrived = (count: number) => eventually(() => expect(receiver.received).toHaveLength(count));
const redeem = (code: string | null | undefined) =>
  callApi(sandbox.url, "redeem_voucher", { voucher_code: code });

describe("magic endings that act by themselves", () => {
  it.each([
    ["00", "SUCCESS", null],
    ["01", "CANCELLED", "cancelled"],
    ["02", "FAILED", "no_funds"],
    ["03", "FAILED", "wrong_pin"],
  ])("a phone ending %s ends %s", async (suffix, state, failure) => {
    const { id } = await start(`07000000${suffix}`);
    await sandbox.control.advanceClock(1_499);
    expect(await sandbox.control.payment(id)).toMatchObject({ state: "PENDING" });
    await sandbox.control.advanceClock(1);
    expect(await sandbox.control.payment(id)).toMatchObject({ state, failure });
    await arrived(1);
  });

  it("a phone ending 04 shows nothing and times out", async () => {
    const { id } = await start("0700000004");
    expect((await sandbox.control.phone("0700000004")).openPrompt).toBeNull();
    await sandbox.control.advanceClock(60_000);
    expect(await sandbox.control.payment(id)).toMatchObject({ state: "TIMEOUT" });
  });

  it("an amount of KES 9,0NN does the same on any phone", async () => {
    const declined = await start("0712345678", 900_100n);
    const doubled = await start("0700000000", 900_600n);
    await sandbox.control.advanceClock(1_500);
    expect(await sandbox.control.payment(declined.id)).toMatchObject({ state: "CANCELLED" });
    expect(await sandbox.control.payment(doubled.id)).toMatchObject({ state: "SUCCESS" });
    await arrived(3);
  });
});

describe("magic endings about the callback", () => {
  it("05 loses it, 06 sends it twice, 07 brings it 20 seconds late", async () => {
    await pay("05");
    expect((await sandbox.control.callbacks()).map(({ state }) => state)).toEqual(["dropped"]);
    await pay("06");
    await arrived(2);
    await pay("07");
    await sandbox.control.advanceClock(19_999);
    expect(receiver.received).toHaveLength(2);
    await sandbox.control.advanceClock(1);
    await arrived(3);
  });

  it("09 waits for the browser to return first", async () => {
    const { id } = await pay("09");
    await sandbox.control.advanceClock(50_000);
    expect((await sandbox.control.callbacks())[0]?.state).toBe("awaiting_return");
    await fetch(`${sandbox.url}/pesavoucher/payments/${id}/return`, { redirect: "manual" });
    await sandbox.control.advanceClock(2_000);
    await arrived(1);
  });

  it("10 fails first and succeeds five seconds later", async () => {
    await pay("10");
    await arrived(1);
    await sandbox.control.advanceClock(5_000);
    await arrived(2);
    expect(receiver.received.map(({ body }) => /"success":(\w+)/.exec(body)?.[1])).toEqual([
      "false",
      "true",
    ]);
  });

  it("12 doubles the amount, 13 invents a session, 14 drops the header, 15 cuts the body", async () => {
    for (const [index, suffix] of ["12", "13", "14", "15"].entries()) {
      await pay(suffix);
      await arrived(index + 1);
    }
    const [doubled, stranger, bare, cut] = receiver.received;
    expect(doubled?.body).toContain('"amount":1000.00');
    expect(stranger?.body).not.toContain("session-1");
    expect(bare?.source).toBeUndefined();
    expect(() => JSON.parse(cut?.body ?? "")).toThrow(SyntaxError);
  });

  it("16 loses the callback and returns with nothing", async () => {
    const { id } = await pay("16");
    const back = await fetch(`${sandbox.url}/pesavoucher/payments/${id}/return`, {
      redirect: "manual",
    });
    expect(back.headers.get("location")).toBe("https://shop.example/done");
    expect((await sandbox.control.callbacks())[0]?.state).toBe("dropped");
  });
});

describe("magic endings about the redemption", () => {
  it("08 and 19 burn the code without a usable answer", async () => {
    const lost = await pay("08");
    await expect(redeem(lost.voucherCode)).rejects.toThrow();
    expect((await redeem(lost.voucherCode)).json.error).toBe("Voucher already redeemed");
    const garbled = await pay("19");
    expect((await redeem(garbled.voucherCode)).text).toMatch(/^<!doctype/);
    expect((await redeem(garbled.voucherCode)).json.error).toBe("Voucher already redeemed");
  });

  it("17 sells a voucher that has expired, 18 fails twice before anything happens", async () => {
    const expired = await pay("17");
    expect((await redeem(expired.voucherCode)).json.error).toBe("Voucher has expired");
    const stubborn = await pay("18");
    expect((await redeem(stubborn.voucherCode)).status).toBe(500);
    expect((await redeem(stubborn.voucherCode)).status).toBe(500);
    expect((await redeem(stubborn.voucherCode)).json.success).toBe(true);
  });

  it("20 answers late but leaves other vouchers alone", async () => {
    await pay("20");
    const [fault] = await sandbox.control.faults();
    expect(fault).toMatchObject({
      when: "after",
      effect: { kind: "latency", ms: 12_000 },
      times: 1,
    });
    expect((await redeem("MLP-DEMOVALID0000500")).json.success).toBe(true);
  });
});
