/** How a payout ends when M-Pesa's result says one code, written by hand and apart from the code under test. */
export interface PayoutEnding {
  readonly code: string;
  readonly text: string;
  /** Where the withdrawal stands when the result has said it. */
  readonly standing: string;
  /** True when nothing is paid from the account any more until somebody looks at its settings. */
  readonly stops: boolean;
  /** True when M-Pesa is asked at once what became of the payout. */
  readonly asks: boolean;
}

const no = (code: string, reason: string): PayoutEnding => {
  return { code, text: "as documented", standing: `failed: ${reason}`, stops: false, asks: false };
};
const setup = (code: string): PayoutEnding => ({ ...no(code, "merchant_setup"), stops: true });
const open = (code: string, text: string): PayoutEnding => {
  return { code, text, standing: "submitted", stops: false, asks: true };
};
const unlisted = (code: string, text: string): PayoutEnding => {
  return { code, text, standing: "needs_review: unknown_code", stops: false, asks: true };
};

/** Every listed code, and some that nobody lists. */
export const PAYOUT_ENDINGS: readonly PayoutEnding[] = [
  { code: "0", text: "Processed.", standing: "paid", stops: false, asks: false },
  no("1", "float_empty"),
  no("2", "amount_too_small"),
  no("3", "amount_too_large"),
  no("4", "receiver_limit"),
  no("8", "receiver_full"),
  no("11", "receiver_inactive"),
  open("15", "Duplicate detected"),
  unlisted("17", "Internal failure"),
  setup("20"),
  setup("21"),
  setup("22"),
  no("24", "merchant_setup"),
  no("25", "merchant_setup"),
  no("26", "provider_busy"),
  no("29", "merchant_setup"),
  setup("2001"),
  no("2006", "receiver_inactive"),
  no("2028", "merchant_setup"),
  no("2040", "phone_not_registered"),
  setup("8006"),
  no("SFC_IC0003", "phone_not_registered"),
  setup("TP40153"),
  open("100000000", "Cached and waiting"),
  open("100000001", "Overloaded"),
  open("100000002", "Throttled"),
  open("100000011", "Rate limit"),
  // A text that speaks of a repetition is about another order, whatever the code.
  open("1", "Duplicate transaction"),
  open("2001", "DUPLICATE request"),
  unlisted("7777", "Something new"),
  unlisted("1032", "Request cancelled by user"),
  unlisted("R000001", "Reversed"),
];
