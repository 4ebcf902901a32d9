import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LIMITS } from "@/lib/auth/tries";
import { makeCtx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { csrfTokenFor } from "@/lib/auth/csrf-token";
import { resolveSession } from "@/lib/auth/resolve-session";
import type { User } from "@/lib/generated/prisma/client";
import { openFlash, type Flash } from "@/lib/http/flash";
import type { RouteHandler } from "@/lib/http/with-api";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { FACTORY_PASSWORD } from "@/prisma/factories/hashed-password";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { fund } from "@/test/payouts";
import { POST as setLimit } from "../limits/route";
import { POST as cancel } from "../../payments/[id]/cancel/route";
import { GET as allowance } from "./allowance/route";
import { POST as review } from "./review/route";
import { POST as withdraw } from "./route";

const OTHER = "mama.mboga@soko.test";

let merchantId: string;
let customer: User;
/** The address of the customer's own account, and an order to it. */
let own: string;
let order: { method: string; amount: string; email: string };

beforeAll(async () => {
  merchantId = (await createMerchant()).id;
});
beforeEach(async () => {
  own = `${crypto.randomUUID()}@soko.test`;
  order = { method: "pesavoucher", amount: "500", email: own };
  customer = await createCustomer({ merchantId, email: own });
  await fund(customer, 100_000n);
});
afterAll(closeDb);

async function send(handler: RouteHandler, body: object, params: Record<string, string> = {}) {
  const request = new Request("http://localhost:3000/door", {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      cookie: await sessionCookie(customer),
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
    },
  });
  const answer = await handler(request, { params: Promise.resolve(params) });
  const json: unknown = await answer.json();
  return { status: answer.status, json };
}

/** As a browser's plain form does. Resolves to where it is led, and what waits for it there. */
async function post(
  handler: RouteHandler,
  fields: Record<string, string>,
  params: Record<string, string> = {},
): Promise<{ path: string; method: string | null; flash: Flash | null }> {
  const cookie = await sessionCookie(customer);
  const session = await resolveSession(cookie.split("=")[1] ?? "");
  const csrf = csrfTokenFor({ sessionId: session?.sessionId ?? null, visitorId: null }) ?? "";
  const request = new Request("http://localhost:3000/door", {
    method: "POST",
    body: new URLSearchParams({ csrf, ...fields }).toString(),
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
  });
  const answer = await handler(request, { params: Promise.resolve(params) });
  expect(answer.status).toBe(303);
  const [path = "", query] = (answer.headers.get("location") ?? "").split("?");
  const led = new URLSearchParams(query);
  const id = led.get("flash") ?? "";
  const left = new Headers({ cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" });
  return { path, method: led.get("method"), flash: openFlash(left, id) };
}

async function balance() {
  return readCustomerBalance(db(), { merchantId, customerId: customer.id });
}

describe("the review", () => {
  test("says who gets what and what is left, and holds nothing", async () => {
    const { status, json } = await send(review, order);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      quote: { to: own, amount: "500.00", total: "500.00", balance_after: "500.00" },
    });
    expect(await balance()).toMatchObject({ availableCents: 100_000n, heldCents: 0n });
  });

  test("leads a form on with everything that was typed, and never with a password", async () => {
    const fields = { ...order, message: "Asante", attempt: "one", password: "typed by a manager" };
    const { path, flash } = await post(review, fields);
    expect(path).toBe("/withdraw/review");
    expect(flash?.values).toMatchObject({ ...order, message: "Asante", attempt: "one" });
    expect(JSON.stringify(flash)).not.toContain("typed by a manager");
    expect([flash?.fields, flash?.error]).toEqual([{}, null]);
  });

  test.each([
    ["pesavoucher", null],
    ["mpesa", "mpesa"],
  ])("leads a refused form of %s back to its page with what was typed", async (method, chosen) => {
    const typed = { method, amount: "1", email: "what?", phone: "07" };
    const { flash, ...led } = await post(review, typed);
    expect(led).toEqual({ path: "/withdraw", method: chosen });
    expect(flash?.values).toMatchObject(typed);
    const field = method === "mpesa" ? "phone" : "email";
    expect(flash?.fields).toMatchObject({ [field]: "bad_shape" });
  });

  test.each(["500", "9999999"])(
    "leads back to a form filled with %s when something is to be changed, and complains of nothing",
    async (amount) => {
      const { path, flash } = await post(review, { ...order, amount, change: "1" });
      expect(path).toBe("/withdraw");
      expect(flash?.values).toMatchObject({ amount, email: own });
      expect([flash?.fields, flash?.error]).toEqual([{}, null]);
    },
  );
});

describe("confirming", () => {
  test("holds amount and fee once, however often the same form arrives", async () => {
    const asked = { ...order, attempt: "one", fee: "0.00", password: FACTORY_PASSWORD };
    const [first, second] = await Promise.all([send(withdraw, asked), send(withdraw, asked)]);
    expect([first.status, second.status].sort()).toEqual([200, 201]);
    expect(first.json).toMatchObject({ payment: { direction: "out", amount_asked: "500.00" } });
    expect(await balance()).toMatchObject({ availableCents: 50_000n, heldCents: 50_000n });
    expect((await send(withdraw, asked)).status).toBe(200);
    expect((await balance()).heldCents).toBe(50_000n);
  });

  test("leads a form to the payment", async () => {
    const { path } = await post(withdraw, { ...order, attempt: "one", password: FACTORY_PASSWORD });
    expect(path).toMatch(/^\/payments\/wdr_[0-9a-f]{32}$/);
  });

  test("another's address needs the password, and holds nothing before it is right", async () => {
    const asked = { ...order, email: OTHER, attempt: "one" };
    const without = await post(withdraw, asked);
    expect(without).toMatchObject({
      path: "/withdraw/review",
      flash: { fields: { password: "empty" }, values: { email: OTHER, attempt: "one" } },
    });
    const wrong = await post(withdraw, { ...asked, password: "not mine" });
    expect(wrong.flash?.fields).toEqual({ password: "not_yours" });
    expect(JSON.stringify(wrong.flash)).not.toContain("not mine");
    expect((await balance()).heldCents).toBe(0n);
    const right = await post(withdraw, { ...asked, password: FACTORY_PASSWORD });
    expect(right.path).toMatch(/^\/payments\/wdr_/);
    expect((await balance()).heldCents).toBe(50_000n);
  });

  test("a wrong password is refused to one's own address too", async () => {
    const asked = { ...order, attempt: "one", password: "not mine" };
    expect(await send(withdraw, asked)).toMatchObject({ status: 422 });
    expect((await balance()).heldCents).toBe(0n);
  });

  test("another fee than was shown sends nothing and asks again", async () => {
    const asked = { ...order, attempt: "one", fee: "10.00" };
    expect(await send(withdraw, asked)).toMatchObject({
      status: 409,
      json: { error: { code: "fee_changed" } },
    });
    expect(await post(withdraw, asked)).toMatchObject({
      path: "/withdraw/review",
      flash: { error: { code: "fee_changed" } },
    });
    expect((await balance()).heldCents).toBe(0n);
  });

  test("without an attempt is no confirmation of anything", async () => {
    expect((await send(withdraw, order)).status).toBe(422);
    expect((await balance()).heldCents).toBe(0n);
  });

  test("ends after too many in a few minutes", async () => {
    const asked = { ...order, amount: "1", attempt: "one" };
    for (let time = 0; time < LIMITS.withdraw_customer.tries; time++) await send(withdraw, asked);
    expect(await send(withdraw, asked)).toMatchObject({ status: 429 });
  });
});

describe("cancelling", () => {
  async function queued(): Promise<string> {
    const ctx = makeCtx(merchantId, { kind: "customer", id: customer.id });
    const { withdrawalId } = await requestWithdrawal(ctx, {
      method: "pesavoucher",
      amount: "500",
      to: own,
      attemptKey: "one",
      passwordConfirmed: true,
    });
    return withdrawalId;
  }

  test("gives the money back while nothing was sent", async () => {
    const id = await queued();
    expect((await post(cancel, {}, { id })).path).toBe(`/payments/${id}`);
    expect(await balance()).toMatchObject({ availableCents: 100_000n, heldCents: 0n });
  });

  test("is refused as too late once it is being sent, and moves nothing", async () => {
    const id = await queued();
    await db().withdrawal.update({ where: { id }, data: { state: "sending", sentAt: new Date() } });
    expect(await send(cancel, {}, { id })).toMatchObject({
      status: 409,
      json: { error: { code: "too_late_to_cancel" } },
    });
    const { path, flash } = await post(cancel, {}, { id });
    expect([path, flash?.error?.code]).toEqual([`/payments/${id}`, "too_late_to_cancel"]);
    expect((await balance()).heldCents).toBe(50_000n);
  });
});

describe("a limit of one's own", () => {
  test("counts at once when it is lower, and the allowance says so", async () => {
    expect((await post(setLimit, { kind: "day", amount: "300" })).path).toBe("/account");
    const { json } = await read(allowance);
    expect(json).toMatchObject({ day_limit: "300.00", payment_left: "300.00" });
    expect(await send(review, order)).toMatchObject({
      status: 422,
      json: { error: { fields: { amount: "over_day_limit" } } },
    });
  });

  test.each([
    ["0.50", "limit_too_small"],
    ["999999999999", "limit_too_large"],
    ["many", "not_a_number"],
  ])("of %s is refused as %s, with words about limits", async (amount, problem) => {
    const { path, flash } = await post(setLimit, { kind: "week", amount });
    expect(path).toBe("/account");
    expect(flash).toMatchObject({ fields: { amount: problem }, values: { kind: "week", amount } });
    const { json } = await send(setLimit, { kind: "week", amount });
    expect(JSON.stringify(json)).not.toContain("deposit");
  });
});

async function read(handler: RouteHandler) {
  const headers = { cookie: await sessionCookie(customer) };
  const answer = await handler(new Request("http://localhost:3000/door", { headers }));
  const json: unknown = await answer.json();
  return { status: answer.status, json };
}
