import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { scrapeMetrics } from "@/lib/metrics";
import { createMerchant } from "@/prisma/factories/create-merchant";
import {
  at,
  calmPayouts,
  deliver,
  fundedCustomer,
  openPayoutShop,
  send,
  staffOf,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { compareBalanceNow, compareBalances } from "./compare-balances";
import { listComparisons } from "./compare-balances-history";

const FLOAT_CENTS = 500_000_000n;

let shop: Shop;
let merchantId: string;
let staff: Ctx;
let today: Date;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(async () => {
  await calmPayouts(shop);
  ({ id: merchantId } = await createMerchant());
  staff = (await staffOf(merchantId)).ctx;
  today = new Date();
});
afterEach(() => calmPayouts(shop));
afterAll(() => shop.close());

const compare = (days: number) => compareBalanceNow(at(staff, addMs(today, days * DAY_MS)));
const move = (cents: bigint) =>
  shop.sandbox.control.setMerchantBalance({ balanceCents: FLOAT_CENTS + cents });

/** A voucher that was redeemed and credited. */
async function booked(amountCents: bigint): Promise<void> {
  const { user } = await shop.customer(merchantId);
  await postMovement(db(), {
    merchantId,
    kind: "test",
    ref: crypto.randomUUID(),
    now: today,
    lines: [
      { account: providerAccount("pesavoucher"), amountCents: -amountCents },
      { account: customerAvailable(user.id), amountCents },
    ],
  });
}

describe("the voucher balance", () => {
  test("begins with what was there before the books, and that is no drift", async () => {
    await booked(50_000n);
    const first = await compare(0);
    expect(first).toMatchObject({
      bookedCents: 50_000n,
      providerCents: FLOAT_CENTS,
      driftCents: 0n,
    });
    expect((await listComparisons(staff)).alert).toBeNull();
  });

  test("that moves with the books does not drift", async () => {
    await compare(0);
    await booked(70_000n);
    await move(70_000n);
    expect((await compare(1)).driftCents).toBe(0n);
  });

  test("that moves by what nobody booked drifts by exactly that, until it is taken back", async () => {
    await compare(0);
    await move(-12_345n);
    expect((await compare(1)).driftCents).toBe(-12_345n);
    expect((await listComparisons(staff)).alert).toMatchObject({ drift: "-123.45" });
    expect(await scrapeMetrics()).toContain("malipo_balances_drifted 1\n");
    // Asked again on the same day it is still there, and the next day it is old but not forgotten.
    expect((await compare(1)).driftCents).toBe(-12_345n);
    expect((await compare(2)).driftCents).toBe(0n);
    expect((await listComparisons(staff)).alert).toMatchObject({ drift: "-123.45" });
    await move(0n);
    expect((await compare(3)).driftCents).toBe(12_345n);
    expect((await listComparisons(staff)).alert).toBeNull();
    expect((await listComparisons(staff)).rows).toHaveLength(4);
  });

  test("takes a voucher that is ordered and not confirmed for under way, before and after it is", async () => {
    const { ctx } = await fundedCustomer(shop, 100_000n, merchantId);
    await compare(0);
    const id = await withdraw(ctx, { method: "pesavoucher", amount: "500" });
    await send(id);
    const sent = await compare(1);
    expect(sent.driftCents).toBe(0n);
    await deliver(shop, id);
    expect((await compare(2)).driftCents).toBe(0n);
  });

  test("names the open payments that could explain a drift", async () => {
    const { user, ctx } = await shop.customer(merchantId);
    await compare(0);
    const { depositId } = await shop.purchase(ctx, "700");
    await db().deposit.update({ where: { id: depositId }, data: { providerPaidAt: today } });
    await move(70_000n);
    await compare(1);
    const { alert, candidates } = await listComparisons(staff);
    expect(alert).toMatchObject({ drift: "700.00" });
    expect(candidates).toMatchObject([
      { id: depositId, why: "bought_not_redeemed", amount: "700.00" },
    ]);
    expect(user.merchantId).toBe(merchantId);
  });

  test("is compared by the job for every merchant who has such books, and for no other", async () => {
    await booked(100n);
    const silent = (await staffOf((await createMerchant()).id)).ctx;
    await compareBalances({ now: () => today });
    expect((await listComparisons(staff)).rows).toHaveLength(1);
    expect((await listComparisons(silent)).rows).toEqual([]);
  });

  test("that nobody tells is compared with nothing", async () => {
    await shop.sandbox.control.addFault({
      endpoint: "query_balance",
      effect: { kind: "error", status: 503 },
    });
    await expect(compare(0)).rejects.toMatchObject({ code: "balance_not_told" });
    expect((await listComparisons(staff)).rows).toEqual([]);
    await booked(100n);
    await expect(compareBalances({ now: () => today })).rejects.toThrow("could not be compared");
  });

  test("is shown and asked for by staff alone", async () => {
    const { ctx } = await shop.customer(merchantId);
    await expect(compareBalanceNow(ctx)).rejects.toMatchObject({ status: 403 });
    await expect(listComparisons(ctx)).rejects.toMatchObject({ status: 403 });
  });
});
