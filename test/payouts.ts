import { expect } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { customerAvailable } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { callbacksWorked, freshPhone } from "./mpesa";
import type { Shop } from "./shop";

/** A new customer with money to take out. It comes from nowhere a provider would have to account for. */
export async function fundedCustomer(
  shop: Shop,
  amountCents = 100_000n,
  merchantId?: string,
): Promise<{ user: User; ctx: Ctx }> {
  const customer = await shop.customer(merchantId);
  await fund(customer.user, amountCents);
  return customer;
}

/** Puts money on a customer's balance. */
export async function fund(user: User, amountCents: bigint): Promise<void> {
  await postMovement(db(), {
    merchantId: user.merchantId,
    kind: "test",
    ref: crypto.randomUUID(),
    now: new Date(),
    lines: [
      { account: { kind: "suspense", owner: "test" }, amountCents: -amountCents },
      { account: customerAvailable(user.id), amountCents },
    ],
  });
}

let addresses = 0;

/** An e-mail address nobody else was given, and none that makes the sandbox act by itself. */
export function freshEmail(): string {
  addresses += 1;
  return `customer${addresses}@example.com`;
}

/** Asks for a withdrawal to a destination of its own, as the customer's own form does. */
export async function withdraw(
  ctx: Ctx,
  options: {
    method?: "mpesa" | "pesavoucher";
    amount?: string;
    to?: string;
    attemptKey?: string;
  } = {},
): Promise<string> {
  const { method = "mpesa", amount = "500", attemptKey = crypto.randomUUID() } = options;
  const to = options.to ?? (method === "mpesa" ? freshPhone() : freshEmail());
  const { withdrawalId } = await requestWithdrawal(ctx, {
    method,
    amount,
    to,
    attemptKey,
    passwordConfirmed: true,
  });
  return withdrawalId;
}

/** One withdrawal with everything that was noted about it. */
export function readWithdrawal(id: string) {
  return db().withdrawal.findUniqueOrThrow({ where: { id }, include: { account: true } });
}

/** Where a withdrawal stands: `paid`, or `failed: float_empty` where it has a reason. */
export async function standingOfWithdrawal(id: string): Promise<string> {
  const { state, reason } = await readWithdrawal(id);
  return reason === null ? state : `${state}: ${reason}`;
}

/** A customer's money in cents: to use, and held. */
export async function moneyOf(user: User): Promise<{ available: bigint; held: bigint }> {
  const owner = { merchantId: user.merchantId, customerId: user.id };
  const { availableCents, heldCents } = await readCustomerBalance(db(), owner);
  return { available: availableCents, held: heldCents };
}

/** Sends what stands in line, and works whatever comes back because of it. */
export async function sendAll(shop: Shop): Promise<void> {
  await shop.runJobs();
  await callbacksWorked(shop);
}

/** How often a provider was asked to pay for a withdrawal. */
export async function ordersFor(id: string): Promise<number> {
  const calls = await db().providerCall.count({
    where: { subjectId: id, operation: { in: ["b2c", "create_voucher"] } },
  });
  return calls;
}

/** Fails unless a withdrawal stands so, and says what is noted about it. */
export async function expectStanding(id: string, standing: string): Promise<void> {
  expect(await standingOfWithdrawal(id)).toBe(standing);
}
