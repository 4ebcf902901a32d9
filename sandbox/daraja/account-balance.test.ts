import { describe, expect, it } from "vitest";

import { openPayouts, readResult } from "@/sandbox/testing/open-payouts";

const { daraja, balance, paid, pass, arrivedAt } = openPayouts();

describe("an account balance", () => {
  it("lists the organisation's accounts with what payouts have left on them", async () => {
    await daraja.sandbox.control.setOrganisationFunds({
      shortcode: "600998",
      utilityCents: 100_000n,
      workingCents: 70_050n,
    });
    await paid();
    await pass();
    await arrivedAt("/result", 1);
    const reply = await balance({ ResultURL: `${daraja.receiver.url}/result` });
    await pass(500);
    const [, received] = await arrivedAt("/result", 2);
    const result = readResult(received);
    expect(result).toMatchObject({
      ResultType: "0",
      ResultCode: "0",
      OriginatorConversationID: reply.json.OriginatorConversationID,
      ConversationID: reply.json.ConversationID,
    });
    expect(result.values).toEqual({
      AccountBalance:
        "Working Account|KES|700.50|700.50|0.00|0.00&Utility Account|KES|500.00|500.00|0.00|0.00&Charges Paid Account|KES|-22.40|-22.40|0.00|0.00",
      BOCompletedTime: expect.any(Number),
    });
    const records = await daraja.sandbox.control.callbacks({ kind: "balance_result" });
    expect(records).toMatchObject([
      { originatorConversationId: reply.json.OriginatorConversationID },
    ]);
  });

  it("is not told to a wrong operator: one parameter, without its array", async () => {
    await balance({ Initiator: "somebody" });
    await pass(500);
    const [received] = await arrivedAt("/result", 1);
    expect(readResult(received)).toMatchObject({
      ResultCode: "2001",
      parameter: { Key: "BOCompletedTime", Value: expect.any(Number) },
    });
    expect(received?.body).not.toContain("AccountBalance");
  });

  it("can time out, or be told in other forms", async () => {
    await daraja.sandbox.control.changeSettings({
      resultShape: { codes: "number", times: "string" },
    });
    await daraja.sandbox.control.scriptCallbacks({
      kind: "balance_result",
      script: { asTimeout: true, thenResult: true },
    });
    await balance();
    await pass(500);
    await arrivedAt("/timeout", 1);
    await pass(5_000);
    const result = readResult((await arrivedAt("/result", 1))[0]);
    expect(result.ResultCode).toBe(0);
    expect(result.values.BOCompletedTime).toMatch(/^\d{14}$/);
  });

  it("can claim a failure that never was", async () => {
    await daraja.sandbox.control.scriptCallbacks({
      kind: "balance_result",
      script: { resultCode: "100000001" },
    });
    await balance();
    await pass(500);
    const [received] = await arrivedAt("/result", 1);
    expect(readResult(received).ResultCode).toBe("100000001");
    expect(received?.body).not.toContain("AccountBalance");
  });

  it("waits to be sent for, with explicit delivery", async () => {
    await daraja.sandbox.control.changeSettings({ callbackDelivery: "explicit" });
    await balance();
    const sent = await daraja.sandbox.control.settle({ kind: "balance_result" });
    expect(sent).toMatchObject([{ state: "delivered" }]);
  });

  it.each([
    ["Initiator", undefined],
    ["SecurityCredential", undefined],
    ["CommandID", "TransactionStatusQuery"],
    ["PartyA", undefined],
    ["IdentifierType", "1"],
    ["Remarks", "x"],
    ["QueueTimeOutURL", "x"],
    ["ResultURL", "x"],
  ])("is not asked for with a %s that is %s", async (field, value) => {
    const reply = await balance({ [field]: value });
    expect(reply.json.errorMessage).toBe(`Bad Request - Invalid ${field}`);
  });

  it("is refused with an expired token", async () => {
    await daraja.sandbox.control.expireTokens();
    const reply = await balance();
    expect([reply.status, reply.json.errorCode]).toEqual([401, "401.002.01"]);
  });
});
