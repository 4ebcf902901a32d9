import { describe, expect, it } from "vitest";

import { eventually } from "@/sandbox/testing/eventually";
import { openVoucherPayouts } from "@/sandbox/testing/open-voucher-payouts";

const world = openVoucherPayouts();

describe("news of a voucher sent to a customer", () => {
  it("comes half a second after its creation and says which voucher, with the source header", async () => {
    const { json } = await world.send();
    await world.sandbox.control.advanceClock(499);
    expect(await world.sandbox.control.callbacks({ state: "scheduled" })).toHaveLength(1);
    expect(world.receiver.received).toEqual([]);
    await world.sandbox.control.advanceClock(1);
    const [body] = await world.arrived(1);
    expect(body).toEqual({
      success: true,
      event: "voucher.created",
      unique_id: "wd-1",
      transaction_id: json.transaction_id,
      voucher_code: json.voucher_code,
      amount: 750,
      currency: "KES",
      email: "asha@example.com",
      status: "created",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    });
    expect(world.receiver.received[0]).toMatchObject({ path: "/payouts", source: "Pesavoucher" });
    expect(world.receiver.received[0]?.body).toContain('"amount":750.00');
  });

  it("comes again when the customer redeems it, once however often that is tried", async () => {
    const { control } = world.sandbox;
    const { json } = await world.send();
    await control.advanceClock(500);
    await world.arrived(1);
    await control.redeemPayout(String(json.voucher_code));
    await expect(control.redeemPayout(String(json.voucher_code))).rejects.toThrow(/before/);
    const [, body] = await world.arrived(2);
    expect(body).toMatchObject({
      event: "voucher.redeemed",
      status: "redeemed",
      unique_id: "wd-1",
      voucher_code: json.voucher_code,
      amount: 750,
    });
    expect(await control.callbacks({ kind: "voucher_redeemed" })).toHaveLength(1);
  });

  it("does not come where the switch is off, or where there is no address to send it to", async () => {
    const { control } = world.sandbox;
    await world.send({ callback_url: "not an address" });
    await control.changeSettings({ createVoucherCallbacks: false });
    const { json } = await world.send();
    await control.redeemPayout(String(json.voucher_code));
    expect(await control.callbacks()).toEqual([]);
  });

  it("waits as long as the setting says", async () => {
    await world.sandbox.control.changeSettings({ voucherCreatedDelayMs: 60_000 });
    await world.send();
    await world.sandbox.control.advanceClock(59_999);
    expect(await world.sandbox.control.callbacks({ state: "scheduled" })).toHaveLength(1);
    await world.sandbox.control.advanceClock(1);
    await world.arrived(1);
  });

  it("is repeated until somebody takes it", async () => {
    world.receiver.answer.status = 500;
    await world.send();
    await world.sandbox.control.advanceClock(500);
    await world.arrived(1);
    world.receiver.answer.status = 200;
    await world.sandbox.control.advanceClock(5_000);
    const [first, second] = await world.arrived(2);
    expect(second).toEqual(first);
  });
});

describe("a script for news of sent vouchers", () => {
  it("is meant for one reference or one e-mail and leaves the others alone", async () => {
    const { control } = world.sandbox;
    await control.scriptCallbacks({
      kind: "voucher_created",
      uniqueId: "wd-2",
      script: { drop: true },
    });
    await control.scriptCallbacks({
      kind: "voucher_created",
      email: "Juma@Example.com",
      script: { hold: true },
    });
    await world.send({ unique_id: "wd-1" });
    await world.send({ unique_id: "wd-2" });
    await world.send({ unique_id: "wd-3", email: "juma@example.com" });
    const states = (await control.callbacks()).map(({ uniqueId, state }) => [uniqueId, state]);
    expect(states).toEqual([
      ["wd-1", "scheduled"],
      ["wd-2", "dropped"],
      ["wd-3", "held"],
    ]);
    expect(await control.callbacks({ email: "JUMA@example.com" })).toHaveLength(1);
  });

  it("can lie about amount and reference, leave out the header and cut the body in half", async () => {
    const { control } = world.sandbox;
    await control.scriptCallbacks({
      kind: "voucher_created",
      times: 1,
      script: { amountCents: 99_900n, uniqueId: "wd-other", omitSourceHeader: true },
    });
    await world.send();
    await control.advanceClock(500);
    const [lie] = await world.arrived(1);
    expect(lie).toMatchObject({ amount: 999, unique_id: "wd-other" });
    expect(world.receiver.received[0]?.source).toBeUndefined();
    await control.scriptCallbacks({ kind: "voucher_created", script: { malformed: true } });
    await world.send({ unique_id: "wd-2" });
    await control.advanceClock(500);
    await eventually(() => expect(world.receiver.received).toHaveLength(2));
    expect(() => JSON.parse(world.receiver.received[1]?.body ?? "{}")).toThrow(SyntaxError);
  });

  it("can deliver it before the answer to the call", async () => {
    await world.sandbox.control.scriptCallbacks({
      kind: "voucher_created",
      script: { beforeAnswer: true },
    });
    const { json } = await world.send();
    expect(world.receiver.received).toHaveLength(1);
    expect(world.receiver.received[0]?.body).toContain(String(json.voucher_code));
    expect(await world.sandbox.control.callbacks({ state: "delivered" })).toHaveLength(1);
  });

  it("is not needed where delivery is explicit: news waits to be asked for, by reference", async () => {
    const { control } = world.sandbox;
    await control.changeSettings({ callbackDelivery: "explicit" });
    await world.send({ unique_id: "wd-1" });
    await world.send({ unique_id: "wd-2" });
    await control.advanceClock(60_000);
    expect(world.receiver.received).toEqual([]);
    const sent = await control.deliverNext({ kind: "voucher_created", uniqueId: "wd-2" });
    expect(sent).toMatchObject({ uniqueId: "wd-2", state: "delivered" });
    expect(await control.settle()).toMatchObject([{ uniqueId: "wd-1" }]);
    expect(await world.arrived(2)).toMatchObject([{ unique_id: "wd-2" }, { unique_id: "wd-1" }]);
  });
});

describe("forged news", () => {
  it("looks like the real one and leaves no trace in vouchers or books", async () => {
    const { control } = world.sandbox;
    const record = await control.sendForgedVoucherCreated({
      url: `${world.receiver.url}/forged`,
      event: "voucher.redeemed",
      uniqueId: "wd-1",
      amountCents: 75_000n,
    });
    expect(record).toMatchObject({ kind: "forged", uniqueId: "wd-1", state: "delivered" });
    const [body] = await world.arrived(1);
    expect(body).toMatchObject({
      event: "voucher.redeemed",
      status: "redeemed",
      unique_id: "wd-1",
      amount: 750,
      voucher_code: expect.stringMatching(/^NLV-[A-Z0-9]{16}$/),
    });
    expect(world.receiver.received[0]?.source).toBe("Pesavoucher");
    expect(await control.payoutVouchers()).toEqual([]);
    await control.sendForgedVoucherCreated({ url: `${world.receiver.url}/bare`, source: null });
    expect(world.receiver.received[1]?.source).toBeUndefined();
  });
});
