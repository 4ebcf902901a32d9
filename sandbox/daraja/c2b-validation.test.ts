import { beforeEach, describe, expect, it } from "vitest";

import { openCollections } from "@/sandbox/testing/open-collections";
import { eventually } from "@/sandbox/testing/eventually";

const { daraja, registered, byHand, messages, books } = openCollections();
const control = () => daraja.sandbox.control;
const answer = (body: unknown) => {
  daraja.receiver.answer.body = typeof body === "string" ? body : JSON.stringify(body);
};

beforeEach(() => control().setExternalValidation({ on: true }));

describe("a payment the shop is asked about", () => {
  it("is posted to it before any money moves, without a balance", async () => {
    answer({ ResultCode: "0", ResultDesc: "Accepted", ThirdPartyTransID: "shop-42" });
    await registered();
    const payment = await byHand();
    expect(payment).toMatchObject({ state: "completed", thirdPartyTransId: "shop-42" });
    const [asked] = await messages("/validate", 1);
    const [told] = await messages("/confirm", 1);
    expect(asked).toMatchObject({
      TransID: payment.receipt,
      OrgAccountBalance: "",
      ThirdPartyTransID: "",
    });
    expect(told).toEqual({
      ...asked,
      OrgAccountBalance: "500.00",
      ThirdPartyTransID: "shop-42",
    });
    expect(daraja.receiver.received.map(({ path }) => path)).toEqual(["/validate", "/confirm"]);
  });

  it.each(["C2B00011", "C2B00012", "C2B00013", "C2B00014", "C2B00015", "C2B00016"])(
    "and refuses with %s is not made, not confirmed, and its customer is told",
    async (code) => {
      answer({ ResultCode: code, ResultDesc: "Rejected" });
      await registered();
      expect(await byHand()).toMatchObject({ state: "refused", refusalCode: code, paidAtMs: null });
      expect(await control().callbacks({ kind: "c2b_confirmation" })).toEqual([]);
      expect((await books()).receivedCents).toBe(0n);
      const phone = await control().phone("0712345678");
      expect(phone.balanceCents).toBe(50_000_000n);
      expect(phone.messages.at(-1)?.text).toMatch(/^Failed\. Duka la Mwanga did not accept/);
    },
  );

  it("is refused for another reason when the shop says any other code", async () => {
    answer({ ResultCode: 1, ResultDesc: "No" });
    await registered();
    expect(await byHand()).toMatchObject({ state: "refused", refusalCode: "C2B00016" });
  });

  it("is accepted with the code as a number, too", async () => {
    answer({ ResultCode: 0 });
    await registered();
    expect(await byHand()).toMatchObject({ state: "completed", thirdPartyTransId: "" });
  });

  it.each([
    ["a page", "<html></html>", 200],
    ["no code", '{"received":true}', 200],
    ["a server error", '{"ResultCode":"0"}', 500],
  ])("and answered with %s is decided by ResponseType", async (_what, body, status) => {
    answer(body);
    daraja.receiver.answer.status = status;
    await registered({ responseType: "Cancelled" });
    expect(await byHand()).toMatchObject({ state: "refused", refusalCode: "C2B00016" });
    await registered({ responseType: "Completed" });
    expect(await byHand()).toMatchObject({ state: "completed" });
    expect((await books()).receivedCount).toBe(1);
  });

  it("and not answered is decided by ResponseType after 8 seconds, and then for good", async () => {
    answer({ ResultCode: "0" });
    await control().scriptCallbacks({ kind: "c2b_validation", script: { hold: true } });
    await registered({ responseType: "Cancelled" });
    const { receipt, state } = await byHand();
    expect(state).toBe("validating");
    await control().advanceClock(7_999);
    expect((await control().customerPayment(receipt)).state).toBe("validating");
    await control().advanceClock(1);
    expect(await control().customerPayment(receipt)).toMatchObject({ state: "refused" });
    await control().deliverNext({ receipt });
    await messages("/validate", 1);
    expect(await control().customerPayment(receipt)).toMatchObject({ state: "refused" });
    expect((await books()).receivedCents).toBe(0n);
  });

  it("whose question is lost is made by ResponseType Completed", async () => {
    await control().scriptCallbacks({ kind: "c2b_validation", script: { drop: true } });
    await registered();
    const { receipt, state } = await byHand();
    expect(state).toBe("validating");
    await control().advanceClock(8_000);
    expect(await control().customerPayment(receipt)).toMatchObject({ state: "completed" });
    await messages("/confirm", 1);
  });

  it("that cannot be reached at all is decided at once", async () => {
    await registered({ validationUrl: "http://127.0.0.1:1/validate", responseType: "Cancelled" });
    expect(await byHand()).toMatchObject({ state: "refused" });
  });

  it("waits for explicit delivery, and moves its money once however often the answer comes", async () => {
    answer({ ResultCode: "0" });
    await control().changeSettings({ callbackDelivery: "explicit" });
    await control().scriptCallbacks({ kind: "c2b_validation", script: { copies: 3 } });
    await registered();
    const { receipt, state } = await byHand();
    expect(state).toBe("validating");
    expect((await books()).receivedCents).toBe(0n);
    await control().advanceClock(3_000);
    await control().deliverNext({ kind: "c2b_validation" });
    const [asked] = await messages("/validate", 3);
    expect(await control().customerPayment(receipt)).toMatchObject({ state: "completed" });
    expect((await books()).receivedCount).toBe(1);
    expect(await control().settle()).toHaveLength(1);
    const [told] = await messages("/confirm", 1);
    // It was asked about when it began, and is told of when it was paid.
    expect(Number(told?.TransTime)).toBeGreaterThan(Number(asked?.TransTime));
  });

  it("fails for a customer who has spent the money in the meantime", async () => {
    answer({ ResultCode: "0" });
    await control().changeSettings({ callbackDelivery: "explicit" });
    await registered();
    const { receipt } = await byHand();
    await control().changePhone("0712345678", { balanceCents: 100n });
    await control().deliverNext();
    expect(await control().customerPayment(receipt)).toMatchObject({
      state: "refused",
      refusalCode: "1",
    });
    expect((await books()).receivedCents).toBe(0n);
  });

  it("is not asked about once the switch is off, nor ever for a push", async () => {
    await registered();
    await daraja.pushed();
    await control().enterPin("0712345678");
    await messages("/confirm", 1);
    await control().setExternalValidation({ on: false });
    expect(await byHand()).toMatchObject({ state: "completed" });
    await messages("/confirm", 2);
    expect(await control().callbacks({ kind: "c2b_validation" })).toEqual([]);
  });

  it("is forgotten by a reset without keeping its caller waiting", async () => {
    daraja.receiver.answer.afterMs = 60_000;
    await registered();
    const waiting = byHand();
    await eventually(() => expect(daraja.receiver.received).toHaveLength(1));
    await control().reset();
    expect((await waiting).state).toBe("validating");
    expect(await control().customerPayments()).toEqual([]);
  });
});
