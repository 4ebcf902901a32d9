import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { callbacksWorked, pushFor, readDeposit, standingOf } from "@/test/mpesa";
import {
  calmPayouts,
  deliver,
  expectStanding,
  moneyOf,
  openPayoutShop,
  outcomesOf,
  payoutOf,
  readWithdrawal,
  sentWithdrawal,
  setPayoutsAside,
  staffOf,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { replayMessage } from "./replay-message";

const RETIRED = "quarantined: the secret is retired, or belongs to another account";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(() => setPayoutsAside());
afterAll(() => shop.close());

/** The merchant's admin gives an account a new secret; the earlier ones are retired at once. */
async function retireAddresses(merchantId: string, accountId: string | null | undefined) {
  const admin = await staffOf(merchantId, "admin");
  await rotateCallbackSecret(admin.ctx, { accountId: accountId ?? "", atOnce: true });
}

/** A member of staff has everything that was said about a payment worked again. */
async function workAgain(ctx: Ctx, paymentId: string): Promise<void> {
  const messages = await db().message.findMany({ where: { addressee: paymentId } });
  expect(messages).not.toEqual([]);
  for (const { id } of messages) await replayMessage(ctx, { messageId: id });
}

test("a withdrawal's message to a retired address stays quarantined when it is worked again", async () => {
  const it = await sentWithdrawal(shop);
  const staff = await staffOf(it.user.merchantId);
  const payout = await payoutOf(shop, it.id);
  await retireAddresses(it.user.merchantId, (await readWithdrawal(it.id)).accountId);
  for (const resultCode of ["26", "0"])
    await shop.sandbox.control.sendForgedB2cResult({
      url: payout.resultUrl,
      originatorConversationId: payout.originatorConversationId,
      amountCents: payout.amountCents,
      resultCode,
      resultDesc: "said",
    });
  await callbacksWorked(shop);
  await expectStanding(it.id, "submitted");
  await workAgain(staff.ctx, it.id);
  expect(await outcomesOf(it.id)).toEqual([RETIRED, RETIRED]);
  await expectStanding(it.id, "submitted");
  expect(await moneyOf(it.user)).toEqual({ available: 50_000n, held: 50_000n });
});

test("a deposit's message to a retired address stays quarantined when it is worked again", async () => {
  const { user, ctx } = await shop.customer();
  const { depositId, phone } = await shop.prompt(ctx);
  const staff = await staffOf(user.merchantId);
  await shop.sandbox.control.enterPin(phone);
  await retireAddresses(user.merchantId, (await readDeposit(depositId)).stkPush?.accountId);
  const push = await pushFor(shop, depositId);
  await shop.sandbox.control.deliverNext({ checkoutRequestId: push.checkoutRequestId });
  await callbacksWorked(shop);
  const before = await standingOf(depositId);
  await workAgain(staff.ctx, depositId);
  expect(await outcomesOf(depositId)).toEqual([RETIRED]);
  expect(await standingOf(depositId)).toBe(before);
  expect(before).not.toBe("paid");
  expect(await shop.availableCents(user)).toBe(0n);
});

test("a message that came before its address was retired still counts when it is worked again", async () => {
  const it = await sentWithdrawal(shop);
  await deliver(shop, it.id);
  await expectStanding(it.id, "paid");
  await retireAddresses(it.user.merchantId, (await readWithdrawal(it.id)).accountId);
  const staff = await staffOf(it.user.merchantId);
  await workAgain(staff.ctx, it.id);
  expect(await outcomesOf(it.id)).toEqual(["duplicate: paid before"]);
  expect(await moneyOf(it.user)).toEqual({ available: 50_000n, held: 0n });
});
