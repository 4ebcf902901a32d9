import { expect } from "vitest";
import { db } from "@/lib/db";
import { addMs, DAY_MS } from "@/lib/kit/time";
import type { Push } from "@/sandbox/daraja/push";
import type { MpesaTransfer } from "@/sandbox/mpesa-books";
import { eventually } from "./eventually";
import type { Shop } from "./shop";
import { expectInvariants } from "./simulation/compare-books";

const TRANSFERS_MAX = 100_000;
const PATIENCE_MS = 15_000;

let phones = 0;

/** A number nobody else was given, and none whose ending makes the sandbox act by itself. */
export function freshPhone(): string {
  phones += 1;
  return `+25479${String(Math.floor(phones / 60)).padStart(5, "0")}${30 + (phones % 60)}`;
}

/** One M-Pesa deposit with everything that was noted about its prompt. */
export async function readDeposit(depositId: string) {
  return db().deposit.findUniqueOrThrow({
    where: { id: depositId },
    include: { stkPush: { include: { account: true } } },
  });
}

/** Where a deposit stands: `paid`, or `failed: cancelled` where it has a reason. */
export async function standingOf(depositId: string): Promise<string> {
  const { state, reason } = await readDeposit(depositId);
  return state === "paid" || reason === null ? state : `${state}: ${reason}`;
}

/** Every prompt that M-Pesa was asked to send for a deposit, oldest first. */
export function pushesFor(shop: Shop, depositId: string): Promise<Push[]> {
  return shop.sandbox.control.listPushes({ callbackUrlContains: depositId });
}

/** The one prompt of a deposit; fails when there are more, or none. */
export async function pushFor(shop: Shop, depositId: string): Promise<Push> {
  const [push, ...others] = await pushesFor(shop, depositId);
  expect(others).toEqual([]);
  if (!push) throw new Error(`no prompt was sent for ${depositId}`);
  return push;
}

/** Waits until every callback that is on its way has been delivered, and worked. */
export async function callbacksWorked(shop: Shop): Promise<void> {
  const { control } = shop.sandbox;
  await eventually(
    async () => {
      const states = (await control.callbacks()).map(({ state }) => state);
      expect(states.filter((state) => state === "scheduled" || state === "sending")).toEqual([]);
      expect(await db().message.count({ where: { workedAt: null } })).toBe(0);
    },
    { timeoutMs: PATIENCE_MS },
  );
}

/** Leaves no scripted fault, no shut breaker and no clock of another test behind. */
export async function calmDown(shop: Shop): Promise<void> {
  const { control } = shop.sandbox;
  await control.clearFaults();
  await control.clearCallbackScripts();
  await control.clearQueryScripts();
  await db().providerGate.deleteMany();
  await db().providerToken.deleteMany();
}

/** Makes what a test left open due in a year, so that the next one's sweeps do not meet it. */
export async function setAside(): Promise<void> {
  await db().deposit.updateMany({
    where: { nextCheckAt: { not: null } },
    data: { nextCheckAt: addMs(new Date(), 365 * DAY_MS) },
  });
}

/**
 * Fails unless our books and M-Pesa's agree: every credited deposit is one payment there, of the same
 * amount to the same shortcode, and a payment that is not credited is still being looked into.
 */
export async function expectMpesaBooks(shop: Shop): Promise<void> {
  await expectInvariants();
  const ledger = await shop.sandbox.control.mpesaLedger({ limit: TRANSFERS_MAX });
  expect(ledger.sumCents).toBe(0n);
  const paid = paymentsByReference(ledger.transfers);
  const creditedCents = new Map<string, bigint>();
  const deposits = await db().deposit.findMany({
    where: { method: "mpesa" },
    include: { stkPush: { include: { account: true } } },
  });
  for (const deposit of deposits) {
    const payment = paid.get(deposit.publicCode);
    if (deposit.state === "paid") {
      const shortcode = deposit.stkPush?.account.shortcode ?? "";
      expect(payment, `${deposit.id} is credited`).toMatchObject({
        amountCents: deposit.paidCents,
        to: `shortcode:${shortcode}`,
        ...(deposit.providerReceipt !== null && { receipt: deposit.providerReceipt }),
      });
      const before = creditedCents.get(shortcode) ?? 0n;
      creditedCents.set(shortcode, before + (deposit.paidCents ?? 0n));
    } else if (payment) {
      const isWatched = deposit.state === "needs_review" || deposit.nextCheckAt !== null;
      expect(isWatched, `${deposit.id} took money and nobody looks at it`).toBe(true);
    }
  }
  expect(await providerAccounts()).toEqual(creditedCents);
}

function paymentsByReference(transfers: readonly MpesaTransfer[]): Map<string, MpesaTransfer> {
  const found = new Map<string, MpesaTransfer>();
  for (const transfer of transfers) {
    if (transfer.kind !== "paid" || !transfer.to.startsWith("shortcode:")) continue;
    const reference = transfer.reference ?? "";
    expect(found.has(reference), `${reference} was paid twice`).toBe(false);
    found.set(reference, transfer);
  }
  return found;
}

/** What M-Pesa owes all merchants together, per shortcode. */
async function providerAccounts(): Promise<Map<string, bigint>> {
  const rows = await db().$queryRaw<{ owner: string; cents: bigint }[]>`
    SELECT a.owner, (-sum(l.amount_cents))::bigint AS cents
      FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id
     WHERE a.kind = 'provider' AND a.owner LIKE 'mpesa:%' GROUP BY a.owner`;
  return new Map(rows.map(({ owner, cents }) => [owner.slice("mpesa:".length), cents]));
}
