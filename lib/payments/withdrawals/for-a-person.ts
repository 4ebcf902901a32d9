import type { Prisma } from "@/lib/db";

/**
 * Reasons only a person ends: what the provider said does not fit what was ordered, or what it said before.
 * Asking again would tell nothing new.
 */
export const FOR_A_PERSON = ["contradiction", "amount_mismatch", "receipt_reused"] as const;

/** True for a withdrawal that only a person ends. */
export function isForAPerson({ reason }: { reason: string | null }): boolean {
  return FOR_A_PERSON.some((known) => known === reason);
}

/** Holds while a proof, or a refusal, may still end a withdrawal. */
export const NOT_FOR_A_PERSON: Prisma.WithdrawalWhereInput = {
  OR: [{ reason: null }, { reason: { notIn: [...FOR_A_PERSON] } }],
};
