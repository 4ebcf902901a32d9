import type { PaymentFate } from "../provider";

const FATES: Readonly<Record<string, PaymentFate>> = {
  SUCCESS: "succeeded",
  COMPLETED: "succeeded",
  FAILED: "failed",
  CANCELLED: "cancelled",
  CANCELED: "cancelled",
  TIMEOUT: "timed_out",
  TIMED_OUT: "timed_out",
  PENDING: "pending",
  PROCESSING: "pending",
  QUEUED: "pending",
};

/** A status word in any of its spellings. A word we do not know is `unclear`: it credits and closes nothing. */
export function fateOfWord(word: string): PaymentFate {
  return FATES[word.trim().toUpperCase()] ?? "unclear";
}

/**
 * The fate a status answer tells: `payment_status` first, then `status`, then `is_success`. Where two
 * of them contradict each other about money the answer is `unclear`.
 */
export function fateOfPayment(payment: {
  payment_status?: string;
  status?: string;
  is_success?: boolean;
}): PaymentFate {
  const words = [payment.payment_status, payment.status].filter((word) => word !== undefined);
  const fates = words.map(fateOfWord);
  const first = fates[0] ?? (payment.is_success ? "succeeded" : "unclear");
  const saysPaid = (fate: PaymentFate) => fate === "succeeded";
  if (fates.some((fate) => saysPaid(fate) !== saysPaid(first))) return "unclear";
  if (payment.is_success !== undefined && payment.is_success !== saysPaid(first)) return "unclear";
  return first;
}
