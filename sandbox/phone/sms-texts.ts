import { toGroupedShillings } from "@/sandbox/kit/money";
import { toSmsTime } from "@/sandbox/kit/nairobi-time";

/** The confirmation that M-Pesa texts to somebody who has paid a business. */
export function approvalSms(payment: {
  receipt: string;
  amountCents: bigint;
  business: string;
  balanceCents: bigint;
  atMs: number;
}): string {
  const amount = toGroupedShillings(payment.amountCents);
  const balance = toGroupedShillings(payment.balanceCents);
  return `${payment.receipt} Confirmed. Ksh${amount} paid to ${payment.business}. on ${toSmsTime(payment.atMs)}. New M-PESA balance is Ksh${balance}. Transaction cost, Ksh0.00.`;
}

/** The message for somebody whose balance does not cover the payment. */
export function noFundsSms(payment: { amountCents: bigint; balanceCents: bigint }): string {
  const amount = toGroupedShillings(payment.amountCents);
  const balance = toGroupedShillings(payment.balanceCents);
  return `Failed. You do not have enough money in your M-PESA account to pay Ksh${amount}. Your M-PESA balance is Ksh${balance}.`;
}
