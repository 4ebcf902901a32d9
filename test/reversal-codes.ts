/** How a reversal ends when M-Pesa's result says one code, written by hand and apart from the code under test. */
export interface ReversalEnding {
  readonly code: string;
  readonly text: string;
  /** Where the refund stands when the result has said it. */
  readonly standing: string;
  /** True when nothing is ordered from the account any more until somebody looks at its settings. */
  readonly stops: boolean;
  /** True when M-Pesa is asked at once what became of the order. */
  readonly asks: boolean;
}

const no = (code: string, reason: string, text = "as documented"): ReversalEnding => {
  return { code, text, standing: `failed: ${reason}`, stops: false, asks: false };
};
const setup = (code: string): ReversalEnding => ({ ...no(code, "setup"), stops: true });
const open = (code: string, text: string): ReversalEnding => {
  return { code, text, standing: "submitted", stops: false, asks: true };
};
const unlisted = (code: string, text: string): ReversalEnding => {
  return { code, text, standing: "needs_review: unknown_code", stops: false, asks: true };
};
const done = (code: string, text: string): ReversalEnding => {
  return { code, text, standing: "done", stops: false, asks: false };
};

/** Every listed code, and some that nobody lists. */
export const REVERSAL_ENDINGS: readonly ReversalEnding[] = [
  done("0", "Processed."),
  done("R000001", "The transaction has already been reversed."),
  no("R000002", "receipt_unknown"),
  no("1", "float_empty"),
  no("1", "spent", "The receiver has already spent the funds."),
  no("4711", "spent", "The money has been used up by the customer."),
  no("2", "declined"),
  no("3", "declined"),
  no("4", "declined"),
  no("8", "declined"),
  no("11", "declined"),
  unlisted("15", "Duplicate detected"),
  unlisted("17", "Internal failure"),
  setup("20"),
  setup("21"),
  setup("22"),
  no("24", "setup"),
  no("25", "setup"),
  no("26", "declined"),
  no("29", "setup"),
  setup("2001"),
  no("2006", "declined"),
  no("2028", "setup"),
  setup("8006"),
  no("SFC_IC0003", "setup"),
  setup("TP40153"),
  open("100000000", "Cached and waiting"),
  open("100000001", "Overloaded"),
  open("100000002", "Throttled"),
  open("100000011", "Rate limit"),
  // A text that speaks of an earlier order outweighs every refusal.
  unlisted("1", "Duplicate transaction"),
  unlisted("R000002", "It was already reversed"),
  unlisted("7777", "Something new"),
  unlisted("0x0", "Success"),
];
