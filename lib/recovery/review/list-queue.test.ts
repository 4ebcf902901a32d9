import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { ForbiddenError, NotFoundError } from "@/lib/errors";
import { newId } from "@/lib/kit/ids";
import { maskPhone } from "@/lib/kit/phone";
import { addMs, DAY_MS, SECOND_MS } from "@/lib/kit/time";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { setAside } from "@/test/mpesa";
import { at, calmPayouts, openPayoutShop, setPayoutsAside, staffOf } from "@/test/payouts";
import {
  auditOf,
  bookLine,
  contradiction,
  depositInReview,
  press,
  strangerOf,
  twoPeople,
  withdrawalInReview,
} from "@/test/review";
import type { Shop } from "@/test/shop";
import { listAttention } from "../list-attention";
import { assignCase } from "./assign-case";
import { driftId } from "./drift";
import { findCustomers } from "./find-customers";
import { getReviewCase } from "./get-review-case";
import { listQueue } from "./list-queue";

let shop: Shop;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(() => calmPayouts(shop));
afterEach(async () => {
  await setPayoutsAside();
  await setAside();
});
afterAll(() => shop.close());

async function idsOf(ctx: Ctx, input: Parameters<typeof listQueue>[1] = {}): Promise<string[]> {
  return (await listQueue(ctx, input)).rows.map(({ subjectId }) => subjectId);
}

async function drifted(merchantId: string): Promise<string> {
  const day = new Date("2026-11-20T00:00:00Z");
  const row = { merchantId, name: "pesavoucher", day };
  await db().balanceComparison.create({
    data: {
      ...row,
      ...{ bookedCents: 100n, providerCents: 90n, inFlightCents: 0n, driftCents: -10n },
      comparedAt: day,
    },
  });
  return driftId(row);
}

describe("the queue", () => {
  test("has what waits for a person, of every kind, oldest first, and nobody else's", async () => {
    const { user, depositId, maker } = await depositInReview(shop);
    const { transactionId, receipt } = await bookLine(user.merchantId, { amountCents: 30_000n });
    const drift = await drifted(user.merchantId);
    const other = await withdrawalInReview(shop);
    const { rows, counts } = await listQueue(maker);
    expect(rows.map(({ subjectId, situation }) => [subjectId, situation])).toEqual([
      [drift, "drift"],
      [depositId, "unconfirmed"],
      [transactionId, "no_reference"],
    ]);
    expect(rows.map(({ amount }) => amount)).toEqual(["0.10", "500.00", "300.00"]);
    // What tells one line from the next.
    const line = { receipt, reference: null, payer: maskPhone("+254712345678") };
    expect(rows.map((row) => row.line)).toEqual([null, null, line]);
    expect(counts).toMatchObject({ all: 3, mine: 0, approval: 0 });
    expect(await idsOf(other.maker)).toEqual([other.id]);
    expect(await idsOf(await strangerOf())).toEqual([]);
    await expect(listQueue({ ...maker, actor: { kind: "customer", id: user.id } })).rejects.toThrow(
      ForbiddenError,
    );
  });

  test("has what is open past its deadline, and forgets what has ended", async () => {
    const { user, ctx } = await shop.customer();
    const { ctx: staff } = await staffOf(user.merchantId);
    const { depositId } = await shop.prompt(ctx);
    expect(await idsOf(staff)).toEqual([]);
    const { deadlineAt } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    expect(await idsOf(at(staff, addMs(deadlineAt, -1)))).toEqual([]);
    const [row] = (await listQueue(at(staff, deadlineAt))).rows;
    expect(row).toMatchObject({ subjectId: depositId, situation: "deposit_late" });
    await db().deposit.update({
      where: { id: depositId },
      data: { state: "failed", reason: "unconfirmed" },
    });
    expect(await idsOf(at(staff, addMs(deadlineAt, DAY_MS)))).toEqual([]);
  });

  test("is cut down by kind, by who looks after it, and to what I may agree to", async () => {
    const { user, depositId, maker, checker } = await depositInReview(shop, "6000");
    const { transactionId } = await bookLine(user.merchantId, { amountCents: 30_000n });
    await press(maker, depositId, "mark_not_paid");
    await assignCase(checker, { subjectId: transactionId, assigneeId: maker.actor.id });
    expect(await idsOf(maker, { kind: "transaction" })).toEqual([transactionId]);
    expect(await idsOf(maker, { filter: "mine" })).toEqual([transactionId]);
    expect(await idsOf(checker, { filter: "mine" })).toEqual([]);
    expect(await idsOf(checker, { filter: "approval" })).toEqual([depositId]);
    expect(await idsOf(maker, { filter: "approval" })).toEqual([]);
    expect((await listQueue(checker)).counts).toEqual({
      ...{ all: 2, mine: 0, approval: 1 },
      ofKind: { deposit: 1, transaction: 1 },
    });
  });

  test("a decision about what is in no list is a row of its own", async () => {
    const { user, depositId, maker, checker } = await depositInReview(shop, "6000");
    await db().deposit.update({ where: { id: depositId }, data: { state: "failed" } });
    expect(await idsOf(checker)).toEqual([]);
    const params = { creditAmount: "6000", receipt: "QUEUE00001" };
    await press(maker, depositId, "credit_by_person", params);
    const { rows } = await listQueue(checker, { filter: "approval" });
    expect(rows).toMatchObject([{ subjectId: depositId, situation: "decision_waits" }]);
    expect(rows[0]?.decision).toMatchObject({ action: "credit_by_person", isMine: false });
    // Whoever has to agree sees what to.
    const { decisions } = await getReviewCase(checker, { subjectId: depositId });
    expect(decisions).toMatchObject([{ using: ["QUEUE00001", "6000.00"], state: "waiting" }]);
    expect(user.merchantId).toBe(checker.merchantId);
  });

  test("is read page by page, each row once, however many share a moment", async () => {
    const { id: merchantId } = await createMerchant();
    const { maker } = await twoPeople(merchantId);
    const lines = await Promise.all(
      Array.from({ length: 7 }, () => bookLine(merchantId, { amountCents: 10_000n })),
    );
    await db().providerTransaction.updateMany({
      where: { merchantId },
      data: { occurredAt: new Date("2026-11-20T10:00:00Z") },
    });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listQueue(maker, { rowsMax: 3, cursor: cursor ?? undefined });
      seen.push(...page.rows.map(({ subjectId }) => subjectId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(lines.map(({ transactionId }) => transactionId).sort());
    expect(await idsOf(maker, { cursor: "nonsense" })).toHaveLength(7);
  });

  test("a difference leaves it once somebody has said why", async () => {
    const { id: merchantId } = await createMerchant();
    const { maker } = await twoPeople(merchantId);
    const drift = await drifted(merchantId);
    expect(await getReviewCase(maker, { subjectId: drift })).toMatchObject({ actions: ["leave"] });
    await press(maker, drift, "leave");
    expect(await idsOf(maker)).toEqual([]);
    await expect(press(maker, drift, "leave")).rejects.toMatchObject({ code: "review_ended" });
    await expect(press(await strangerOf(), drift, "leave")).rejects.toThrow(NotFoundError);
  });
});

test("two merchants' people each look after their own difference of one day", async () => {
  const [one, other] = await Promise.all([createMerchant(), createMerchant()]);
  const [{ maker: ours }, { maker: theirs }] = [await twoPeople(one.id), await twoPeople(other.id)];
  const subjectId = await drifted(one.id);
  expect(await drifted(other.id)).toBe(subjectId);
  await assignCase(ours, { subjectId, assigneeId: ours.actor.id });
  await assignCase(theirs, { subjectId, assigneeId: theirs.actor.id });
  for (const ctx of [ours, theirs]) {
    expect((await getReviewCase(ctx, { subjectId })).assignee?.id).toBe(ctx.actor.id);
    expect(await idsOf(ctx, { filter: "mine" })).toEqual([subjectId]);
  }
});

describe("what may be done about a case", () => {
  test("follows from where it stands", async () => {
    const held = await withdrawalInReview(shop);
    const twice = await contradiction(shop);
    const deposit = await depositInReview(shop);
    const actionsOf = async (ctx: Ctx, subjectId: string) =>
      (await getReviewCase(ctx, { subjectId })).actions;
    expect(await actionsOf(held.maker, held.id)).toEqual([
      "withdrawal_paid",
      "withdrawal_give_back",
    ]);
    expect(await actionsOf(twice.maker, twice.id)).toEqual([
      "contradiction_take",
      "contradiction_loss",
    ]);
    expect(await actionsOf(deposit.maker, deposit.depositId)).toEqual([
      "credit_by_person",
      "mark_not_paid",
    ]);
    await press(deposit.maker, deposit.depositId, "mark_not_paid");
    expect(await actionsOf(deposit.maker, deposit.depositId)).toEqual(["credit_by_person"]);
    await expect(getReviewCase(await strangerOf(), { subjectId: held.id })).rejects.toThrow(
      NotFoundError,
    );
  });

  test("money in suspense is shown with payments of the same amount and day, and no others", async () => {
    const same = await depositInReview(shop);
    const { merchantId } = same.user;
    await shop.prompt(same.ctx, { amount: "501" });
    const foreign = await depositInReview(shop);
    const { transactionId } = await bookLine(merchantId, { amountCents: 50_000n });
    const { transaction } = await getReviewCase(same.maker, { subjectId: transactionId });
    expect(transaction?.candidates.map(({ id }) => id)).toEqual([same.depositId]);
    expect(foreign.user.merchantId).not.toBe(merchantId);
    await db().deposit.update({
      where: { id: same.depositId },
      data: { createdAt: addMs(new Date(), -DAY_MS - 60 * SECOND_MS) },
    });
    const later = await getReviewCase(same.maker, { subjectId: transactionId });
    expect(later.transaction?.candidates).toEqual([]);
  });

  test("a case is given to one of the merchant's people, written down once", async () => {
    const { depositId, maker, checker, user } = await depositInReview(shop);
    const assigned = { subjectId: depositId, assigneeId: checker.actor.id };
    await assignCase(maker, assigned);
    await assignCase(maker, assigned);
    await assignCase(maker, { ...assigned, assigneeId: maker.actor.id });
    expect(
      (await auditOf(depositId)).filter((action) => action === "review.assigned"),
    ).toHaveLength(2);
    expect((await getReviewCase(maker, { subjectId: depositId })).assignee?.id).toBe(
      maker.actor.id,
    );
    for (const assigneeId of [user.id, (await strangerOf()).actor.id, "nobody"]) {
      await expect(assignCase(maker, { ...assigned, assigneeId })).rejects.toMatchObject({
        fields: { assignee: "not_found" },
      });
    }
    await expect(assignCase(await strangerOf(), assigned)).rejects.toThrow(NotFoundError);
  });

  test("an owner is found by phone, or by a part of the name, among the merchant's own", async () => {
    const { user, depositId: subjectId, maker } = await depositInReview(shop);
    const stranger = await shop.customer();
    await db().user.update({ where: { id: user.id }, data: { name: "Zawadi Chebet" } });
    await db().user.update({ where: { id: stranger.user.id }, data: { name: "Chebet Zuri" } });
    expect(await findCustomers(maker, { subjectId, text: "chebet" })).toEqual([user.id]);
    expect(await findCustomers(maker, { subjectId, text: user.phone ?? "" })).toEqual([user.id]);
    // Two of one name are told apart by their number, which nobody can copy from the page.
    const customerIds = [user.id, stranger.user.id];
    const contact = maskPhone(user.phone ?? "");
    expect(await getReviewCase(maker, { subjectId, customerIds })).toMatchObject({
      customers: [{ id: user.id, name: "Zawadi Chebet", contact }],
    });
    await expect(
      findCustomers(maker, { subjectId, text: stranger.user.phone ?? "" }),
    ).rejects.toMatchObject({ fields: { owner: "not_found" } });
    await expect(findCustomers(maker, { subjectId, text: " " })).rejects.toMatchObject({
      fields: { owner: "empty" },
    });
  });
});

test("a flood of other people's messages hides none of the merchant's own", async () => {
  const { depositId, maker } = await depositInReview(shop);
  const foreign = await depositInReview(shop);
  const now = Date.now();
  const message = (index: number, subjectId: string | null) => ({
    ...{ id: newId("message"), provider: "mpesa", kind: "stk", body: new Uint8Array([1]) },
    ...{ dedupeKey: crypto.randomUUID(), headers: {}, source: "203.0.113.1", subjectId },
    ...{ receivedAt: new Date(now + index), nextAttemptAt: new Date(now), workedAt: new Date(now) },
    outcome: "quarantined" as const,
  });
  const own = message(0, depositId);
  await db().message.createMany({
    data: [
      own,
      ...Array.from({ length: 150 }, (_, index) => message(index + 1, foreign.depositId)),
      ...Array.from({ length: 150 }, (_, index) => message(index + 200, null)),
    ],
  });
  const { messages } = await listAttention(maker);
  expect(messages).toContainEqual(expect.objectContaining({ id: own.id, paymentId: depositId }));
  expect(JSON.stringify(messages)).not.toContain(foreign.depositId);
  expect(messages).toHaveLength(21);
});
