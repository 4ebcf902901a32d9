import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { Prisma } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS, HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import { freshPhone } from "@/test/mpesa";
import {
  at,
  calmPayouts,
  deliver,
  expectPayoutBooks,
  freshEmail,
  fund,
  fundedCustomer,
  moneyOf,
  openPayoutShop,
  readWithdrawal,
  setPayoutsAside,
  staffOf,
  standingOfWithdrawal,
  withdraw,
} from "@/test/payouts";
import type { Shop } from "@/test/shop";
import { getAllowance } from "./get-allowance";
import { listOwnLimits } from "./list-own-limits";
import { quoteWithdrawal } from "./quote-withdrawal";
import { requestWithdrawal, type WithdrawalRequest } from "./request-withdrawal";
import { setOwnLimit } from "./set-own-limit";
import { DEFAULT_RULES, type Rules } from "./withdrawal-rules";

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

type Form = Partial<WithdrawalRequest>;

/** The form of one customer, filled in well but for what a test changes. */
function fill(form: Form = {}): WithdrawalRequest {
  const { method = "mpesa" } = form;
  return {
    method,
    amount: "500",
    to: method === "mpesa" ? freshPhone() : freshEmail(),
    attemptKey: crypto.randomUUID(),
    passwordConfirmed: true,
    ...form,
  };
}

/** Fails unless the form is refused so, and nothing was held or written because of it. */
async function expectRefused(ctx: Ctx, user: User, form: Form, error: object): Promise<void> {
  const before = await moneyOf(user);
  const rows = await db().withdrawal.count({ where: { customerId: user.id } });
  await expect(requestWithdrawal(ctx, fill(form))).rejects.toMatchObject(error);
  expect(await moneyOf(user)).toEqual(before);
  expect(await db().withdrawal.count({ where: { customerId: user.id } })).toBe(rows);
  expect(await db().ledgerMovement.count({ where: { kind: "withdrawal_hold" } })).toBe(
    await db().withdrawal.count(),
  );
}

const fields = (problems: Record<string, string>) => ({ status: 422, fields: problems });

async function rule(user: User, changes: Partial<Rules>): Promise<void> {
  const { merchantId } = user;
  const row = { ...DEFAULT_RULES, ...changes, updatedAt: new Date() };
  await db().withdrawalRules.upsert({
    where: { merchantId },
    create: { merchantId, ...row },
    update: row,
  });
}

describe("what was typed", () => {
  const long = "x".repeat(2_000);
  test.each<[what: string, form: Form, problems: Record<string, string>]>([
    ["no amount", { amount: "" }, { amount: "empty" }],
    ["words for an amount", { amount: "five" }, { amount: "not_a_number" }],
    ["nothing to pay", { amount: "0" }, { amount: "not_positive" }],
    ["less than nothing", { amount: "-500" }, { amount: "not_positive" }],
    ["nine shillings to a phone", { amount: "9" }, { amount: "below_mpesa_payout" }],
    ["over 250,000 to a phone", { amount: "250001" }, { amount: "above_mpesa_payout" }],
    ["cents to a phone", { amount: "500.50" }, { amount: "not_whole_shillings" }],
    ["parts of cents to a phone", { amount: "500.505" }, { amount: "not_whole_shillings" }],
    [
      "49.99 by voucher",
      { method: "pesavoucher", amount: "49.99" },
      { amount: "below_voucher_payout" },
    ],
    [
      "150,000.01 by voucher",
      { method: "pesavoucher", amount: "150000.01" },
      { amount: "above_voucher_payout" },
    ],
    [
      "parts of cents by voucher",
      { method: "pesavoucher", amount: "500.505" },
      { amount: "too_many_decimals" },
    ],
    ["no phone", { to: "  " }, { phone: "empty" }],
    ["a landline", { to: "020 222 2222" }, { phone: "bad_shape" }],
    ["a phone of another country", { to: "+256712345678" }, { phone: "bad_shape" }],
    ["no address", { method: "pesavoucher", to: "" }, { email: "empty" }],
    ["half an address", { method: "pesavoucher", to: "asha@" }, { email: "bad_shape" }],
    [
      "a message of 2,000 letters",
      { method: "pesavoucher", message: long },
      { message: "too_long" },
    ],
    ["several at once", { amount: "", to: "x" }, { amount: "empty", phone: "bad_shape" }],
    [
      "everything wrong with a voucher",
      { method: "pesavoucher", amount: "1", to: "", message: long },
      { amount: "below_voucher_payout", email: "empty", message: "too_long" },
    ],
  ])("%s is refused with each field's problem", async (_what, form, problems) => {
    const { ctx, user } = await fundedCustomer(shop, 100_000_000n);
    await expectRefused(ctx, user, form, fields(problems));
    await expect(quoteWithdrawal(ctx, fill(form))).rejects.toMatchObject(fields(problems));
  });

  test.each([
    ["mpesa", "10", 1_000n],
    ["mpesa", "150000", 15_000_000n],
    ["pesavoucher", "50", 5_000n],
    ["pesavoucher", "50.01", 5_001n],
    ["pesavoucher", "150,000.00", 15_000_000n],
  ] as const)("by %s, %s is taken to the cent", async (method, amount, amountCents) => {
    const { ctx, user } = await fundedCustomer(shop, 20_000_000n);
    const id = await withdraw(ctx, { method, amount });
    expect(await readWithdrawal(id)).toMatchObject({ amountCents });
    expect(await moneyOf(user)).toEqual({
      available: 20_000_000n - amountCents,
      held: amountCents,
    });
  });

  test("the receiver is stored encrypted and shown masked, and a message has one line", async () => {
    const { ctx } = await fundedCustomer(shop);
    const id = await withdraw(ctx, {
      method: "pesavoucher",
      to: "  Asha.Otieno@Example.com ",
      message: " For\n  rent ",
    });
    const row = await readWithdrawal(id);
    expect(row.message).toBe("For rent");
    expect(row.destinationMasked).not.toContain("otieno");
    expect(Buffer.from(row.destinationCipher).toString()).not.toContain("asha");
  });
});

describe("the balance", () => {
  test("exactly what one has can be taken out; one cent more cannot", async () => {
    const { ctx, user } = await fundedCustomer(shop, 50_000n);
    await expectRefused(
      ctx,
      user,
      { method: "pesavoucher", amount: "500.01" },
      fields({ amount: "above_balance" }),
    );
    const id = await withdraw(ctx, { method: "pesavoucher", amount: "500" });
    expect(await moneyOf(user)).toEqual({ available: 0n, held: 50_000n });
    expect(await standingOfWithdrawal(id)).toBe("requested");
  });

  test("the fee counts: amount and fee together may not be over it", async () => {
    const { ctx, user } = await fundedCustomer(shop, 51_000n);
    await rule(user, { mpesaFeeCents: 1_001n });
    await expectRefused(ctx, user, {}, fields({ amount: "above_balance" }));
    await rule(user, { mpesaFeeCents: 1_000n });
    const id = await withdraw(ctx);
    expect(await moneyOf(user)).toEqual({ available: 0n, held: 51_000n });
    expect(await readWithdrawal(id)).toMatchObject({ amountCents: 50_000n, feeCents: 1_000n });
  });

  test("what is held for one withdrawal is not there for the next", async () => {
    const { ctx, user } = await fundedCustomer(shop, 60_000n);
    await withdraw(ctx);
    await expectRefused(ctx, user, {}, fields({ amount: "above_balance" }));
  });

  test("a fee that is not the one that was shown is refused; the shown one is held", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    await rule(user, { mpesaFeeCents: 2_500n, voucherFeeCents: 0n });
    for (const shownFee of ["0.00", "24.99", "25", ""])
      await expectRefused(ctx, user, { shownFee }, { status: 409, code: "fee_changed" });
    await requestWithdrawal(ctx, fill({ shownFee: "25.00" }));
    await requestWithdrawal(ctx, fill({ method: "pesavoucher", shownFee: "0.00", amount: "100" }));
    expect((await moneyOf(user)).held).toBe(52_500n + 10_000n);
  });
});

describe("the merchant's limits", () => {
  test("of one payment, of 24 hours and of 7 days, in whatever way the money goes", async () => {
    const { ctx, user } = await fundedCustomer(shop, 10_000_000n);
    await rule(user, { perPaymentCents: 100_000n, dayCents: 150_000n, weekCents: 250_000n });
    await expectRefused(ctx, user, { amount: "1001" }, fields({ amount: "over_payment_limit" }));
    const start = new Date();
    await withdraw(at(ctx, start), { amount: "1000" });
    await expectRefused(
      ctx,
      user,
      { method: "pesavoucher", amount: "500.01" },
      fields({ amount: "over_day_limit" }),
    );
    await withdraw(at(ctx, start), { method: "pesavoucher", amount: "500" });
    const dayLater = addMs(start, DAY_MS);
    await expectRefused(
      at(ctx, addMs(dayLater, -1)),
      user,
      { amount: "10" },
      fields({ amount: "over_day_limit" }),
    );
    await withdraw(at(ctx, dayLater), { amount: "1000" });
    const twoDaysLater = addMs(start, 2 * DAY_MS);
    await expectRefused(
      at(ctx, twoDaysLater),
      user,
      { amount: "10" },
      fields({ amount: "over_week_limit" }),
    );
    await withdraw(at(ctx, addMs(start, 7 * DAY_MS)), { amount: "1000" });
  });

  test("what came back does not count", async () => {
    const { ctx, user } = await fundedCustomer(shop, 1_000_000n);
    await rule(user, { dayCents: 100_000n });
    await shop.sandbox.control.setOrganisationFunds({ utilityCents: 0n });
    const id = await withdraw(ctx, { amount: "1000" });
    await expectRefused(ctx, user, { amount: "10" }, fields({ amount: "over_day_limit" }));
    await shop.runJobs();
    await deliver(shop, id);
    expect(await standingOfWithdrawal(id)).toBe("failed: float_empty");
    await withdraw(ctx, { amount: "1000" });
  });

  test("the quote and the allowance say the same as the request", async () => {
    const { ctx, user } = await fundedCustomer(shop, 1_000_000n);
    await rule(user, { perPaymentCents: 200_000n, dayCents: 300_000n, mpesaFeeCents: 1_500n });
    await withdraw(ctx, { amount: "2000" });
    expect(await getAllowance(ctx)).toMatchObject({
      payment_left: "1000.00",
      day_limit: "3000.00",
      day_left: "1000.00",
      available: "7985.00",
      methods: { mpesa: { state: "on", fee: "15.00" }, pesavoucher: { state: "on", fee: "0.00" } },
    });
    expect(await quoteWithdrawal(ctx, fill({ amount: "1000" }))).toMatchObject({
      fee: "15.00",
      total: "1015.00",
      balance_after: "6970.00",
    });
    const tooMuch = quoteWithdrawal(ctx, fill({ amount: "1001" }));
    await expect(tooMuch).rejects.toMatchObject(fields({ amount: "over_day_limit" }));
    expect((await moneyOf(user)).held).toBe(201_500n);
  });

  test("of one customer leave another one's room alone", async () => {
    const one = await fundedCustomer(shop);
    const two = await fundedCustomer(shop, 100_000n, one.user.merchantId);
    await rule(one.user, { dayCents: 50_000n });
    await withdraw(one.ctx);
    await withdraw(two.ctx);
  });
});

describe("a customer's own limits", () => {
  test.each([
    ["payment", "over_payment_limit"],
    ["day", "over_day_limit"],
    ["week", "over_week_limit"],
  ] as const)("for a %s count at once when lower", async (kind, problem) => {
    const { ctx, user } = await fundedCustomer(shop, 1_000_000n);
    await setOwnLimit(ctx, { kind, amount: "499.99" });
    await expectRefused(ctx, user, {}, fields({ amount: problem }));
    await withdraw(ctx, { amount: "499" });
  });

  test("count when higher only after 24 hours, and asking again starts the wait anew", async () => {
    const { ctx, user } = await fundedCustomer(shop, 1_000_000n);
    const start = new Date();
    await setOwnLimit(at(ctx, start), { kind: "payment", amount: "100" });
    await setOwnLimit(at(ctx, start), { kind: "payment", amount: "1000" });
    const nearly = addMs(start, DAY_MS - 1);
    await expectRefused(at(ctx, nearly), user, {}, fields({ amount: "over_payment_limit" }));
    await setOwnLimit(at(ctx, nearly), { kind: "payment", amount: "2000" });
    const later = addMs(nearly, DAY_MS - 1);
    await expectRefused(at(ctx, later), user, {}, fields({ amount: "over_payment_limit" }));
    expect(await listOwnLimits(at(ctx, later))).toContainEqual({
      kind: "payment",
      amount: "100.00",
      merchant: "150000.00",
      next: "2000.00",
      next_from: addMs(nearly, DAY_MS).toISOString(),
    });
    await withdraw(at(ctx, addMs(nearly, DAY_MS)), { amount: "2000" });
    await setOwnLimit(at(ctx, addMs(nearly, DAY_MS)), { kind: "payment", amount: "50" });
    await expectRefused(
      at(ctx, addMs(nearly, DAY_MS)),
      user,
      {},
      fields({ amount: "over_payment_limit" }),
    );
  });

  test("are taken away only after 24 hours too", async () => {
    const { ctx, user } = await fundedCustomer(shop, 1_000_000n);
    const start = new Date();
    await setOwnLimit(at(ctx, start), { kind: "day", amount: "100" });
    await setOwnLimit(at(ctx, start), { kind: "day", amount: "" });
    await expectRefused(
      at(ctx, addMs(start, DAY_MS - SECOND_MS)),
      user,
      {},
      fields({ amount: "over_day_limit" }),
    );
    await withdraw(at(ctx, addMs(start, DAY_MS)));
  });

  test("never lift the merchant's", async () => {
    const { ctx, user } = await fundedCustomer(shop, 1_000_000n);
    await rule(user, { perPaymentCents: 40_000n });
    await setOwnLimit(ctx, { kind: "payment", amount: "5000" });
    await expectRefused(ctx, user, {}, fields({ amount: "over_payment_limit" }));
  });

  test.each(["-1", "0.5", "five", "1.234"])("'%s' is none, and changes nothing", async (amount) => {
    const { ctx } = await fundedCustomer(shop);
    await setOwnLimit(ctx, { kind: "day", amount: "100" });
    const before = await listOwnLimits(ctx);
    await expect(setOwnLimit(ctx, { kind: "day", amount })).rejects.toMatchObject({ status: 422 });
    expect(await listOwnLimits(ctx)).toEqual(before);
  });

  test("raised twice at the same moment wait once, from then", async () => {
    const { ctx } = await fundedCustomer(shop);
    const now = new Date();
    await setOwnLimit(at(ctx, now), { kind: "week", amount: "100" });
    await Promise.all(
      ["1000", "2000", "3000"].map((amount) =>
        setOwnLimit(at(ctx, addMs(now, HOUR_MS)), { kind: "week", amount }),
      ),
    );
    const week = (await listOwnLimits(at(ctx, addMs(now, 2 * HOUR_MS)))).find(
      ({ kind }) => kind === "week",
    );
    expect(week).toMatchObject({
      amount: "100.00",
      next_from: addMs(now, HOUR_MS + DAY_MS).toISOString(),
    });
  });
});

describe("the password", () => {
  const unconfirmed = { passwordConfirmed: false } as const;

  test("is asked for a phone that is not the customer's own, every time", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    const to = freshPhone();
    await expectRefused(ctx, user, { to, ...unconfirmed }, fields({ password: "empty" }));
    await db().payee.create({
      data: {
        customerId: user.id,
        destinationHash: (await readWithdrawal(await withdraw(ctx, { to }))).destinationHash,
        destinationMasked: "paid before",
        lastPaidAt: new Date(),
      },
    });
    await expectRefused(
      ctx,
      user,
      { to, amount: "10", ...unconfirmed },
      fields({ password: "empty" }),
    );
  });

  test("is not asked for the customer's own phone, however it is written", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    const to = `0${user.phone?.slice(4)}`;
    const { withdrawalId } = await requestWithdrawal(ctx, fill({ to, ...unconfirmed }));
    expect(await readWithdrawal(withdrawalId)).toMatchObject({ isOwnDestination: true });
  });

  test("is asked for every voucher, for the page shows its code: to the own address and to one paid before", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    const email = freshEmail();
    await db().user.update({ where: { id: user.id }, data: { email } });
    const method = "pesavoucher";
    const paid = freshEmail();
    await withdraw(ctx, { method, amount: "50", to: paid });
    await shop.runJobs();
    for (const to of [email, paid, freshEmail()]) {
      const before = await moneyOf(user);
      const request = fill({ method, amount: "50", to, ...unconfirmed });
      await expect(requestWithdrawal(ctx, request)).rejects.toMatchObject(
        fields({ password: "empty" }),
      );
      expect(await moneyOf(user)).toEqual(before);
    }
  });
});

describe("the same form", () => {
  test("sent twice is one withdrawal", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    const form = fill();
    const first = await requestWithdrawal(ctx, form);
    expect(first.existing).toBe(false);
    expect(await requestWithdrawal(ctx, form)).toEqual({ ...first, existing: true });
    expect((await moneyOf(user)).held).toBe(50_000n);
  });

  test("sent twenty times at once is one withdrawal", async () => {
    const { ctx, user } = await fundedCustomer(shop, 10_000_000n);
    const form = fill();
    const all = await Promise.all(Array.from({ length: 20 }, () => requestWithdrawal(ctx, form)));
    expect(new Set(all.map(({ withdrawalId }) => withdrawalId)).size).toBe(1);
    expect(all.filter(({ existing }) => !existing)).toHaveLength(1);
    expect((await moneyOf(user)).held).toBe(50_000n);
    await shop.runJobs();
    expect(await shop.sandbox.control.payouts({ msisdn: form.to.slice(1) })).toHaveLength(1);
  });

  test("with another amount or another receiver is another withdrawal", async () => {
    const { ctx } = await fundedCustomer(shop);
    const form = fill({ amount: "100" });
    const ids = [form, { ...form, amount: "101" }, { ...form, to: freshPhone() }];
    const made = [];
    for (const each of ids) made.push((await requestWithdrawal(ctx, each)).withdrawalId);
    expect(new Set(made).size).toBe(3);
  });

  test("of another customer is another withdrawal", async () => {
    const one = await fundedCustomer(shop);
    const two = await fundedCustomer(shop, 100_000n, one.user.merchantId);
    const form = fill();
    const first = await requestWithdrawal(one.ctx, form);
    expect(await requestWithdrawal(two.ctx, form)).toMatchObject({ existing: false });
    expect((await requestWithdrawal(one.ctx, form)).withdrawalId).toBe(first.withdrawalId);
  });

  test("after a failure is a new withdrawal, once, as often as it fails", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    const form = fill({ method: "pesavoucher", to: "asha+nofunds@example.com" });
    const ids: string[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const made = await Promise.all([requestWithdrawal(ctx, form), requestWithdrawal(ctx, form)]);
      const [id] = new Set(made.map(({ withdrawalId }) => withdrawalId));
      expect(new Set(made.map(({ withdrawalId }) => withdrawalId)).size).toBe(1);
      ids.push(id ?? "");
      await shop.runJobs();
      expect(await standingOfWithdrawal(ids.at(-1) ?? "")).toBe("failed: float_empty");
    }
    expect(new Set(ids).size).toBe(3);
    expect(await moneyOf(user)).toEqual({ available: 100_000n, held: 0n });
  });

  test("that was refused can be sent again when the reason is gone", async () => {
    const { ctx, user } = await fundedCustomer(shop, 10_000n);
    const form = fill();
    await expectRefused(ctx, user, form, fields({ amount: "above_balance" }));
    await fund(user, 100_000n);
    expect(await requestWithdrawal(ctx, form)).toMatchObject({ existing: false });
  });
});

describe("staff", () => {
  test("may ask for a customer of their merchant, and it always waits for another person", async () => {
    const { user } = await fundedCustomer(shop);
    const staff = await staffOf(user.merchantId, "admin");
    const request = fill({ amount: "10", customerId: user.id, passwordConfirmed: false });
    const { withdrawalId } = await requestWithdrawal(staff.ctx, request);
    expect(await readWithdrawal(withdrawalId)).toMatchObject({
      state: "awaiting_approval",
      customerId: user.id,
      requestedById: staff.user.id,
    });
    expect(await moneyOf(user)).toEqual({ available: 99_000n, held: 1_000n });
    await shop.runJobs();
    expect(await shop.sandbox.control.payouts({ msisdn: request.to.slice(1) })).toEqual([]);
  });

  test("may not ask for another merchant's customer, nor for one of themselves", async () => {
    const { user } = await fundedCustomer(shop);
    const { ctx } = await fundedCustomer(shop);
    const stranger = await staffOf(ctx.merchantId);
    const neighbour = await staffOf(user.merchantId);
    const notFound = { status: 404, code: "customer_not_found" };
    await expectRefused(stranger.ctx, user, { customerId: user.id }, notFound);
    await expectRefused(neighbour.ctx, user, { customerId: neighbour.user.id }, notFound);
  });

  test("keep to the customer's limits and balance", async () => {
    const { user, ctx } = await fundedCustomer(shop);
    const staff = await staffOf(user.merchantId);
    await setOwnLimit(ctx, { kind: "payment", amount: "400" });
    const customerId = user.id;
    await expectRefused(staff.ctx, user, { customerId }, fields({ amount: "over_payment_limit" }));
    await expectRefused(
      staff.ctx,
      user,
      { customerId, amount: "1001" },
      fields({ amount: "above_balance" }),
    );
  });
});

describe("while a method does not pay out", () => {
  test("a merchant without an account for it is told so kindly, and vouchers go on", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    await db().providerAccount.updateMany({
      where: { merchantId: user.merchantId },
      data: { isPayoutDefault: false },
    });
    await expectRefused(ctx, user, {}, { status: 503, code: "payouts_not_set_up" });
    await withdraw(ctx, { method: "pesavoucher" });
    expect((await getAllowance(ctx)).methods.mpesa.state).toBe("off");
  });

  test("a voucher balance that covers not even the smallest voucher pauses vouchers alone", async () => {
    const { ctx, user } = await fundedCustomer(shop);
    await rule(user, { voucherFloorCents: 10_000n });
    const { merchantId } = user;
    const data: Prisma.ProviderFloatUncheckedCreateInput = {
      merchantId,
      name: "pesavoucher",
      availableCents: 14_999n,
      observedAt: new Date(),
    };
    await db().providerFloat.create({ data });
    const paused = { status: 503, code: "payouts_paused" };
    await expectRefused(ctx, user, { method: "pesavoucher" }, paused);
    await withdraw(ctx, { amount: "10" });
    await db().providerFloat.updateMany({
      where: { merchantId },
      data: { availableCents: 15_000n },
    });
    await withdraw(ctx, { method: "pesavoucher", amount: "50" });
  });
});
