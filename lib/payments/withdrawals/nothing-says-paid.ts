import type { Prisma } from "@/lib/db";

/**
 * Holds while no message of the provider's has said that it paid, in whatever amount and under whatever
 * receipt. After such a word a refusal is a contradiction: the money stays held, and a person decides.
 */
export const NOTHING_SAYS_PAID: Prisma.WithdrawalWhereInput = {
  AND: [
    { OR: [{ resultCode: null }, { resultCode: { not: "0" } }] },
    { OR: [{ reason: null }, { reason: { notIn: ["amount_mismatch", "receipt_reused"] } }] },
  ],
};
