import { expect } from "vitest";
import { db } from "@/lib/db";
import { keyedHash } from "@/lib/crypto";
import type { User } from "@/lib/generated/prisma/client";
import { readAccountBalance, readCustomerBalance } from "@/lib/ledger/read-balance";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import type { Shop } from "../shop";

/** Fails unless every invariant of the books holds. */
export async function expectInvariants(): Promise<void> {
  const results = await runInvariantChecks({ now: () => new Date() });
  const broken = results.filter((result) => !result.holds);
  expect(broken, broken.map((result) => result.name).join(", ")).toEqual([]);
}

export interface BookRow {
  readonly code: string;
  readonly customerId: string;
  readonly amountCents: bigint;
  readonly credited: boolean;
  /** The state of the deposit that the code is bound to; null when it is bound to none. */
  readonly depositState: string | null;
}

/**
 * What the provider redeemed for these customers, beside what we made of it. Fails at once when somebody
 * was credited what the provider did not redeem for them, twice, or in another amount.
 */
export async function readBothBooks(shop: Shop, customers: readonly User[]): Promise<BookRow[]> {
  const own = new Map(customers.map((user) => [user.id, user]));
  const redeemed = (await shop.sandbox.control.vouchers({ limit: 100_000 })).filter(
    (voucher) => voucher.state === "redeemed" && own.has(voucher.redeemedBy ?? ""),
  );
  const claims = await db().voucherRedemption.findMany({
    where: { deposit: { customerId: { in: [...own.keys()] } } },
    include: { deposit: { select: { customerId: true, state: true } } },
  });
  const byHash = new Map(claims.map((claim) => [claim.codeHash, claim]));
  const rows = redeemed.map((voucher): BookRow => {
    const claim = byHash.get(keyedHash("voucher", voucher.code));
    const credited = claim?.state === "redeemed";
    if (credited) {
      expect(claim.amountCents).toBe(voucher.amountCents);
      expect(claim.deposit.customerId).toBe(voucher.redeemedBy);
      expect(claim.deposit.state).toBe("paid");
    }
    return {
      code: voucher.code,
      customerId: voucher.redeemedBy ?? "",
      amountCents: voucher.amountCents,
      credited,
      depositState: claim?.deposit.state ?? null,
    };
  });
  await expectBalances(rows, customers);
  return rows;
}

/** Each customer holds what was redeemed and credited, and the provider owes each merchant as much. */
async function expectBalances(rows: readonly BookRow[], customers: readonly User[]): Promise<void> {
  const merchants = new Map<string, bigint>();
  for (const { id: customerId, merchantId } of customers) {
    const credited = rows
      .filter((row) => row.customerId === customerId && row.credited)
      .reduce((sum, row) => sum + row.amountCents, 0n);
    const balance = await readCustomerBalance(db(), { merchantId, customerId });
    expect(balance, "nobody holds money the provider did not redeem for them").toEqual({
      availableCents: credited,
      heldCents: 0n,
    });
    merchants.set(merchantId, (merchants.get(merchantId) ?? 0n) + credited);
  }
  for (const [merchantId, credited] of merchants) {
    const account = { merchantId, kind: "provider", owner: "pesavoucher" };
    expect(-(await readAccountBalance(db(), account)), "both books agree").toBe(credited);
  }
}
