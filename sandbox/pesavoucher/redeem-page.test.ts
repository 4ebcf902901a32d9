import { describe, expect, it } from "vitest";

import { openVoucherPayouts } from "@/sandbox/testing/open-voucher-payouts";

const world = openVoucherPayouts();

async function sent(changes: Record<string, unknown> = {}): Promise<string> {
  return String((await world.send(changes)).json.voucher_code);
}

type Page = { status: number; text: string };

async function open(path: string): Promise<Page> {
  const response = await fetch(world.sandbox.url + path);
  return { status: response.status, text: await response.text() };
}

async function press(code: string): Promise<Page> {
  const response = await fetch(`${world.sandbox.url}/pesavoucher/redeem`, {
    method: "POST",
    body: new URLSearchParams({ code }),
  });
  return { status: response.status, text: await response.text() };
}

describe("the customer's page", () => {
  it("asks for a code, and shows what a code is worth without burning it", async () => {
    const code = await sent({ amount: "1250.50", message: "Well played" });
    expect((await open("/pesavoucher/redeem")).text).toContain('name="code"');
    const offer = await open(`/pesavoucher/redeem?code=${code}`);
    expect(offer.status).toBe(200);
    expect(offer.text).toContain("KES 1,250.50");
    expect(offer.text).toContain("Duka la Mwanga sent you");
    expect(offer.text).toContain("Well played");
    expect(offer.text).toMatch(/<button[^>]*>Redeem KES 1,250\.50<\/button\s*>/);
    expect(await world.sandbox.control.payoutVouchers()).toMatchObject([{ state: "active" }]);
  });

  it("takes a code as people paste it: small letters, spaces around it", async () => {
    const code = await sent();
    const typed = encodeURIComponent(`  ${code.toLowerCase()} `);
    expect((await open(`/pesavoucher/redeem?code=${typed}`)).text).toContain("KES 750.00");
    expect((await press(` ${code.toLowerCase()}`)).text).toContain("Redeemed");
  });

  it("burns the code, credits the customer and says what the wallet holds now", async () => {
    const firstCode = await sent({ unique_id: "wd-1" });
    await press(firstCode);
    expect(await world.sandbox.control.voucher(firstCode)).toMatchObject({
      state: "redeemed",
      redeemedBy: "asha@example.com",
    });
    const page = await press(await sent({ unique_id: "wd-2", email: "Asha@example.com" }));
    expect(page.status).toBe(200);
    expect(page.text).toContain("KES 1,500.00");
    const [first] = await world.sandbox.control.payoutVouchers();
    expect(first).toMatchObject({ state: "redeemed", redeemedAtMs: expect.any(Number) });
    const { customers } = await world.sandbox.control.ledger();
    expect(customers).toEqual([{ email: "asha@example.com", balanceCents: 150_000n }]);
    expect((await world.books()).walletCents).toBe(200_000_000n - 150_000n);
  });

  it("burns a code once, however many press the button together", async () => {
    const code = await sent();
    const pages = await Promise.all(Array.from({ length: 10 }, () => press(code)));
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(pages.filter(({ status }) => status === 409)).toHaveLength(9);
    expect(await world.books()).toMatchObject({
      payoutsRedeemedCents: 75_000n,
      payoutsRedeemedCount: 1,
      payoutsOutstandingCents: 0n,
      payoutsOutstandingCount: 0,
    });
    expect((await press(code)).text).toContain("This voucher was redeemed before.");
    const shown = await open(`/pesavoucher/redeem?code=${code}`);
    expect(shown).toMatchObject({ status: 409 });
    expect(shown.text).toContain("This voucher was redeemed before.");
  });

  it.each([
    ["a code nobody made", "NLV-0000000000000000", 404, "No voucher has this code."],
    ["a code bought for a shop", "MLP-DEMOVALID0000500", 409, "This code was bought for a shop."],
  ])("refuses %s in plain words and moves no money", async (_case, code, status, words) => {
    for (const page of [await press(code), await open(`/pesavoucher/redeem?code=${code}`)]) {
      expect(page.status).toBe(status);
      expect(page.text).toContain(words);
      expect(page.text).toContain(`value="${code}"`);
    }
    expect((await world.sandbox.control.ledger()).customers).toEqual([]);
    expect(await world.sandbox.control.voucher("MLP-DEMOVALID0000500")).toMatchObject({
      state: "active",
    });
  });

  it("refuses an expired code, whose money stays outstanding", async () => {
    const { control } = world.sandbox;
    await control.changeSettings({ voucherLifetimeMs: 1_000 });
    const code = await sent();
    await control.advanceClock(1_000);
    const page = await press(code);
    expect(page).toMatchObject({ status: 409 });
    expect(page.text).toContain("This voucher has expired.");
    await expect(control.redeemPayout(code)).rejects.toThrow(/expired/);
    expect(await control.payoutVouchers({ state: "expired" })).toMatchObject([{ code }]);
    expect(await world.books()).toMatchObject({ payoutsOutstandingCount: 1 });
  });

  it("writes what merchants and visitors typed as text, never as HTML", async () => {
    const code = await sent({ message: "<img src=x onerror=alert(1)>" });
    const [email] = await world.sandbox.control.emails();
    const pages = [
      await open(`/pesavoucher/redeem?code=${code}`),
      await open(`/emails/${email?.id}`),
      await open(`/pesavoucher/redeem?code=${encodeURIComponent('"><img src=x>')}`),
    ];
    for (const { text } of pages) expect(text).not.toMatch(/<img/i);
  });

  it("redeems the payout code of the help page", async () => {
    expect((await press("NLV-DEMOPAYOUT000600")).text).toContain("KES 600.00");
  });
});

describe("the control client, as the customer", () => {
  it("redeems a voucher and returns it redeemed", async () => {
    const code = await sent();
    expect(await world.sandbox.control.redeemPayout(code)).toMatchObject({
      code,
      state: "redeemed",
    });
    await expect(world.sandbox.control.redeemPayout("NLV-NOBODY")).rejects.toThrow(/No voucher/);
    await expect(world.sandbox.control.redeemPayout("MLP-DEMOVALID0000500")).rejects.toThrow(
      /bought for a shop/,
    );
  });

  it("makes a sent voucher without the API, in the books and in the outbox of e-mails", async () => {
    const { voucher } = await world.sandbox.control.createVoucher({
      amountCents: 20_000n,
      state: "payout",
      email: "juma@example.com",
      uniqueId: "wd-5",
      callbackUrl: `${world.receiver.url}/payouts`,
    });
    expect(await world.sandbox.control.emails({ to: "juma@example.com" })).toMatchObject([
      { code: voucher.code },
    ]);
    expect(await world.books()).toMatchObject({ payoutsCents: 20_000n, payoutsCount: 1 });
    await world.sandbox.control.advanceClock(500);
    expect(await world.arrived(1)).toMatchObject([{ unique_id: "wd-5" }]);
  });

  it("forgets sent vouchers, e-mails, customers and references on reset", async () => {
    const { control } = world.sandbox;
    await control.changeSettings({ duplicateUniqueId: "refuse" });
    await control.redeemPayout(await sent());
    await control.forgetCustomer("asha@example.com");
    await control.reset();
    expect(await control.payoutVouchers()).toEqual([]);
    expect(await control.emails()).toEqual([]);
    expect((await control.ledger()).customers).toEqual([]);
    await control.changeSettings({ duplicateUniqueId: "refuse" });
    expect((await world.send()).json.success).toBe(true);
  });
});

describe("the books", () => {
  it("conserve money: what left the wallet is with customers or waits in vouchers", async () => {
    const { control } = world.sandbox;
    await control.setMerchantBalance({ balanceCents: 5_000_000n });
    const endings = ["", "+lost", "+before", "+nofunds", "", "+silent", "", "+lost503", ""];
    for (const [index, ending] of endings.entries()) {
      const changes = { email: `p${index}${ending}@example.com`, unique_id: `wd-${index}` };
      await world.send({ ...changes, amount: `${100 + index * 333}.33` }).catch(() => undefined);
    }
    const made = await control.payoutVouchers();
    expect(made).toHaveLength(7);
    for (const { code } of made.slice(0, 4)) await control.redeemPayout(code);
    const { merchants, customers, entries } = await control.ledger();
    for (const books of merchants) {
      const mine = entries.filter(({ merchantId }) => merchantId === books.merchantId);
      const opening = mine.filter(({ kind }) => kind === "opening" || kind === "adjusted");
      const openedCents = opening.reduce((sum, { walletCents }) => sum + walletCents, 0n);
      expect(books.payoutsCents).toBe(books.payoutsRedeemedCents + books.payoutsOutstandingCents);
      expect(books.payoutsCount).toBe(books.payoutsRedeemedCount + books.payoutsOutstandingCount);
      expect(books.walletCents).toBe(openedCents + books.redeemedCents - books.payoutsCents);
      expect(mine.reduce((sum, { walletCents }) => sum + walletCents, 0n)).toBe(books.walletCents);
    }
    const heldCents = customers.reduce((sum, { balanceCents }) => sum + balanceCents, 0n);
    const redeemedCents = merchants.reduce((sum, books) => sum + books.payoutsRedeemedCents, 0n);
    expect(heldCents).toBe(redeemedCents);
    expect(heldCents).toBeGreaterThan(0n);
    const issuedCents = made.reduce((sum, { amountCents }) => sum + amountCents, 0n);
    expect((await world.books()).walletCents).toBe(5_000_000n - issuedCents);
  });
});
