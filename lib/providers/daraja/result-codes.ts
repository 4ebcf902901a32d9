/** Why a prompt brought no money, in our words. Each has a sentence for the customer in both languages. */
export const STK_REASONS = [
  "insufficient_funds",
  "amount_too_small",
  "amount_too_large",
  "daily_limit",
  "merchant_cannot_receive",
  "account_inactive",
  "same_amount_too_soon",
  "mpesa_busy",
  "phone_busy",
  "prompt_expired",
  "prompt_failed",
  "cancelled",
  "no_answer",
  "wrong_pin",
  "pin_locked",
  "merchant_setup",
  "unclear_result",
  "unknown_code",
] as const;

export type StkReason = (typeof STK_REASONS)[number];

/** What a result code settles about its prompt. Only `success` is ever taken for money. */
export type StkResultClass =
  | "success"
  /** This prompt will not be paid. */
  | "final_failure"
  /** This prompt will not be paid, and only the moment was wrong. */
  | "retryable"
  /** It may have been paid: ask, and let a person look where asking does not help. */
  | "ambiguous"
  /** Nothing the customer does will help: the merchant's settings are wrong. */
  | "configuration"
  /** The customer has not decided yet. */
  | "in_flight"
  /** Listed nowhere: neither paid nor failed. */
  | "unknown";

/** When the customer may be prompted again. */
export type StkNewAttempt =
  | "now"
  | "after_one_minute"
  | "after_two_minutes"
  | "tomorrow"
  | "other_amount"
  /** Not before the provider was asked what became of this prompt. */
  | "after_query"
  | "no";

export interface StkResult {
  readonly code: string;
  /** What the provider's text must say as well, for a code that stands for two things. */
  readonly said?: RegExp;
  readonly meaning: string;
  readonly class: StkResultClass;
  readonly newAttempt: StkNewAttempt;
  /** Null when there is nothing to explain: it was paid, or it is still open. */
  readonly reason: StkReason | null;
}

const paid = (code: string, meaning: string): StkResult => {
  return { code, meaning, class: "success", newAttempt: "no", reason: null };
};
const failed = (
  code: string,
  reason: StkReason,
  newAttempt: StkNewAttempt,
  meaning: string,
): StkResult => ({ code, meaning, class: "final_failure", newAttempt, reason });
const retryable = (
  code: string,
  reason: StkReason,
  newAttempt: StkNewAttempt,
  meaning: string,
): StkResult => ({ code, meaning, class: "retryable", newAttempt, reason });
const ambiguous = (code: string, newAttempt: StkNewAttempt, meaning: string): StkResult => {
  return { code, meaning, class: "ambiguous", newAttempt, reason: "unclear_result" };
};
const setup = (code: string, meaning: string, said?: RegExp): StkResult => {
  const row = { code, meaning, class: "configuration", newAttempt: "no" } as const;
  return { ...row, reason: "merchant_setup", ...(said && { said }) };
};

/**
 * Every result code of a prompt that anybody has written about (docs/providers/daraja.md, "Result
 * codes"), in the callback and in the query alike. There is no complete list, so what is not here
 * means nothing at all.
 */
export const STK_RESULTS: readonly StkResult[] = [
  paid("0", "The customer paid."),
  failed("1", "insufficient_funds", "now", "Balance and overdraft do not cover the amount."),
  failed("2", "amount_too_small", "other_amount", "The amount is below the least allowed."),
  failed("3", "amount_too_large", "other_amount", "The amount is above the most allowed at once."),
  failed("4", "daily_limit", "tomorrow", "The payer's limit for today would be passed."),
  failed("8", "merchant_cannot_receive", "no", "The receiving account would hold too much."),
  failed("11", "account_inactive", "no", "A party's account is not in a state to pay or be paid."),
  ambiguous("15", "no", "Taken for a repetition of an earlier request, which counts instead."),
  retryable(
    "17",
    "same_amount_too_soon",
    "after_two_minutes",
    "The same amount to the same customer within two minutes, or a fault inside M-Pesa.",
  ),
  setup("20", "The named operator is not known."),
  setup("21", "The operator may not make this kind of request."),
  setup("22", "The operator is not active."),
  setup("24", "A field is missing."),
  setup("25", "A field has the wrong form."),
  retryable("26", "mpesa_busy", "after_one_minute", "M-Pesa is too busy and did not start."),
  setup("29", "The command is not known."),
  failed("1001", "phone_busy", "after_one_minute", "Another session is open on the phone."),
  failed("1019", "prompt_expired", "now", "The prompt ran out before it was answered."),
  failed("1025", "prompt_failed", "now", "The prompt could not be sent, or its text is too long."),
  failed("1031", "cancelled", "now", "The customer declined; an older name of 1032."),
  failed("1032", "cancelled", "now", "The customer declined, or the phone gave up the prompt."),
  ambiguous("1036", "after_query", "The prompt was shown, and its answer was lost on the way."),
  failed("1037", "no_answer", "now", "The phone could not be reached, or nobody answered."),
  failed("1101", "prompt_failed", "now", "The first part of the prompt's text is too long."),
  failed("1102", "prompt_failed", "now", "The second part of the prompt's text is too long."),
  failed("2001", "wrong_pin", "now", "The PIN was wrong; the third wrong one locks it."),
  failed("2006", "account_inactive", "no", "The account's status does not allow the payment."),
  setup("2028", "The kind of transaction and the receiver do not belong to this shortcode."),
  failed("8006", "pin_locked", "no", "The customer's PIN is locked."),
  setup("SFC_IC0003", "The receiver and the kind of transaction do not fit together."),
  setup("TP40153", "The operator lacks a permission."),
  setup("4999", "The passkey does not belong to the shortcode.", /wrong credentials/i),
  {
    code: "4999",
    said: /process|^\s*$/i,
    meaning: "The customer has not decided yet; the query alone says so.",
    class: "in_flight",
    newAttempt: "no",
    reason: null,
  },
  ambiguous("9999", "after_query", "A fault without a name, seen with texts of other codes too."),
];

/**
 * What a result code means. The text decides only between the meanings of one code. A code that is
 * listed nowhere, or a text that fits none of its code's meanings, is `unknown`: never paid, never failed.
 */
export function readStkResult(code: string, text: string): StkResult {
  const folded = code.trim().toUpperCase();
  const row = STK_RESULTS.find((row) => row.code === folded && (row.said?.test(text) ?? true));
  if (row) return row;
  return {
    code: folded,
    meaning: "Nobody has written what this means.",
    class: "unknown",
    newAttempt: "no",
    reason: "unknown_code",
  };
}
