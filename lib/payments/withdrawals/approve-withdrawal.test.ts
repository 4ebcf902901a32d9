import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import { freshPhone } from "@/test/mpesa";
import {
  at,
  calmPayouts,
  deliver,
  expectPayoutBooks,
  expectStanding,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  ordersFor,
  readWithdrawal,
  send,
  setPayoutsAside,
  staffOf,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { getPayment } from "../get-payment";
import { approveWithdrawal } from "./approve-withdrawal";
import { cancelWithdrawal } from "./cancel-withdrawal";
import { listForApproval } from "./list-for-approval";
import { rejectWithdrawal } from "./reject-withdrawal";
import { requestWithdrawal } from "./request-withdrawal";

const FUNDS_CENTS = 20_000_000n;
const ASKED_CENTS = 6_000_000n;

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

const BACK = { available: FUNDS_CENTS, held: 0n };
const HELD = { available: FUNDS_CENTS - ASKED_CENTS, held: ASKED_CENTS };
const TAKEN = { available: FUNDS_CENTS - ASKED_CENTS, held: 0n };

/** A withdrawal over the limit for approvals, and somebody to decide about it. */
async function waiting() {
  const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
  const staff = await staffOf(user.merchantId);
  const id = await withdraw(ctx, { amount: "60000" });
  return { user, ctx, id, staff, createdAt: (await readWithdrawal(id)).createdAt };
}

/** A withdrawal staff asked for in a customer's name. */
async function askedByStaff() {
  const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
  const maker = await staffOf(user.merchantId, "admin");
  const { withdrawalId: id } = await requestWithdrawal(maker.ctx, {
    method: "mpesa",
    amount: "60000",
    to: freshPhone(),
    attemptKey: crypto.randomUUID(),
    passwordConfirmed: false,
    customerId: user.id,
  });
  return { user, ctx, id, maker };
}

function sweepAt(moment: Date): Promise<number> {
  return sweepWithdrawals({ now: () => moment, limit: 500 });
}

describe("above the merchant's limit a withdrawal waits for another person", () => {
  test("exactly at the limit it goes out; one shilling more waits, and nothing is sent", async () => {
    const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const small = await withdraw(ctx, { amount: "50000" });
    const large = await withdraw(ctx, { amount: "50001" });
    await expectStanding(small, "requested");
    await expectStanding(large, "awaiting_approval");
    await shop.runJobs({ evenLater: true });
    await sweepAt(addMs(new Date(), 60_000));
    expect(await ordersFor(large)).toBe(0);
    await deliver(shop, small);
    expect((await moneyOf(user)).held).toBe(5_000_100n);
    expect(await getPayment(ctx, { paymentId: large })).toMatchObject({
      status: "waiting",
      step: "approval",
    });
  });

  test("approved, it is sent once", async () => {
    const it = await waiting();
    expect(await approveWithdrawal(it.staff.ctx, { withdrawalId: it.id, note: " known " })).toBe(
      true,
    );
    expect(await readWithdrawal(it.id)).toMatchObject({
      decidedById: it.staff.user.id,
      decisionNote: "known",
    });
    await shop.runJobs();
    expect(await approveWithdrawal(it.staff.ctx, { withdrawalId: it.id })).toBe(false);
    await shop.runJobs();
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
    expect(await ordersFor(it.id)).toBe(1);
    expect(await moneyOf(it.user)).toEqual(TAKEN);
  });

  test("an approval late in its day leaves ten whole minutes for sending", async () => {
    const it = await waiting();
    const late = addMs(it.createdAt, DAY_MS - 1);
    expect(await approveWithdrawal(at(it.staff.ctx, late), { withdrawalId: it.id })).toBe(true);
    expect(await readWithdrawal(it.id)).toMatchObject({ deadlineAt: addMs(late, 600_000) });
    await send(it.id, addMs(late, 599_999));
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("turned down with a reason, the money is back; without one, nothing happens", async () => {
    const it = await waiting();
    for (const note of ["", "  \n "]) {
      await expect(
        rejectWithdrawal(it.staff.ctx, { withdrawalId: it.id, note }),
      ).rejects.toMatchObject({ fields: { note: "empty" } });
    }
    await expect(
      rejectWithdrawal(it.staff.ctx, { withdrawalId: it.id, note: "x".repeat(501) }),
    ).rejects.toMatchObject({ fields: { note: "too_long" } });
    await expectStanding(it.id, "awaiting_approval");
    expect(
      await rejectWithdrawal(it.staff.ctx, { withdrawalId: it.id, note: "who is this?" }),
    ).toBe(true);
    await expectStanding(it.id, "failed: rejected");
    expect(await readWithdrawal(it.id)).toMatchObject({ decisionNote: "who is this?" });
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await rejectWithdrawal(it.staff.ctx, { withdrawalId: it.id, note: "again" })).toBe(
      false,
    );
    expect(await approveWithdrawal(it.staff.ctx, { withdrawalId: it.id })).toBe(false);
    await shop.runJobs();
    expect(await ordersFor(it.id)).toBe(0);
    expect(await readWithdrawal(it.id)).toMatchObject({ decisionNote: "who is this?" });
    const shown = JSON.stringify(await getPayment(it.ctx, { paymentId: it.id }));
    expect(shown).not.toContain("who is this?");
  });

  test("nobody decides within 24 hours: it ends, the money is back, and a late yes is none", async () => {
    const it = await waiting();
    const endsAt = addMs(it.createdAt, DAY_MS);
    await sweepAt(addMs(endsAt, -1));
    await expectStanding(it.id, "awaiting_approval");
    expect(await approveWithdrawal(at(it.staff.ctx, endsAt), { withdrawalId: it.id })).toBe(false);
    await expectStanding(it.id, "awaiting_approval");
    await sweepAt(endsAt);
    await expectStanding(it.id, "failed: approval_expired");
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await approveWithdrawal(it.staff.ctx, { withdrawalId: it.id })).toBe(false);
    expect(await ordersFor(it.id)).toBe(0);
  });

  test("the customer may take it back while it waits", async () => {
    const it = await waiting();
    expect(await cancelWithdrawal(it.ctx, { withdrawalId: it.id })).toBe(true);
    await expectStanding(it.id, "failed: cancelled");
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await approveWithdrawal(it.staff.ctx, { withdrawalId: it.id })).toBe(false);
  });
});

describe("whoever asked does not decide", () => {
  test("staff cannot approve or turn down their own request, and another person can", async () => {
    const it = await askedByStaff();
    const own = { status: 403, code: "own_request" };
    await expect(approveWithdrawal(it.maker.ctx, { withdrawalId: it.id })).rejects.toMatchObject(
      own,
    );
    await expect(
      rejectWithdrawal(it.maker.ctx, { withdrawalId: it.id, note: "mine" }),
    ).rejects.toMatchObject(own);
    await expectStanding(it.id, "awaiting_approval");
    expect(await moneyOf(it.user)).toEqual(HELD);
    const checker = await staffOf(it.user.merchantId);
    expect(await listForApproval(checker.ctx)).toMatchObject([{ id: it.id, isMine: false }]);
    expect(await listForApproval(it.maker.ctx)).toMatchObject([{ id: it.id, isMine: true }]);
    expect(await approveWithdrawal(checker.ctx, { withdrawalId: it.id })).toBe(true);
    await shop.runJobs();
    await deliver(shop, it.id);
    await expectStanding(it.id, "paid");
  });

  test("the database itself refuses it, whatever the code does", async () => {
    const it = await askedByStaff();
    const write = db().withdrawal.update({
      where: { id: it.id },
      data: { decidedById: it.maker.user.id },
    });
    await expect(write).rejects.toThrow(/withdrawals_maker_is_not_checker/);
  });

  test("customers, other merchants' staff and unknown ids decide nothing", async () => {
    const it = await waiting();
    const stranger = await staffOf((await fundedCustomer(shop)).user.merchantId, "admin");
    const expectRefused = async (ctx: typeof it.ctx, status: number, withdrawalId = it.id) => {
      const refused = { status };
      await expect(approveWithdrawal(ctx, { withdrawalId })).rejects.toMatchObject(refused);
      const rejecting = rejectWithdrawal(ctx, { withdrawalId, note: "no" });
      await expect(rejecting).rejects.toMatchObject(refused);
    };
    await expectRefused(it.ctx, 403);
    await expectRefused(stranger.ctx, 404);
    await expectRefused(it.staff.ctx, 404, "wdr_nothing");
    await expectStanding(it.id, "awaiting_approval");
    expect(await listForApproval(stranger.ctx)).toEqual([]);
    await expect(listForApproval(it.ctx)).rejects.toMatchObject({ status: 403 });
  });
});

describe("taking it back", () => {
  test("while it stands in line: the money is back at once, and nothing is sent", async () => {
    const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const id = await withdraw(ctx);
    expect(await cancelWithdrawal(ctx, { withdrawalId: id })).toBe(true);
    expect(await moneyOf(user)).toEqual(BACK);
    await shop.runJobs();
    await sweepAt(addMs(new Date(), 60_000));
    expect(await ordersFor(id)).toBe(0);
    await expectStanding(id, "failed: cancelled");
  });

  test("once it was sent: too late, and nothing changes", async () => {
    const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const id = await withdraw(ctx);
    await shop.runJobs();
    expect(await cancelWithdrawal(ctx, { withdrawalId: id })).toBe(false);
    await expectStanding(id, "submitted");
    await deliver(shop, id);
    expect(await cancelWithdrawal(ctx, { withdrawalId: id })).toBe(false);
    await expectStanding(id, "paid");
    expect(await moneyOf(user)).toEqual({ available: FUNDS_CENTS - 50_000n, held: 0n });
  });

  test("is for its customer alone", async () => {
    const { user, ctx } = await fundedCustomer(shop, FUNDS_CENTS);
    const id = await withdraw(ctx);
    const neighbour = await fundedCustomer(shop, 1n, user.merchantId);
    const stranger = await fundedCustomer(shop);
    const staff = await staffOf(user.merchantId, "admin");
    for (const other of [neighbour.ctx, stranger.ctx, staff.ctx])
      await expect(cancelWithdrawal(other, { withdrawalId: id })).rejects.toMatchObject({
        status: 404,
      });
    await expectStanding(id, "requested");
  });
});
