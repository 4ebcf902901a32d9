/** How a prompt ends when M-Pesa says one code, written by hand and apart from the code under test. */
export interface StkEnding {
  readonly code: string;
  readonly text: string;
  /** Where the deposit stands when the callback has said it. */
  readonly afterCallback: string;
  /** Where it stands when two look-ups, apart from each other and late enough, have said it. */
  readonly afterQueries: string;
}

const no = (code: string, reason: string, text = "as documented"): StkEnding => {
  return { code, text, afterCallback: `failed: ${reason}`, afterQueries: `failed: ${reason}` };
};
const maybe = (code: string, text: string): StkEnding => {
  return { code, text, afterCallback: "submitted", afterQueries: "needs_review: unclear_result" };
};
const unlisted = (code: string, text: string): StkEnding => {
  const review = "needs_review: unknown_code";
  return { code, text, afterCallback: review, afterQueries: review };
};

/** Every listed code, and some that nobody lists. */
export const STK_ENDINGS: readonly StkEnding[] = [
  { code: "0", text: "Processed.", afterCallback: "paid", afterQueries: "paid" },
  no("1", "insufficient_funds"),
  no("2", "amount_too_small"),
  no("3", "amount_too_large"),
  no("4", "daily_limit"),
  no("8", "merchant_cannot_receive"),
  no("11", "account_inactive"),
  maybe("15", "Duplicate detected"),
  no("17", "same_amount_too_soon", "Rule limited."),
  no("20", "merchant_setup"),
  no("21", "merchant_setup"),
  no("22", "merchant_setup"),
  no("24", "merchant_setup"),
  no("25", "merchant_setup"),
  no("26", "mpesa_busy"),
  no("29", "merchant_setup"),
  no("1001", "phone_busy"),
  no("1019", "prompt_expired"),
  no("1025", "prompt_failed"),
  no("1031", "cancelled", "Request cancelled by user"),
  no("1032", "cancelled", "[STK_CB - ]Request cancelled by user"),
  maybe("1036", "SMSC ACK timeout"),
  no("1037", "no_answer", "DS timeout user cannot be reached"),
  no("1101", "prompt_failed"),
  no("1102", "prompt_failed"),
  no("2001", "wrong_pin", "The initiator information is invalid."),
  no("2006", "account_inactive"),
  no("2028", "merchant_setup"),
  no("8006", "pin_locked"),
  no("SFC_IC0003", "merchant_setup"),
  no("TP40153", "merchant_setup"),
  no("4999", "merchant_setup", "Wrong credentials"),
  {
    code: "4999",
    text: "The transaction is still under processing",
    afterCallback: "submitted",
    afterQueries: "submitted",
  },
  maybe("9999", "Error sending push"),
  // A text that sounds like a cancellation does not make one of a code that settles nothing.
  maybe("9999", "Request cancelled by user"),
  unlisted("7777", "Something new"),
  unlisted("R000001", "Reversed"),
  unlisted("4999", "A sentence nobody has seen"),
];
