/** Why a payment did not go back, in our words. */
export type ReversalReason =
  /** M-Pesa knows no payment with that receipt. */
  | "receipt_unknown"
  /** The shortcode has not enough money. */
  | "float_empty"
  /** The money is gone from where it would have to be taken. */
  | "spent"
  /** Nothing but other settings helps. */
  | "setup"
  /** M-Pesa would not, whatever the settings. */
  | "declined";

/** What a result code settles about its reversal. Only `success` is ever taken for money gone back. */
export type ReversalCode =
  | { readonly class: "success" }
  /** The payment went back before, by this order or by another one. */
  | { readonly class: "already_done" }
  /** The money stayed. */
  | { readonly class: "refused"; readonly reason: ReversalReason }
  /** It stands in the provider's queue and may still go back. */
  | { readonly class: "pending" }
  /** It may have gone back: ask, and let a person look where asking does not help. */
  | { readonly class: "unknown" };

interface ListedCode {
  readonly code: string;
  readonly meaning: string;
  readonly means: ReversalCode;
}

const refused = (code: string, reason: ReversalReason, meaning: string): ListedCode => {
  return { code, meaning, means: { class: "refused", reason } };
};
const other = (
  code: string,
  kind: Exclude<ReversalCode["class"], "refused">,
  meaning: string,
): ListedCode => ({ code, meaning, means: { class: kind } });

/**
 * Every result code of a reversal that anybody has written about (docs/providers/daraja.md, "Reversal
 * codes"). There is no complete list, so what is not here means nothing at all.
 */
export const REVERSAL_CODES: readonly ListedCode[] = [
  other("0", "success", "The money went back."),
  refused("1", "float_empty", "The shortcode has not enough to send it back."),
  refused("2", "declined", "The amount is below the least allowed."),
  refused("3", "declined", "The amount is above the most allowed at once."),
  refused("4", "declined", "A limit for today would be passed."),
  refused("8", "declined", "The account it would go back to would hold too much."),
  refused("11", "declined", "A party's account is not in a state to pay or be paid."),
  other("15", "unknown", "Taken for a repetition of an earlier order, which counts instead."),
  other("17", "unknown", "A fault inside M-Pesa, or a rule; nobody says whether money moved."),
  refused("20", "setup", "The named operator is not known."),
  refused("21", "setup", "The operator may not make this kind of request."),
  refused("22", "setup", "The operator is not active."),
  refused("24", "setup", "A field is missing."),
  refused("25", "setup", "A field has the wrong form."),
  refused("26", "declined", "M-Pesa is too busy and did not start."),
  refused("29", "setup", "The command is not known."),
  refused("2001", "setup", "Operator, password or certificate is wrong."),
  refused("2006", "declined", "The account's status does not allow it."),
  refused("2028", "setup", "The kind of transaction does not belong to this shortcode."),
  refused("8006", "setup", "The operator's password is locked."),
  other("R000001", "already_done", "The payment was reversed before."),
  refused("R000002", "receipt_unknown", "There is no payment with that receipt to reverse."),
  refused("SFC_IC0003", "setup", "The operator or the shortcode is not known."),
  refused("TP40153", "setup", "The operator lacks a permission."),
  other("100000000", "pending", "The order is kept and waits for its turn."),
  other("100000001", "pending", "M-Pesa has too much to do; the order may still be taken up."),
  other("100000002", "pending", "Orders are slowed down; this one may still be taken up."),
  other("100000011", "pending", "Too many orders at once; this one may still be taken up."),
];

const TEXT_MAX = 500;
/** Words for an order that counts already: whatever the code, nobody may conclude that the money stayed. */
const DONE_BEFORE_TEXT = /duplicate|already (been )?revers|reversed (already|before)/i;
/** No code says so: users recognise it by such words alone. */
const SPENT_TEXTS = [
  /\b(already|has|have|had) (been )?(spent|consumed|utili[sz]ed)\b/i,
  /\b(funds?|money|amount|balance) [^.]{0,40}\b(spent|consumed|used up|already used|withdrawn|utili[sz]ed)\b/i,
  /\b(insufficient|not enough)\b[^.]{0,60}\b(customer|payer|subscriber|credit party)\b/i,
  /\b(customer|payer|subscriber|credit party)\b[^.]{0,60}\b(insufficient|not enough)\b/i,
];
const NEGATION = /\b(not|never|no) (been )?(yet )?(spent|consumed|used|withdrawn|utili[sz]ed)\b/i;

/**
 * What a result code means for its reversal. A code that is listed nowhere is `unknown`, unless its text
 * says that the money is spent; a text that speaks of an earlier reversal outweighs every refusal.
 */
export function readReversalCode(code: string, text: string): ReversalCode {
  const folded = code.trim().toUpperCase();
  const means = REVERSAL_CODES.find((row) => row.code === folded)?.means ?? { class: "unknown" };
  const isOpen = means.class === "refused" || means.class === "unknown";
  if (!isOpen) return means;
  const said = text.slice(0, TEXT_MAX);
  if (DONE_BEFORE_TEXT.test(said)) return { class: "unknown" };
  const isElse = means.class === "refused" && means.reason === "setup";
  if (!isElse && isSpent(said)) return { class: "refused", reason: "spent" };
  return means;
}

function isSpent(text: string): boolean {
  return SPENT_TEXTS.some((words) => words.test(text)) && !NEGATION.test(text);
}
