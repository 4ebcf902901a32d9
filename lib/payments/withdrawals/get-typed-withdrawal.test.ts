import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { closeDb } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { createCustomer } from "@/prisma/factories/create-customer";
import { fund, staffOf } from "@/test/payouts";
import { getTypedWithdrawal } from "./get-typed-withdrawal";
import { requestWithdrawal } from "./request-withdrawal";

const ADDRESS = "mama.mboga@soko.test";

let owner: User;
let ctx: Ctx;
let ownId: string;
let staffsId: string;

function ctxOf(user: User): Ctx {
  return makeCtx(user.merchantId, { kind: "customer", id: user.id });
}

beforeAll(async () => {
  owner = await createCustomer();
  ctx = ctxOf(owner);
  await fund(owner, 200_000n);
  const order = {
    method: "pesavoucher",
    amount: "250.50",
    to: ADDRESS,
    message: "Asante",
  } as const;
  const attempt = { attemptKey: "one", passwordConfirmed: true };
  ownId = (await requestWithdrawal(ctx, { ...order, ...attempt })).withdrawalId;
  const staff = await staffOf(owner.merchantId);
  const inTheirName = { ...order, ...attempt, attemptKey: "two", customerId: owner.id };
  staffsId = (await requestWithdrawal(staff.ctx, inTheirName)).withdrawalId;
});
afterAll(closeDb);

describe("what was typed for a withdrawal", () => {
  test("fills in the form again as its customer typed it, address included", async () => {
    expect(await getTypedWithdrawal(ctx, { paymentId: ownId })).toEqual({
      method: "pesavoucher",
      amount: "250.50",
      to: ADDRESS,
      message: "Asante",
    });
  });

  test("is nobody else's to see", async () => {
    const neighbour = ctxOf(await createCustomer({ merchantId: owner.merchantId }));
    const stranger = ctxOf(await createCustomer());
    const misplaced = makeCtx(stranger.merchantId, { kind: "customer", id: owner.id });
    const staff = await staffOf(owner.merchantId);
    for (const other of [neighbour, stranger, misplaced, staff.ctx]) {
      expect(await getTypedWithdrawal(other, { paymentId: ownId })).toBeNull();
    }
  });

  test("is not told of a withdrawal that staff typed, whose whole address the customer never saw", async () => {
    expect(await getTypedWithdrawal(ctx, { paymentId: staffsId })).toBeNull();
  });

  test.each(["", "wdr_", "dep_00000000000000000000000000000000", "' OR 1=1"])(
    "is nothing for the id %j",
    async (paymentId) => {
      expect(await getTypedWithdrawal(ctx, { paymentId })).toBeNull();
    },
  );
});
