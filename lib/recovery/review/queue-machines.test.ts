import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { sha256Hex } from "@/lib/crypto";
import { db } from "@/lib/db";
import type { MessageOutcome } from "@/lib/generated/prisma/client";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import { rotateCallbackSecret } from "@/lib/merchants/rotate-callback-secret";
import { newId } from "@/lib/kit/ids";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/kit/time";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { setAside } from "@/test/mpesa";
import { at, calmPayouts, openPayoutShop, setPayoutsAside, workerOf } from "@/test/payouts";
import { depositInReview, freshReceipt, press, strangerOf, twoPeople } from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { recordTransaction } from "../transactions/record-transaction";
import { assignCase } from "./assign-case";
import { getReviewCase } from "./get-review-case";
import { listQueue } from "./list-queue";

let shop: Shop;
let staff: Ctx;
let accountId: string;

beforeAll(async () => {
  shop = await openPayoutShop();
});
beforeEach(async () => {
  await calmPayouts(shop);
  const { id: merchantId } = await createMerchant();
  staff = (await twoPeople(merchantId)).maker;
  accountId = (await db().providerAccount.findFirstOrThrow({ where: { merchantId } })).id;
});
afterEach(async () => {
  await setPayoutsAside();
  await setAside();
});
afterAll(() => shop.close());

async function queueOf(ctx: Ctx = staff): Promise<[id: string, situation: string][]> {
  const { rows } = await listQueue(ctx);
  return rows.map(({ subjectId, situation }) => [subjectId, situation]);
}

function later(ms: number): Ctx {
  return at(staff, addMs(new Date(), ms));
}

async function message(
  outcome: MessageOutcome | null,
  about: { secretHash?: string; subjectId?: string; receivedAt?: Date },
): Promise<string> {
  const id = newId("message");
  const receivedAt = about.receivedAt ?? new Date();
  await db().message.create({
    data: {
      ...{ id, provider: "mpesa", kind: "c2b_confirmation", body: new Uint8Array([1]), outcome },
      ...{ dedupeKey: crypto.randomUUID(), headers: {}, source: "203.0.113.1", receivedAt },
      ...{ nextAttemptAt: addMs(receivedAt, 365 * DAY_MS), workedAt: outcome && receivedAt },
      ...{ secretHash: about.secretHash, subjectId: about.subjectId, note: "a note" },
    },
  });
  return id;
}

async function ownSecret(): Promise<string> {
  const account = await db().providerAccount.findUniqueOrThrow({ where: { id: accountId } });
  return sha256Hex(callbackSecretOf(account));
}

describe("a message", () => {
  test("that could not be worked, or that nobody has worked for a while, waits for a person", async () => {
    const secretHash = await ownSecret();
    const stuck = await message("stuck", { secretHash });
    const old = addMs(new Date(), -16 * MINUTE_MS);
    const open = await message(null, { secretHash, receivedAt: old });
    await message(null, { secretHash });
    await message("applied", { secretHash, receivedAt: old });
    expect(await queueOf()).toEqual([
      [open, "message_stuck"],
      [stuck, "message_stuck"],
    ]);
    await db().message.updateMany({
      where: { id: open },
      data: { workedAt: new Date(), outcome: "applied" },
    });
    expect(await queueOf()).toEqual([[stuck, "message_stuck"]]);
  });

  test("at an address of the merchant's own that was not believed does, and a stranger's does not", async () => {
    const id = await message("quarantined", { secretHash: await ownSecret() });
    await message("quarantined", { secretHash: sha256Hex("made up") });
    await message("quarantined", {});
    expect(await queueOf()).toEqual([[id, "message_not_believed"]]);
    expect(await queueOf(await strangerOf())).toEqual([]);
    const review = await getReviewCase(staff, { subjectId: id });
    expect(review).toMatchObject({
      kind: "message",
      actions: ["leave"],
      message: { note: "a note" },
    });
    await expect(getReviewCase(await strangerOf(), { subjectId: id })).rejects.toMatchObject({
      code: "not_found",
    });
    await assignCase(staff, { subjectId: id, assigneeId: staff.actor.id });
    expect((await listQueue(staff, { filter: "mine" })).rows).toHaveLength(1);
    await expect(press(await strangerOf(), id, "leave")).rejects.toMatchObject({
      code: "not_found",
    });
    await press(staff, id, "leave");
    expect(await queueOf()).toEqual([]);
    expect((await getReviewCase(staff, { subjectId: id })).actions).toEqual([]);
    await expect(press(staff, id, "leave")).rejects.toMatchObject({ code: "review_ended" });
  });

  test("about another merchant's payment is theirs alone", async () => {
    const other = await depositInReview(shop);
    const id = await message("stuck", { subjectId: other.depositId });
    expect(await queueOf()).toEqual([]);
    expect((await queueOf(other.maker)).map(([subjectId]) => subjectId)).toContain(id);
  });
});

test("work that gave up waits for its merchant's people, and what is the house's for everybody's", async () => {
  const add = (payload: object) => db().$queryRaw<{ id: string }[]>`
    SELECT id::text FROM graphile_worker.add_job('no.such.job', ${JSON.stringify(payload)}::json, max_attempts := 1)`;
  const jobs = await Promise.all([
    add({ merchantId: staff.merchantId }),
    add({ merchantId: "mer_other" }),
    add({}),
  ]);
  const [own, foreign, house] = jobs.map(([job]) => job?.id ?? "");
  expect(await queueOf()).toEqual([]);
  await db().$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = max_attempts
    WHERE id::text IN (${own}, ${foreign}, ${house})`;
  const rows = await queueOf();
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs
    WHERE id::text IN (${own}, ${foreign}, ${house})`;
  expect(rows.sort()).toEqual(
    [
      [`job:${own}`, "job_failed"],
      [`job:${house}`, "job_failed"],
    ].sort(),
  );
});

test("a statement that was never booked, or that did not end, waits for a person", async () => {
  const statement = async (state: "previewed" | "matching" | "matched" | "discarded") => {
    const id = newId("statement");
    await db().statementImport.create({
      data: {
        ...{ id, merchantId: staff.merchantId, accountId, state, fileName: "a.csv", preview: {} },
        ...{ fileHash: id, importedById: staff.actor.id, createdAt: new Date() },
      },
    });
    return id;
  };
  const [waits, stuck] = [await statement("previewed"), await statement("matching")];
  await statement("matched");
  await statement("discarded");
  expect(await queueOf()).toEqual([]);
  expect(await queueOf(later(HOUR_MS + MINUTE_MS))).toEqual([[stuck, "statement_stuck"]]);
  expect((await queueOf(later(DAY_MS + MINUTE_MS))).sort()).toEqual(
    [
      [waits, "statement_waits"],
      [stuck, "statement_stuck"],
    ].sort(),
  );
});

describe("M-Pesa's list and confirmations", () => {
  const hoursAgo = (hours: number) => addMs(new Date(), -hours * HOUR_MS);
  const run = (from: number, until: number, started: number, outcome: string) =>
    db().pullRun.create({
      data: {
        ...{ id: newId("pullRun"), merchantId: staff.merchantId, accountId, askedBy: "schedule" },
        ...{
          fromAt: hoursAgo(from),
          untilAt: hoursAgo(until),
          startedAt: hoursAgo(started),
          outcome,
        },
      },
    });

  test("hours out of reach wait until a statement that reaches over their end is booked", async () => {
    await run(200, 100, 100, "complete");
    expect(await queueOf()).toEqual([]);
    await run(48, 0, 1, "after_gap");
    expect(await queueOf()).toEqual([[`history:gap:${accountId}`, "history_gap"]]);
    const book = (from: number, until: number) =>
      db().statementImport.create({
        data: {
          ...{ id: newId("statement"), merchantId: staff.merchantId, accountId, state: "matched" },
          ...{ fileName: "a.csv", fileHash: crypto.randomUUID(), importedById: staff.actor.id },
          ...{
            preview: {},
            createdAt: new Date(),
            fromAt: hoursAgo(from),
            untilAt: hoursAgo(until),
          },
        },
      });
    await book(99, 60);
    expect(await queueOf()).toHaveLength(1);
    await book(99, 47);
    expect(await queueOf()).toEqual([]);
  });

  test("a list that has not been read for hours waits", async () => {
    const know = (pulledUntil: Date | null) =>
      db().providerAccount.update({
        where: { id: accountId },
        data: { pullSince: hoursAgo(100), pulledUntil },
      });
    await know(hoursAgo(5));
    expect(await queueOf()).toEqual([]);
    await know(hoursAgo(7));
    expect(await queueOf()).toEqual([[`history:list:${accountId}`, "history_late"]]);
    await know(null);
    expect(await queueOf()).toEqual([[`history:list:${accountId}`, "history_late"]]);
  });

  test("an address that is believed no more waits until there is another", async () => {
    const registered = { c2bSince: new Date(), c2bSecretVersion: 1 };
    await db().providerAccount.update({ where: { id: accountId }, data: registered });
    const admin = { ...staff, actor: { kind: "staff", id: "admin", role: "admin" } } as const;
    await rotateCallbackSecret(admin, { accountId });
    expect(await queueOf()).toEqual([]);
    await rotateCallbackSecret(admin, { accountId, atOnce: true });
    expect(await queueOf()).toEqual([[`history:address:${accountId}`, "address_dead"]]);
  });
});

test("a line that nothing could match for an hour waits, and says so on its page", async () => {
  const { transactionId } = await recordTransaction(workerOf(staff.merchantId), {
    ...{ accountId, kind: "payment_in", receipt: freshReceipt(), amountCents: 100n },
    ...{ occurredAt: new Date(), reference: null, details: "", payer: null },
    ...{ originalReceipt: null, source: "pull" },
  });
  expect(await queueOf()).toEqual([]);
  expect(await queueOf(later(HOUR_MS + MINUTE_MS))).toEqual([[transactionId, "transaction_stuck"]]);
  const { situation } = await getReviewCase(staff, { subjectId: transactionId });
  expect(situation).toBe("transaction_stuck");
});

test("a question that M-Pesa never answered waits, though its deposit has ended, until it is asked again", async () => {
  const { depositId, maker, user } = await depositInReview(shop);
  await press(maker, depositId, "mark_not_paid");
  expect(await queueOf(maker)).toEqual([]);
  const ask = async (askedAt: Date, outcome: string) => {
    const account = await db().providerAccount.findFirstOrThrow({
      where: { merchantId: user.merchantId },
    });
    await db().receiptQuery.create({
      data: {
        ...{ id: newId("receiptQuery"), merchantId: user.merchantId, accountId: account.id },
        ...{ depositId, receipt: freshReceipt(), reason: "the SMS", askedById: maker.actor.id },
        ...{ askedAt, outcome },
      },
    });
  };
  await ask(addMs(new Date(), -HOUR_MS), "unanswered");
  expect(await queueOf(maker)).toEqual([[depositId, "receipt_unanswered"]]);
  expect(await getReviewCase(maker, { subjectId: depositId })).toMatchObject({
    ...{ situation: "receipt_unanswered", actions: ["credit_by_person"] },
  });
  await ask(new Date(), "not_found");
  expect(await queueOf(maker)).toEqual([]);
});

describe("a deposit past its deadline", () => {
  test("by M-Pesa has everything that could end it, and is ended as not paid by one of it", async () => {
    const { user, ctx } = await shop.customer();
    const { maker } = await twoPeople(user.merchantId);
    const { depositId } = await shop.prompt(ctx);
    const { deadlineAt } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    expect((await getReviewCase(maker, { subjectId: depositId })).actions).toEqual([]);
    await expect(press(maker, depositId, "mark_not_paid")).rejects.toMatchObject({
      code: "review_ended",
    });
    const late = at(maker, deadlineAt);
    expect(await getReviewCase(late, { subjectId: depositId })).toMatchObject({
      ...{ situation: "deposit_late", canAskReceipt: true, actions: ["mark_not_paid"] },
    });
    await db().providerAccount.updateMany({
      where: { merchantId: user.merchantId },
      data: { payoutsStopped: "2001" },
    });
    const { actions } = await getReviewCase(late, { subjectId: depositId });
    expect(actions).toEqual(["credit_by_person", "mark_not_paid"]);
    await press(late, depositId, "mark_not_paid");
    const ended = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    expect(ended).toMatchObject({
      state: "failed",
      reason: "reviewed_not_paid",
      nextCheckAt: null,
    });
    await expectInvariants();
  });

  test("by voucher is ended as not paid too, but never while its code is being burnt", async () => {
    const { user, ctx } = await shop.customer();
    const { maker } = await twoPeople(user.merchantId);
    const { depositId } = await shop.purchase(ctx);
    const { deadlineAt } = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
    const late = at(maker, deadlineAt);
    const set = (state: "redeeming" | "submitted") =>
      db().deposit.update({ where: { id: depositId }, data: { state } });
    await set("redeeming");
    expect((await getReviewCase(late, { subjectId: depositId })).actions).toEqual([]);
    await expect(press(late, depositId, "mark_not_paid")).rejects.toMatchObject({
      code: "review_ended",
    });
    await set("submitted");
    expect((await getReviewCase(late, { subjectId: depositId })).actions).toEqual([
      "mark_not_paid",
    ]);
    await press(late, depositId, "mark_not_paid");
    expect((await db().deposit.findUniqueOrThrow({ where: { id: depositId } })).state).toBe(
      "failed",
    );
  });
});
