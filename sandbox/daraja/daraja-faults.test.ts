import { describe, expect, it } from "vitest";

import { eventually } from "@/sandbox/testing/eventually";
import { openDaraja, readCallback } from "@/sandbox/testing/open-daraja";
import { askForToken } from "@/sandbox/testing/start-daraja-client";

const daraja = openDaraja();
const SPIKE = { errorCode: "500.003.02", errorMessage: "Error Occurred: Spike Arrest Violation" };

describe("a fault of the gateway", () => {
  it.each([
    ["spike_arrest", 500, SPIKE],
    ["busy", 500, { errorCode: "500.003.02" }],
    ["quota", 500, { errorCode: "500.003.03", errorMessage: "Error Occurred: Quota Violation" }],
    [
      "spike_arrest_apigee",
      429,
      { fault: { detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" } } },
    ],
    ["soap", 500, { Envelope: { Body: { Fault: { faultcode: "soap:Server" } } } }],
  ] as const)("called %s has its own status and body", async (form, status, body) => {
    await daraja.sandbox.control.addFault({
      endpoint: "stk_push",
      effect: { kind: "gateway", form },
      times: 1,
    });
    const reply = await daraja.client.push();
    expect(reply.status).toBe(status);
    expect(reply.json).toMatchObject(body);
    expect(await daraja.sandbox.control.listPushes()).toEqual([]);
    expect((await daraja.client.push()).status).toBe(200);
  });

  it.each([
    ["waf_403", 403, "text/html", /Incapsula incident ID/],
    ["waf_503", 503, "text/html", /Incapsula incident ID/],
    ["unreachable", 500, "text/plain", /^Service is currently unreachable$/],
    ["empty", 500, "application/json", /^$/],
  ] as const)("called %s is no JSON at all", async (form, status, type, text) => {
    await daraja.sandbox.control.addFault({
      endpoint: "*",
      effect: { kind: "gateway", form },
    });
    for (const reply of [
      await daraja.client.push(),
      await daraja.client.query("ws_CO_1"),
      await askForToken(daraja.sandbox.url),
    ]) {
      expect(reply.status).toBe(status);
      expect(reply.contentType).toContain(type);
      expect(reply.text).toMatch(text);
    }
  });

  it.each([
    ["400.003.01", 400],
    ["401.003.01", 401],
    ["403.002.1001", 403],
    ["404.001.1002", 404],
    ["500.002.1001", 500],
    ["500.003.1001", 500],
  ])("can be any other code, such as %s", async (errorCode, status) => {
    await daraja.sandbox.control.addFault({
      endpoint: "stk_query",
      effect: { kind: "envelope", status, errorCode, errorMessage: "Some words" },
    });
    const reply = await daraja.client.query("ws_CO_1");
    expect(reply.status).toBe(status);
    expect(reply.json).toEqual({
      requestId: expect.any(String),
      errorCode,
      errorMessage: "Some words",
    });
  });
});

describe("a connection that is cut", () => {
  it("before the work leaves nothing behind", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "stk_push",
      effect: { kind: "drop" },
      times: 1,
    });
    await expect(daraja.client.push()).rejects.toThrow(/fetch failed/);
    expect(await daraja.sandbox.control.listPushes()).toEqual([]);
    expect((await daraja.sandbox.control.phone("0712345678")).openPrompt).toBeNull();
  });

  it("after the push was accepted leaves a prompt that pays and calls back", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "stk_push",
      when: "after",
      msisdn: "0712345678",
      effect: { kind: "drop" },
      times: 1,
    });
    await expect(daraja.client.push()).rejects.toThrow(/fetch failed/);
    const push = await daraja.sandbox.control.getPush({ callbackUrlContains: "/stk/one" });
    await daraja.sandbox.control.enterPin("0712345678");
    const [callback] = await daraja.arrived(1);
    expect(readCallback(callback?.body)).toMatchObject({
      CheckoutRequestID: push.checkoutRequestId,
      ResultCode: 0,
    });
    const [lost] = await daraja.sandbox.control.journal({ operation: "stk_push" });
    expect(lost).toMatchObject({ status: 0, note: "after: drop" });
  });
});

describe("a fault", () => {
  it("that is only slowness answers as usual, later", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "stk_push",
      when: "after",
      effect: { kind: "latency", ms: 120 },
      times: 1,
    });
    expect((await daraja.client.push()).status).toBe(200);
    const [entry] = await daraja.sandbox.control.journal({ operation: "stk_push" });
    expect(entry?.durationMs).toBeGreaterThanOrEqual(110);
  });

  it("is meant for one phone or one push alone when so asked", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.addFault({
      endpoint: "stk_query",
      checkoutRequestId: id,
      effect: { kind: "gateway", form: "quota" },
    });
    await daraja.sandbox.control.addFault({
      endpoint: "stk_push",
      msisdn: "0799999977",
      effect: { kind: "gateway", form: "quota" },
    });
    expect((await daraja.client.query(id)).json.errorCode).toBe("500.003.03");
    expect((await daraja.client.query("ws_CO_1")).json.errorCode).toBe("500.001.1001");
    expect((await daraja.client.push({ PhoneNumber: 254799999978 })).status).toBe(200);
    expect((await daraja.client.push({ PhoneNumber: 254799999977 })).status).toBe(500);
  });

  it("plays on a share of the calls, the same ones for the same seed", async () => {
    const run = async (): Promise<string> => {
      await daraja.sandbox.control.reset({ seed: "share" });
      await daraja.client.renewToken();
      await daraja.sandbox.control.addFault({
        endpoint: "stk_query",
        effect: { kind: "gateway", form: "spike_arrest" },
        share: 0.3,
      });
      let played = "";
      for (let call = 0; call < 40; call += 1) {
        const { json } = await daraja.client.query("ws_CO_1");
        played += json.errorCode === "500.003.02" ? "x" : ".";
      }
      return played;
    };
    const first = await run();
    expect(first.replaceAll(".", "").length).toBeGreaterThan(3);
    expect(first.replaceAll("x", "").length).toBeGreaterThan(15);
    expect(await run()).toBe(first);
  });

  it("in M-Pesa's own words is refused for an endpoint of another provider", async () => {
    await expect(
      daraja.sandbox.control.addFault({
        endpoint: "redeem_voucher",
        effect: { kind: "gateway", form: "quota" },
      }),
    ).rejects.toThrow(/only M-Pesa endpoints/);
  });

  it("can add a field nobody documented", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "stk_push",
      effect: { kind: "shape", extraFields: true },
    });
    const { json } = await daraja.client.push();
    expect(json).toMatchObject({ ResponseCode: "0", sandbox_extra: expect.any(String) });
  });
});

describe("a receiver that is slow or gone", () => {
  it("is waited for and then given up, with the silence on record", async () => {
    await daraja.sandbox.control.changeSettings({ callbackPatienceMs: 50 });
    daraja.receiver.answer.afterMs = 400;
    const id = await daraja.pushed();
    await daraja.sandbox.control.enterPin("0712345678");
    await eventually(async () => {
      const [record] = await daraja.sandbox.control.callbacks({ checkoutRequestId: id });
      expect(record).toMatchObject({
        state: "failed",
        attempts: [{ status: 0, error: "gave up waiting for an answer" }],
      });
    });
  });
});
