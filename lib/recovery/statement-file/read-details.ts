/** What the details of a line say beside its columns. */
export interface Details {
  /** The words for what was done: `Pay Bill Charge`, without anybody's name or reference. */
  readonly operation: string;
  readonly otherParty: string | null;
  readonly reference: string | null;
  /** A receipt it names as the one before: `Reversal of Pay Bill Original Transaction ID TKL4X2M9QA`. */
  readonly namedReceipt: string | null;
}

// More than any export writes; a text of a stranger's is not searched further.
const CHARS_MAX = 500;
const ACCOUNT = /(?:^|\s)(?:acc\.|acc(?:ount)?\s+n(?:o\b\.?|umber\b)|a\/c\s+no\b\.?)\s*:?\s*(.*)$/i;
// Names of customers may hold any word, so the operation ends where a party begins. Our own accounts are none.
const PARTY =
  /\s(?:from\s+(?!(?:the\s+)?(?:utility|working|merchant|mmf|organi[sz]ation|charges|bank)\b)|(?:to|by|of|for)\s+(?=[-+\s]*\d)).*$/i;
const ORIGINAL = /\s+(?:original|initial|linked|reversed)\b.*$/i;
const NUMBERED_PARTY =
  /\s(?:from|to|by)\s+[-\s]*(\+?\d[\d*x]{3,19}(?:\s*-\s*.+?)?)(?=\s+(?:original|via|for)\b|\s*$)/i;
const NAMED_RECEIPT =
  /(?:original|initial|linked|reversed|revers(?:al|e)\s+of)\b[^A-Z0-9]*(?:(?:transaction|trans|txn|receipt|id|no|number|of|is|payment)\b[^A-Z0-9]*)*\b([A-Z][A-Z0-9]{9})\b/i;
const RECEIPT_LIKE = /\b(?=[A-Z]*\d)[A-Z][A-Z0-9]{9}\b/g;

/** Takes the details of a line apart: `Pay Bill from 2547****111 - ALICE EXAMPLE Acc. 850060`. */
export function readDetails(written: string): Details {
  const details = written.slice(0, CHARS_MAX);
  const account = ACCOUNT.exec(details);
  const beforeAccount = account ? details.slice(0, account.index) : details;
  const typed = account?.[1]?.replace(/\s+via\s+(?:web|api|ussd|stk|sim|app)\b.*$/i, "").trim();
  return {
    operation: beforeAccount.replace(PARTY, "").replace(ORIGINAL, "").trim(),
    otherParty: NUMBERED_PARTY.exec(beforeAccount)?.[1]?.trim() ?? null,
    reference: typed || null,
    namedReceipt: namedReceiptIn(details),
  };
}

/** After the word for it, or the only thing in the text that looks like a receipt. */
function namedReceiptIn(details: string): string | null {
  const named = NAMED_RECEIPT.exec(details)?.[1];
  if (named) return named.toUpperCase();
  const seen = new Set(details.match(RECEIPT_LIKE));
  return seen.size === 1 ? ([...seen][0] ?? null) : null;
}
