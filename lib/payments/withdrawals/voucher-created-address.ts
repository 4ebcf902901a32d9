import { derivedUuid } from "@/lib/crypto";
import { env } from "@/lib/env";

/** What the address of a voucher's callback must carry: only the provider was given it, for one payout. */
export function voucherCreatedToken(withdrawalId: string): string {
  return derivedUuid("voucher.created", withdrawalId);
}

/** Where the provider tells what became of a voucher it issued for us. */
export function voucherCreatedAddress(withdrawalId: string): string {
  const query = new URLSearchParams({
    withdrawal: withdrawalId,
    token: voucherCreatedToken(withdrawalId),
  });
  return `${env().appUrl}/api/pesavoucher/voucher-created-webhook?${query.toString()}`;
}
