import { describe, expect, it } from "vitest";

import { eventually } from "@/sandbox/testing/eventually";
import { openVoucherPayouts } from "@/sandbox/testing/open-voucher-payouts";
import { payoutMagicOf } from "./payout-magic";

const world = openVoucherPayouts();
const to = (ending: string) => world.send({ email: `asha${ending}@example.com` });
const vouchers = () => world.sandbox.control.payoutVouchers();

describe("an e-mail whose local part ends with", () => {
  it("+nofunds is refused however full the wallet is, every time", async () => {
    for (const reply of [await to("+nofunds"), await to("+nofunds")]) {
      expect(reply.json).toEqual({ success: false, error: "Insufficient balance" });
    }
    expect(await vouchers()).toEqual([]);
  });

  it("+before cuts the connection with nothing done, and lets the second try through", async () => {
    await expect(to("+before")).rejects.toThrow();
    expect(await vouchers()).toEqual([]);
    expect(await world.sandbox.control.emails()).toEqual([]);
    expect(await world.books()).toMatchObject({ payoutsCount: 0, walletCents: 200_000_000n });
    expect((await to("+before")).json.success).toBe(true);
    expect(await vouchers()).toHaveLength(1);
  });

  it("+lost makes the voucher, mails it and announces it, but the answer never arrives", async () => {
    await expect(to("+lost")).rejects.toThrow();
    const [voucher] = await vouchers();
    expect(voucher).toMatchObject({ state: "active", amountCents: 75_000n });
    expect(await world.sandbox.control.emails()).toMatchObject([{ code: voucher?.code }]);
    expect((await world.books()).payoutsCents).toBe(75_000n);
    await world.sandbox.control.advanceClock(500);
    expect(await world.arrived(1)).toMatchObject([{ voucher_code: voucher?.code }]);
  });

  it("+lost answers as usual when the same unique_id is replayed", async () => {
    await world.sandbox.control.changeSettings({ duplicateUniqueId: "replay" });
    await expect(to("+lost")).rejects.toThrow();
    const [voucher] = await vouchers();
    expect((await to("+lost")).json).toMatchObject({ voucher_code: voucher?.code });
    expect(await vouchers()).toHaveLength(1);
  });

  it("+lost loses every answer where there is no unique_id to know a second try by", async () => {
    const call = () => world.send({ email: "asha+lost@example.com", unique_id: undefined });
    await expect(call()).rejects.toThrow();
    await expect(call()).rejects.toThrow();
    expect(await vouchers()).toHaveLength(2);
  });

  it("+lost503 makes the voucher and answers with an HTML page", async () => {
    const reply = await to("+lost503");
    expect(reply.status).toBe(503);
    expect(reply.text).toMatch(/^<!doctype html>/);
    expect(await vouchers()).toHaveLength(1);
  });

  it("+lost503 answers the second try of a unique_id, with a second voucher", async () => {
    await to("+lost503");
    expect(await to("+lost503")).toMatchObject({ status: 200, json: { success: true } });
    expect(await vouchers()).toHaveLength(2);
  });

  it("+lostsilent makes the voucher and tells nobody, not even of its redemption", async () => {
    await expect(to("+lostsilent")).rejects.toThrow();
    const [voucher] = await vouchers();
    await world.sandbox.control.redeemPayout(voucher?.code ?? "");
    const states = (await world.sandbox.control.callbacks()).map(({ kind, state }) => [
      kind,
      state,
    ]);
    expect(states).toEqual([
      ["voucher_created", "dropped"],
      ["voucher_redeemed", "dropped"],
    ]);
  });

  it("+silent answers and tells nobody else", async () => {
    expect((await to("+silent")).json.success).toBe(true);
    expect(await world.sandbox.control.callbacks()).toMatchObject([{ state: "dropped" }]);
  });

  it("+late is announced 20 seconds late", async () => {
    await to("+late");
    await world.sandbox.control.advanceClock(19_999);
    expect(await world.sandbox.control.callbacks({ state: "scheduled" })).toHaveLength(1);
    await world.sandbox.control.advanceClock(1);
    await world.arrived(1);
  });

  it("+twice is announced twice, with the same bytes", async () => {
    await to("+twice");
    await world.sandbox.control.advanceClock(500);
    const [first, second] = await world.arrived(2);
    expect(second).toEqual(first);
  });

  it("+slow is made and mailed at once, while its answer takes 12 seconds", async () => {
    expect(payoutMagicOf("asha+slow@example.com").afterwards).toEqual({
      kind: "latency",
      ms: 12_000,
    });
    const giveUp = new AbortController();
    let hasAnswered = false;
    const call = fetch(`${world.sandbox.url}/pesavoucher/api/v1/create_voucher`, {
      method: "POST",
      headers: { "X-API-Key": "pk_test_malipo_demo", "X-API-Secret": "sk_test_malipo_demo" },
      body: JSON.stringify({ email: "asha+slow@example.com", amount: 750, currency: "KES" }),
      signal: giveUp.signal,
    }).then(() => {
      hasAnswered = true;
    });
    await eventually(async () => expect(await vouchers()).toHaveLength(1));
    expect(await world.sandbox.control.emails()).toHaveLength(1);
    expect(hasAnswered).toBe(false);
    giveUp.abort();
    await expect(call).rejects.toThrow(/abort/);
  });

  it.each(["asha+other@example.com", "lost@example.com", "asha+lost+x@example.com"])(
    "anything else is ordinary: %s",
    async (email) => {
      expect((await world.send({ email })).json.success).toBe(true);
      await world.sandbox.control.advanceClock(500);
      await world.arrived(1);
    },
  );
});

describe("a fault of create_voucher", () => {
  const { send } = world;
  it.each([
    ["cuts the connection", { kind: "drop" }],
    ["answers HTML", { kind: "html", status: 502 }],
    ["answers 500", { kind: "error", status: 500, message: "Internal server error message" }],
  ] as const)("that %s before the state change leaves everything as it was", async (_n, effect) => {
    const { control } = world.sandbox;
    await control.addFault({ endpoint: "create_voucher", when: "before", effect, times: 1 });
    const reply = await send().catch(() => undefined);
    expect(reply?.json.success ?? false).toBe(false);
    expect(await vouchers()).toEqual([]);
    expect(await control.emails()).toEqual([]);
    expect(await world.books()).toMatchObject({ walletCents: 200_000_000n, payoutsCount: 0 });
    expect((await send()).json.success).toBe(true);
  });

  it.each([
    ["cuts the connection", { kind: "drop" }],
    ["answers HTML", { kind: "html", status: 502 }],
    ["answers 500", { kind: "error", status: 500, message: "Internal server error message" }],
  ] as const)("that %s after it has paid although nobody is told", async (_n, effect) => {
    const { control } = world.sandbox;
    await control.addFault({ endpoint: "create_voucher", when: "after", effect, times: 1 });
    const reply = await send().catch(() => undefined);
    expect(reply?.json.success ?? false).toBe(false);
    expect(await vouchers()).toMatchObject([{ uniqueId: "wd-1", state: "active" }]);
    expect(await world.books()).toMatchObject({ walletCents: 199_925_000n, payoutsCount: 1 });
  });

  it("plays on the named reference or e-mail alone", async () => {
    const { control } = world.sandbox;
    const effect = { kind: "html", status: 503 } as const;
    await control.addFault({ endpoint: "create_voucher", effect, uniqueId: "wd-2" });
    await control.addFault({ endpoint: "create_voucher", effect, email: "JUMA@example.com" });
    expect((await send({ unique_id: "wd-1" })).status).toBe(200);
    expect((await send({ unique_id: "wd-2" })).status).toBe(503);
    expect((await send({ unique_id: "wd-3", email: "Juma@example.com" })).status).toBe(503);
  });
});
