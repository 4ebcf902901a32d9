import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { acceptVoucherReturn } from "@/lib/payments/accept-voucher-return";
import { cancelVoucherDeposit } from "@/lib/payments/cancel-voucher-deposit";
import { checkDeposit } from "@/lib/payments/check-deposit";
import { DEPOSIT_OPEN_MS } from "@/lib/payments/open-deposit";
import { pasteVoucherCode } from "@/lib/payments/paste-voucher-code";
import { openShop, type Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { sweepDeposits } from "./sweep-deposits";

const LIMIT = 500;

let shop: Shop;
let phones = 0;

beforeAll(async () => {
  shop = await openShop();
});
afterEach(async () => {
  await shop.sandbox.control.clearFaults();
  await shop.sandbox.control.clearCallbackScripts();
  // What a test left open is not due in the next one.
  await db().deposit.updateMany({
    where: { state: { in: ["submitted", "failed"] } },
    data: { state: "failed", reason: "expired", nextCheckAt: null },
  });
  await expectInvariants();
});
afterAll(() => shop.close());

/** A clock this many milliseconds ahead. */
function ahead(ms: number): () => Date {
  return () => addMs(new Date(), ms);
}

/** A purchase whose payment id came back with the browser, and its payment at the provider. */
async function startedPurchase() {
  const { user, ctx } = await shop.customer();
  const purchase = await shop.purchase(ctx);
  phones += 1;
  const msisdn = `2547${String(phones).padStart(6, "0")}55`;
  const payment = await shop.sandbox.control.startPayment({
    amountCents: 50_000n,
    msisdn,
    sessionId: purchase.sessionId,
  });
  await acceptVoucherReturn(ctx, { sessionId: purchase.sessionId, paymentId: payment.id });
  return { ...purchase, user, ctx, msisdn, paymentId: payment.id };
}

function read(depositId: string) {
  return db().deposit.findUniqueOrThrow({ where: { id: depositId } });
}

/** Has the provider answer the next question about this payment with exactly this. */
function answerWith(paymentId: string, body: object) {
  return shop.sandbox.control.addFault({
    endpoint: "check_payment_status",
    effect: { kind: "body", status: 200, body: JSON.stringify(body) },
    paymentId,
    times: 1,
  });
}

describe("what the provider says of a payment decides", () => {
  const paid = { state: "submitted", paid: true };
  const waiting = { state: "submitted", paid: false };
  const failed = (reason: string) => ({ state: "failed", paid: false, reason });
  test.each<[name: string, payment: object, expected: object]>([
    [
      "SUCCESS and Success",
      { payment_status: "SUCCESS", status: "Success", is_success: true },
      paid,
    ],
    [
      "success in lower case",
      { payment_status: "success", status: "success", is_success: true },
      paid,
    ],
    ["only the first spelling", { payment_status: "SUCCESS" }, paid],
    ["only the second spelling", { status: "Success" }, paid],
    ["only the flag", { is_success: true }, paid],
    [
      "PENDING and Processing",
      { payment_status: "PENDING", status: "Processing", is_success: false },
      waiting,
    ],
    ["Queued", { status: "Queued" }, waiting],
    [
      "FAILED and Failed",
      { payment_status: "FAILED", status: "Failed", is_success: false },
      failed("declined"),
    ],
    ["failed in lower case", { payment_status: "failed" }, failed("declined")],
    ["CANCELLED", { payment_status: "CANCELLED", status: "Cancelled" }, failed("cancelled")],
    ["TIMEOUT", { payment_status: "TIMEOUT", status: "Timeout" }, failed("no_answer")],
    ["a word nobody knows", { payment_status: "SETTLEMENT_HOLD", status: "Held" }, waiting],
    ["paid and failed at once", { payment_status: "SUCCESS", status: "Failed" }, waiting],
    ["paid with a flag that says no", { payment_status: "SUCCESS", is_success: false }, waiting],
    ["failed with a flag that says paid", { payment_status: "FAILED", is_success: true }, waiting],
    ["no word at all", {}, waiting],
  ])("%s", async (_name, payment, expected) => {
    const it = await startedPurchase();
    // The outer success says only that the question was answered.
    await answerWith(it.paymentId, { success: true, payment });
    await checkDeposit(it.ctx, { depositId: it.depositId });
    const row = await read(it.depositId);
    expect({ state: row.state, paid: row.providerPaidAt !== null, reason: row.reason }).toEqual({
      reason: null,
      ...expected,
    });
    expect(row.state === "submitted" && row.nextCheckAt === null).toBe(false);
    expect(await shop.availableCents(it.user)).toBe(0n);
  });

  test.each([
    ["HTTP 500", { kind: "error" as const, status: 500 }],
    ["an HTML page", { kind: "html" as const, status: 200 }],
    ["a cut connection", { kind: "drop" as const }],
    ["wrong keys", { kind: "error" as const, status: 401, message: "Invalid merchant" }],
    [
      "a payment it does not know",
      { kind: "error" as const, status: 404, message: "Payment not found" },
    ],
  ])("%s says nothing, and the question is asked again", async (_name, effect) => {
    const it = await startedPurchase();
    await shop.sandbox.control.answerPrompt(it.msisdn, "decline");
    await shop.sandbox.control.addFault({ endpoint: "check_payment_status", effect, times: 1 });
    await checkDeposit(it.ctx, { depositId: it.depositId });
    const row = await read(it.depositId);
    expect(row.state).toBe("submitted");
    expect(row.nextCheckAt?.getTime()).toBeLessThan(Date.now() + MINUTE_MS);

    await sweepDeposits({ now: ahead(2 * MINUTE_MS), limit: LIMIT });
    expect(await read(it.depositId)).toMatchObject({ state: "failed", reason: "cancelled" });
  });
});

describe("time", () => {
  test("an abandoned purchase waits until its deadline and ends there, for the screen only", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId, sessionId } = await shop.purchase(ctx);
    await sweepDeposits({ now: ahead(DEPOSIT_OPEN_MS - MINUTE_MS), limit: LIMIT });
    expect((await read(depositId)).state).toBe("submitted");
    await sweepDeposits({ now: ahead(DEPOSIT_OPEN_MS + SECOND_MS), limit: LIMIT });
    expect(await read(depositId)).toMatchObject({ state: "failed", reason: "expired" });

    const { voucher } = await shop.sandbox.control.createVoucher({
      amountCents: 50_000n,
      sessionId,
    });
    await acceptVoucherReturn(ctx, { sessionId, voucher: voucher.code });
    await shop.runJobs();
    expect((await read(depositId)).state).toBe("paid");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("paid without a code waits for the code, then for a person, and the code still pays it", async () => {
    const it = await startedPurchase();
    await shop.sandbox.control.answerPrompt(it.msisdn, "approve");
    await shop.runJobs();
    expect(await read(it.depositId)).toMatchObject({ state: "submitted", reason: null });
    expect((await read(it.depositId)).providerPaidAt).not.toBeNull();

    await sweepDeposits({ now: ahead(DEPOSIT_OPEN_MS - MINUTE_MS), limit: LIMIT });
    expect((await read(it.depositId)).state).toBe("submitted");
    await sweepDeposits({ now: ahead(DEPOSIT_OPEN_MS + MINUTE_MS), limit: LIMIT });
    expect(await read(it.depositId)).toMatchObject({
      state: "needs_review",
      reason: "bought_not_redeemed",
      nextCheckAt: null,
    });

    const { voucherCode } = await shop.sandbox.control.payment(it.paymentId);
    await pasteVoucherCode(it.ctx, { code: voucherCode ?? "" });
    expect((await read(it.depositId)).state).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("after forty hours without us the sweep catches up with everything that happened", async () => {
    const declined = await startedPurchase();
    const paid = await startedPurchase();
    const silent = await shop.customer();
    const abandoned = await shop.purchase(silent.ctx);
    await shop.sandbox.control.answerPrompt(declined.msisdn, "decline");
    await shop.sandbox.control.answerPrompt(paid.msisdn, "approve");

    // The jobs the returns asked for died with the outage; the rows alone must do.
    await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
    let turns = 0;
    while ((await sweepDeposits({ now: ahead(40 * HOUR_MS), limit: 2 })) > 0) turns += 1;
    expect(turns).toBeGreaterThan(0);
    const rows = await Promise.all([declined, paid, abandoned].map((it) => read(it.depositId)));
    expect(rows.map((row) => [row.state, row.reason])).toEqual([
      ["failed", "cancelled"],
      ["needs_review", "bought_not_redeemed"],
      ["failed", "expired"],
    ]);
    expect(rows.map((row) => row.nextCheckAt)).toEqual([null, null, null]);
  });

  test("a purchase is asked about ever more rarely, and never later than its deadline", async () => {
    const it = await startedPurchase();
    let nowMs = Date.now();
    const waits: number[] = [];
    for (let check = 0; check < 40; check += 1) {
      const at = nowMs;
      const ctx = { ...it.ctx, now: () => new Date(at) };
      await checkDeposit(ctx, { depositId: it.depositId });
      const row = await read(it.depositId);
      if (!row.nextCheckAt) break;
      waits.push(row.nextCheckAt.getTime() - nowMs);
      expect(row.nextCheckAt.getTime()).toBeLessThanOrEqual(row.deadlineAt.getTime());
      nowMs = row.nextCheckAt.getTime();
    }
    expect(waits[0]).toBeLessThan(5 * SECOND_MS);
    expect(waits.slice(0, 8)).toEqual([...waits.slice(0, 8)].sort((a, b) => a - b));
    expect(await read(it.depositId)).toMatchObject({ state: "failed", reason: "expired" });
  });
});

describe("many at once", () => {
  test("five sweepers ask about each due purchase once", async () => {
    const started = [];
    for (let count = 0; count < 12; count += 1) started.push(await startedPurchase());
    await db().deposit.updateMany({
      where: { id: { in: started.map((it) => it.depositId) } },
      data: { nextCheckAt: new Date(0) },
    });
    const now = new Date();
    const taken = await Promise.all(
      Array.from({ length: 5 }, () => sweepDeposits({ now: () => now, limit: 5 })),
    );
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(12);
    const calls = await db().providerCall.groupBy({
      by: ["subjectId"],
      where: { subjectId: { in: started.map((it) => it.depositId) }, operation: "payment_status" },
      _count: true,
    });
    expect(calls.map((call) => call._count)).toEqual(Array(12).fill(1));
  });

  test("one purchase that cannot be looked up does not keep the others waiting", async () => {
    const broken = await startedPurchase();
    const healthy = await startedPurchase();
    await shop.sandbox.control.answerPrompt(healthy.msisdn, "decline");
    await db().deposit.update({
      where: { id: broken.depositId },
      data: { nextCheckAt: new Date(0) },
    });
    await db().deposit.update({
      where: { id: healthy.depositId },
      data: { nextCheckAt: new Date(1) },
    });
    await db().$executeRaw`
      CREATE FUNCTION break_call() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'this row cannot be written'; END $$`;
    await db().$executeRawUnsafe(`
      CREATE TRIGGER calls_break BEFORE INSERT ON provider_calls FOR EACH ROW
        WHEN (NEW.subject_id = '${broken.depositId}') EXECUTE FUNCTION break_call()`);
    try {
      await sweepDeposits({ now: () => new Date(), limit: LIMIT });
    } finally {
      await db().$executeRaw`DROP TRIGGER calls_break ON provider_calls`;
    }
    expect((await read(healthy.depositId)).state).toBe("failed");
    expect((await read(broken.depositId)).nextCheckAt).not.toBeNull();
  });
});

describe("late success after failure", () => {
  test("a cancelled purchase whose payment went through after all is waiting again, and its code pays it", async () => {
    const it = await startedPurchase();
    await cancelVoucherDeposit(it.ctx, { sessionId: it.sessionId });
    expect(await read(it.depositId)).toMatchObject({ state: "failed", reason: "cancelled" });
    await shop.sandbox.control.answerPrompt(it.msisdn, "approve");
    await sweepDeposits({ now: ahead(SECOND_MS), limit: LIMIT });
    expect(await read(it.depositId)).toMatchObject({
      state: "submitted",
      reason: null,
      failedAt: null,
    });

    const { voucherCode } = await shop.sandbox.control.payment(it.paymentId);
    await acceptVoucherReturn(it.ctx, { sessionId: it.sessionId, voucher: voucherCode ?? "" });
    await shop.runJobs();
    expect((await read(it.depositId)).state).toBe("paid");
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });

  test("a later no never takes back a payment", async () => {
    const it = await startedPurchase();
    const { voucher } = await shop.sandbox.control.createVoucher({
      amountCents: 50_000n,
      sessionId: it.sessionId,
    });
    await pasteVoucherCode(it.ctx, { code: voucher.code, depositId: it.depositId });
    await shop.sandbox.control.answerPrompt(it.msisdn, "decline");
    await db().deposit.update({ where: { id: it.depositId }, data: { nextCheckAt: new Date(0) } });
    await sweepDeposits({ now: ahead(3 * DAY_MS), limit: LIMIT });
    await cancelVoucherDeposit(it.ctx, { sessionId: it.sessionId });
    expect(await read(it.depositId)).toMatchObject({ state: "paid", nextCheckAt: null });
    expect(await shop.availableCents(it.user)).toBe(50_000n);
  });
});
