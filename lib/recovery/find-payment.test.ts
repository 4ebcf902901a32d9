import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { ForbiddenError } from "@/lib/errors";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { eventually } from "@/test/eventually";
import { pushFor, readDeposit, standingOf } from "@/test/mpesa";
import { openShop, type Shop } from "@/test/shop";
import { findPayment } from "./find-payment";

let shop: Shop;
let customer: Ctx;
let staff: Ctx;
let names: Record<"id" | "reference" | "receipt" | "CheckoutRequestID", string>;

beforeAll(async () => {
  shop = await openShop();
  ({ ctx: customer } = await shop.customer());
  staff = await staffOf(customer.merchantId);
  const { depositId, phone } = await shop.prompt(customer);
  await shop.prompt(customer);
  await shop.sandbox.control.enterPin(phone);
  await eventually(async () => expect(await standingOf(depositId)).toBe("paid"));
  const push = await pushFor(shop, depositId);
  names = {
    id: depositId,
    reference: (await readDeposit(depositId)).publicCode,
    receipt: push.receipt ?? "",
    CheckoutRequestID: push.checkoutRequestId,
  };
});
afterAll(() => shop.close());

async function staffOf(merchantId: string): Promise<Ctx> {
  const { id } = await createStaff({ merchantId });
  return makeCtx(merchantId, { kind: "staff", id, role: "staff" });
}

const KINDS = ["id", "reference", "receipt", "CheckoutRequestID"] as const;

async function idsOf(ctx: Ctx, text: string): Promise<string[]> {
  return (await findPayment(ctx, { text })).map(({ payment }) => payment.id);
}

describe.each(KINDS)("by its %s", (kind) => {
  test("the one payment is found", async () => {
    expect(await idsOf(staff, names[kind])).toEqual([names.id]);
    expect(await idsOf(staff, ` ${names[kind]}\n`)).toEqual([names.id]);
  });

  test("another merchant's staff find nothing", async () => {
    expect(await idsOf(await staffOf((await createMerchant()).id), names[kind])).toEqual([]);
  });

  test("a part of it finds nothing", async () => {
    expect(await idsOf(staff, names[kind].slice(0, -1))).toEqual([]);
  });
});

test("a reference is found as it is printed, in groups, and in small letters", async () => {
  const grouped = names.reference.match(/.{4}/g)?.join("-") ?? "";
  expect(await idsOf(staff, grouped)).toEqual([names.id]);
  expect(await idsOf(staff, names.reference.toLowerCase())).toEqual([names.id]);
  expect(await idsOf(staff, names.receipt.toLowerCase())).toEqual([names.id]);
});

test.each(["", "   ", "\u0000", "%", "_", "' OR 1=1 --", "x".repeat(5_000)])(
  "%j finds nothing and breaks nothing",
  async (text) => {
    expect(await idsOf(staff, text)).toEqual([]);
  },
);

test("customers may not search", async () => {
  await expect(findPayment(customer, { text: names.id })).rejects.toThrow(ForbiddenError);
});
