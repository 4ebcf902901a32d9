import type { PaymentFate } from "../sells-vouchers";

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
 * The fate a status answer tells: `payment_status` first, then `status`, then `is_success`. It is
 * `unclear`, which credits and closes nothing, where one of the words is unknown or where they
 * contradict each other about whether it was paid or whether it is over.
 */
export function fateOfPayment(payment: {
  payment_status?: string | null | undefined;
  status?: string | null | undefined;
  is_success?: boolean | null | undefined;
}): PaymentFate {
  const words = [payment.payment_status, payment.status].filter((word) => typeof word === "string");
  const fates = words.map(fateOfWord);
  const first = fates[0] ?? (payment.is_success ? "succeeded" : "unclear");
  if (fates.some((fate) => kindOf(fate) !== kindOf(first))) return "unclear";
  const isPaid = first === "succeeded";
  if (typeof payment.is_success === "boolean" && payment.is_success !== isPaid) return "unclear";
  return first;
}

/** How far a fate has got; two words for one payment may differ within a kind, never across. */
function kindOf(fate: PaymentFate): "paid" | "not-paid" | "open" | "unclear" {
  switch (fate) {
    case "succeeded":
      return "paid";
    case "failed":
    case "cancelled":
    case "timed_out":
      return "not-paid";
    case "pending":
      return "open";
    case "unclear":
      return "unclear";
  }
}

/** What a callback says about a voucher we issued. `other` settles nothing. */
export type IssuedState = "created" | "redeemed" | "failed" | "other";

const ISSUED_STATES: Readonly<Record<string, IssuedState | "fine">> = {
  created: "created",
  issued: "created",
  redeemed: "redeemed",
  used: "redeemed",
  failed: "failed",
  error: "failed",
  success: "fine",
  successful: "fine",
  completed: "fine",
};

/**
 * What `event` (`voucher.redeemed`), `status` and `success` say together about a voucher we issued. It is
 * `other` where they contradict each other or none of the words is known.
 */
export function readIssuedWords(said: {
  event?: unknown;
  status?: unknown;
  success?: unknown;
}): IssuedState {
  const words = [said.event, said.status]
    .filter((word) => typeof word === "string")
    .map((word) => word.trim().toLowerCase())
    .map((word) => word.replace(/^voucher[._]/, ""))
    .filter((word) => word !== "");
  const states = new Set(
    words.map((word) => ISSUED_STATES[word] ?? "other").filter((state) => state !== "fine"),
  );
  if (states.size > 1) states.delete("other");
  if (said.success === false) states.add("failed");
  // A failure that calls itself a success.
  if (said.success === true && states.has("failed")) return "other";
  const [state] = states;
  if (state === undefined) return said.success === true || words.length > 0 ? "created" : "other";
  return states.size > 1 ? "other" : state;
}
