import { expect } from "vitest";
import { keyedHash } from "@/lib/crypto";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import type { Shop } from "../shop";

export interface VoucherRow {
  readonly code: string;
  readonly customerId: string;
  readonly amountCents: bigint;
  readonly credited: boolean;
  /** The state of the deposit that the code is bound to; null when it is bound to none. */
  readonly depositState: string | null;
}

/** What PesaVoucher redeemed for these customers. Whatever of it is credited must be just that. */
export async function readVoucherBook(
  shop: Shop,
  customers: readonly User[],
): Promise<VoucherRow[]> {
  const own = new Set(customers.map(({ id }) => id));
  const [redeemed, claims] = await Promise.all([
    shop.sandbox.control.vouchers({ state: "redeemed", limit: 100_000 }),
    db().voucherRedemption.findMany({
      where: { deposit: { customerId: { in: [...own] } } },
      include: { deposit: { select: { customerId: true, state: true } } },
    }),
  ]);
  const byHash = new Map(claims.map((claim) => [claim.codeHash, claim]));
  const theirs = redeemed.filter((voucher) => own.has(voucher.redeemedBy ?? ""));
  return theirs.map((voucher): VoucherRow => {
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
}
