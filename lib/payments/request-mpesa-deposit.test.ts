import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import { ConflictError, InvalidInputError, NotFoundError, UnavailableError } from "@/lib/errors";
import { readAccountBalance } from "@/lib/ledger/read-balance";
import { saveProviderAccount } from "@/lib/merchants/save-provider-account";
import { env } from "@/lib/env";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { eventually } from "@/test/eventually";
import {
  calmDown,
  callbacksWorked,
  expectMpesaBooks,
  freshPhone,
  pushesFor,
  pushFor,
  standingOf,
} from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { getPayment } from "./get-payment";
import { rememberedPhone } from "./remembered-phone";
import { requestMpesaDeposit } from "./request-mpesa-deposit";
import { retryMpesaDeposit } from "./retry-mpesa-deposit";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
beforeEach(() => calmDown(shop));
afterEach(async () => {
  await callbacksWorked(shop);
  await expectMpesaBooks(shop);
});
afterAll(() => shop.close());

/** The same person, this much later by our clock. */
function later(ctx: Ctx, ms: number): Ctx {
  const at = addMs(new Date(), ms);
  return { ...ctx, now: () => at };
}

function ask(ctx: Ctx, phone: string, options: { amount?: string; attemptKey?: string } = {}) {
  const { amount = "500", attemptKey = crypto.randomUUID() } = options;
  return requestMpesaDeposit(ctx, { phone, amount, attemptKey });
}

/** The refusal a call ends in; fails when it is none. */
async function refusalOf(call: Promise<unknown>): Promise<{ code: string; waitSeconds: number }> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConflictError)) throw new Error(`no conflict: ${String(error)}`);
  return { code: error.code, waitSeconds: Number(error.details?.wait_seconds) };
}

async function declined(depositId: string, phone: string): Promise<void> {
  await shop.sandbox.control.answerPrompt(phone, "decline");
  await eventually(async () => expect(await standingOf(depositId)).toBe("failed: cancelled"));
}

function allPushes(phone: string) {
  return shop.sandbox.control.listPushes({ msisdn: phone });
}

describe("one phone shows one prompt", () => {
  test("ten taps on one form at the same moment send one prompt and name one deposit", async () => {
    const { ctx } = await shop.customer();
    const phone = freshPhone();
    const attemptKey = crypto.randomUUID();
    const taps = await Promise.all(
      Array.from({ length: 10 }, () => ask(ctx, phone, { attemptKey })),
    );
    expect(new Set(taps.map(({ depositId }) => depositId)).size).toBe(1);
    expect(taps.filter(({ existing }) => !existing)).toHaveLength(1);
    expect(await allPushes(phone)).toHaveLength(1);
    expect(await db().deposit.count({ where: { customerId: ctx.actor.id } })).toBe(1);
  });

  test("ten forms of one customer at the same moment send one prompt", async () => {
    const { ctx } = await shop.customer();
    const phone = freshPhone();
    const asked = await Promise.all(
      Array.from({ length: 10 }, (_, index) => ask(ctx, phone, { amount: `${500 + index}` })),
    );
    expect(new Set(asked.map(({ depositId }) => depositId)).size).toBe(1);
    expect(await allPushes(phone)).toHaveLength(1);
    expect(await db().deposit.count({ where: { customerId: ctx.actor.id } })).toBe(1);
  });

  test("ten customers who name one phone at the same moment send one prompt", async () => {
    const phone = freshPhone();
    const people = await Promise.all(Array.from({ length: 10 }, () => shop.customer()));
    const ended = await Promise.allSettled(people.map(({ ctx }) => ask(ctx, phone)));
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await allPushes(phone)).toHaveLength(1);
  });

  test("taps that meet while M-Pesa turns the phone away end in a payment or in a wait, never in a fault", async () => {
    await shop.sandbox.control.addFault({
      endpoint: "stk_push",
      effect: {
        kind: "envelope",
        status: 400,
        errorCode: "400.002.02",
        errorMessage: "Bad Request - Invalid PhoneNumber",
      },
    });
    const phone = freshPhone();
    const people = await Promise.all(Array.from({ length: 30 }, () => shop.customer()));
    const ended = await Promise.allSettled(people.map(({ ctx }) => ask(ctx, phone)));
    const faults = ended.filter(
      (one) => one.status === "rejected" && !(one.reason instanceof ConflictError),
    );
    expect(faults).toEqual([]);
    expect(await allPushes(phone)).toEqual([]);
  });

  test("the same form again shows its deposit, also after it was paid", async () => {
    const { user, ctx } = await shop.customer();
    const phone = freshPhone();
    const attemptKey = crypto.randomUUID();
    const first = await ask(ctx, phone, { attemptKey });
    expect(await ask(ctx, phone, { attemptKey })).toEqual({ ...first, existing: true });
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await standingOf(first.depositId)).toBe("paid"));
    expect(await ask(ctx, phone, { attemptKey })).toEqual({ ...first, existing: true });
    const muchLater = later(ctx, 10 * MINUTE_MS);
    expect(await ask(muchLater, phone, { attemptKey })).toEqual({ ...first, existing: true });
    expect(await allPushes(phone)).toHaveLength(1);
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test("another amount while the prompt is open leads to the first deposit, and nothing is sent", async () => {
    const { ctx } = await shop.customer();
    const phone = freshPhone();
    const first = await ask(ctx, phone);
    const second = await ask(ctx, phone, { amount: "700" });
    expect(second).toEqual({ depositId: first.depositId, existing: true });
    expect(await allPushes(phone)).toMatchObject([{ amountCents: 50_000n }]);
  });

  test("another customer is told how many seconds the phone is taken, and leaves no row", async () => {
    const owner = await shop.customer();
    const stranger = await shop.customer();
    const phone = freshPhone();
    await ask(owner.ctx, phone);
    const refused = await refusalOf(ask(stranger.ctx, phone, { amount: "700" }));
    expect(refused.code).toBe("prompt_open_elsewhere");
    expect(refused.waitSeconds).toBeGreaterThan(90);
    expect(refused.waitSeconds).toBeLessThanOrEqual(120);
    expect(await db().deposit.count({ where: { customerId: stranger.user.id } })).toBe(0);
    expect(await allPushes(phone)).toHaveLength(1);
  });

  test("a customer of the same merchant is another customer too", async () => {
    const owner = await shop.customer();
    const neighbour = await shop.customer(owner.user.merchantId);
    const phone = freshPhone();
    await ask(owner.ctx, phone);
    expect((await refusalOf(ask(neighbour.ctx, phone))).code).toBe("prompt_open_elsewhere");
  });

  test("when a prompt cannot stand any more, the phone is free for anybody", async () => {
    const owner = await shop.customer();
    const stranger = await shop.customer();
    const phone = freshPhone();
    await ask(owner.ctx, phone);
    // Its time on the phone passes at M-Pesa, and here.
    await shop.sandbox.control.answerPrompt(phone, "time_out");
    await callbacksWorked(shop);
    const { depositId } = await ask(later(stranger.ctx, 121 * SECOND_MS), phone, { amount: "700" });
    expect(await standingOf(depositId)).toBe("submitted");
    expect(await allPushes(phone)).toHaveLength(2);
  });
});

describe("M-Pesa's own waiting times are kept for the customer", () => {
  test("a phone that has just been prompted waits until the minute is over", async () => {
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await declined(depositId, phone);
    const refused = await refusalOf(ask(ctx, phone, { amount: "700" }));
    expect(refused.code).toBe("phone_prompted_recently");
    expect(refused.waitSeconds).toBeGreaterThan(30);
    expect(refused.waitSeconds).toBeLessThanOrEqual(60);
    const again = await ask(later(ctx, 61 * SECOND_MS), phone, { amount: "700" });
    expect(await standingOf(again.depositId)).toBe("submitted");
    expect(await allPushes(phone)).toHaveLength(2);
  });

  test("a phone that has just paid waits no longer than that minute either", async () => {
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await standingOf(depositId)).toBe("paid"));
    const refused = await refusalOf(ask(ctx, phone, { amount: "700" }));
    expect(refused.code).toBe("phone_prompted_recently");
    expect(refused.waitSeconds).toBeLessThanOrEqual(60);
    const more = await ask(later(ctx, 61 * SECOND_MS), phone, { amount: "700" });
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await standingOf(more.depositId)).toBe("paid"));
    expect(await shop.availableCents(user)).toBe(120_000n);
  });

  test("the same amount to the same phone waits for two minutes, another amount does not", async () => {
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await declined(depositId, phone);
    const refused = await refusalOf(ask(later(ctx, 61 * SECOND_MS), phone));
    expect(refused.code).toBe("same_amount_recently");
    expect(refused.waitSeconds).toBeGreaterThan(30);
    expect(refused.waitSeconds).toBeLessThanOrEqual(60);
    await shop.sandbox.control.changeSettings({ stkSameAmountWindowMs: 0 });
    const again = await ask(later(ctx, 121 * SECOND_MS), phone);
    expect(await standingOf(again.depositId)).toBe("submitted");
    await shop.sandbox.control.changeSettings({ stkSameAmountWindowMs: 120_000 });
  });

  test("the same amount to the same phone waits for another customer as well", async () => {
    const owner = await shop.customer();
    const stranger = await shop.customer();
    const { depositId, phone } = await shop.prompt(owner.ctx);
    await declined(depositId, phone);
    const refused = await refusalOf(ask(later(stranger.ctx, 61 * SECOND_MS), phone));
    expect(refused.code).toBe("same_amount_recently");
    expect(await allPushes(phone)).toHaveLength(1);
  });

  test("a refused attempt leaves neither a row nor a claim on the phone", async () => {
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await declined(depositId, phone);
    const before = await db().deposit.count();
    await refusalOf(ask(ctx, phone));
    await refusalOf(ask(later(ctx, 61 * SECOND_MS), phone));
    expect(await db().deposit.count()).toBe(before);
    expect((await ask(later(ctx, 62 * SECOND_MS), phone, { amount: "9" })).existing).toBe(false);
  });
});

describe("asking again", () => {
  async function failedLongAgo() {
    const { user, ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await declined(depositId, phone);
    await shop.sandbox.control.changeSettings({ stkSameAmountWindowMs: 0 });
    return { user, depositId, phone, ctx: later(ctx, 3 * MINUTE_MS) };
  }
  afterEach(async () => {
    await shop.sandbox.control.changeSettings({ stkSameAmountWindowMs: 120_000 });
  });

  test("a failed payment is asked for again as a new deposit of the same phone and amount", async () => {
    const { user, ctx, depositId, phone } = await failedLongAgo();
    const again = await retryMpesaDeposit(ctx, { paymentId: depositId });
    expect(again.depositId).not.toBe(depositId);
    expect(await pushFor(shop, again.depositId)).toMatchObject({
      msisdn: phone.slice(1),
      amountCents: 50_000n,
    });
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await standingOf(again.depositId)).toBe("paid"));
    expect(await standingOf(depositId)).toBe("failed: cancelled");
    expect(await shop.availableCents(user)).toBe(50_000n);
  });

  test('five taps on "try again" at the same moment send one more prompt', async () => {
    const { ctx, depositId, phone } = await failedLongAgo();
    const taps = await Promise.all(
      Array.from({ length: 5 }, () => retryMpesaDeposit(ctx, { paymentId: depositId })),
    );
    expect(new Set(taps.map((tap) => tap.depositId)).size).toBe(1);
    expect(await allPushes(phone)).toHaveLength(2);
  });

  test("a payment that still waits, or was paid, is shown and not asked for again", async () => {
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    const shown = { depositId, existing: true };
    expect(await retryMpesaDeposit(ctx, { paymentId: depositId })).toEqual(shown);
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await standingOf(depositId)).toBe("paid"));
    expect(await retryMpesaDeposit(ctx, { paymentId: depositId })).toEqual(shown);
    expect(await allPushes(phone)).toHaveLength(1);
  });

  test("too soon is refused with the seconds that are left", async () => {
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    await declined(depositId, phone);
    const refused = await refusalOf(retryMpesaDeposit(ctx, { paymentId: depositId }));
    expect(refused.code).toBe("phone_prompted_recently");
    expect(refused.waitSeconds).toBeGreaterThan(0);
  });

  test("a second failure is asked for again by a third deposit, through the first one's button", async () => {
    const { ctx, depositId, phone } = await failedLongAgo();
    const second = await retryMpesaDeposit(ctx, { paymentId: depositId });
    await declined(second.depositId, phone);
    const third = await retryMpesaDeposit(later(ctx, 6 * MINUTE_MS), { paymentId: depositId });
    expect(new Set([depositId, second.depositId, third.depositId]).size).toBe(3);
    expect(await allPushes(phone)).toHaveLength(3);
  });

  test("nobody asks again for somebody else's payment, or for one that does not exist", async () => {
    const { user, depositId, phone } = await failedLongAgo();
    const neighbour = await shop.customer(user.merchantId);
    const stranger = await shop.customer();
    for (const { ctx } of [neighbour, stranger]) {
      for (const paymentId of [depositId, "dep_nothing"]) {
        await expect(retryMpesaDeposit(ctx, { paymentId })).rejects.toThrow(NotFoundError);
      }
    }
    expect(await allPushes(phone)).toHaveLength(1);
  });
});

describe("what was typed", () => {
  const good = "0712345678";
  test.each<[what: string, typed: { phone?: string; amount?: string }, problems: object]>([
    ["no phone", { phone: "" }, { phone: "empty" }],
    ["blanks for a phone", { phone: " \t " }, { phone: "empty" }],
    ["a Ugandan number", { phone: "+256712345678" }, { phone: "bad_shape" }],
    ["a Tanzanian number", { phone: "+255 712 345 678" }, { phone: "bad_shape" }],
    ["an American number", { phone: "+1 202 555 0123" }, { phone: "bad_shape" }],
    ["a landline in Nairobi", { phone: "020 2345678" }, { phone: "bad_shape" }],
    ["a landline in Mombasa", { phone: "+254 41 2345678" }, { phone: "bad_shape" }],
    ["nine digits", { phone: "071234567" }, { phone: "bad_shape" }],
    ["eleven digits", { phone: "07123456789" }, { phone: "bad_shape" }],
    ["letters", { phone: "07I2345678" }, { phone: "bad_shape" }],
    ["Arabic digits", { phone: "٠٧١٢٣٤٥٦٧٨" }, { phone: "bad_shape" }],
    ["full-width digits", { phone: "０７１２３４５６７８" }, { phone: "bad_shape" }],
    ["two numbers", { phone: "0712345678, 0712345679" }, { phone: "bad_shape" }],
    ["+254 with the zero left in", { phone: "+2540712345678" }, { phone: "bad_shape" }],
    ["a name", { phone: "Wanjiku" }, { phone: "bad_shape" }],
    ["a script", { phone: "0712345678<script>" }, { phone: "bad_shape" }],
    ["no amount", { amount: "" }, { amount: "empty" }],
    ["zero", { amount: "0" }, { amount: "not_positive" }],
    ["zero with cents", { amount: "0.00" }, { amount: "not_positive" }],
    ["a negative amount", { amount: "-500" }, { amount: "not_positive" }],
    ["cents", { amount: "500.50" }, { amount: "not_whole_shillings" }],
    ["a thousandth", { amount: "500.001" }, { amount: "not_whole_shillings" }],
    ["less than a shilling", { amount: "0.99" }, { amount: "below_mpesa_limit" }],
    ["a shilling too many", { amount: "250001" }, { amount: "above_mpesa_limit" }],
    ["a grouped shilling too many", { amount: "250,001" }, { amount: "above_mpesa_limit" }],
    ["a very long number", { amount: "9".repeat(400) }, { amount: "above_mpesa_limit" }],
    ["Arabic digits as an amount", { amount: "٥٠٠" }, { amount: "not_a_number" }],
    ["a currency sign before it", { amount: "KSh 500" }, { amount: "not_a_number" }],
    ["a currency sign behind it", { amount: "500/=" }, { amount: "not_a_number" }],
    ["words", { amount: "five hundred" }, { amount: "not_a_number" }],
    ["a comma for a point", { amount: "500,50" }, { amount: "not_a_number" }],
    ["scientific notation", { amount: "1e3" }, { amount: "not_a_number" }],
    ["both wrong", { phone: "12", amount: "" }, { phone: "bad_shape", amount: "empty" }],
    ["nothing at all", { phone: "", amount: "" }, { phone: "empty", amount: "empty" }],
  ])(
    "%s is refused by its field, without a row and without a call",
    async (_what, typed, problems) => {
      const { ctx } = await shop.customer();
      const calls = (await shop.sandbox.control.journal()).length;
      const error: unknown = await ask(ctx, typed.phone ?? good, {
        amount: typed.amount ?? "500",
      }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error).toMatchObject({ details: problems });
      expect(await db().deposit.count({ where: { customerId: ctx.actor.id } })).toBe(0);
      expect(await db().providerCall.count({ where: { merchantId: ctx.merchantId } })).toBe(0);
      expect(await shop.sandbox.control.journal()).toHaveLength(calls);
    },
  );

  test.each([
    ["07…", "0712 345 631", "254712345631"],
    ["01…", "0110-345-632", "254110345632"],
    ["2547…", "254712345633", "254712345633"],
    ["+254…", "+254 (712) 345.634", "254712345634"],
    ["without the zero", "712345635", "254712345635"],
  ])("a phone written %s is one phone", async (_form, typed, msisdn) => {
    const { ctx } = await shop.customer();
    const { depositId } = await ask(ctx, typed);
    expect((await pushFor(shop, depositId)).msisdn).toBe(msisdn);
    expect(await rememberedPhone(ctx)).toBe(`+${msisdn}`);
  });

  test.each([
    ["the least", "1", 100n],
    ["the most", "250000", 25_000_000n],
    ["grouped", " 1,250.00 ", 125_000n],
  ])("an amount that is %s is asked for to the shilling", async (_form, amount, amountCents) => {
    const { ctx } = await shop.customer();
    const { depositId } = await ask(ctx, freshPhone(), { amount });
    expect((await pushFor(shop, depositId)).amountCents).toBe(amountCents);
  });

  test("one phone in two spellings is one phone to the rules", async () => {
    const { ctx } = await shop.customer();
    const first = await ask(ctx, "0799 999 951");
    expect(await ask(ctx, "+254799999951")).toEqual({ ...first, existing: true });
  });
});

describe("whose money it is", () => {
  async function withShortcodes() {
    const { user, ctx } = await shop.customer();
    const settings = makeCtx(user.merchantId, { kind: "system", id: "settings" });
    const { consumerKey, consumerSecret, environment } = env().mpesa;
    const add = (shortcode: string, tillNumber: string | null) =>
      saveProviderAccount(settings, {
        environment,
        shortcode,
        tillNumber,
        secrets: { consumerKey, consumerSecret, passkey: `malipo-demo-passkey-${shortcode}` },
        isDefault: false,
      });
    await add("600977", null);
    await add("600981", "300981");
    return { user, ctx };
  }

  test.each([
    ["the default shortcode", undefined, "174379", "174379", "174379"],
    ["another PayBill", "600977", "600977", "600977", "600977"],
    ["a till, under its till number", "600981", "600981", "300981", "300981"],
  ])("%s collects into an account of its own", async (_name, shortcode, asked, partyB, shown) => {
    const { user, ctx } = await withShortcodes();
    const phone = freshPhone();
    const { depositId } = await requestMpesaDeposit(ctx, {
      phone,
      amount: "500",
      attemptKey: crypto.randomUUID(),
      shortcode,
    });
    expect(await pushFor(shop, depositId)).toMatchObject({ shortcode: asked, partyB });
    expect((await getPayment(ctx, { paymentId: depositId })).prompt).toMatchObject({
      shortcode: shown,
      kind: partyB === asked ? "paybill" : "till",
    });
    await shop.sandbox.control.enterPin(phone);
    await eventually(async () => expect(await standingOf(depositId)).toBe("paid"));
    for (const each of ["174379", "600977", "600981"]) {
      const owner = `mpesa:${each}`;
      const account = { merchantId: user.merchantId, kind: "provider", owner };
      const balance = await readAccountBalance(db(), account);
      expect(balance, owner).toBe(each === asked ? -50_000n : 0n);
    }
  });

  test("a shortcode of another merchant, or of nobody, is not found", async () => {
    await withShortcodes();
    const { ctx } = await shop.customer();
    for (const shortcode of ["600977", "999999"]) {
      await expect(
        requestMpesaDeposit(ctx, {
          phone: freshPhone(),
          amount: "500",
          attemptKey: crypto.randomUUID(),
          shortcode,
        }),
      ).rejects.toThrow(NotFoundError);
    }
    expect(await db().deposit.count({ where: { customerId: ctx.actor.id } })).toBe(0);
  });

  test("a merchant without an account takes no M-Pesa, and says so before anything is written", async () => {
    const { ctx } = await shop.customer();
    await db().callbackSecret.deleteMany({ where: { account: { merchantId: ctx.merchantId } } });
    await db().providerAccount.deleteMany({ where: { merchantId: ctx.merchantId } });
    await expect(ask(ctx, freshPhone())).rejects.toThrow(UnavailableError);
    expect(await db().deposit.count({ where: { customerId: ctx.actor.id } })).toBe(0);
  });

  test("an account of another environment takes no money in this one", async () => {
    const { ctx } = await shop.customer();
    await db().providerAccount.updateMany({
      where: { merchantId: ctx.merchantId },
      data: { environment: "production" },
    });
    await expect(ask(ctx, freshPhone())).rejects.toThrow(UnavailableError);
  });
});

describe("the number that is offered first", () => {
  test("is the one of the sign-in, then the one that was prompted last", async () => {
    const { user, ctx } = await shop.customer();
    expect(await rememberedPhone(ctx)).toBe(user.phone);
    const first = await shop.prompt(ctx);
    expect(await rememberedPhone(ctx)).toBe(first.phone);
    const second = await shop.prompt(ctx);
    expect(await rememberedPhone(ctx)).toBe(second.phone);
  });

  test("is never one that somebody else prompted", async () => {
    const first = await shop.customer();
    const second = await shop.customer(first.user.merchantId);
    await shop.prompt(first.ctx);
    expect(await rememberedPhone(second.ctx)).toBe(second.user.phone);
  });

  test("is stored so that the table alone does not tell it", async () => {
    const { ctx } = await shop.customer();
    const { depositId, phone } = await shop.prompt(ctx);
    const rows = await db().$queryRaw<{ text: string }[]>`
      SELECT s::text AS text FROM stk_pushes s WHERE deposit_id = ${depositId}
      UNION ALL SELECT d::text FROM deposits d WHERE id = ${depositId}
      UNION ALL SELECT c.request::text FROM provider_calls c WHERE subject_id = ${depositId}
      UNION ALL SELECT a::text FROM audit_log a WHERE subject_id = ${depositId}`;
    const national = phone.slice("+254".length);
    const known = (await pushesFor(shop, depositId))[0]?.checkoutRequestId ?? "";
    for (const { text } of rows) expect(text.replaceAll(known, "")).not.toContain(national);
  });
});
