import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, MINUTE_MS } from "@/lib/kit/time";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import type { ForgeVoucherCreatedInput } from "@/sandbox/control/pesavoucher-control";
import { callbacksWorked } from "@/test/mpesa";
import {
  calmPayouts,
  deliver,
  expectPayoutBooks,
  expectStanding,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  outcomesOf,
  readWithdrawal,
  sentWithdrawal,
  setPayoutsAside,
  voucherOf,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { getPayment } from "../get-payment";
import { failWithdrawal } from "./fail-withdrawal";
import { getPayoutCode } from "./get-payout-code";
import { voucherCreatedAddress } from "./voucher-created-address";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectPayoutBooks(shop);
  await setPayoutsAside();
});
afterAll(() => shop.close());

/** A voucher that was issued, whose answer was lost. */
async function issuedUntold() {
  await shop.sandbox.control.addFault({
    endpoint: "create_voucher",
    when: "after",
    effect: { kind: "drop" },
    times: 1,
  });
  const it = await sentWithdrawal(shop, { method: "pesavoucher" });
  await expectStanding(it.id, "sending");
  return { ...it, voucher: await voucherOf(shop, it.id) };
}

type Untold = Awaited<ReturnType<typeof issuedUntold>>;

/** Sends what the provider could have sent to the right address, with changes. */
async function say(
  { voucher }: Pick<Untold, "voucher">,
  changes: Partial<ForgeVoucherCreatedInput> = {},
): Promise<void> {
  await shop.sandbox.control.sendForgedVoucherCreated({
    url: voucher.callbackUrl ?? "",
    uniqueId: voucher.uniqueId ?? undefined,
    transactionId: voucher.transactionId,
    voucherCode: voucher.code,
    amountCents: voucher.amountCents,
    email: voucher.email,
    ...changes,
  });
  await callbacksWorked(shop);
}

const HELD = { available: 50_000n, held: 50_000n };
const TAKEN = { available: 50_000n, held: 0n };

describe("a voucher's callback pays a withdrawal whose answer was lost", () => {
  test("once, told twenty times at once", async () => {
    const it = await issuedUntold();
    const [record] = await shop.sandbox.control.callbacks({ uniqueId: it.reference });
    await Promise.all([
      shop.sandbox.control.duplicateCallback(record?.id ?? "", { copies: 10, parallel: true }),
      ...Array.from({ length: 10 }, (_, index) => say(it, { email: `copy${index}@example.com` })),
    ]);
    await callbacksWorked(shop);
    await expectStanding(it.id, "paid");
    expect(await moneyOf(it.user)).toEqual(TAKEN);
    expect(await db().ledgerMovement.count({ where: { ref: it.id, kind: "withdrawal_end" } })).toBe(
      1,
    );
    expect(await getPayoutCode(it.ctx, { paymentId: it.id })).toBe(it.voucher.code);
  });

  test("told before the order was answered", async () => {
    const { user, ctx } = await fundedCustomer(shop);
    const to = "early.bird@example.com";
    await shop.sandbox.control.scriptCallbacks({
      kind: "voucher_created",
      email: to,
      script: { beforeAnswer: true },
    });
    const id = await withdraw(ctx, { method: "pesavoucher", to });
    await shop.runJobs();
    await callbacksWorked(shop);
    await expectStanding(id, "paid");
    expect(await moneyOf(user)).toEqual(TAKEN);
  });

  test("told first of all that the receiver has redeemed it", async () => {
    const it = await issuedUntold();
    await say(it, { event: "voucher.redeemed" });
    await expectStanding(it.id, "paid");
    expect((await readWithdrawal(it.id)).voucherRedeemedAt).not.toBeNull();
  });
});

describe("a callback that does not fit changes no money", () => {
  test.each<
    [what: string, change: (it: Untold) => Partial<ForgeVoucherCreatedInput>, note: string]
  >([
    [
      "without the token",
      ({ voucher }) => ({ url: (voucher.callbackUrl ?? "").replace(/&token=.*/, "") }),
      "quarantined: without the token of this withdrawal's address",
    ],
    [
      "with another token",
      ({ voucher }) => ({
        url: (voucher.callbackUrl ?? "").replace(/token=.*/, `token=${crypto.randomUUID()}`),
      }),
      "quarantined: without the token of this withdrawal's address",
    ],
    [
      "with another reference",
      () => ({ uniqueId: crypto.randomUUID() }),
      "quarantined: names another order than this withdrawal's",
    ],
  ])("%s", async (_what, change, note) => {
    const it = await issuedUntold();
    await say(it, change(it));
    await expectStanding(it.id, "sending");
    expect(await moneyOf(it.user)).toEqual(HELD);
    expect(await outcomesOf(it.id)).toEqual([note]);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("without the header that names the provider", async () => {
    const it = await issuedUntold();
    await say(it, { source: null });
    await expectStanding(it.id, "sending");
    await say(it, { source: "Somebody" });
    await expectStanding(it.id, "sending");
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("another withdrawal's callback, at this one's address", async () => {
    const it = await issuedUntold();
    const other = await issuedUntold();
    await say(other, { url: it.voucher.callbackUrl ?? "" });
    await expectStanding(it.id, "sending");
    await expectStanding(other.id, "sending");
    for (const { id } of [it, other]) await deliver(shop, id);
  });

  test("another amount: a person is told, and the truth later pays", async () => {
    const it = await issuedUntold();
    await say(it, { amountCents: 100_000n });
    await expectStanding(it.id, "needs_review: amount_mismatch");
    expect(await moneyOf(it.user)).toEqual(HELD);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("the id of another voucher: a person is told", async () => {
    const first = await issuedUntold();
    await deliver(shop, first.id);
    const it = await issuedUntold();
    await say(it, { transactionId: first.voucher.transactionId });
    await expectStanding(it.id, "needs_review: receipt_reused");
    expect(await moneyOf(it.user)).toEqual(HELD);
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("another code, after it was paid: the first one stays", async () => {
    const it = await issuedUntold();
    await deliver(shop, it.id);
    await say(it, { voucherCode: "NLV-ANOTHERCODE12345" });
    expect(await getPayoutCode(it.ctx, { paymentId: it.id })).toBe(it.voucher.code);
    expect((await outcomesOf(it.id)).at(-1)).toMatch(/^quarantined: brings another code/);
  });

  test("about a withdrawal that was not sent, or is to a phone", async () => {
    const it = await issuedUntold();
    const { user, ctx } = await fundedCustomer(shop);
    const waiting = await withdraw(ctx, { method: "pesavoucher", amount: "100" });
    const phone = await withdraw(ctx, { amount: "100" });
    for (const id of [waiting, phone]) {
      await say(it, {
        url: voucherCreatedAddress(id),
        uniqueId: (await readWithdrawal(id)).providerRef,
      });
      await expectStanding(id, "requested");
    }
    expect((await moneyOf(user)).held).toBe(20_000n);
    await deliver(shop, it.id);
  });

  test("of a withdrawal nobody knows", async () => {
    const it = await issuedUntold();
    await say(it, { url: voucherCreatedAddress("wdr_nobody") });
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });
});

describe("redemption", () => {
  test("by the receiver is noted once, and moves no money", async () => {
    const it = await sentWithdrawal(shop, { method: "pesavoucher" });
    const voucher = await voucherOf(shop, it.id);
    await deliver(shop, it.id);
    expect((await getPayment(it.ctx, { paymentId: it.id })).payout?.redeemed_at).toBeNull();
    await shop.sandbox.control.redeemPayout(voucher.code);
    await deliver(shop, it.id);
    const { voucherRedeemedAt } = await readWithdrawal(it.id);
    expect(voucherRedeemedAt).not.toBeNull();
    await say({ voucher }, { event: "voucher.redeemed" });
    expect((await readWithdrawal(it.id)).voucherRedeemedAt).toEqual(voucherRedeemedAt);
    expect(await outcomesOf(it.id)).toContain("applied: the receiver has redeemed it");
    expect(await moneyOf(it.user)).toEqual(TAKEN);
    expect((await getPayment(it.ctx, { paymentId: it.id })).payout?.redeemed_at).toBe(
      voucherRedeemedAt?.toISOString(),
    );
  });
});

test("a voucher whose callback comes after its money was given back is for a person", async () => {
  const it = await issuedUntold();
  await sweepWithdrawals({ now: () => addMs(it.sentAt, 5 * MINUTE_MS), limit: 500 });
  await expectStanding(it.id, "needs_review: unconfirmed");
  const system = { ...it.ctx, actor: { kind: "system", id: "somebody decided" } } as const;
  expect(await failWithdrawal(system, { withdrawalId: it.id, reason: "rejected" })).toBe(true);
  expect(await moneyOf(it.user)).toEqual({ available: 100_000n, held: 0n });
  await deliver(shop, it.id);
  await expectStanding(it.id, "needs_review: contradiction");
  expect(await moneyOf(it.user)).toEqual({ available: 100_000n, held: 0n });
});
