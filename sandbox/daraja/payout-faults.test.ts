import { describe, expect, it } from "vitest";

import { openPayouts } from "@/sandbox/testing/open-payouts";

const { daraja, b2c, ask, balance, paid, pass, arrivedAt } = openPayouts();

describe("a fault before the work", () => {
  it.each([
    ["b2c", () => b2c()],
    ["tx_status", () => ask("w-1")],
    ["account_balance", () => balance()],
  ] as const)("of %s leaves nothing behind, in the gateway's own words", async (endpoint, call) => {
    await daraja.sandbox.control.addFault({
      endpoint,
      effect: { kind: "gateway", form: "spike_arrest" },
      times: 1,
    });
    expect((await call()).json.errorCode).toBe("500.003.02");
    await daraja.sandbox.control.addFault({ endpoint, effect: { kind: "drop" }, times: 1 });
    await expect(call()).rejects.toThrow(/fetch failed/);
    await pass(60_000);
    expect(await daraja.sandbox.control.payouts()).toEqual([]);
    expect(await daraja.sandbox.control.callbacks()).toEqual([]);
    expect((await call()).status).toBe(200);
  });

  it("leaves the id of a payout free to be sent again", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "b2c",
      originatorConversationId: "w-1",
      effect: { kind: "gateway", form: "waf_503" },
      times: 1,
    });
    expect((await b2c({ OriginatorConversationID: "w-1" })).status).toBe(503);
    expect((await b2c({ OriginatorConversationID: "w-1" })).status).toBe(200);
  });
});

describe("a fault after the work", () => {
  it("loses the answer of a payout that pays all the same, and is found by its id", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "b2c",
      when: "after",
      msisdn: "0712345678",
      effect: { kind: "drop" },
      times: 1,
    });
    await expect(b2c({ OriginatorConversationID: "w-1" })).rejects.toThrow(/fetch failed/);
    await pass();
    await arrivedAt("/result", 1);
    const [payout] = await daraja.sandbox.control.payouts({ originatorConversationId: "w-1" });
    expect(payout?.state).toBe("completed");
  });

  it("can be any envelope, although the question is answered", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "tx_status",
      when: "after",
      effect: {
        kind: "envelope",
        status: 500,
        errorCode: "500.002.1001",
        errorMessage: "System internal error.",
      },
      times: 1,
    });
    const id = await paid();
    await pass();
    await arrivedAt("/result", 1);
    expect((await ask(id)).json.errorCode).toBe("500.002.1001");
    await pass();
    await arrivedAt("/result", 2);
  });
});

describe("a fault is meant", () => {
  it("for one phone, or one payout, or questions about it alone", async () => {
    const quota = { kind: "gateway", form: "quota" } as const;
    const control = daraja.sandbox.control;
    await control.addFault({ endpoint: "b2c", msisdn: "0799999977", effect: quota });
    await control.addFault({ endpoint: "b2c", originatorConversationId: "w-2", effect: quota });
    await control.addFault({
      endpoint: "tx_status",
      originatorConversationId: "w-3",
      effect: quota,
    });
    const statuses = [
      await b2c({ PartyB: 254799999977 }),
      await b2c({ OriginatorConversationID: "w-2" }),
      await b2c({ OriginatorConversationID: "w-3" }),
      await ask("w-3"),
      await ask(undefined, { OriginalConversationID: "w-3" }),
      await ask("w-2"),
    ].map(({ status }) => status);
    expect(statuses).toEqual([500, 500, 200, 500, 500, 200]);
  });
});
