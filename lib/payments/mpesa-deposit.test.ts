import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { getPayment } from "./get-payment";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterEach(async () => {
  await shop.sandbox.control.clearFaults();
  await shop.sandbox.control.clearCallbackScripts();
  const results = await runInvariantChecks({ now: () => new Date() });
  expect(results.filter((result) => !result.holds)).toEqual([]);
});
afterAll(() => shop.close());

async function stateOf(depositId: string): Promise<string> {
  return (await db().deposit.findUniqueOrThrow({ where: { id: depositId } })).state;
}

describe("a prompt", () => {
  test("is paid with the PIN, credited once by its callback, with its receipt", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    expect(await stateOf(depositId)).toBe("submitted");
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await stateOf(depositId)).toBe("paid"));

    expect(await shop.availableCents(user)).toBe(50_000n);
    const [push] = await shop.sandbox.control.listPushes({ msisdn: phone });
    expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
      status: "paid",
      amount_paid: "500.00",
      provider_receipt: push?.receipt,
    });
  });

  test("that the customer declines is not paid, and says why", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await shop.sandbox.control.answerPrompt(phone, "decline");
    await eventually(async () => expect(await stateOf(depositId)).toBe("failed"));

    expect(await shop.availableCents(user)).toBe(0n);
    expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
      status: "not_paid",
      reason: "cancelled",
      new_attempt: "after_wait",
    });
  });
});
