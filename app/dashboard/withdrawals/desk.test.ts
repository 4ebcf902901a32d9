import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { openFlash, type Flash } from "@/lib/http/flash";
import type { RouteHandler } from "@/lib/http/with-api";
import { makeCtx } from "@/lib/context";
import { findPayoutAccount } from "@/lib/merchants/open-payout-account";
import { stopPayouts } from "@/lib/merchants/stop-payouts";
import { setOwnLimit } from "@/lib/payments/withdrawals/set-own-limit";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import {
  fund,
  moneyOf,
  readWithdrawal,
  staffOf,
  standingOfWithdrawal,
  withdraw,
} from "@/test/payouts";
import { POST as resume } from "../accounts/[id]/resume/route";
import { POST as approve } from "./[id]/approve/route";
import { POST as reject } from "./[id]/reject/route";
import { POST as find } from "./new/find/route";
import { POST as request } from "./new/request/route";
import { POST as save } from "./rules/save/route";

const FUNDS_CENTS = 10_000_000n;

let customer: User;
let theirs: Ctx;
let staff: { user: User; ctx: Ctx };
let admin: { user: User; ctx: Ctx };

beforeEach(async () => {
  const { id: merchantId } = await createMerchant();
  customer = await createCustomer({ merchantId, name: "Wanjiku Kamau" });
  theirs = makeCtx(merchantId, { kind: "customer", id: customer.id });
  await fund(customer, FUNDS_CENTS);
  staff = await staffOf(merchantId);
  admin = await staffOf(merchantId, "admin");
});
afterAll(() => closeDb());

interface Post {
  by?: User;
  id?: string;
  fields?: Record<string, string>;
}

/** Posts as a browser without scripts does. */
async function post(door: RouteHandler, { by = staff.user, id = "", fields = {} }: Post) {
  const answer = await door(
    new Request("http://localhost:3000/door", {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: {
        cookie: await sessionCookie(by),
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
      },
    }),
    { params: Promise.resolve({ id }) },
  );
  expect(answer.status).toBe(303);
  const to = new URL(answer.headers.get("location") ?? "", "http://localhost:3000");
  return { page: to.pathname, query: to.searchParams, flash: flashOf(answer, to) };
}

function flashOf(answer: Response, to: URL): Flash | null {
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return openFlash(new Headers({ cookie }), to.searchParams.get("flash") ?? "");
}

/** Posts JSON, and gives what came back. */
async function postJson(door: RouteHandler, { by = staff.user, id = "", fields = {} }: Post) {
  const answer = await door(
    new Request("http://localhost:3000/door", {
      method: "POST",
      body: JSON.stringify(fields),
      headers: { cookie: await sessionCookie(by), "content-type": "application/json" },
    }),
    { params: Promise.resolve({ id }) },
  );
  return { status: answer.status, text: await answer.text() };
}

const large = () => withdraw(theirs, { method: "pesavoucher", amount: "60000" });

async function idOf(query: URLSearchParams): Promise<string> {
  return (await readWithdrawal(query.get("of") ?? "")).id;
}

describe("a decision", () => {
  test("to approve puts it in line, and leads back with the way to its case file", async () => {
    const id = await large();
    const { page, query } = await post(approve, { id, fields: { note: " seen the ID " } });
    expect([page, query.get("notice"), await idOf(query)]).toEqual([
      "/dashboard/withdrawals",
      "approved",
      id,
    ]);
    expect(await readWithdrawal(id)).toMatchObject({
      state: "requested",
      decidedById: staff.user.id,
      decisionNote: "seen the ID",
    });
  });

  test("to reject gives the money back", async () => {
    const id = await large();
    const { query } = await post(reject, { id, fields: { note: "not their number" } });
    expect(query.get("notice")).toBe("rejected");
    expect(await standingOfWithdrawal(id)).toBe("failed: rejected");
    expect(await moneyOf(customer)).toEqual({ available: FUNDS_CENTS, held: 0n });
  });

  test.each(["", "   "])(
    "to reject with the reason %j is asked again, in its own row",
    async (note) => {
      const id = await large();
      const { page, flash } = await post(reject, { id, fields: { note, withdrawal: id } });
      expect(page).toBe("/dashboard/withdrawals");
      expect(flash).toMatchObject({
        form: "reject",
        fields: { note: "empty" },
        values: { withdrawal: id },
      });
      expect(await standingOfWithdrawal(id)).toBe("awaiting_approval");
    },
  );

  test("that comes second changes nothing and says so", async () => {
    const id = await large();
    await post(approve, { id });
    const { flash, query } = await post(reject, { by: admin.user, id, fields: { note: "late" } });
    expect(flash?.error?.code).toBe("no_longer_waiting");
    expect(query.get("notice")).toBeNull();
    expect(await standingOfWithdrawal(id)).toBe("requested");
    const { status } = await postJson(approve, { by: admin.user, id });
    expect(status).toBe(409);
  });
});

const asked = {
  method: "mpesa",
  amount: "700",
  phone: "0722 000 131",
  attempt: "one",
  fee: "0.00",
};

describe("a payout for a customer", () => {
  const payOut = (fields: Record<string, string> = {}, by = staff.user) =>
    post(request, { by, fields: { customer_id: customer.id, ...asked, ...fields } });

  test("waits for another person, whoever asked and however small it is", async () => {
    for (const by of [staff.user, admin.user]) {
      const { page, query } = await payOut({ attempt: by.id }, by);
      expect([page, query.get("notice")]).toEqual(["/dashboard/withdrawals", "requested"]);
      const id = await idOf(query);
      expect(await standingOfWithdrawal(id)).toBe("awaiting_approval");

      for (const [door, fields] of [
        [approve, {}],
        [reject, { note: "mine" }],
      ] as const) {
        const { flash } = await post(door, { by, id, fields });
        expect(flash?.error?.code).toBe("own_request");
      }
      expect(await standingOfWithdrawal(id)).toBe("awaiting_approval");
    }
  });

  test("sent twice by the same form is asked for once", async () => {
    const [first, second] = [await payOut(), await payOut()];
    expect(await idOf(second.query)).toBe(await idOf(first.query));
    expect(await db().withdrawal.count({ where: { customerId: customer.id } })).toBe(1);
  });

  test("comes back with what was typed, to the same customer and method", async () => {
    const { page, query, flash } = await payOut({ phone: "0722" });
    expect([page, query.get("customer"), query.get("method")]).toEqual([
      "/dashboard/withdrawals/new",
      customer.id,
      "mpesa",
    ]);
    expect(flash).toMatchObject({
      fields: { phone: "bad_shape" },
      values: { amount: "700", phone: "0722" },
    });
  });

  test("speaks of the customer's balance, phone and limits, not of the reader's", async () => {
    const problemOf = async (fields: Record<string, string>) =>
      (await payOut(fields)).flash?.fields;
    expect(await problemOf({ phone: "" })).toEqual({ phone: "payee_empty" });
    expect(await problemOf({ amount: "100001" })).toEqual({ amount: "their_balance" });
    expect(await problemOf({ amount: "150001" })).toEqual({ amount: "their_balance" });
    await setOwnLimit(theirs, { kind: "day", amount: "600" });
    expect(await problemOf({})).toEqual({ amount: "their_day_limit" });
    await setOwnLimit(theirs, { kind: "payment", amount: "500" });
    expect(await problemOf({})).toEqual({ amount: "their_payment_limit" });
    expect(await moneyOf(customer)).toEqual({ available: FUNDS_CENTS, held: 0n });
  });

  test("asks again when the fee has changed, and says when nothing is paid this way", async () => {
    expect((await payOut({ fee: "5.00" })).flash?.error?.code).toBe("desk_fee_changed");
    const account = await findPayoutAccount(staff.ctx);
    await stopPayouts(staff.ctx, {
      accountId: account?.id ?? "",
      reason: "8006",
      orderedAt: new Date(),
    });
    expect((await payOut()).flash?.error?.code).toBe("desk_payouts_paused");
    expect(await moneyOf(customer)).toEqual({ available: FUNDS_CENTS, held: 0n });
  });

  test.each(["//evil.example", "usr_1&method=x", "../../x"])(
    "with the customer %j leads nowhere but to the form",
    async (id) => {
      const { page, query } = await payOut({ customer_id: id });
      expect(page).toBe("/dashboard/withdrawals/new");
      expect(query.get("customer")).toBeNull();
    },
  );
});

describe("finding the customer", () => {
  test.each(["phone", "email"] as const)("by %s leads to them by their id alone", async (by) => {
    const email = `wanjiku.${customer.id.slice(-8)}@duka.co.ke`;
    await db().user.update({ where: { id: customer.id }, data: { email } });
    const typed = by === "email" ? ` ${email.toUpperCase()} ` : (customer.phone ?? "");
    const { page, query } = await post(find, { fields: { customer: typed } });
    expect([page, query.toString()]).toEqual([
      "/dashboard/withdrawals/new",
      `customer=${customer.id}`,
    ]);
  });

  test("finds nobody of another merchant, no staff and nobody by a part", async () => {
    const stranger = await createCustomer();
    const typed = [
      "",
      customer.phone?.slice(0, -1),
      stranger.phone,
      staff.user.email,
      "%",
      "Wanjiku",
    ];
    for (const text of typed) {
      const { page, flash } = await post(find, { fields: { customer: text ?? "" } });
      expect(page).toBe("/dashboard/withdrawals/new");
      expect(flash?.fields.customer).toBe(text === "" ? "empty" : "not_found");
    }
  });

  test("tells no whole number and no address in JSON either", async () => {
    const { status, text } = await postJson(find, { fields: { customer: customer.phone ?? "" } });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ customer: { id: customer.id, name: "Wanjiku Kamau" } });
  });
});

describe("the rules", () => {
  const rules = {
    per_payment: "1,000",
    day: "2000",
    week: "3000",
    approval_above: "",
    review_above: "",
    voucher_fee: "0",
    mpesa_fee: "10.50",
    voucher_floor: "0",
    mpesa_floor: "0",
  };

  test("are saved by an admin and count at once", async () => {
    const { page, query } = await post(save, { by: admin.user, fields: rules });
    expect([page, query.get("notice")]).toEqual(["/dashboard/withdrawals/rules", "saved"]);
    const kept = await db().withdrawalRules.findUnique({
      where: { merchantId: customer.merchantId },
    });
    expect(kept).toMatchObject({
      perPaymentCents: 100_000n,
      approvalAboveCents: null,
      reviewAboveCents: null,
      mpesaFeeCents: 1_050n,
    });
    const { flash } = await post(request, {
      fields: { customer_id: customer.id, ...asked, amount: "1001", fee: "10.50" },
    });
    expect(flash?.fields).toEqual({ amount: "their_payment_limit" });
  });

  test("are not changed by staff", async () => {
    const { flash } = await post(save, { fields: rules });
    expect(flash?.error?.code).toBe("forbidden");
    expect(await db().withdrawalRules.count({ where: { merchantId: customer.merchantId } })).toBe(
      0,
    );
  });

  test("keep everything that was typed when one field is wrong", async () => {
    const typed = { ...rules, day: "10", mpesa_fee: "ten" };
    const { flash } = await post(save, { by: admin.user, fields: typed });
    expect(flash?.fields).toEqual({ day: "below_per_payment", mpesa_fee: "not_a_number" });
    expect(flash?.values).toEqual(typed);
  });

  test("never lose the second person to a field somebody left out", async () => {
    const { approval_above: _, ...others } = rules;
    const { status } = await postJson(save, { by: admin.user, fields: others });
    expect(status).toBe(422);
    expect(await db().withdrawalRules.count({ where: { merchantId: customer.merchantId } })).toBe(
      0,
    );
  });
});

describe("an account that was stopped", () => {
  test("pays again when an admin says so, once, and never because staff say so", async () => {
    const account = await findPayoutAccount(staff.ctx);
    const id = account?.id ?? "";
    await stopPayouts(staff.ctx, { accountId: id, reason: "8006", orderedAt: new Date() });
    expect((await post(resume, { id })).flash?.error?.code).toBe("forbidden");
    expect((await findPayoutAccount(staff.ctx))?.payoutsStopped).toBe("8006");
    const { query } = await post(resume, { by: admin.user, id });
    expect(query.get("notice")).toBe("resumed");
    expect((await findPayoutAccount(staff.ctx))?.payoutsStopped).toBeNull();
    const again = await post(resume, { by: admin.user, id });
    expect(again.flash?.error?.code).toBe("payouts_not_stopped");
  });
});
