import { describe, expect, it } from "vitest";

import { createSandbox } from "@/sandbox/create-sandbox";
import { openDaraja } from "@/sandbox/testing/open-daraja";
import { askForToken } from "@/sandbox/testing/start-daraja-client";

const daraja = openDaraja();

describe("the books of the simulated M-Pesa", () => {
  it("lose no shilling: whatever happens, all balances add up to zero", async () => {
    const control = daraja.sandbox.control;
    for (let turn = 0; turn < 12; turn += 1) {
      const msisdn = `2547123456${30 + (turn % 4)}`;
      await daraja.pushed({ PhoneNumber: msisdn, PartyA: msisdn, Amount: 100 + turn });
      if (turn % 3 === 0) await control.answerPrompt(msisdn, "decline");
      else await control.enterPin(msisdn);
      await control.changePhone(msisdn, { balanceCents: BigInt(20_000 * (turn + 1)) });
    }
    await control.startPayment({ amountCents: 5_000n, msisdn: "0712345690", sessionId: "voucher" });
    await control.enterPin("0712345690");
    const { sumCents, accounts, shortcodes, transfers } = await control.mpesaLedger();
    expect(sumCents).toBe(0n);
    for (const { account, balanceCents } of accounts) {
      const moved = transfers.reduce((sum, { from, to, amountCents }) => {
        if (from === account) return sum - amountCents;
        return to === account ? sum + amountCents : sum;
      }, 0n);
      expect(moved, account).toBe(balanceCents);
      if (account.startsWith("phone:")) {
        const { balanceCents: onPhone } = await control.phone(account.slice("phone:".length));
        expect(onPhone).toBe(balanceCents);
      }
    }
    const paid = (await control.listPushes()).filter(({ resultCode }) => resultCode === "0");
    expect(paid).toHaveLength(8);
    expect(shortcodes[0]).toMatchObject({
      shortcode: "174379",
      receivedCount: 8,
      receivedCents: paid.reduce((sum, { amountCents }) => sum + amountCents, 0n),
    });
    const receipts = transfers.flatMap(({ receipt }) => (receipt === null ? [] : [receipt]));
    expect(receipts).toHaveLength(9);
    expect(new Set(receipts).size).toBe(9);
    expect(paid.every(({ receipt }) => receipt !== null && receipts.includes(receipt))).toBe(true);
  });

  it("keep the money of each shortcode apart, and that of a till under its store number", async () => {
    await daraja.pushed();
    await daraja.sandbox.control.enterPin("0712345678");
    await daraja.pushed({
      BusinessShortCode: 600981,
      PartyB: 300981,
      TransactionType: "CustomerBuyGoodsOnline",
      Password: btoa("600981malipo-demo-passkey-60098120261121120000"),
      PhoneNumber: 254712345679,
      Amount: 70,
    });
    await daraja.sandbox.control.enterPin("0712345679");
    const { shortcodes } = await daraja.sandbox.control.mpesaLedger({ limit: 0 });
    expect(shortcodes.map(({ shortcode, receivedCents }) => [shortcode, receivedCents])).toEqual([
      ["174379", 50_000n],
      ["600977", 0n],
      ["600981", 7_000n],
    ]);
  });
});

describe("pushes over the control API", () => {
  it("are found by phone, state, reference, shortcode, and part of their callback address", async () => {
    const control = daraja.sandbox.control;
    const url = `${daraja.receiver.url}/stk`;
    const first = await daraja.pushed({ CallBackURL: `${url}/deposit-1`, AccountReference: "A" });
    await control.enterPin("0712345678");
    const second = await daraja.pushed({ CallBackURL: `${url}/deposit-2`, Amount: 20 });
    const ids = async (filter: Parameters<typeof control.listPushes>[0]) =>
      (await control.listPushes(filter)).map(({ checkoutRequestId }) => checkoutRequestId);
    expect(await ids({ msisdn: "0712 345 678" })).toEqual([first, second]);
    expect(await ids({ state: "open" })).toEqual([second]);
    expect(await ids({ accountReference: "A", shortcode: "174379" })).toEqual([first]);
    expect(await ids({ shortcode: "600977" })).toEqual([]);
    expect(await ids({ limit: 1 })).toEqual([second]);
    const found = await control.getPush({ callbackUrlContains: "deposit-2" });
    expect(found.checkoutRequestId).toBe(second);
    await expect(control.getPush({ callbackUrlContains: "deposit-3" })).rejects.toThrow(/No push/);
    await expect(control.getPush("ws_CO_1")).rejects.toThrow(/no push/);
  });

  it("leave every exchange in the journal, in both directions, without the password", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.enterPin("0712345678");
    await daraja.arrived(1);
    const out = await daraja.sandbox.control.journal({ direction: "out", contains: id });
    expect(out).toMatchObject([{ operation: "callback:stk", status: 200 }]);
    const [sent] = await daraja.sandbox.control.journal({ operation: "stk_push" });
    expect(sent).toMatchObject({ url: "/daraja/mpesa/stkpush/v1/processrequest", status: 200 });
    expect(sent?.requestBody).toContain('"Password":"***"');
    expect(sent?.requestHeaders.authorization).toBe("***");
  });

  it("are forgotten on reset, with scripts, tokens and money", async () => {
    const id = await daraja.pushed();
    await daraja.sandbox.control.enterPin("0712345678");
    await daraja.sandbox.control.scriptQueries({ script: { answer: "unknown_id" } });
    await daraja.sandbox.control.reset();
    await expect(daraja.sandbox.control.getPush(id)).rejects.toThrow(/no push/);
    expect(await daraja.sandbox.control.queryScripts()).toEqual([]);
    expect((await daraja.client.push()).status).toBe(404);
    const { shortcodes, transfers } = await daraja.sandbox.control.mpesaLedger();
    expect(shortcodes[0]?.receivedCents).toBe(0n);
    expect(transfers.filter(({ kind }) => kind !== "opening")).toEqual([]);
  });

  it("repeat their ids, receipts and tokens for the same seed", async () => {
    const run = async (): Promise<string> => {
      await daraja.sandbox.control.reset({ seed: "again" });
      const token = (await daraja.client.renewToken()).json.access_token;
      const push = await daraja.sandbox.control.getPush(await daraja.pushed());
      await daraja.sandbox.control.enterPin("0712345678");
      const { receipt } = await daraja.sandbox.control.getPush(push.checkoutRequestId);
      return `${String(token)} ${push.merchantRequestId} ${receipt}`;
    };
    expect(await run()).toBe(await run());
  });
});

describe("a sandbox with credentials of its own", () => {
  it("knows the given key, secret, shortcode and passkey, and not the demo ones", async () => {
    const own = await createSandbox({
      daraja: { consumerKey: "k", consumerSecret: "s:with:colons", shortcode: "600977" },
    });
    const good = await askForToken(own.url, { authorization: `Basic ${btoa("k:s:with:colons")}` });
    expect(good.status).toBe(200);
    expect((await askForToken(own.url)).status).toBe(400);
    const { shortcodes } = await own.control.mpesaLedger();
    expect(shortcodes.map(({ shortcode }) => shortcode)).toEqual(["600977", "600981"]);
    await own.close();
  });

  it("can do without M-Pesa", async () => {
    const bare = await createSandbox({ skip: ["daraja"] });
    expect((await askForToken(bare.url)).status).toBe(404);
    await bare.close();
  });
});
