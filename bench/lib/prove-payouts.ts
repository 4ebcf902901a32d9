import { keyedHash } from "@/lib/crypto";
import { db } from "@/lib/db";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import type { Bare } from "./pay-bare";
import type { Bench } from "./open-bench";

const PAYOUTS_MAX = 100_000;

/**
 * Throws unless every withdrawal is paid, each is exactly one payment at the simulated providers, of its
 * amount and with its receipt or code, they paid nothing else, and every promise of the books holds.
 * Returns how many withdrawals that was.
 */
export async function provePayouts(bench: Bench, bare: Bare): Promise<number> {
  const there = await paidThere(bench, bare);
  const rows = await db().withdrawal.findMany();
  for (const row of rows) {
    const { id, state, reason, providerRef } = row;
    if (state !== "paid") throw new Error(`${id} is ${state} (${reason ?? "no reason"})`);
    const proof = row.method === "mpesa" ? row.providerReceipt : row.voucherCodeHash;
    const ours = `${row.amountCents} ${proof ?? ""}`;
    const theirs = there.get(providerRef);
    if (theirs !== ours) throw new Error(`${id}: ${ours} here, ${theirs ?? "nothing"} there`);
  }
  if (there.size !== rows.length) {
    throw new Error(`${there.size} payments there, ${rows.length} withdrawals here`);
  }
  const broken = (await runInvariantChecks({ now: () => new Date() })).filter((it) => !it.holds);
  if (broken.length > 0) throw new Error(`broken: ${JSON.stringify(broken)}`);
  return rows.length;
}

/** What the providers paid, by our reference: cents, and the receipt or the hash of the code. */
async function paidThere(bench: Bench, bare: Bare): Promise<Map<string, string>> {
  const paid = new Map<string, string>();
  const note = (reference: string | null, cents: bigint, proof: string | null) => {
    if (reference === null) throw new Error("a payment without our reference");
    if (bare.has(reference)) return;
    if (paid.has(reference)) throw new Error(`${reference} was paid twice`);
    paid.set(reference, `${cents} ${proof ?? ""}`);
  };
  for (const payout of await bench.sandbox.payouts({ limit: PAYOUTS_MAX })) {
    if (payout.state !== "completed") throw new Error(`a payout is ${payout.state} at M-Pesa`);
    note(payout.originatorConversationId, payout.amountCents, payout.receipt);
  }
  for (const voucher of await bench.sandbox.payoutVouchers({ limit: PAYOUTS_MAX })) {
    // Issued before the bench began, and to nobody's order.
    if (voucher.uniqueId === null) continue;
    note(voucher.uniqueId, voucher.amountCents, keyedHash("voucher", voucher.code));
  }
  return paid;
}
