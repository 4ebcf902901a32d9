import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import { eventually } from "@/test/eventually";
import { openShop, type Shop } from "@/test/shop";
import { acceptVoucherReturn } from "./accept-voucher-return";
import { cancelVoucherDeposit } from "./cancel-voucher-deposit";
import { getPayment } from "./get-payment";
import { pasteVoucherCode } from "./paste-voucher-code";

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

/** A voucher the customer bought for this purchase; the callback goes out when `callback` says so. */
async function buy(
  purchase: { sessionId: string; callbackUrl: string },
  options: { amountCents?: bigint; callback?: boolean } = {},
) {
  return shop.sandbox.control.createVoucher({
    amountCents: options.amountCents ?? 50_000n,
    sessionId: purchase.sessionId,
    callbackUrl: options.callback === false ? undefined : purchase.callbackUrl,
  });
}

describe("a voucher bought on the hosted page", () => {
  test("a callback credits what was redeemed, once, and tells the browser", async () => {
    const { user, ctx } = await shop.customer();
    const purchase = await shop.purchase(ctx);
    await buy(purchase);
    await eventually(async () => expect(await stateOf(purchase.depositId)).toBe("paid"));

    expect(await shop.availableCents(user)).toBe(50_000n);
    const payment = await getPayment(ctx, { paymentId: purchase.depositId });
    expect(payment).toMatchObject({
      status: "paid",
      amount_paid: "500.00",
      amount_asked: "500.00",
    });
    const events = await db().liveEvent.findMany({
      where: { customerId: user.id, type: "deposit_confirmed" },
    });
    expect(events.map((event) => event.payload)).toEqual([
      { deposit_id: purchase.depositId, amount: "500.00", available: "500.00", held: "0.00" },
    ]);
  });

  test("an amount edited on the hosted page credits what was paid and keeps what was asked", async () => {
    const { user, ctx } = await shop.customer();
    const purchase = await shop.purchase(ctx, "500");
    await buy(purchase, { amountCents: 30_000n });
    await eventually(async () => expect(await stateOf(purchase.depositId)).toBe("paid"));

    expect(await shop.availableCents(user)).toBe(30_000n);
    const payment = await getPayment(ctx, { paymentId: purchase.depositId });
    expect(payment).toMatchObject({ amount_asked: "500.00", amount_paid: "300.00" });
  });

  test("callback and return at the same instant credit once, 200 times over", async () => {
    const { user, ctx } = await shop.customer();
    await shop.sandbox.control.changeSettings({ redemptionCallbacks: false });
    for (let round = 0; round < 200; round += 1) {
      const purchase = await shop.purchase(ctx, "100");
      const { voucher } = await buy(purchase, { amountCents: 10_000n, callback: false });
      await Promise.all([
        shop.sandbox.control.forgeCallback({
          url: purchase.callbackUrl,
          body: { success: true, session_id: purchase.sessionId, voucher_code: voucher.code },
        }),
        acceptVoucherReturn(ctx, { sessionId: purchase.sessionId, voucher: voucher.code }),
      ]);
    }
    await shop.runJobs({ evenLater: true });
    await eventually(async () => expect(await shop.availableCents(user)).toBe(200n * 10_000n), {
      timeoutMs: 15_000,
    });
    expect(await db().deposit.count({ where: { customerId: user.id, state: "paid" } })).toBe(200);
    await shop.sandbox.control.changeSettings({ redemptionCallbacks: true });
  }, 60_000);

  test("a redeem whose answer was lost is settled by the redemption callback alone", async () => {
    const { user, ctx } = await shop.customer();
    await shop.sandbox.control.scriptCallbacks({ kind: "redemption", script: { hold: true } });
    await shop.sandbox.control.addFault({
      endpoint: "redeem_voucher",
      when: "after",
      effect: { kind: "drop" },
      times: 1,
    });
    const purchase = await shop.purchase(ctx);
    const { voucher } = await buy(purchase);
    await eventually(async () => expect(await stateOf(purchase.depositId)).toBe("redeeming"));
    await eventually(async () => {
      const claim = await db().voucherRedemption.findFirstOrThrow({
        where: { depositId: purchase.depositId },
      });
      expect(claim.state).toBe("unknown");
    });

    await shop.runJobs({ evenLater: true });
    expect(await stateOf(purchase.depositId)).toBe("needs_review");
    expect(await shop.availableCents(user)).toBe(0n);

    const [held] = await shop.sandbox.control.callbacks({
      kind: "redemption",
      voucherCode: voucher.code,
    });
    await shop.sandbox.control.releaseCallback(held?.id ?? "");
    await eventually(async () => expect(await stateOf(purchase.depositId)).toBe("paid"));
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("a code that comes after the customer cancelled still pays the deposit", async () => {
    const { user, ctx } = await shop.customer();
    const purchase = await shop.purchase(ctx);
    await cancelVoucherDeposit(ctx, { sessionId: purchase.sessionId });
    expect(await getPayment(ctx, { paymentId: purchase.depositId })).toMatchObject({
      status: "not_paid",
      reason: "cancelled",
    });
    await buy(purchase);
    await eventually(async () => expect(await stateOf(purchase.depositId)).toBe("paid"));
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("with callback and return both lost, the pasted code pays the open deposit", async () => {
    const { user, ctx } = await shop.customer();
    const purchase = await shop.purchase(ctx);
    const { voucher } = await buy(purchase, { callback: false });
    const pasted = await pasteVoucherCode(ctx, { code: ` ${voucher.code.toLowerCase()} ` });
    expect(pasted).toEqual({ kind: "accepted", depositId: purchase.depositId });
    expect(await stateOf(purchase.depositId)).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("a second voucher for a paid deposit is second money and gets a deposit of its own", async () => {
    const { user, ctx } = await shop.customer();
    const purchase = await shop.purchase(ctx);
    await buy(purchase);
    await eventually(async () => expect(await stateOf(purchase.depositId)).toBe("paid"));
    await buy(purchase, { amountCents: 20_000n });
    await eventually(async () => expect(await shop.availableCents(user)).toBe(70_000n));
    const rows = await db().deposit.findMany({
      where: { customerId: user.id },
      orderBy: { id: "asc" },
    });
    expect(rows.map((row) => [row.origin, row.state])).toEqual([
      ["checkout", "paid"],
      ["extra_voucher", "paid"],
    ]);
  });
});
