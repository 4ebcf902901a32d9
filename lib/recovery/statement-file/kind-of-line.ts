import { type StatementLineKind } from "./statement";

// "Withdrawal Charge Paid" is a way to pay somebody, and "Charges Paid" is one of our own accounts.
const NOT_A_CHARGE = /\bcharges?\s+paid\b/gi;
const CHARGE = /\b(?:charges?|fees?|tariff|commission|excise|levy)\b/i;
const REVERSAL = /\brevers(?:al|als|e|ed)\b/i;
const TRANSFER =
  /\bsettle(?:ment|d)?\b|\bwithdraw(?:al)?\s+(?:of\s+)?funds\b|\bmmf\b|\b(?:utility|working|merchant|charges\s+paid)(?:\s+account)?\s+to\b|\bto\s+(?:utility|working|bank)\b|\b(?:move|movement|transfer|disburse)\s*(?:of\s+)?funds\b|\borgani[sz]ation\s+(?:withdrawal|transfer)|\bfunds\s+(?:transfer|received)\b/i;
const PAYOUT =
  /\bb2c\b|\b(?:business|salary|promotion)\s+payment\b|\bpayment\s+to\s+customer\b|\borgani[sz]ation\s+to\s+customer\b/i;
const PAYMENT_IN =
  /\bpay\s*bill\b|\bbuy\s*goods\b|\bmerchant\s+pay(?:ment)?\b|\bpay\s+(?:merchant|utility)\b|\bc2b\b|\bcustomer\s+(?:merchant\s+)?payment\b|\bsmall\s+business\b|\blipa\s+na\b/i;

/**
 * What a line is, by the words of its details and, where those say nothing, of its reason. The fee of
 * a payment has the payment's receipt and its reason, and only the details tell the two apart.
 */
export function kindOfLine(input: {
  operation: string;
  reason: string;
  amountCents: bigint;
}): StatementLineKind {
  return (
    kindOfWords(input.operation, input.amountCents) ??
    kindOfWords(input.reason, input.amountCents) ??
    "other"
  );
}

function kindOfWords(words: string, amountCents: bigint): StatementLineKind | null {
  if (CHARGE.test(words.replace(NOT_A_CHARGE, ""))) return "charge";
  if (REVERSAL.test(words)) return "reversal";
  if (TRANSFER.test(words)) return "transfer";
  if (amountCents < 0n && PAYOUT.test(words)) return "payout";
  return amountCents > 0n && PAYMENT_IN.test(words) ? "payment_in" : null;
}
