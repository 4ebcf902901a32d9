import { describe, expect, it } from "vitest";

import { callApi } from "@/sandbox/testing/call-api";
import { openVoucherPayouts } from "@/sandbox/testing/open-voucher-payouts";

const world = openVoucherPayouts();
const OPENING_CENTS = 200_000_000n;
const balanceText = async (): Promise<string> =>
  (await callApi(world.sandbox.url, "query_balance")).text;

/** Nothing was made, mailed, taken or announced. */
async function expectNothingHappened(): Promise<void> {
  const { control } = world.sandbox;
  expect(await control.payoutVouchers()).toEqual([]);
  expect(await control.emails()).toEqual([]);
  expect(await control.callbacks()).toEqual([]);
  expect(await world.books()).toMatchObject({ walletCents: OPENING_CENTS, payoutsCount: 0 });
}

describe("a voucher for a customer", () => {
  it("is answered with the documented fields and nothing else, the amount with two decimals", async () => {
    const reply = await world.send({ amount: 750, unique_id: "7373737" });
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      success: true,
      voucher_code: expect.stringMatching(/^NLV-[A-Z0-9]{16}$/),
      currency: "KES",
      amount: 750,
      transaction_id: expect.stringMatching(/^[A-Z0-9]{10}$/),
      unique_id: "7373737",
    });
    expect(reply.text).toContain('"amount":750.00');
  });

  it("is paid from the wallet, and the float grows by as much", async () => {
    const before = await world.books();
    await world.send({ amount: "1099.50" });
    expect(await world.books()).toMatchObject({
      walletCents: before.walletCents - 109_950n,
      floatCents: before.floatCents + 109_950n,
      payoutsCents: 109_950n,
      payoutsCount: 1,
      payoutsOutstandingCents: 109_950n,
      payoutsOutstandingCount: 1,
      payoutsRedeemedCount: 0,
    });
    expect(await balanceText()).toContain('"balance":1998900.50,"currency":"KES"');
  });

  it("is mailed to the customer with its amount, its code and the merchant's words", async () => {
    const { json } = await world.send({ message: "Your winnings, Asha" });
    expect(await world.sandbox.control.emails({ to: "ASHA@example.com" })).toEqual([
      expect.objectContaining({
        to: "asha@example.com",
        from: "Duka la Mwanga",
        subject: "Duka la Mwanga sent you KES 750.00",
        amountCents: 75_000n,
        code: json.voucher_code,
        message: "Your winnings, Asha",
      }),
    ]);
    expect(await world.sandbox.control.emails({ to: "juma@example.com" })).toEqual([]);
  });

  it("can be found by its reference and by its e-mail, and not by others", async () => {
    const { json } = await world.send({ unique_id: "wd-7" });
    await world.send({ unique_id: "wd-8", email: "juma@example.com" });
    const { control } = world.sandbox;
    const [found, ...others] = await control.payoutVouchers({ uniqueId: "wd-7" });
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: json.voucher_code,
      transactionId: json.transaction_id,
      uniqueId: "wd-7",
      email: "asha@example.com",
      amountCents: 75_000n,
      message: null,
      state: "active",
      redeemedAtMs: null,
      callbackUrl: `${world.receiver.url}/payouts`,
    });
    expect(await control.payoutVouchers({ email: "Juma@Example.com" })).toHaveLength(1);
    expect(await control.payoutVouchers({ uniqueId: "wd-9" })).toEqual([]);
    expect(await control.payoutVouchers({ state: "redeemed" })).toEqual([]);
  });

  it("needs neither reference nor callback address, and echoes no reference it was not given", async () => {
    const reply = await world.send({ unique_id: undefined, callback_url: undefined });
    expect(reply.json.success).toBe(true);
    expect(reply.json).not.toHaveProperty("unique_id");
    expect(await world.sandbox.control.callbacks()).toEqual([]);
  });

  it("cannot be validated or redeemed by a merchant, not even by the one who sent it", async () => {
    const { json } = await world.send();
    const code = json.voucher_code;
    const text = "This voucher is only redeemable on pesavoucher.com";
    const validated = await callApi(world.sandbox.url, "validate_voucher", { voucher_code: code });
    expect(validated.json).toMatchObject({ valid: false, validation_errors: [text] });
    const redeemed = await callApi(world.sandbox.url, "redeem_voucher", { voucher_code: code });
    expect(redeemed.json).toMatchObject({ success: false, error: text });
    expect((await world.books()).walletCents).toBe(OPENING_CENTS - 75_000n);
  });
});

describe("create_voucher refuses", () => {
  const missing = "Missing required fields: email, amount, currency";
  it.each([
    ["no e-mail", { email: undefined }, missing],
    ["an empty e-mail", { email: " " }, missing],
    ["no amount", { amount: undefined }, missing],
    ["no currency", { currency: undefined }, missing],
    ["another currency", { currency: "UGX" }, "Currency must be KES"],
    ["a currency in small letters", { currency: "kes" }, "Currency must be KES"],
    ["words for an amount", { amount: "fifty" }, "Invalid amount"],
    ["three decimals", { amount: "100.001" }, "Invalid amount"],
    ["a negative amount", { amount: -100 }, "Invalid amount"],
    ["a cent too little", { amount: "49.99" }, "Minimum voucher amount is KES 50"],
    ["nothing", { amount: 0 }, "Minimum voucher amount is KES 50"],
    ["a cent too much", { amount: "150000.01" }, "Maximum voucher amount is KES 150,000"],
    ["an e-mail nobody registered", { email: "unknown.person@example.com" }, "User not found"],
    ["what is no e-mail", { email: "asha" }, "User not found"],
  ])("%s, in the documented form and without doing anything", async (_case, changes, error) => {
    const reply = await world.send(changes);
    expect(reply.status).toBe(400);
    expect(reply.json).toEqual({ success: false, error });
    await expectNothingHappened();
  });

  it.each([
    ["50.00", 5_000n],
    [50, 5_000n],
    ["150000.00", 15_000_000n],
  ])("nothing at the limit itself: %s", async (amount, amountCents) => {
    expect((await world.send({ amount })).json.success).toBe(true);
    expect(await world.sandbox.control.payoutVouchers()).toMatchObject([{ amountCents }]);
  });

  it("bodies that are no JSON object, and every method but POST", async () => {
    const url = `${world.sandbox.url}/pesavoucher/api/v1/create_voucher`;
    const headers = { "X-API-Key": "pk_test_malipo_demo", "X-API-Secret": "sk_test_malipo_demo" };
    const broken = await fetch(url, { method: "POST", headers, body: '{"email":' });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toEqual({ success: false, error: "Invalid JSON body" });
    expect((await fetch(url, { headers })).status).toBe(405);
    await expectNothingHappened();
  });

  it("callers without good keys, and a merchant without an account", async () => {
    const call = (headers: Record<string, string>) =>
      callApi(
        world.sandbox.url,
        "create_voucher",
        { email: "asha@example.com", amount: 750, currency: "KES" },
        headers,
      );
    expect(await call({})).toMatchObject({
      status: 401,
      json: { error: "API credentials required" },
    });
    expect(
      await call({ "X-API-Key": "pk_test_malipo_demo", "X-API-Secret": "wrong" }),
    ).toMatchObject({ status: 401, json: { error: "Invalid merchant" } });
    expect(
      await call({ "X-API-Key": "pk_test_closed_demo", "X-API-Secret": "sk_test_closed_demo" }),
    ).toMatchObject({ status: 404, json: { error: "Merchant account not found" } });
    await expectNothingHappened();
  });

  it("what the wallet cannot pay, to the cent", async () => {
    const { control } = world.sandbox;
    await control.setMerchantBalance({ balanceCents: 74_999n });
    expect((await world.send()).json).toEqual({ success: false, error: "Insufficient balance" });
    expect(await world.books()).toMatchObject({ walletCents: 74_999n, payoutsCount: 0 });
    await control.setMerchantBalance({ balanceCents: 75_000n });
    expect((await world.send()).json.success).toBe(true);
    expect(await balanceText()).toContain('"balance":0.00');
  });

  it("with the status it is told to, and never leaves the wallet below zero under parallel calls", async () => {
    const { control } = world.sandbox;
    await control.changeSettings({ createVoucherRefusalStatus: 422 });
    await control.setMerchantBalance({ balanceCents: 225_000n });
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, index) => world.send({ unique_id: `wd-${index}` })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(replies.filter(({ status }) => status === 422)).toHaveLength(9);
    expect(await world.books()).toMatchObject({ walletCents: 0n, payoutsCount: 3 });
    expect(await control.emails()).toHaveLength(3);
  });
});

describe("the switches of create_voucher", () => {
  it("by default pay twice for the same unique_id", async () => {
    const first = await world.send();
    const second = await world.send();
    expect(second.json.voucher_code).not.toBe(first.json.voucher_code);
    expect(await world.books()).toMatchObject({ payoutsCents: 150_000n, payoutsCount: 2 });
    expect(await world.sandbox.control.emails()).toHaveLength(2);
  });

  it("can refuse a second unique_id, of the same merchant alone", async () => {
    await world.sandbox.control.changeSettings({ duplicateUniqueId: "refuse" });
    await world.send();
    const second = await world.send();
    expect(second.json).toEqual({ success: false, error: "Duplicate unique_id" });
    expect(await world.books()).toMatchObject({ payoutsCents: 75_000n, payoutsCount: 1 });
    const stranger = await callApi(
      world.sandbox.url,
      "create_voucher",
      { email: "asha@example.com", amount: 750, currency: "KES", unique_id: "wd-1" },
      { "X-API-Key": "pk_test_zed_demo", "X-API-Secret": "sk_test_zed_demo" },
    );
    expect(stranger.json.success).toBe(true);
    expect((await world.send({ unique_id: undefined })).json.success).toBe(true);
    expect((await world.send({ unique_id: undefined })).json.success).toBe(true);
  });

  it("can give the first answer again, without a second voucher, debit or e-mail", async () => {
    await world.sandbox.control.changeSettings({ duplicateUniqueId: "replay" });
    const first = await world.send();
    const second = await world.send({ amount: 900 });
    expect(second.text).toBe(first.text);
    expect(await world.books()).toMatchObject({ payoutsCents: 75_000n, payoutsCount: 1 });
    expect(await world.sandbox.control.emails()).toHaveLength(1);
    expect(await world.sandbox.control.callbacks()).toHaveLength(1);
  });

  it("replay the first of several vouchers made under one unique_id", async () => {
    const first = await world.send();
    await world.send();
    await world.sandbox.control.changeSettings({ duplicateUniqueId: "replay" });
    expect((await world.send()).text).toBe(first.text);
  });

  it("can make an account for an e-mail nobody registered, which is known from then on", async () => {
    const { control } = world.sandbox;
    await control.forgetCustomer("Asha@Example.com");
    expect((await world.send()).json.error).toBe("User not found");
    expect((await world.send({ email: "juma@example.com" })).json.success).toBe(true);
    await control.changeSettings({ unknownEmail: "create_account" });
    expect((await world.send()).json.success).toBe(true);
    expect((await world.send({ email: "asha" })).json.error).toBe("User not found");
    await control.changeSettings({ unknownEmail: "user_not_found" });
    expect((await world.send()).json.success).toBe(true);
    await control.forgetCustomer("asha@example.com");
    expect((await world.send()).json.error).toBe("User not found");
  });

  it("spell amounts as scripted, as on every endpoint", async () => {
    await world.sandbox.control.addFault({
      endpoint: "create_voucher",
      effect: { kind: "shape", amounts: "string", extraFields: true },
    });
    const reply = await world.send();
    expect(reply.text).toContain('"amount":"750.00"');
    expect(reply.json).toHaveProperty("sandbox_extra");
  });
});
