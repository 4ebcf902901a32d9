import { describe, expect, it } from "vitest";

import { openCollections } from "@/sandbox/testing/open-collections";

const { daraja, byHand, reverse } = openCollections();
const control = () => daraja.sandbox.control;

describe("over the control API", () => {
  it("customers' payments are found by how, by whom, to whom, for what, the newest of many", async () => {
    const first = await byHand({ reference: "A" });
    const second = await byHand({ reference: "B", phone: "0712345679" });
    const third = await byHand({ reference: "A", shortcode: "600977" });
    const checkoutRequestId = await daraja.pushed();
    await control().enterPin("0712345678");
    const found = async (filter: Parameters<ReturnType<typeof control>["customerPayments"]>[0]) =>
      (await control().customerPayments(filter)).map(({ receipt }) => receipt);
    expect(await found({ via: "hand" })).toEqual([first, second, third].map((one) => one.receipt));
    expect(await found({ reference: "A" })).toEqual([first.receipt, third.receipt]);
    expect(await found({ reference: "A", shortcode: "174379" })).toEqual([first.receipt]);
    expect(await found({ msisdn: "0712 345 679" })).toEqual([second.receipt]);
    expect(await found({ via: "hand", limit: 2 })).toEqual([second.receipt, third.receipt]);
    expect(await found({ checkoutRequestId })).toEqual(await found({ via: "push" }));
    expect(await found({ state: "refused" })).toEqual([]);
    await expect(control().customerPayment("UKL0000000")).rejects.toThrow(/no payment UKL0000000/);
  });

  it("reversals are found by payment, state and part of their result address, the newest of many", async () => {
    const { receipt } = await byHand();
    await reverse(receipt, { ResultURL: `${daraja.receiver.url}/result/one` });
    await reverse("UKL0000001", { ResultURL: `${daraja.receiver.url}/result/two` });
    const [one, two] = (await control().reversals()).map((found) => found.originalReceipt);
    expect([one, two]).toEqual([receipt, "UKL0000001"]);
    expect(await control().reversals({ limit: 1 })).toMatchObject([{ originalReceipt: two }]);
    expect(await control().reversals({ resultUrlContains: "/one" })).toMatchObject([
      { originalReceipt: receipt },
    ]);
    expect(await control().reversals({ originalReceipt: two ?? "" })).toHaveLength(1);
    await control().advanceClock(1_000);
    expect(await control().reversals({ state: "completed" })).toMatchObject([
      { originalReceipt: receipt },
    ]);
    await expect(control().endReversal("nobody")).rejects.toThrow(/no reversal nobody/);
  });

  it("addresses and validation belong to shortcodes that collect, and to no other", async () => {
    const urls = { confirmationUrl: "https://a.example/c", validationUrl: "https://a.example/v" };
    await control().setCollectionUrls(urls);
    await control().setCollectionUrls({ ...urls, shortcode: "600977", version: "v1" });
    expect(await control().collectionUrls()).toMatchObject([
      { shortcode: "174379", version: "v2", responseType: "Completed" },
      { shortcode: "600977", version: "v1" },
    ]);
    expect(await control().clearCollectionUrls("600977")).toEqual({ removed: 1 });
    expect(await control().clearCollectionUrls()).toEqual({ removed: 1 });
    for (const refused of [
      control().setCollectionUrls({ ...urls, shortcode: "600998" }),
      control().setExternalValidation({ shortcode: "600998", on: true }),
    ]) {
      await expect(refused).rejects.toThrow(/no PayBill or till has the shortcode 600998/);
    }
  });

  it("one person after another sends and gets back: no shilling is lost on the way", async () => {
    await control().changeSettings({ c2bChargeCents: 30n, reversalPartial: true });
    for (let turn = 1; turn <= 8; turn += 1) {
      const phone = `2547123456${40 + (turn % 3)}`;
      const { receipt } = await byHand({ phone, amountCents: BigInt(turn) * 10_000n });
      if (turn % 2 === 0) await reverse(receipt, { Amount: turn * 50 });
      await control().advanceClock(1_000);
    }
    const { sumCents, accounts, transfers, shortcodes } = await control().mpesaLedger();
    expect(sumCents).toBe(0n);
    for (const { account, balanceCents } of accounts) {
      const moved = transfers.reduce((sum, { from, to, amountCents }) => {
        if (from === account) return sum - amountCents;
        return to === account ? sum + amountCents : sum;
      }, 0n);
      expect(moved, account).toBe(balanceCents);
      if (account.startsWith("phone:")) {
        const handset = await control().phone(account.slice("phone:".length));
        expect(handset.balanceCents).toBe(balanceCents);
      }
    }
    // 100 + 200 + … + 800 came in, half of every second went back, and each cost 30 cents.
    expect(shortcodes[0]).toMatchObject({
      receivedCents: 360_000n,
      reversedCents: 100_000n,
      reversedCount: 4,
      balanceCents: 360_000n - 100_000n - 8n * 30n,
    });
    const receipts = transfers.flatMap(({ receipt }) => (receipt === null ? [] : [receipt]));
    expect(new Set(receipts).size).toBe(receipts.length);
    expect(receipts).toHaveLength(12);
  });
});
