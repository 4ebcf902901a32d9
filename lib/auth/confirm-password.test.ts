import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { closeDb } from "@/lib/db";
import { InvalidInputError, TooManyRequestsError } from "@/lib/errors";
import type { Merchant, User } from "@/lib/generated/prisma/client";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { FACTORY_PASSWORD } from "@/prisma/factories/hashed-password";
import { confirmPassword } from "./confirm-password";
import { LIMITS } from "./tries";

let shop: Merchant;
let customer: User;
let ctx: Ctx;
let places = 0;

/** An address no other test has used. */
function newAddress(): string {
  places += 1;
  return `203.0.113.${places}`;
}

function confirm(password: string, address = newAddress()): Promise<unknown> {
  return confirmPassword(ctx, { password, address }).then(
    () => "confirmed",
    (error: unknown) => error,
  );
}

beforeAll(async () => {
  shop = await createMerchant();
});
beforeEach(async () => {
  customer = await createCustomer({ merchantId: shop.id });
  ctx = makeCtx(shop.id, { kind: "customer", id: customer.id });
});
afterAll(closeDb);

describe("somebody who is signed in and types their password again", () => {
  test("is believed when it is theirs", async () => {
    expect(await confirm(FACTORY_PASSWORD)).toBe("confirmed");
  });

  test.each([
    ["", "empty"],
    ["somebody else's", "not_yours"],
    [`${FACTORY_PASSWORD} `, "not_yours"],
    ["x".repeat(100_000), "not_yours"],
  ])("is told what is wrong with it (%#)", async (password, problem) => {
    const refused = await confirm(password);
    expect(refused).toBeInstanceOf(InvalidInputError);
    expect(refused).toMatchObject({ fields: { password: problem } });
  });

  test("is not believed with the password of another customer", async () => {
    await createCustomer({ merchantId: shop.id, password: "mti wa tatu" });
    expect(await confirm("mti wa tatu")).toBeInstanceOf(InvalidInputError);
  });

  test("is not believed when the account belongs to another shop", async () => {
    ctx = makeCtx((await createMerchant()).id, { kind: "customer", id: customer.id });
    expect(await confirm(FACTORY_PASSWORD)).toBeInstanceOf(InvalidInputError);
  });
});

describe("guessing", () => {
  test("ends after five wrong tries, whatever addresses they come from, and the right one is too late", async () => {
    for (let guess = 0; guess < LIMITS.confirm_password.tries; guess++) {
      expect(await confirm(`guess ${guess}`)).toBeInstanceOf(InvalidInputError);
    }
    expect(await confirm(FACTORY_PASSWORD)).toBeInstanceOf(TooManyRequestsError);
  });

  test("begins anew after the right one, so typing it wrong now and then locks nobody out", async () => {
    for (let round = 0; round < 3; round++) {
      for (let guess = 1; guess < LIMITS.confirm_password.tries; guess++) await confirm("guess");
      expect(await confirm(FACTORY_PASSWORD)).toBe("confirmed");
    }
  });

  test("counts for the address too, however many accounts it opens", async () => {
    const address = newAddress();
    const people = LIMITS.sign_in_address.tries / LIMITS.confirm_password.tries;
    for (let person = 0; person < people; person++) {
      ctx = makeCtx(shop.id, { kind: "customer", id: `usr_${person}` });
      await Promise.all(
        Array.from({ length: LIMITS.confirm_password.tries }, () => confirm("guess", address)),
      );
    }
    ctx = makeCtx(shop.id, { kind: "customer", id: customer.id });
    expect(await confirm(FACTORY_PASSWORD, address)).toBeInstanceOf(TooManyRequestsError);
  });

  test("with an empty field is no try", async () => {
    for (let press = 0; press < 10; press++) await confirm("");
    expect(await confirm(FACTORY_PASSWORD)).toBe("confirmed");
  });
});
