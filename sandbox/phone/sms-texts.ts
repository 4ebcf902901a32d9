import { toGroupedShillings } from "@/sandbox/kit/money";
import { toSmsTime } from "@/sandbox/kit/nairobi-time";

/** Who asks: a page that sells something, a PayBill, or a till. */
export type PromptKind = "hosted" | "paybill" | "till";

/** What the prompt on the phone says. A till shows no account, a PayBill does. */
export function promptQuestion(ask: {
  asks: PromptKind;
  amountCents: bigint;
  business: string;
  reference: string;
}): string {
  const shillings = toGroupedShillings(ask.amountCents);
  if (ask.asks === "hosted") {
    return `Do you want to pay KSh ${shillings} to ${ask.business}, account ${ask.reference}?`;
  }
  const amount = shillings.replace(/\.00$/, "");
  const account = ask.asks === "paybill" ? ` Account no. ${ask.reference}` : "";
  return `Do you want to pay Ksh${amount} to ${ask.business}${account}? Enter M-PESA PIN:`;
}

/** The confirmation that M-Pesa texts to somebody who has paid a business. */
export function approvalSms(payment: {
  asks: PromptKind;
  receipt: string;
  amountCents: bigint;
  business: string;
  reference: string;
  balanceCents: bigint;
  atMs: number;
}): string {
  const amount = toGroupedShillings(payment.amountCents);
  const balance = toGroupedShillings(payment.balanceCents);
  const time = toSmsTime(payment.atMs);
  const paid =
    payment.asks === "paybill"
      ? `Ksh${amount} sent to ${payment.business} for account ${payment.reference} on ${time}`
      : `Ksh${amount} paid to ${payment.business}. on ${time}.`;
  return `${payment.receipt} Confirmed. ${paid} New M-PESA balance is Ksh${balance}. Transaction cost, Ksh0.00.`;
}

/** The message for somebody whose balance does not cover the payment. */
export function noFundsSms(payment: { amountCents: bigint; balanceCents: bigint }): string {
  const amount = toGroupedShillings(payment.amountCents);
  const balance = toGroupedShillings(payment.balanceCents);
  return `Failed. You do not have enough money in your M-PESA account to pay Ksh${amount}. Your M-PESA balance is Ksh${balance}.`;
}

/** The message for somebody whom a business has sent money. */
export function receivedSms(payment: {
  receipt: string;
  amountCents: bigint;
  business: string;
  balanceCents: bigint;
  atMs: number;
}): string {
  const amount = toGroupedShillings(payment.amountCents);
  const balance = toGroupedShillings(payment.balanceCents);
  return `${payment.receipt} Confirmed. You have received Ksh${amount} from ${payment.business} on ${toSmsTime(payment.atMs)}. New M-PESA balance is Ksh${balance}.`;
}

/** The message for somebody whose payment the business did not accept. */
export function refusedSms(payment: {
  amountCents: bigint;
  business: string;
  reference: string;
}): string {
  const amount = toGroupedShillings(payment.amountCents);
  const account = payment.reference === "" ? "" : ` for account ${payment.reference}`;
  return `Failed. ${payment.business} did not accept your payment of Ksh${amount}${account}. Nothing was taken from your M-PESA account.`;
}

/** The message for somebody whose payment has come back. */
export function reversedSms(reversal: {
  receipt: string;
  originalReceipt: string;
  amountCents: bigint;
  business: string;
  balanceCents: bigint;
  atMs: number;
}): string {
  const amount = toGroupedShillings(reversal.amountCents);
  const balance = toGroupedShillings(reversal.balanceCents);
  return `${reversal.receipt} Confirmed. Transaction ${reversal.originalReceipt} to ${reversal.business} was reversed on ${toSmsTime(reversal.atMs)}: Ksh${amount} is back in your M-PESA account. New M-PESA balance is Ksh${balance}.`;
}
