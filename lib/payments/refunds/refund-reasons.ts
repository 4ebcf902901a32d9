import type { Prisma } from "@/lib/db";

/** Reasons a refund by M-Pesa can carry. Each has a sentence for staff in both languages. */
export const REFUND_REASONS = [
  // M-Pesa refused: the money is back where it was.
  "receipt_unknown",
  "float_empty",
  "spent",
  "setup",
  "declined",
  // Nothing was ordered: the money is back where it was.
  "not_sent",
  "cancelled",
  "rejected",
  "approval_expired",
  // A person decided that it did not go back.
  "given_up",
  // It went back, and another refund of the same payment has booked it.
  "booked_by_another",
  // A voucher too many went out: more went back than was paid, and no deposit counts it.
  "beyond_paid",
  // Nobody knows, or two answers disagree: a person decides, and the money stays where it is.
  "unconfirmed",
  "unknown_code",
  "ordered_again",
  "contradiction",
  "amount_mismatch",
  "receipt_mismatch",
  "receipt_reused",
] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

/** Its money was given back to the customer, and then M-Pesa said that it went back: only a person ends that. */
export const GIVEN_BACK_TWICE = "contradiction" satisfies RefundReason;

/** A voucher that went out beyond what its deposit had paid. */
export const BEYOND_PAID = "beyond_paid" satisfies RefundReason;

/** A person has ended it, and no message says anything new about it. */
export const ENDED_BY_A_PERSON = [
  "booked_by_another",
  BEYOND_PAID,
] as const satisfies readonly RefundReason[];

/** A person ordered it once more, so a refusal of one order says nothing about the other. */
export const ORDERED_AGAIN = "ordered_again" satisfies RefundReason;

/** Reasons only a person ends: what M-Pesa said does not fit what was ordered, or what it said before. */
export const REFUND_FOR_A_PERSON = [
  GIVEN_BACK_TWICE,
  "amount_mismatch",
  "receipt_mismatch",
  "receipt_reused",
] as const satisfies readonly RefundReason[];

/** Result codes that say that the money went back, by this order or by another one. */
export const DONE_CODES = ["0", "R000001"] as const;

/** True for a refund that only a person ends. */
export function isRefundForAPerson({ reason }: { reason: string | null }): boolean {
  return REFUND_FOR_A_PERSON.some((known) => known === reason);
}

/** Holds while a proof may still end a refund. */
export const NOT_FOR_A_PERSON: Prisma.RefundWhereInput = {
  OR: [{ reason: null }, { reason: { notIn: [...REFUND_FOR_A_PERSON] } }],
};

/** Holds while no other order of this refund may have arrived. */
export const ORDERED_ONCE: Prisma.RefundWhereInput = {
  OR: [{ reason: null }, { reason: { not: ORDERED_AGAIN } }],
};

/**
 * Holds while no message of M-Pesa's has said that the money went back, in whatever amount and under
 * whatever receipt, and there is one order it could be about. Otherwise a refusal proves nothing: the money
 * stays held, and a person decides.
 */
export const NOTHING_SAYS_DONE: Prisma.RefundWhereInput = {
  AND: [
    { OR: [{ resultCode: null }, { resultCode: { notIn: [...DONE_CODES] } }] },
    NOT_FOR_A_PERSON,
    ORDERED_ONCE,
  ],
};
