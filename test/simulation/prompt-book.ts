import { expect } from "vitest";
import { db } from "@/lib/db";
import type { DepositState, User } from "@/lib/generated/prisma/client";
import type { Push } from "@/sandbox/daraja/push";
import type { Shop } from "../shop";

/** One prompt that M-Pesa took money for. */
export interface PromptRow {
  readonly depositId: string;
  readonly customerId: string;
  readonly shortcode: string;
  readonly amountCents: bigint;
  readonly credited: boolean;
  readonly depositState: DepositState;
  readonly reason: string | null;
  /** How often M-Pesa denied, by look-up or callback, what it took. */
  readonly denials: number;
}

/**
 * What M-Pesa took from these customers by prompt. Fails when a deposit was prompted twice, when one is
 * credited that nobody paid, or with another amount, receipt or shortcode than the payment's.
 */
export async function readPromptBook(shop: Shop, customers: readonly User[]): Promise<PromptRow[]> {
  const [deposits, pushes] = await Promise.all([
    findDeposits(customers),
    shop.sandbox.control.listPushes({ limit: 100_000 }),
  ]);
  const rows: PromptRow[] = [];
  for (const deposit of deposits) {
    const own = pushes.filter(({ callbackUrl }) => callbackUrl.endsWith(`/stk/${deposit.id}`));
    expect(own.length, "a deposit has one prompt at most").toBeLessThan(2);
    const [push] = own;
    const credited = deposit.state === "paid";
    const paid = push && push.receipt !== null ? push : null;
    if (credited) expect(paid, "only what M-Pesa took is credited").not.toBeNull();
    if (paid && credited) expectSame(deposit, paid);
    if (paid) rows.push(rowOf(deposit, paid));
  }
  return rows;
}

type PromptDeposit = Awaited<ReturnType<typeof findDeposits>>[number];

function findDeposits(customers: readonly User[]) {
  return db().deposit.findMany({
    where: { method: "mpesa", customerId: { in: customers.map(({ id }) => id) } },
    include: { stkPush: { include: { account: { select: { shortcode: true } } } } },
    orderBy: { id: "asc" },
  });
}

function expectSame(deposit: PromptDeposit, push: Push): void {
  expect(deposit.paidCents).toBe(push.amountCents);
  expect(deposit.stkPush?.account.shortcode).toBe(push.shortcode);
  // It may be unknown for ever, but never another one.
  if (deposit.providerReceipt !== null) expect(deposit.providerReceipt).toBe(push.receipt);
}

function rowOf(deposit: PromptDeposit, push: Push): PromptRow {
  const { callbackCode = null, noes = 0 } = deposit.stkPush ?? {};
  const isDenied = callbackCode !== null && callbackCode !== "0";
  return {
    depositId: deposit.id,
    customerId: deposit.customerId,
    shortcode: push.shortcode,
    amountCents: push.amountCents,
    credited: deposit.state === "paid",
    depositState: deposit.state,
    reason: deposit.reason,
    denials: noes + (isDenied ? 1 : 0),
  };
}

/** At the end of a life: what came in on each shortcode is what we credited, to the cent. */
export async function expectTakingsCredited(shop: Shop, rows: readonly PromptRow[]): Promise<void> {
  const { shortcodes } = await shop.sandbox.control.mpesaLedger({ limit: 0 });
  for (const { shortcode, receivedCents, receivedCount } of shortcodes) {
    const credited = rows.filter((row) => row.shortcode === shortcode && row.credited);
    expect([credited.length, sumOf(credited)], `both books agree on ${shortcode}`).toEqual([
      receivedCount,
      receivedCents,
    ]);
  }
}

function sumOf(rows: readonly PromptRow[]): bigint {
  return rows.reduce((sum, { amountCents }) => sum + amountCents, 0n);
}
