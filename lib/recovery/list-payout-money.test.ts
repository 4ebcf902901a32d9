import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { closeDb } from "@/lib/db";
import { ForbiddenError } from "@/lib/errors";
import { findPayoutAccount } from "@/lib/merchants/open-payout-account";
import { resumePayouts } from "@/lib/merchants/resume-payouts";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { keepFloat } from "@/lib/payments/withdrawals/observe-float";
import { saveWithdrawalRules } from "@/lib/payments/withdrawals/save-withdrawal-rules";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { makeCtx } from "@/lib/context";
import { staffOf } from "@/test/payouts";
import { listAttention } from "./list-attention";
import { listPayoutMoney } from "./list-payout-money";

let admin: Ctx;
let accountId: string;
let shortcode: string;

beforeEach(async () => {
  const { id } = await createMerchant();
  ({ ctx: admin } = await staffOf(id, "admin"));
  const account = await findPayoutAccount(admin);
  if (!account) throw new Error("a merchant of the tests has an account that pays out");
  ({ id: accountId, shortcode } = account);
  await saveWithdrawalRules(admin, {
    perPayment: "1000",
    day: "2000",
    week: "3000",
    approvalAbove: "",
    reviewAbove: "",
    voucherFee: "0",
    mpesaFee: "0",
    voucherFloor: "1000",
    mpesaFloor: "5000",
  });
});
afterAll(() => closeDb());

const seen = (name: string, availableCents: bigint) => keepFloat(admin, { name, availableCents });

async function states(ctx = admin): Promise<string[]> {
  return (await listPayoutMoney(ctx)).map(({ method, state }) => `${method}: ${state}`);
}

describe("where withdrawals are paid from", () => {
  test("is listed before anything was ever paid from there", async () => {
    expect(await listPayoutMoney(admin)).toMatchObject([
      { method: "pesavoucher", shortcode: null, available: null, state: "ok" },
      { method: "mpesa", shortcode, accountId, available: null, state: "ok" },
    ]);
  });

  test("warns below the floor, and not at it", async () => {
    await seen(`mpesa:${shortcode}`, 500_000n);
    expect(await states()).toContain("mpesa: ok");
    await seen(`mpesa:${shortcode}`, 499_999n);
    expect(await listPayoutMoney(admin)).toContainEqual(
      expect.objectContaining({ available: "4999.99", floor: "5000.00", state: "low" }),
    );
  });

  test("says that vouchers are paused when not even the smallest one may be issued", async () => {
    await seen("pesavoucher", 105_000n);
    expect(await states()).toContain("pesavoucher: ok");
    await seen("pesavoucher", 104_999n);
    expect(await states()).toContain("pesavoucher: paused");
  });

  test("says that an operator was turned away, though nothing was ever seen there", async () => {
    await stopPayouts(admin, { accountId, reason: "2001", orderedAt: new Date() });
    expect(await listPayoutMoney(admin)).toContainEqual(
      expect.objectContaining({ shortcode, state: "stopped", stopped: "2001", available: null }),
    );
    await seen(`mpesa:${shortcode}`, 1n);
    expect(await states()).toContain("mpesa: stopped");
    await resumePayouts(admin, { accountId });
    expect(await states()).toContain("mpesa: low");
  });

  test("shows nothing of another merchant's money", async () => {
    await seen(`mpesa:${shortcode}`, 1n);
    await stopPayouts(admin, { accountId, reason: "2001", orderedAt: new Date() });
    const { ctx: other } = await staffOf((await createMerchant()).id);
    expect(await states(other)).toEqual(["pesavoucher: ok", "mpesa: ok"]);
    expect((await listAttention(other)).money).toEqual([]);
  });

  test("is nothing for customers to know", async () => {
    const { id } = await createCustomer({ merchantId: admin.merchantId });
    const customer = makeCtx(admin.merchantId, { kind: "customer", id });
    await expect(listPayoutMoney(customer)).rejects.toThrow(ForbiddenError);
  });
});

test("the attention list names what is short or stopped, and nothing that is well", async () => {
  expect((await listAttention(admin)).money).toEqual([]);
  await seen("pesavoucher", 0n);
  await stopPayouts(admin, { accountId, reason: "8006", orderedAt: new Date() });
  expect((await listAttention(admin)).money).toMatchObject([
    { method: "pesavoucher", state: "paused" },
    { method: "mpesa", state: "stopped" },
  ]);
});
