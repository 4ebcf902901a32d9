import { expect } from "vitest";
import { makeCtx, type Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { registerCollectionUrls } from "@/lib/recovery/pull/register-collection-urls";
import { registerPull } from "@/lib/recovery/pull/register-pull";
import { pullWindow, type PulledWindow } from "@/lib/recovery/pull/pull-window";
import { earliestOf } from "@/lib/recovery/pull/window";
import { createMerchant } from "@/prisma/factories/create-merchant";
import type { CustomerPayment } from "@/sandbox/daraja/customer-payment";
import { freshPhone, readDeposit } from "./mpesa";
import type { Shop } from "./shop";
import { expectInvariants } from "./simulation/compare-books";

export const SHORTCODE = "174379";
const PAYMENTS_MAX = 100_000;
const NOMINATED_NUMBER = "0722 000 000";

/** The one merchant of a test file whom M-Pesa tells of payments, as it knows one shop per shortcode. */
export interface Collector {
  readonly merchantId: string;
  readonly accountId: string;
  readonly admin: Ctx;
  readonly worker: Ctx;
}

/** A merchant whose PayBill is registered for confirmations and for M-Pesa's list. */
export async function openCollector(): Promise<Collector> {
  const collector = await openUnregistered();
  await registerCollectionUrls(collector.admin, collector);
  await registerPull(collector.admin, { ...collector, nominatedNumber: NOMINATED_NUMBER });
  return collector;
}

/** A merchant whose PayBill only prompts. */
export async function openUnregistered(): Promise<Collector> {
  const { id: merchantId } = await createMerchant();
  const account = await db().providerAccount.findFirstOrThrow({
    where: { merchantId, isDefault: true },
  });
  return {
    merchantId,
    accountId: account.id,
    admin: makeCtx(merchantId, { kind: "staff", id: "admin", role: "admin" }),
    worker: makeCtx(merchantId, { kind: "system", id: "worker" }),
  };
}

export function readAccount({ accountId }: Collector): Promise<ProviderAccount> {
  return db().providerAccount.findUniqueOrThrow({ where: { id: accountId } });
}

/** Reads all of M-Pesa's list that there is. */
export function pullEverything({ worker, accountId }: Collector): Promise<PulledWindow> {
  const now = worker.now();
  return pullWindow(worker, { accountId, from: earliestOf(now), to: now, askedBy: "test" });
}

/** The account number shown for paying this deposit by hand. */
export async function payReferenceOf(depositId: string): Promise<string> {
  const { payReference } = await readDeposit(depositId);
  if (payReference === null) throw new Error(`${depositId} cannot be paid by hand`);
  return payReference;
}

/** Somebody pays the PayBill on their own menu. */
export function payByHand(
  shop: Shop,
  payment: { reference: string; amountCents?: bigint; phone?: string; shortcode?: string },
): Promise<CustomerPayment> {
  const { phone = freshPhone(), amountCents = 50_000n, ...rest } = payment;
  return shop.sandbox.control.payByHand({ phone, amountCents, ...rest });
}

/** The line of the books with this receipt. */
export function lineOf(receipt: string) {
  return db().providerTransaction.findFirstOrThrow({ where: { receipt } });
}

/**
 * Fails unless every shilling that M-Pesa took for the shortcode stands in our books once: credited to a
 * customer or in suspense, under its receipt.
 */
export async function expectCollected(shop: Shop, collector: Collector): Promise<void> {
  await expectInvariants();
  const taken = await shop.sandbox.control.customerPayments({
    shortcode: SHORTCODE,
    state: "completed",
    limit: PAYMENTS_MAX,
  });
  const { merchantId } = collector;
  const receipts = await db().receipt.findMany({ where: { merchantId, provider: "mpesa" } });
  expect(receipts.map(({ number }) => number).sort()).toEqual(
    taken.map(({ receipt }) => receipt).sort(),
  );
  const takenCents = taken.reduce((sum, { amountCents }) => sum + amountCents, 0n);
  expect(await sumOf(merchantId, `mpesa:${SHORTCODE}`), "what M-Pesa has of ours").toBe(
    -takenCents,
  );
  const paid = await db().deposit.aggregate({
    where: { merchantId, method: "mpesa", state: "paid" },
    _sum: { paidCents: true },
  });
  const lost = await db().providerTransaction.aggregate({
    where: { merchantId, standing: "suspense" },
    _sum: { amountCents: true },
  });
  const found = (paid._sum.paidCents ?? 0n) + (lost._sum.amountCents ?? 0n);
  expect(found, "credited and in suspense").toBe(takenCents);
}

async function sumOf(merchantId: string, owner: string): Promise<bigint> {
  const [row] = await db().$queryRaw<{ cents: bigint }[]>`
    SELECT coalesce(sum(l.amount_cents), 0)::bigint AS cents
      FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
     WHERE a.merchant_id = ${merchantId} AND a.kind = 'provider' AND a.owner = ${owner}`;
  return row?.cents ?? 0n;
}
