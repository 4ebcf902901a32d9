import { describe, expect, it } from "vitest";

import { openPayouts, readResult } from "@/sandbox/testing/open-payouts";

const { daraja, b2c, ask, paid, pass, arrivedAt } = openPayouts();

describe("payouts over the control API", () => {
  it("are found by phone, id, state, and part of their result address, the newest of many", async () => {
    const control = daraja.sandbox.control;
    const url = `${daraja.receiver.url}/result`;
    const first = await paid({ ResultURL: `${url}/w-1` });
    const second = await paid({ ResultURL: `${url}/w-2`, PartyB: 254712345601 });
    await pass();
    const third = await paid({ ResultURL: `${url}/w-3` });
    const ids = async (filter?: Parameters<typeof control.payouts>[0]) =>
      (await control.payouts(filter)).map(
        ({ originatorConversationId }) => originatorConversationId,
      );
    expect(await ids()).toEqual([first, second, third]);
    expect(await ids({ msisdn: "0712 345 678" })).toEqual([first, third]);
    expect(await ids({ msisdn: "0712345678", state: "pending" })).toEqual([third]);
    expect(await ids({ state: "failed" })).toEqual([second]);
    expect(await ids({ originatorConversationId: first })).toEqual([first]);
    expect(await ids({ originatorConversationId: first, msisdn: "0712345601" })).toEqual([]);
    expect(await ids({ originatorConversationId: "nobody" })).toEqual([]);
    expect(await ids({ resultUrlContains: "w-2" })).toEqual([second]);
    expect(await ids({ limit: 2 })).toEqual([second, third]);
  });

  it("can be ended by hand, as they would have ended or with any code, once", async () => {
    const control = daraja.sandbox.control;
    const good = await control.endPayout(await paid());
    expect(good).toMatchObject({ state: "completed", resultCode: "0" });
    const bad = await control.endPayout(await paid(), { resultCode: 11, resultDesc: "No" });
    expect(bad).toMatchObject({ state: "failed", resultCode: "11", resultDesc: "No" });
    const forgotten = await control.endPayout(await paid({ PartyB: 254712345625 }));
    expect(forgotten.state).toBe("completed");
    await control.setOrganisationFunds({ utilityCents: 0n });
    const poor = await control.endPayout(await paid(), { resultCode: "0", resultDesc: "Paid" });
    expect(poor).toMatchObject({
      resultCode: "1",
      resultDesc: "The balance is insufficient for the transaction.",
    });
    await pass(10_000);
    await arrivedAt("/result", 4);
    const again = control.endPayout(good.originatorConversationId);
    await expect(again).rejects.toThrow(/it has ended/);
    await expect(control.endPayout("nobody")).rejects.toThrow(/no payout/);
  });

  it("are forgotten on reset, with scripts, locks, money and messages", async () => {
    const control = daraja.sandbox.control;
    const id = await paid();
    for (let turn = 0; turn < 3; turn += 1) await b2c({ SecurityCredential: "guess" });
    await pass();
    await arrivedAt("/result", 4);
    const [payout] = await control.payouts({ originatorConversationId: id });
    await control.scriptStatus({ script: { answer: "expired" } });
    await control.reset();
    await control.freezeClock();
    expect(await control.payouts({ originatorConversationId: id })).toEqual([]);
    expect(await control.payouts({ msisdn: "0712345678" })).toEqual([]);
    expect(await control.statusScripts()).toEqual([]);
    expect((await control.phone("0712345678")).messages).toEqual([]);
    const { organisations, sumCents } = await control.mpesaLedger();
    expect(organisations[0]).toMatchObject({ utilityCents: 500_000_000n, paidOutCount: 0 });
    expect(sumCents).toBe(0n);
    expect(await control.callbacks({ originatorConversationId: id })).toEqual([]);
    await daraja.client.renewToken();
    await ask(payout?.conversationId);
    await ask(undefined, { TransactionID: payout?.receipt });
    await pass();
    const answers = (await arrivedAt("/result", 6)).slice(4).map(readResult);
    expect(answers).toMatchObject([{ ResultCode: 2032 }, { ResultCode: 2032 }]);
    expect((await b2c({ OriginatorConversationID: id })).status).toBe(200);
  });

  it("repeat their ids and receipts for the same seed", async () => {
    const run = async (): Promise<string> => {
      await daraja.sandbox.control.reset({ seed: "again" });
      await daraja.sandbox.control.freezeClock();
      await daraja.client.renewToken();
      await paid({}, "v1");
      await pass();
      const [payout] = await daraja.sandbox.control.payouts();
      const { originatorConversationId, conversationId, receipt } = payout ?? {};
      return `${originatorConversationId} ${conversationId} ${receipt}`;
    };
    const first = await run();
    expect(first).toMatch(/^\S+ AG_\d{8}_\S+ U\w{9}$/);
    expect(await run()).toBe(first);
  });
});

describe("the activity page", () => {
  it("lists payouts with a way to the phone, and what each organisation has left", async () => {
    const id = await paid();
    await pass();
    const [payout] = await daraja.sandbox.control.payouts();
    const page = await (await fetch(`${daraja.sandbox.url}/activity`)).text();
    for (const words of [id, payout?.receipt ?? "", "/phone/254712345678", "4,999,500.00"]) {
      expect(page).toContain(words);
    }
  });
});

describe("a forged result", () => {
  it("cannot be told from a real one, and changes no book", async () => {
    const control = daraja.sandbox.control;
    const id = await paid();
    const record = await control.sendForgedB2cResult({
      url: `${daraja.receiver.url}/result`,
      originatorConversationId: id,
      amountCents: 50_000n,
    });
    expect(record).toMatchObject({ kind: "forged", state: "delivered" });
    const [payout] = await control.payouts();
    expect(payout?.state).toBe("pending");
    await pass();
    const [forged, real] = (await arrivedAt("/result", 2)).map(readResult);
    expect(Object.keys(forged ?? {})).toEqual(Object.keys(real ?? {}));
    expect(Object.keys(forged?.values ?? {})).toEqual(Object.keys(real?.values ?? {}));
    expect(forged?.ConversationID).toBe(real?.ConversationID);
    expect(forged?.TransactionID).not.toBe(real?.TransactionID);
  });

  it("names what it is told to name, and otherwise what nobody knows", async () => {
    const url = `${daraja.receiver.url}/result`;
    await daraja.sandbox.control.sendForgedB2cResult({
      url,
      originatorConversationId: "o",
      conversationId: "c",
      receipt: "UKL1234567",
      msisdn: "0799999999",
      amountCents: 12_300n,
    });
    await daraja.sandbox.control.sendForgedB2cResult({ url, resultCode: 2001, resultDesc: "No" });
    const [named, unknown] = (await arrivedAt("/result", 2)).map(readResult);
    expect(named).toMatchObject({
      ResultCode: 0,
      OriginatorConversationID: "o",
      ConversationID: "c",
      TransactionID: "UKL1234567",
      values: {
        TransactionAmount: 123,
        TransactionReceipt: "UKL1234567",
        ReceiverPartyPublicName: expect.stringMatching(/^254799999999 - /),
      },
    });
    expect(unknown).toMatchObject({ ResultCode: 2001, ResultDesc: "No", parameter: undefined });
    expect(unknown?.OriginatorConversationID).not.toBe("o");
  });
});

describe("the funds of an organisation", () => {
  it("are set to a balance, up or down, and the books still add up to zero", async () => {
    const control = daraja.sandbox.control;
    const up = await control.setOrganisationFunds({ utilityCents: 900_000_000n, workingCents: 5n });
    expect(up).toMatchObject({ utilityCents: 900_000_000n, workingCents: 5n, paidOutCount: 0 });
    const down = await control.setOrganisationFunds({ shortcode: "600998", utilityCents: 0n });
    expect(down).toMatchObject({ utilityCents: 0n, workingCents: 5n });
    expect((await control.mpesaLedger()).sumCents).toBe(0n);
    const wrong = control.setOrganisationFunds({ shortcode: "174379", utilityCents: 1n });
    await expect(wrong).rejects.toThrow(/no organisation 174379/);
  });
});
