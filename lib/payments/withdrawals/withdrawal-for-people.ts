import type { Withdrawal } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";

/** The longest reason a person writes. */
export const NOTE_MAX = 500;

/** A withdrawal as staff see it in a list. */
export interface WithdrawalForPeople {
  readonly id: string;
  readonly method: Withdrawal["method"];
  readonly amount: string;
  readonly fee: string;
  readonly to: string;
  readonly isOwn: boolean;
  readonly customer: string;
  /** Name of the member of staff who asked for it in the customer's name; null for the customer. */
  readonly askedBy: string | null;
  /** This very person asked for it, and so may not decide. */
  readonly isMine: boolean;
  readonly createdAt: Date;
  readonly endsAt: Date;
}

/** A row as lists for staff show it. */
export function withdrawalForPeople(
  row: Withdrawal & { customer: { name: string } },
  viewer: { staffId: string; nameOf: ReadonlyMap<string, string> },
): WithdrawalForPeople {
  const byStaff = row.requestedById !== row.customerId;
  return {
    id: row.id,
    method: row.method,
    amount: decimalFromCents(row.amountCents),
    fee: decimalFromCents(row.feeCents),
    to: row.destinationMasked,
    isOwn: row.isOwnDestination,
    customer: row.customer.name,
    askedBy: byStaff ? (viewer.nameOf.get(row.requestedById) ?? row.requestedById) : null,
    isMine: row.requestedById === viewer.staffId,
    createdAt: row.createdAt,
    endsAt: row.deadlineAt,
  };
}
