import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { readStkResult, STK_REASONS, STK_RESULTS } from "@/lib/providers/daraja/result-codes";
import { sweepDeposits } from "@/lib/recovery/sweep-deposits";
import { eventually } from "@/test/eventually";
import {
  calmDown,
  callbacksWorked,
  expectMpesaBooks,
  pushesFor,
  pushFor,
  setAside,
  standingOf,
} from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { STK_ENDINGS } from "@/test/stk-codes";
import { getPayment } from "./get-payment";
import { newAttemptAfter } from "./new-attempt";
import { MPESA_REASONS } from "./schemas";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({ settings: { stkQueryHiccupShare: 0 } });
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  env().mpesa.timeoutMs = 10_000;
  await callbacksWorked(shop);
  await calmDown(shop);
  await expectMpesaBooks(shop);
  await setAside();
});
afterAll(() => shop.close());

async function stateOf(depositId: string): Promise<string> {
  return (await db().deposit.findUniqueOrThrow({ where: { id: depositId } })).state;
}

describe("a prompt", () => {
  test("is paid with the PIN, credited once by its callback, with its receipt", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    expect(await stateOf(depositId)).toBe("submitted");
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await stateOf(depositId)).toBe("paid"));

    expect(await shop.availableCents(user)).toBe(50_000n);
    const [push] = await shop.sandbox.control.listPushes({ msisdn: phone });
    expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
      status: "paid",
      amount_paid: "500.00",
      provider_receipt: push?.receipt,
    });
  });

  test("that the customer declines is not paid, and says why", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await shop.sandbox.control.answerPrompt(phone, "decline");
    await eventually(async () => expect(await stateOf(depositId)).toBe("failed"));

    expect(await shop.availableCents(user)).toBe(0n);
    expect(await getPayment(ctx, { paymentId: depositId })).toMatchObject({
      status: "not_paid",
      reason: "cancelled",
      new_attempt: "after_wait",
    });
  });
});

describe("a day of customers", () => {
  test("forty of them at once are each asked once and credited what they paid", async () => {
    const people = await Promise.all(Array.from({ length: 40 }, () => shop.customer()));
    const paid = await Promise.all(
      people.map(async ({ user, ctx }, index) => {
        const amount = 100 + index;
        const { depositId, phone } = await shop.prompt(ctx, { amount: `${amount}` });
        const pays = index % 4 !== 0;
        if (pays) await shop.sandbox.control.enterPin(phone);
        else await shop.sandbox.control.answerPrompt(phone, "decline");
        return { user, depositId, cents: pays ? BigInt(amount) * 100n : 0n };
      }),
    );
    await callbacksWorked(shop);
    for (const { user, depositId, cents } of paid) {
      expect(await standingOf(depositId)).toBe(cents > 0n ? "paid" : "failed: cancelled");
      expect(await shop.availableCents(user)).toBe(cents);
      expect(await pushesFor(shop, depositId)).toHaveLength(1);
    }
  });

  test("the prompt and the SMS name the code that the customer sees here", async () => {
    const { ctx } = await shop.customer();
    const { depositId } = await shop.prompt(ctx);
    const payment = await getPayment(ctx, { paymentId: depositId });
    const push = await pushFor(shop, depositId);
    expect(push.accountReference).toBe(payment.public_code);
    expect(payment.prompt?.reference).toBe(payment.public_code);
    expect(push.callbackUrl).not.toMatch(/mpesa|safaricom|exe|cmd|sql|query/i);
  });
});

describe("the sandbox's magic numbers end as its help page says", () => {
  beforeAll(() => shop.sandbox.control.freezeClock());
  afterAll(() => shop.sandbox.control.resumeClock());

  const pin = (phone: string) => shop.sandbox.control.enterPin(phone);
  const nobody = () => Promise.resolve();

  test.each<[ending: string, person: (phone: string) => Promise<unknown>, ends: string]>([
    ["00", nobody, "paid"],
    ["01", nobody, "failed: cancelled"],
    ["02", nobody, "failed: insufficient_funds"],
    ["03", nobody, "failed: wrong_pin"],
    ["04", nobody, "failed: no_answer"],
    ["05", pin, "paid"],
    ["06", pin, "paid"],
    ["07", pin, "paid"],
    ["08", pin, "paid"],
    ["11", nobody, "paid"],
    ["12", pin, "needs_review: amount_mismatch"],
    ["13", pin, "paid"],
    ["14", pin, "paid"],
    ["15", pin, "paid"],
    ["16", pin, "paid"],
    ["17", nobody, "failed: same_amount_too_soon"],
    ["18", pin, "paid"],
    ["19", pin, "paid"],
    ["20", pin, "paid"],
    ["21", nobody, "failed: prompt_expired"],
    ["22", nobody, "failed: prompt_failed"],
    ["23", nobody, "needs_review: unclear_result"],
    ["24", nobody, "failed: no_answer"],
    ["25", nobody, "failed: pin_locked"],
    ["26", nobody, "failed: mpesa_busy"],
    ["27", nobody, "failed: phone_busy"],
    ["28", nobody, "needs_review: unclear_result"],
    ["29", nobody, "needs_review: unknown_code"],
  ])("…%s: $2", async (ending, person, ends) => {
    // One of them answers after twelve seconds; nobody waits for it here.
    if (ending === "20") env().mpesa.timeoutMs = 300;
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx, { phone: `+2547123456${ending}` });
    await person(phone);
    // Its callback, if there is one, comes within these two minutes.
    for (const ms of [2 * SECOND_MS, 20 * SECOND_MS, 100 * SECOND_MS]) {
      await shop.sandbox.control.advanceClock(ms);
    }
    await callbacksWorked(shop);
    for (const ms of [30 * SECOND_MS, 6 * MINUTE_MS, 8 * MINUTE_MS]) {
      await sweepDeposits({ now: () => addMs(new Date(), ms), limit: 100 });
    }
    expect(await standingOf(depositId)).toBe(ends);
    expect(await shop.availableCents(user)).toBe(ends === "paid" ? 50_000n : 0n);
    expect(await pushesFor(shop, depositId)).toHaveLength(1);
  });
});

describe("the words for what M-Pesa said", () => {
  test("are tried for every listed code", () => {
    const listed = STK_RESULTS.map(({ code }) => code);
    const tried = new Set(STK_ENDINGS.map(({ code }) => code));
    expect(listed.filter((code) => !tried.has(code))).toEqual([]);
    for (const row of STK_RESULTS) {
      const meant = STK_ENDINGS.filter(({ code, text }) => readStkResult(code, text) === row);
      expect(meant.length, `${row.code} ${row.meaning}`).toBeGreaterThan(0);
    }
  });

  test("exist for every reason a code can give", () => {
    expect(STK_REASONS.filter((reason) => !MPESA_REASONS.includes(reason))).toEqual([]);
  });

  test("offer another attempt exactly where the code allows one", () => {
    const allowed = {
      now: ["now", "after_wait"],
      after_one_minute: ["after_wait"],
      after_two_minutes: ["after_wait"],
      tomorrow: ["tomorrow"],
      other_amount: ["other_amount"],
      // A person looks first: only then is it known whether the first prompt was paid.
      after_query: ["no"],
      no: ["no", "other_phone"],
    } as const satisfies Record<(typeof STK_RESULTS)[number]["newAttempt"], readonly string[]>;
    for (const { code, reason, newAttempt } of STK_RESULTS) {
      if (reason === null) continue;
      expect(allowed[newAttempt], `${code}: ${newAttempt}`).toContain(newAttemptAfter(reason));
    }
  });

  test("offer no attempt for a reason nobody knows", () => {
    for (const reason of [null, "", "unheard_of", "toString"]) {
      expect(newAttemptAfter(reason)).toBe("no");
    }
  });
});
