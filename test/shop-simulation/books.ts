import { keyedHash } from "@/lib/crypto";
import { db } from "@/lib/db";
import type { CustomerPayment } from "@/sandbox/daraja/customer-payment";
import type { World } from "./world";

const ALL = 100_000;

/** What one payment moved at one provider: by the provider's own books, and by ours. */
export interface Entry {
  /** As our ledger names it: `mpesa:174379`, `pesavoucher`. */
  readonly account: string;
  /** A receipt, the hash of a voucher's code, or the withdrawal that paid out. */
  readonly key: string;
  truthCents: bigint;
  bookedCents: bigint;
  /** Rows of ours that are about it. */
  readonly subjects: Set<string>;
}

export interface Books {
  readonly entries: readonly Entry[];
  readonly payments: readonly CustomerPayment[];
  /** The deposit that a push was sent for, by its checkout request id. */
  readonly depositOfPush: ReadonlyMap<string, string>;
}

/** Reads every provider's books and ours, and lays them side by side, payment by payment. */
export async function readBooks(world: World): Promise<Books> {
  const found = new Map<string, Entry>();
  const at = (account: string, key: string): Entry => {
    const entry = found.get(`${account} ${key}`) ?? {
      ...{ account, key, truthCents: 0n, bookedCents: 0n },
      subjects: new Set<string>(),
    };
    found.set(`${account} ${key}`, entry);
    return entry;
  };
  const { payments, depositOfPush, ...truth } = await readTruth(world, at);
  await readOurs(at, truth);
  return { entries: [...found.values()], payments, depositOfPush };
}

type At = (account: string, key: string) => Entry;

async function readTruth(world: World, at: At) {
  const { control } = world;
  const [payments, reversals, pushes, ledger, payouts, vouchers, issued] = await Promise.all([
    control.customerPayments({ state: "completed", limit: ALL }),
    control.reversals({ state: "completed", limit: ALL }),
    control.listPushes({ limit: ALL }),
    control.mpesaLedger({ limit: ALL }),
    control.payouts({ limit: ALL }),
    control.vouchers({ state: "redeemed", limit: ALL }),
    control.payoutVouchers({ limit: ALL }),
  ]);
  const depositOfPush = new Map(
    pushes.map(({ checkoutRequestId, callbackUrl }) => [
      checkoutRequestId,
      idIn(callbackUrl, "dep"),
    ]),
  );
  const receiptOfDeposit = new Map<string, string>();
  for (const { shortcode, receipt, amountCents, checkoutRequestId } of payments) {
    at(`mpesa:${shortcode}`, receipt).truthCents += amountCents;
    const depositId = depositOfPush.get(checkoutRequestId ?? "");
    if (depositId === undefined) continue;
    receiptOfDeposit.set(depositId, receipt);
    at(`mpesa:${shortcode}`, receipt).subjects.add(depositId);
  }
  for (const { shortcode, originalReceipt, amountCents } of reversals)
    at(`mpesa:${shortcode}`, `back:${originalReceipt}`).truthCents -= amountCents;
  for (const { kind, from, originalReceipt, amountCents } of ledger.transfers) {
    if (kind !== "charge" || !from.startsWith("shortcode:")) continue;
    const account = `mpesa:${from.slice("shortcode:".length)}`;
    at(account, `charge:${originalReceipt ?? ""}`).truthCents -= amountCents;
  }
  for (const { shortcode, state, resultUrl, amountCents } of payouts) {
    if (state !== "completed") continue;
    const id = idIn(resultUrl, "wdr");
    at(`mpesa:${shortcode}`, id).truthCents -= amountCents;
    at(`mpesa:${shortcode}`, id).subjects.add(id);
  }
  // The simulator has sold and redeemed some vouchers before the shop opened.
  const own = new Set(world.customers.map(({ user }) => user.id));
  for (const { code, amountCents, redeemedBy } of vouchers)
    if (own.has(redeemedBy ?? ""))
      at("pesavoucher", keyedHash("voucher", code)).truthCents += amountCents;
  for (const { callbackUrl, amountCents } of issued) {
    const id = idIn(callbackUrl ?? "", "wdr");
    at("pesavoucher", id).truthCents -= amountCents;
    at("pesavoucher", id).subjects.add(id);
  }
  const originalOfBack = new Map(
    reversals.map(({ receipt, originalReceipt }) => [receipt ?? "", originalReceipt]),
  );
  return { payments, depositOfPush, receiptOfDeposit, originalOfBack };
}

function idIn(text: string, kind: "dep" | "wdr"): string {
  return new RegExp(`${kind}_[0-9a-f]{32}`).exec(text)?.[0] ?? "";
}

/** What only the provider knows of a payment, where our rows do not name it. */
interface Truth {
  readonly receiptOfDeposit: ReadonlyMap<string, string>;
  /** The payment's receipt, by that of its way back. */
  readonly originalOfBack: ReadonlyMap<string, string>;
}

async function readOurs(at: At, { receiptOfDeposit, originalOfBack }: Truth): Promise<void> {
  const [lines, deposits, transactions, refunds, claims] = await Promise.all([
    db().$queryRaw<{ owner: string; kind: string; ref: string; cents: bigint }[]>`
      SELECT a.owner, m.kind, m.ref, sum(-l.amount_cents)::bigint AS cents
        FROM ledger_lines l JOIN ledger_accounts a ON a.id = l.account_id JOIN ledger_movements m ON m.id = l.movement_id
       WHERE a.kind = 'provider' GROUP BY a.owner, m.id, m.kind, m.ref`,
    db().deposit.findMany({ select: { id: true, providerReceipt: true } }),
    db().providerTransaction.findMany({ include: { account: { select: { shortcode: true } } } }),
    db().refund.findMany({ include: { account: { select: { shortcode: true } } } }),
    db().voucherRedemption.findMany({ select: { depositId: true, codeHash: true } }),
  ]);
  const receipts = new Map(deposits.map(({ id, providerReceipt }) => [id, providerReceipt]));
  const lineOf = new Map(transactions.map((line) => [line.id, line]));
  const refundOf = new Map(refunds.map((refund) => [refund.id, refund]));
  for (const { owner, kind, ref, cents } of lines) {
    const subject = ref.replace("stk:", "");
    at(owner, keyOf()).bookedCents += cents;
    at(owner, keyOf()).subjects.add(subject);
    function keyOf(): string {
      if (ref.startsWith("voucher:")) return ref.slice("voucher:".length);
      const receipt = receipts.get(subject) ?? receiptOfDeposit.get(subject);
      if (kind === "deposit") return receipt ?? ref;
      const line = lineOf.get(ref);
      if (line) return line.kind === "charge" ? `charge:${line.receipt}` : line.receipt;
      const refund = refundOf.get(ref);
      return refund ? `back:${refund.receipt ?? ""}` : ref;
    }
  }
  for (const line of transactions) {
    const account = `mpesa:${line.account.shortcode}`;
    const original =
      line.originalReceipt ??
      originalOf(line.receipt, refunds) ??
      originalOfBack.get(line.receipt) ??
      null;
    const key = line.kind === "reversal" && original ? `back:${original}` : line.receipt;
    if (line.kind !== "charge") at(account, key).subjects.add(line.id);
  }
  for (const { id, account, receipt } of refunds)
    if (account && receipt) at(`mpesa:${account.shortcode}`, `back:${receipt}`).subjects.add(id);
  for (const { depositId, codeHash } of claims) at("pesavoucher", codeHash).subjects.add(depositId);
}

function originalOf(
  receipt: string,
  refunds: readonly { receipt: string | null; providerReceipt: string | null }[],
): string | null {
  return refunds.find(({ providerReceipt }) => providerReceipt === receipt)?.receipt ?? null;
}
