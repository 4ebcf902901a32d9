import { expect } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { addMs, DAY_MS } from "@/lib/kit/time";
import { customerAvailable } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { readCustomerBalance } from "@/lib/ledger/read-balance";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { sendWithdrawal } from "@/lib/payments/withdrawals/send-withdrawal";
import { createStaff } from "@/prisma/factories/create-staff";
import type { SandboxOptions } from "@/sandbox/create-sandbox";
import type { Payout } from "@/sandbox/daraja/payout";
import { calmDown, callbacksWorked, freshPhone } from "./mpesa";
import { openShop, type Shop } from "./shop";
import { expectInvariants } from "./simulation/compare-books";

/** What both providers have for payouts when a test begins. */
const FUNDS_CENTS = 500_000_000n;
const TRANSFERS_MAX = 100_000;

/** A shop whose providers say nothing by themselves: every result waits until a test has it delivered. */
export function openPayoutShop(options: SandboxOptions = {}): Promise<Shop> {
  return openShop({ ...options, settings: { callbackDelivery: "explicit", ...options.settings } });
}

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

/** One of the merchant's people, signed in. */
export async function staffOf(
  merchantId: string,
  role: "staff" | "admin" = "staff",
): Promise<{ user: User; ctx: Ctx }> {
  const user = await createStaff({ merchantId, role });
  return { user, ctx: makeCtx(merchantId, { kind: "staff", id: user.id, role }) };
}

/** The same person at another time. */
export function at(ctx: Ctx, moment: Date): Ctx {
  return { ...ctx, now: () => moment };
}

/** A worker of the merchant, now or with a clock of its own. */
export function workerOf(merchantId: string, now?: () => Date): Ctx {
  return makeCtx(merchantId, { kind: "system", id: "worker" }, now && { now });
}

let addresses = 0;

/** An e-mail address nobody else was given, and none that makes the sandbox act by itself. */
export function freshEmail(): string {
  addresses += 1;
  return `customer${addresses}@example.com`;
}

export interface WithdrawOptions {
  readonly method?: "mpesa" | "pesavoucher";
  readonly amount?: string;
  readonly to?: string;
  readonly attemptKey?: string;
  readonly message?: string;
}

/** Asks for a withdrawal to a destination of its own, as the customer's own form does. */
export async function withdraw(ctx: Ctx, options: WithdrawOptions = {}): Promise<string> {
  const { method = "mpesa", amount = "500", attemptKey = crypto.randomUUID(), message } = options;
  const to = options.to ?? (method === "mpesa" ? freshPhone() : freshEmail());
  const { withdrawalId } = await requestWithdrawal(ctx, {
    method,
    amount,
    to,
    attemptKey,
    message,
    passwordConfirmed: true,
  });
  return withdrawalId;
}

/** Does what the job of one withdrawal does, now or at another time. */
export async function send(withdrawalId: string, now?: Date): Promise<void> {
  const { merchantId } = await readWithdrawal(withdrawalId);
  await sendWithdrawal(workerOf(merchantId, now && (() => now)), { withdrawalId });
}

/** A customer's withdrawal, asked for and sent; nobody has told yet how it ended. */
export async function sentWithdrawal(shop: Shop, options: WithdrawOptions = {}) {
  const { user, ctx } = await fundedCustomer(shop);
  const id = await withdraw(ctx, options);
  await send(id);
  return { user, ctx, id, ...(await orderOf(id)) };
}

/** Our reference for the provider, and when it was sent. */
export async function orderOf(id: string): Promise<{ reference: string; sentAt: Date }> {
  const { providerRef, sentAt, createdAt } = await readWithdrawal(id);
  return { reference: providerRef, sentAt: sentAt ?? createdAt };
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

/** Delivers what a provider kept back about this withdrawal, and waits until it is worked. */
export async function deliver(shop: Shop, id: string): Promise<void> {
  const { method, providerRef } = await readWithdrawal(id);
  await shop.sandbox.control.settle(
    method === "mpesa" ? { originatorConversationId: providerRef } : { uniqueId: providerRef },
  );
  await callbacksWorked(shop);
}

/** How often a provider was asked to pay for a withdrawal. */
export async function ordersFor(id: string): Promise<number> {
  const calls = await db().providerCall.count({
    where: { subjectId: id, operation: { in: ["b2c", "create_voucher"] } },
  });
  return calls;
}

/** How often M-Pesa was asked what became of a withdrawal. */
export function asksAbout(id: string): Promise<number> {
  return db().providerCall.count({ where: { subjectId: id, operation: "tx_status" } });
}

/** The one payout M-Pesa made for a withdrawal; fails when there are more, or none. */
export async function payoutOf(shop: Shop, id: string): Promise<Payout> {
  const { providerRef: originatorConversationId } = await readWithdrawal(id);
  const [payout, ...others] = await shop.sandbox.control.payouts({ originatorConversationId });
  expect(others).toEqual([]);
  if (!payout) throw new Error(`M-Pesa knows no payout for ${id}`);
  return payout;
}

/** The one voucher that was issued for a withdrawal; fails when there are more, or none. */
export async function voucherOf(shop: Shop, id: string) {
  const { providerRef: uniqueId } = await readWithdrawal(id);
  const [voucher, ...others] = await shop.sandbox.control.payoutVouchers({ uniqueId });
  expect(others).toEqual([]);
  if (!voucher) throw new Error(`no voucher was issued for ${id}`);
  return voucher;
}

/** How the messages about a withdrawal ended, oldest first: `applied: paid`. */
export async function outcomesOf(id: string): Promise<string[]> {
  const messages = await db().message.findMany({
    where: { addressee: id },
    orderBy: { id: "asc" },
    select: { outcome: true, note: true },
  });
  return messages.map(({ outcome, note }) => `${outcome}: ${note}`);
}

/** Fails unless a withdrawal stands so, and says what is noted about it. */
export async function expectStanding(id: string, standing: string): Promise<void> {
  const { resultCode, statusCode, nextCheckAt } = await readWithdrawal(id);
  const noted = JSON.stringify({ resultCode, statusCode, nextCheckAt });
  expect(await standingOfWithdrawal(id), `${id} ${noted}`).toBe(standing);
}

/** Leaves no script, no shut breaker, no stopped account and no empty till of another test behind. */
export async function calmPayouts(shop: Shop): Promise<void> {
  const { control } = shop.sandbox;
  await calmDown(shop);
  await control.clearStatusScripts();
  await control.unlockInitiators();
  await control.setOrganisationFunds({ utilityCents: FUNDS_CENTS });
  await control.setMerchantBalance({ balanceCents: FUNDS_CENTS });
  await db().providerFloat.deleteMany();
  await db().providerAccount.updateMany({ data: { payoutsStopped: null } });
}

/** Makes what a test left open due in a year, so that the next one's workers do not meet it. */
export async function setPayoutsAside(): Promise<void> {
  await db().withdrawal.updateMany({
    where: { nextCheckAt: { not: null } },
    data: { nextCheckAt: addMs(new Date(), 365 * DAY_MS) },
  });
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;
}

/**
 * Fails unless our books and the providers' agree: a withdrawal is one payment there at most; each that is
 * paid here is one there, of the same amount; and what was paid there and not here is still being looked
 * into. `lied` names those about which a provider was made to say what was not true.
 */
export async function expectPayoutBooks(
  shop: Shop,
  lied: ReadonlySet<string> = new Set(),
): Promise<void> {
  await expectInvariants();
  const { control } = shop.sandbox;
  const ledger = await control.mpesaLedger({ limit: TRANSFERS_MAX });
  expect(ledger.sumCents).toBe(0n);
  const paidThere = new Map<string, bigint>();
  const note = (reference: string | null, amountCents: bigint) => {
    expect(paidThere.has(reference ?? ""), `${reference} was paid twice`).toBe(false);
    paidThere.set(reference ?? "", amountCents);
  };
  for (const { kind, from, reference, amountCents } of ledger.transfers)
    if (kind === "paid" && from.startsWith("utility:")) note(reference, amountCents);
  for (const { uniqueId, amountCents } of await control.payoutVouchers({ limit: TRANSFERS_MAX }))
    if (uniqueId !== null) note(uniqueId, amountCents);
  for (const row of await db().withdrawal.findMany({ include: { account: true } })) {
    const paidCents = paidThere.get(row.providerRef);
    if (lied.has(row.id)) continue;
    if (row.state === "paid") expect(paidCents, `${row.id} is paid`).toBe(row.amountCents);
    else if (paidCents !== undefined) {
      const isWatched = row.state === "needs_review" || row.nextCheckAt !== null;
      expect(isWatched, `${row.id} was paid out and nobody looks at it`).toBe(true);
    }
  }
}
