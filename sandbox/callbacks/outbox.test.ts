import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import type { CallbackRecord, CallbackState } from "./outbox";
import { createSandbox, type Sandbox } from "@/sandbox/create-sandbox";
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
  receiver.answer.status = 200;
  receiver.answer.afterMs = 0;
});
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

const sell = () =>
  sandbox.control.createVoucher({
    amountCents: 50_000n,
    sessionId: "session-1",
    callbackUrl: `${receiver.url}/callback`,
  });

function untilState(state: CallbackState, attempts?: number): Promise<CallbackRecord> {
  return eventually(async () => {
    const [record] = await sandbox.control.callbacks();
    expect(record?.state).toBe(state);
    if (attempts !== undefined) expect(record?.attempts).toHaveLength(attempts);
    if (!record) throw new Error("No callback was made");
    return record;
  });
}

describe("a purchase callback", () => {
  it("is the documented JSON with the source header, sent once when it is answered 200", async () => {
    const { voucher, payment } = await sell();
    const record = await untilState("delivered");
    expect(receiver.received).toHaveLength(1);
    const [callback] = receiver.received;
    expect(callback?.source).toBe("Pesavoucher");
    const timestamp = /"timestamp":"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"/.exec(
      callback?.body ?? "",
    )?.[1];
    expect(callback?.body).toBe(
      `{"success":true,"voucher_code":"${voucher.code}","payment_id":"${payment?.id}","session_id":"session-1","amount":500.00,"currency":"KES","mpesa_receipt":"${payment?.receipt}","timestamp":"${timestamp}"}`,
    );
    expect(record.attempts[0]).toMatchObject({ status: 200, error: null });
    const [entry] = await sandbox.control.journal({ direction: "out" });
    expect(entry).toMatchObject({ status: 200, answerBody: '{"received":true}' });
  });

  it("is tried again after 5, 30 and 120 seconds of the sandbox's time, then given up", async () => {
    await sandbox.control.freezeClock();
    receiver.answer.status = 503;
    await sell();
    await untilState("scheduled", 1);
    for (const [waitMs, attempts, state] of [
      [5_000, 2, "scheduled"],
      [30_000, 3, "scheduled"],
      [120_000, 4, "failed"],
    ] as const) {
      await sandbox.control.advanceClock(waitMs - 1);
      expect((await sandbox.control.callbacks())[0]?.attempts).toHaveLength(attempts - 1);
      await sandbox.control.advanceClock(1);
      await untilState(state, attempts);
    }
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  it("stops retrying once it is accepted, and never retries when retries are off", async () => {
    await sandbox.control.freezeClock();
    receiver.answer.status = 500;
    await sell();
    await untilState("scheduled", 1);
    receiver.answer.status = 200;
    await sandbox.control.advanceClock(5_000);
    await untilState("delivered", 2);

    await sandbox.control.reset();
    await sandbox.control.changeSettings({ callbackRetryDelaysMs: [] });
    receiver.answer.status = 500;
    await sell();
    await untilState("failed", 1);
  });

  it("gives up waiting for a slow receiver and records the silence", async () => {
    await sandbox.control.changeSettings({ callbackPatienceMs: 50, callbackRetryDelaysMs: [] });
    receiver.answer.afterMs = 400;
    await sell();
    const record = await untilState("failed", 1);
    expect(record.attempts[0]).toMatchObject({ status: 0, error: "gave up waiting for an answer" });
  });
});

describe("a scripted callback", () => {
  it("can be dropped, and sent later after all", async () => {
    await sandbox.control.scriptCallbacks({ script: { drop: true }, times: 1 });
    await sell();
    const record = await untilState("dropped", 0);
    expect(receiver.received).toHaveLength(0);
    await sandbox.control.releaseCallback(record.id);
    await untilState("delivered", 1);
  });

  it("can be repeated in parallel, byte for byte", async () => {
    receiver.answer.afterMs = 60;
    await sandbox.control.scriptCallbacks({ script: { copies: 5, parallel: true } });
    await sell();
    const record = await untilState("delivered", 5);
    expect(receiver.received).toHaveLength(5);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    const repeats = await sandbox.control.duplicateCallback(record.id, {
      copies: 3,
      parallel: true,
    });
    expect(repeats.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(receiver.received).toHaveLength(8);
  });

  it("can be delayed on the sandbox's clock, held and released", async () => {
    await sandbox.control.freezeClock();
    await sandbox.control.scriptCallbacks({ script: { delayMs: 20_000 }, sessionId: "session-1" });
    await sell();
    const record = await untilState("scheduled", 0);
    await sandbox.control.holdCallback(record.id);
    await sandbox.control.advanceClock(60_000);
    expect(receiver.received).toHaveLength(0);
    await sandbox.control.releaseCallback(record.id);
    await untilState("delivered", 1);
    await expect(sandbox.control.holdCallback(record.id)).rejects.toThrow(/delivered already/);
  });

  it("can lie about amount and session, lose its header, and be cut in half", async () => {
    await sandbox.control.scriptCallbacks({
      script: { amountCents: 9_900n, sessionId: "someone-else", omitSourceHeader: true },
      times: 1,
    });
    await sell();
    await untilState("delivered");
    const [lie] = receiver.received;
    expect(lie?.source).toBeUndefined();
    expect(lie?.body).toContain('"session_id":"someone-else","amount":99.00');
    await sandbox.control.scriptCallbacks({ script: { malformed: true }, times: 1 });
    await sell();
    await eventually(() => expect(receiver.received).toHaveLength(2));
    expect(() => JSON.parse(receiver.received[1]?.body ?? "")).toThrow(SyntaxError);
  });

  it("can report failure first and success later", async () => {
    await sandbox.control.freezeClock();
    await sandbox.control.scriptCallbacks({ script: { failFirstMs: 5_000 }, times: 1 });
    const payment = await sandbox.control.startPayment({
      amountCents: 50_000n,
      msisdn: "0712345678",
      sessionId: "session-1",
      callbackUrl: `${receiver.url}/callback`,
    });
    await sandbox.control.answerPrompt("0712345678", "approve");
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect(receiver.received[0]?.body).toContain('"success":false');
    expect(await sandbox.control.payment(payment.id)).toMatchObject({ state: "FAILED" });
    await sandbox.control.advanceClock(5_000);
    await eventually(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received[1]?.body).toContain('"success":true');
    expect(await sandbox.control.payment(payment.id)).toMatchObject({ state: "SUCCESS" });
  });

  it("can carry an experimental signature that is not the provider's", async () => {
    await sandbox.control.changeSettings({ callbackHmacSecret: "shared" });
    await sell();
    const record = await untilState("delivered");
    expect(record.headers["X-Sandbox-Signature"]).toMatch(/^sha256=[0-9a-f]{64}$/);
  });
});

describe("a forged callback", () => {
  it("arrives with the right header unless told otherwise, and its answer is returned", async () => {
    receiver.answer.status = 401;
    const forged = await sandbox.control.forgeCallback({
      url: `${receiver.url}/callback`,
      body: { success: true, session_id: "session-1", voucher_code: "MLP-FORGED0000000000" },
    });
    expect(forged).toMatchObject({ kind: "forged", state: "failed", attempts: [{ status: 401 }] });
    await sandbox.control.forgeCallback({
      url: `${receiver.url}/callback`,
      body: "{",
      source: null,
    });
    expect(receiver.received.map(({ source }) => source)).toEqual(["Pesavoucher", undefined]);
    expect(receiver.received[1]?.body).toBe("{");
  });
});
