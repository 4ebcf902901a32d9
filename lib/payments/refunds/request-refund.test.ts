import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { sweepRefunds } from "@/lib/recovery/sweep-refunds";
import { sweepWithdrawals } from "@/lib/recovery/sweep-withdrawals";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { callbacksWorked } from "@/test/mpesa";
import {
  calmPayouts,
  deliver,
  freshEmail,
  fund,
  moneyOf,
  openPayoutShop,
  send,
  setPayoutsAside,
  staffOf,
  withdraw,
  workerOf,
} from "@/test/payouts";
import {
  deliverRefund,
  depositAfter,
  expectRefund,
  expectRefundBooks,
  heldInSuspense,
  ordersOfRefund,
  paidByHand,
  paidByMpesa,
  paidByVoucher,
  readRefund,
  refund,
  refundOfSuspense,
  sendOne,
  setRefundsAside,
  type PaidDeposit,
} from "@/test/refunds";
import type { Shop } from "@/test/shop";
import { getPayment } from "../get-payment";
import { listPayments } from "../list-payments";
import { takenOut } from "../withdrawals/customer-limits";
import { failWithdrawal } from "../withdrawals/fail-withdrawal";
import { approveRefund } from "./approve-refund";
import { cancelRefund } from "./cancel-refund";
import { takeFromSuspense } from "./refunded-transaction";
import { rejectRefund } from "./reject-refund";
import { commitRefundIntent, deferRefund } from "./sending-refund";

const LIMIT = 500;
const HELD = { available: 0n, held: 50_000n };
const GONE = { available: 0n, held: 0n };
const BACK = { available: 50_000n, held: 0n };

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await expectRefundBooks(shop);
  await setRefundsAside();
  await setPayoutsAside();
});
afterAll(() => shop.close());

/** Where nothing listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${address.port}`;
}

/** Another one of the merchant's people. */
async function second(it: PaidDeposit): Promise<Ctx> {
  return (await staffOf(it.user.merchantId)).ctx;
}

async function decideAbove(it: PaidDeposit, reviewAboveCents: bigint | null): Promise<void> {
  await setWithdrawalRules(it.user.merchantId, { reviewAboveCents });
}

/** The code a request is refused with; a field's problem as `amount: empty`. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (typeof error !== "object" || error === null) return "taken";
  if ("fields" in error && typeof error.fields === "object")
    return Object.entries(error.fields ?? {})
      .map(([field, problem]) => `${field}: ${String(problem)}`)
      .join(", ");
  return "code" in error ? String(error.code) : String(error);
}

describe("who may give back what", () => {
  test("staff alone, with a reason, and a deposit of their own merchant's", async () => {
    const it = await paidByMpesa(shop);
    const stranger = await staffOf((await paidByMpesa(shop)).user.merchantId);
    expect(await refusalOf(refund({ ...it, staff: it.ctx }))).toBe("forbidden");
    expect(await refusalOf(refund({ ...it, staff: stranger.ctx }))).toBe("not_found");
    expect(await refusalOf(refund(it, { why: " \n " }))).toBe("why: empty");
    expect(await refusalOf(refund(it, { why: "x".repeat(501) }))).toBe("why: too_long");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("an M-Pesa payment goes back whole, and only once it has a receipt and an operator", async () => {
    const it = await paidByMpesa(shop);
    for (const amount of ["499", "501", "0.01"])
      expect(await refusalOf(refund(it, { amount }))).toBe("amount: refund_whole_only");
    expect(await refusalOf(refund(it, { amount: "" }))).toBe("amount: empty");
    const { depositId } = it;
    const where = { id: depositId };
    await db().deposit.update({ where, data: { providerReceipt: null } });
    expect(await refusalOf(refund(it))).toBe("refund_no_receipt");
    await db().deposit.update({ where, data: { providerReceipt: it.receipt } });
    const account = { merchantId: it.user.merchantId, isDefault: true };
    await db().providerAccount.updateMany({ where: account, data: { initiatorName: null } });
    expect(await refusalOf(refund(it))).toBe("refund_no_operator");
    const back = { initiatorName: "testapi", payoutsStopped: "8006" };
    await db().providerAccount.updateMany({ where: account, data: back });
    expect(await refusalOf(refund(it))).toBe("refund_operator_stopped");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("M-Pesa gives whole shillings back: a payment with cents is nothing it could be ordered for", async () => {
    const it = await paidByHand(shop);
    const paid = (paidCents: bigint) =>
      db().deposit.update({ where: { id: it.depositId }, data: { paidCents } });
    await paid(50_050n);
    expect(await refusalOf(refund(it, { amount: "500.50" }))).toBe("refund_has_cents");
    await paid(50_000n);
    const line = await heldInSuspense(shop);
    const came = (amountCents: bigint) =>
      db().providerTransaction.update({ where: { id: line.transactionId }, data: { amountCents } });
    await came(50_050n);
    expect(await refusalOf(refundOfSuspense(line))).toBe("refund_has_cents");
    await came(50_000n);
  });

  test("nothing that is not paid, is given back, or was spent", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId } = await shop.prompt(ctx, {});
    const { ctx: staff } = await staffOf(user.merchantId);
    expect(await refusalOf(refund({ staff, depositId }))).toBe("refund_not_paid");
    const it = await paidByMpesa(shop);
    const done = await refund(it);
    expect(await refusalOf(refund(it))).toBe("refund_under_way");
    await sendOne(done);
    await deliverRefund(shop, done);
    expect(await refusalOf(refund(it))).toBe("refund_given_back");
    const spent = await paidByMpesa(shop);
    await withdraw(spent.ctx, { amount: "10" });
    expect(await refusalOf(refund(spent))).toBe("refund_spent");
    expect(await depositAfter(spent.depositId)).toBe("paid 0");
  });

  test("the account that reverses has an operator, and pays no withdrawals", async () => {
    const it = await paidByMpesa(shop);
    const accounts = await db().providerAccount.findMany({
      where: { merchantId: it.user.merchantId },
      orderBy: { shortcode: "asc" },
      select: { shortcode: true, initiatorName: true, isDefault: true, isPayoutDefault: true },
    });
    const initiatorName = "testapi";
    expect(accounts).toEqual([
      { shortcode: "174379", initiatorName, isDefault: true, isPayoutDefault: false },
      { shortcode: "600998", initiatorName, isDefault: false, isPayoutDefault: true },
    ]);
  });

  test("the same form again is the same refund; after one that failed, a new one", async () => {
    const it = await paidByMpesa(shop);
    const attemptKey = crypto.randomUUID();
    const ids = await Promise.all(Array.from({ length: 10 }, () => refund(it, { attemptKey })));
    expect(new Set(ids).size).toBe(1);
    expect(await moneyOf(it.user)).toEqual(HELD);
    await cancelRefund(it.staff, { refundId: ids[0] ?? "" });
    await expectRefund(ids[0] ?? "", "failed: cancelled");
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await refund(it, { attemptKey })).not.toBe(ids[0]);
  });
});

describe("never more than was paid", () => {
  test("a hundred full refunds of one M-Pesa payment at once: one is taken", async () => {
    const it = await paidByMpesa(shop);
    const taken = await Promise.all(Array.from({ length: 100 }, () => refusalOf(refund(it))));
    expect(taken.filter((said) => said === "taken")).toHaveLength(1);
    expect(new Set(taken)).toEqual(new Set(["taken", "refund_under_way"]));
    await shop.runJobs();
    const reversals = await shop.sandbox.control.reversals({ originalReceipt: it.receipt });
    expect(reversals).toHaveLength(1);
    expect(await depositAfter(it.depositId)).toBe("paid 50000");
    expect(await moneyOf(it.user)).toEqual(HELD);
  });

  test("a hundred parts of one voucher at once: as many as were paid for, though there is other money", async () => {
    const it = await paidByVoucher(shop);
    await fund(it.user, 500_000n);
    const taken = await Promise.all(
      Array.from({ length: 100 }, () =>
        refusalOf(refund(it, { amount: "70", email: freshEmail() })),
      ),
    );
    expect(taken.filter((said) => said === "taken")).toHaveLength(7);
    expect(await depositAfter(it.depositId)).toBe("paid 49000");
    expect(await moneyOf(it.user)).toEqual({ available: 501_000n, held: 49_000n });
  });

  test("the database itself refuses to promise more", async () => {
    const { depositId } = await paidByMpesa(shop);
    const more = db().deposit.update({ where: { id: depositId }, data: { refundCents: 50_001n } });
    await expect(more).rejects.toThrow(/deposits_refund_within_paid/);
  });
});

describe("a second person", () => {
  test("approves what is above the limit, and nobody approves their own", async () => {
    const it = await paidByMpesa(shop);
    await decideAbove(it, 49_999n);
    const id = await refund(it);
    await expectRefund(id, "awaiting_approval");
    await shop.runJobs();
    expect(await ordersOfRefund(id)).toBe(0);
    expect(await refusalOf(approveRefund(it.staff, { refundId: id }))).toBe("own_request");
    expect(await refusalOf(approveRefund(it.ctx, { refundId: id }))).toBe("forbidden");
    const stranger = await staffOf((await paidByMpesa(shop)).user.merchantId);
    expect(await refusalOf(approveRefund(stranger.ctx, { refundId: id }))).toBe("not_found");
    const another = await second(it);
    const approved = await Promise.all(
      Array.from({ length: 5 }, () => approveRefund(another, { refundId: id, note: "yes" })),
    );
    expect(approved.filter(Boolean)).toHaveLength(1);
    await shop.runJobs();
    await deliverRefund(shop, id);
    await expectRefund(id, "done");
    expect(await readRefund(id)).toMatchObject({
      decidedById: another.actor.id,
      decisionNote: "yes",
    });
    const own = db().refund.update({ where: { id }, data: { decidedById: it.staff.actor.id } });
    await expect(own).rejects.toThrow(/refunds_two_people/);
  });

  test("is not needed at the limit, or where there is none", async () => {
    for (const limit of [50_000n, null]) {
      const it = await paidByMpesa(shop);
      await decideAbove(it, limit);
      await expectRefund(await refund(it), "requested");
    }
  });

  test("turns it down with a reason, and the customer has the money again", async () => {
    const it = await paidByMpesa(shop);
    await decideAbove(it, 0n);
    const id = await refund(it);
    const another = await second(it);
    expect(await refusalOf(rejectRefund(another, { refundId: id, note: "" }))).toBe("note: empty");
    expect(await rejectRefund(another, { refundId: id, note: "it was delivered" })).toBe(true);
    expect(await rejectRefund(another, { refundId: id, note: "again" })).toBe(false);
    expect(await approveRefund(another, { refundId: id })).toBe(false);
    await expectRefund(id, "failed: rejected");
    expect(await moneyOf(it.user)).toEqual(BACK);
    expect(await depositAfter(it.depositId)).toBe("paid 0");
  });

  test("has a day: then the money is back, and an approval that comes later is none", async () => {
    const it = await paidByMpesa(shop);
    await decideAbove(it, 0n);
    const id = await refund(it);
    const later = addMs(new Date(), DAY_MS + MINUTE_MS);
    const another = await second(it);
    expect(await approveRefund({ ...another, now: () => later }, { refundId: id })).toBe(false);
    await sweepRefunds({ now: () => later, limit: LIMIT });
    await expectRefund(id, "failed: approval_expired");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("is needed by whoever made the payment themselves, and is never that person", async () => {
    const it = await paidByMpesa(shop);
    await decideAbove(it, null);
    await db().user.updateMany({ where: { phone: it.phone }, data: { phone: null } });
    await db().user.update({ where: { id: it.staff.actor.id }, data: { phone: it.phone } });
    const id = await refund(it);
    await expectRefund(id, "awaiting_approval");
    const other = await second(it);
    const asked = await paidByMpesa(shop, "500");
    expect(asked.depositId).not.toBe(it.depositId);
    await db().refund.update({ where: { id }, data: { requestedById: other.actor.id } });
    expect(await refusalOf(approveRefund(it.staff, { refundId: id }))).toBe("own_request");
  });
});

describe("sending", () => {
  test("happens once, whoever sends", async () => {
    const it = await paidByMpesa(shop);
    const id = await refund(it);
    await Promise.all([sendOne(id), sendOne(id), sendOne(id), shop.runJobs()]);
    expect(await ordersOfRefund(id)).toBe(1);
    await expectRefund(id, "submitted");
    await deliverRefund(shop, id);
    await expectRefund(id, "done");
  });

  test("waits while M-Pesa cannot be reached, and is given up after ten minutes", async () => {
    const it = await paidByMpesa(shop);
    const id = await refund(it);
    await shop.sandbox.control.addFault({
      endpoint: "reversal",
      effect: { kind: "gateway", form: "spike_arrest" },
    });
    await sendOne(id);
    await expectRefund(id, "requested");
    expect((await readRefund(id)).sentAt).toBeNull();
    expect(await cancelRefund(await second(it), { refundId: id }).catch(() => "no")).toBe("no");
    const { createdAt } = await readRefund(id);
    await sweepRefunds({ now: () => addMs(createdAt, 11 * MINUTE_MS), limit: LIMIT });
    await expectRefund(id, "failed: not_sent");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("stays in line when the connection to M-Pesa is not even made, and goes out later", async () => {
    const it = await paidByHand(shop);
    // With a token in hand the order itself is what finds nobody.
    const other = await paidByHand(shop);
    await sendOne(await refund(other));
    const id = await refund(it);
    const { mpesa } = env();
    const { baseUrl } = mpesa;
    mpesa.baseUrl = await closedAddress();
    await sendOne(id).finally(() => {
      mpesa.baseUrl = baseUrl;
    });
    expect(await ordersOfRefund(id)).toBe(1);
    await expectRefund(id, "requested");
    expect(await readRefund(id)).toMatchObject({ sentAt: null, submittedAt: null });
    await calmPayouts(shop);
    await sendOne(id);
    await deliverRefund(shop, id);
    await expectRefund(id, "done");
  });

  test("is put back in line only by the attempt that made the call", async () => {
    const it = await paidByHand(shop);
    const id = await refund(it);
    const worker = workerOf(it.user.merchantId);
    const sentAt = await commitRefundIntent(worker, id);
    if (!sentAt) throw new Error("nobody else sends it");
    const row = await readRefund(id);
    const because = "unreached";
    const earlier = addMs(sentAt, -MINUTE_MS);
    await deferRefund(worker, row, { because, retryAt: null, sentAt: earlier });
    await expectRefund(id, "sending");
    await deferRefund(worker, row, { because, retryAt: null, sentAt });
    await expectRefund(id, "requested");
  });

  test("is refused by the gateway for good: the money is back", async () => {
    const it = await paidByMpesa(shop);
    const id = await refund(it);
    await shop.sandbox.control.addFault({
      ...{ endpoint: "reversal", times: 1 },
      effect: {
        ...{ kind: "envelope", status: 400, errorCode: "400.002.02" },
        errorMessage: "Bad Request - Invalid Initiator",
      },
    });
    await sendOne(id);
    await expectRefund(id, "failed: setup");
    expect(await moneyOf(it.user)).toEqual(BACK);
  });

  test("does not happen from an account whose operator was stopped meanwhile", async () => {
    const it = await paidByMpesa(shop);
    const id = await refund(it);
    const { accountId } = await readRefund(id);
    await db().providerAccount.update({
      where: { id: accountId ?? "" },
      data: { payoutsStopped: "2001" },
    });
    await sendOne(id);
    await expectRefund(id, "failed: setup");
    expect(await ordersOfRefund(id)).toBe(0);
  });
});

describe("a voucher goes back by a voucher", () => {
  test("in parts, each approved by another person, until all of it is back", async () => {
    const it = await paidByVoucher(shop);
    const part = await refund(it, { amount: "200", email: freshEmail() });
    await expectRefund(part, "awaiting_approval");
    expect(await moneyOf(it.user)).toEqual({ available: 30_000n, held: 20_000n });
    await approveRefund(await second(it), { refundId: part });
    await expectRefund(part, "requested");
    const { withdrawalId } = await readRefund(part);
    await send(withdrawalId ?? "");
    await expectRefund(part, "done");
    expect(await depositAfter(it.depositId)).toBe("paid 20000");
    const rest = await refund(it, { amount: "300", email: freshEmail() });
    await approveRefund(await second(it), { refundId: rest });
    await shop.runJobs();
    await expectRefund(rest, "done");
    expect(await depositAfter(it.depositId)).toBe("reversed 50000");
    expect(await moneyOf(it.user)).toEqual(GONE);
    const owner = { customerId: it.user.id };
    // What staff gave back is none of what the customer may take out.
    expect(await takenOut(it.staff, owner)).toMatchObject({ dayCents: 0n, weekCents: 0n });
  });

  test("the customer reads each part once it is back, and nothing of what is only asked for", async () => {
    const it = await paidByVoucher(shop);
    const seen = () => getPayment(it.ctx, { paymentId: it.depositId });
    const part = await refund(it, { amount: "200", email: freshEmail() });
    await refund(it, { amount: "100", email: freshEmail() });
    expect(await seen()).toMatchObject({ amount_given_back: null, given_back: [] });
    await approveRefund(await second(it), { refundId: part });
    const { withdrawalId } = await readRefund(part);
    await send(withdrawalId ?? "");
    const { settledAt } = await readRefund(part);
    const back = {
      ...{ amount: "200.00", method: "pesavoucher", payment_id: withdrawalId },
      at: settledAt?.toISOString(),
    };
    expect(await seen()).toMatchObject({
      ...{ status: "paid", amount_given_back: "200.00", given_back: [back] },
    });
    const { payments } = await listPayments(it.ctx, {});
    const ways = payments.filter(({ direction }) => direction === "out");
    expect(ways.map(({ payout }) => payout?.refund_of)).toEqual([it.depositId, it.depositId]);
    expect(await getPayment(it.ctx, { paymentId: withdrawalId ?? "" })).toMatchObject({
      payout: { refund_of: it.depositId },
      given_back: [],
    });
  });

  test("needs an address, at least KSh 50, and no more than is left", async () => {
    const it = await paidByVoucher(shop);
    const email = freshEmail();
    expect(await refusalOf(refund(it, { email: "" }))).toBe("email: empty");
    expect(await refusalOf(refund(it, { email, amount: "49" }))).toBe(
      "amount: below_voucher_payout",
    );
    expect(await refusalOf(refund(it, { email, amount: "501" }))).toBe("amount: refund_above_left");
    await refund(it, { email, amount: "460" });
    expect(await refusalOf(refund(it, { email, amount: "50" }))).toBe("refund_nothing_left");
  });

  test("is refused where the customer has spent it, and after a voucher that went out against our books", async () => {
    const it = await paidByVoucher(shop);
    await withdraw(it.ctx, { amount: "10" });
    const email = freshEmail();
    expect(await refusalOf(refund(it, { email }))).toBe("refund_spent");
    expect(await depositAfter(it.depositId)).toBe("paid 0");
    const id = await refund(it, { email, amount: "400" });
    await cancelRefund(it.staff, { refundId: id });
    const where = { id };
    await db().refund.update({ where, data: { state: "needs_review", reason: "contradiction" } });
    expect(await refusalOf(refund(it, { email, amount: "300" }))).toBe("refund_contradiction");
    await db().refund.update({ where, data: { state: "failed", reason: "cancelled" } });
    expect(await refusalOf(refund(it, { email, amount: "300" }))).toBe("taken");
  });

  test("ends as its withdrawal does: turned down, expired, taken back, refused", async () => {
    const ends = [
      async (id: string, it: PaidDeposit) =>
        void (await rejectRefund(await second(it), { refundId: id, note: "no" })),
      async () => {
        const later = addMs(new Date(), DAY_MS + HOUR_MS);
        await sweepWithdrawals({ now: () => later, limit: LIMIT });
      },
      async (id: string, it: PaidDeposit) => void (await cancelRefund(it.staff, { refundId: id })),
      async (id: string, it: PaidDeposit) => {
        await approveRefund(await second(it), { refundId: id });
        const { withdrawalId } = await readRefund(id);
        await failWithdrawal(workerOf(it.user.merchantId), {
          ...{ withdrawalId: withdrawalId ?? "", reason: "float_low", event: "give_up" },
        });
      },
    ];
    const reasons = ["rejected", "approval_expired", "cancelled", "float_low"];
    for (const [index, end] of ends.entries()) {
      const it = await paidByVoucher(shop);
      const id = await refund(it, { email: freshEmail() });
      await end(id, it);
      await expectRefund(id, `failed: ${reasons[index]}`);
      expect(await moneyOf(it.user)).toEqual(BACK);
      expect(await depositAfter(it.depositId)).toBe("paid 0");
    }
  });

  test("whose answer was lost waits for its callback, and is done by it", async () => {
    const it = await paidByVoucher(shop);
    const id = await refund(it, { email: freshEmail() });
    await approveRefund(await second(it), { refundId: id });
    await shop.sandbox.control.addFault({
      ...{ endpoint: "create_voucher", when: "after", times: 1 },
      effect: { kind: "drop" },
    });
    const { withdrawalId } = await readRefund(id);
    await send(withdrawalId ?? "");
    await expectRefund(id, "sending");
    await deliver(shop, withdrawalId ?? "");
    await expectRefund(id, "done");
    expect(await depositAfter(it.depositId)).toBe("reversed 50000");
  });
});

describe("money in suspense goes back to whoever paid it", () => {
  const standing = async (id: string) =>
    (await db().providerTransaction.findUniqueOrThrow({ where: { id } })).standing;

  test("by one reversal, and is returned", async () => {
    const it = await heldInSuspense(shop);
    const said = await Promise.all(
      Array.from({ length: 20 }, () => refusalOf(refundOfSuspense(it))),
    );
    expect(said.filter((code) => code === "taken")).toHaveLength(1);
    const { id } = await db().refund.findFirstOrThrow({
      where: { transactionId: it.transactionId },
    });
    expect(await standing(it.transactionId)).toBe("matched");
    await sendOne(id);
    await deliverRefund(shop, id);
    await expectRefund(id, "done");
    expect(await standing(it.transactionId)).toBe("returned");
    expect(await refusalOf(refundOfSuspense(it))).toBe("refund_not_in_suspense");
  });

  test("but not what somebody was given a moment before, whatever was read of it", async () => {
    const { user, staff, transactionId } = await heldInSuspense(shop);
    await refundOfSuspense({ staff, transactionId });
    const late = takeFromSuspense(workerOf(user.merchantId), {
      ...{ transactionId, refundId: "rfd_another" },
    });
    expect(await refusalOf(late)).toBe("refund_not_in_suspense");
  });

  test("above the limit only when another person has said so, and never twice meanwhile", async () => {
    const it = await heldInSuspense(shop);
    await setWithdrawalRules(it.user.merchantId, { reviewAboveCents: 49_999n });
    const id = await refundOfSuspense(it);
    await expectRefund(id, "awaiting_approval");
    expect(await standing(it.transactionId)).toBe("matched");
    expect(await refusalOf(approveRefund(it.staff, { refundId: id }))).toBe("own_request");
    await approveRefund((await staffOf(it.user.merchantId)).ctx, { refundId: id });
    await shop.runJobs();
    await deliverRefund(shop, id);
    await expectRefund(id, "done");
    expect(await standing(it.transactionId)).toBe("returned");
  });

  test("and is in suspense again when M-Pesa refuses", async () => {
    const it = await heldInSuspense(shop);
    await shop.sandbox.control.scriptCallbacks({
      ...{ kind: "reversal_result", receipt: it.receipt, times: 1 },
      script: { endsWith: { resultCode: "1" } },
    });
    const refundId = await refundOfSuspense(it);
    await sendOne(refundId);
    await deliverRefund(shop, refundId);
    await expectRefund(refundId, "failed: float_empty");
    const row = await db().providerTransaction.findUniqueOrThrow({
      where: { id: it.transactionId },
    });
    expect(row).toMatchObject({
      ...{ standing: "suspense", cause: "unknown_reference" },
      ...{ paymentId: null, settledAt: null },
    });
    await callbacksWorked(shop);
    const again = await refundOfSuspense(it);
    await expectRefund(again, "requested");
  });
});
