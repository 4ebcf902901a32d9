/** Why a payout did not go out, in our words. */
export const PAYOUT_CODE_REASONS = [
  "float_empty",
  "amount_too_small",
  "amount_too_large",
  "receiver_limit",
  "receiver_full",
  "receiver_inactive",
  "phone_not_registered",
  "merchant_setup",
  "provider_busy",
] as const;

export type PayoutCodeReason = (typeof PAYOUT_CODE_REASONS)[number];

/** What a result code settles about its payout. Only `refused` and `setup` give money back. */
export type PayoutCodeClass =
  | "success"
  /** The money did not move. */
  | "refused"
  /** The money did not move, and nothing but other settings helps. */
  | "setup"
  /** It stands in the provider's queue and may still go out. */
  | "pending"
  /** An order with this reference was taken before, and that one counts. */
  | "duplicate"
  /** It may have gone out: ask, and let a person look where asking does not help. */
  | "unknown";

export interface PayoutCode {
  readonly code: string;
  readonly meaning: string;
  readonly class: PayoutCodeClass;
  /** Null where nothing was refused. */
  readonly reason: PayoutCodeReason | null;
}

/** What a result code says about a question after a payout; about the payout only `success` does. */
export type StatusCodeClass =
  | "success"
  /** No such transaction is known to whoever answered: concludes nothing. */
  | "not_found"
  | "setup"
  /** The question was not dealt with: ask again. */
  | "pending"
  | "unknown";

const refused = (code: string, reason: PayoutCodeReason, meaning: string): PayoutCode => {
  return { code, meaning, class: "refused", reason };
};
const setup = (code: string, meaning: string): PayoutCode => {
  return { code, meaning, class: "setup", reason: "merchant_setup" };
};
const open = (code: string, kind: "pending" | "duplicate" | "unknown", meaning: string) => {
  return { code, meaning, class: kind, reason: null } satisfies PayoutCode;
};

/**
 * Every result code of a payout that anybody has written about (docs/providers/daraja.md, "Payout
 * codes"). There is no complete list, so what is not here means nothing at all.
 */
export const PAYOUT_CODES: readonly PayoutCode[] = [
  { code: "0", meaning: "The money went out.", class: "success", reason: null },
  refused("1", "float_empty", "The utility account does not cover the amount."),
  refused("2", "amount_too_small", "The amount is below the least allowed."),
  refused("3", "amount_too_large", "The amount is above the most allowed at once."),
  refused("4", "receiver_limit", "A limit for today would be passed."),
  refused("8", "receiver_full", "The receiving account would hold too much."),
  refused("11", "receiver_inactive", "A party's account is not in a state to pay or be paid."),
  open("15", "duplicate", "Taken for a repetition of an earlier order, which counts instead."),
  open("17", "unknown", "A fault inside M-Pesa, or a rule; nobody says whether money moved."),
  setup("20", "The named operator is not known."),
  setup("21", "The operator may not make this kind of request."),
  setup("22", "The operator is not active."),
  setup("24", "A field is missing."),
  setup("25", "A field has the wrong form."),
  refused("26", "provider_busy", "M-Pesa is too busy and did not start."),
  setup("29", "The command is not known."),
  setup("2001", "Operator, password or certificate is wrong."),
  refused("2006", "receiver_inactive", "The account's status does not allow the payment."),
  setup("2028", "The kind of transaction does not belong to this shortcode."),
  refused("2040", "phone_not_registered", "The receiver is not an M-Pesa customer."),
  setup("8006", "The operator's password is locked."),
  refused("SFC_IC0003", "phone_not_registered", "No M-Pesa account has that number."),
  setup("TP40153", "The operator lacks a permission."),
  open("100000000", "pending", "The order is kept and waits for its turn."),
  open("100000001", "pending", "M-Pesa has too much to do; the order may still be taken up."),
  open("100000002", "pending", "Orders are slowed down; this one may still be taken up."),
  open("100000011", "pending", "Too many orders at once; this one may still be taken up."),
];

/**
 * What a result code means for its payout. A code that is listed nowhere is `unknown`: neither paid nor
 * refused. A text that speaks of a repetition outweighs every code but success.
 */
export function readPayoutCode(
  code: string,
  text: string,
): { class: PayoutCodeClass; reason: PayoutCodeReason | null } {
  const folded = code.trim().toUpperCase();
  if (folded !== "0" && /duplicate/i.test(text)) return { class: "duplicate", reason: null };
  const row = PAYOUT_CODES.find((row) => row.code === folded);
  return { class: row?.class ?? "unknown", reason: row?.reason ?? null };
}

/** Not the provider's, who names none: the simulator's choice. */
const NOT_FOUND_CODE = "2032";
const TEXT_MAX = 500;
const NOT_FOUND_TEXT =
  /no such transaction|transaction\b[^.]*\b(not found|(can ?not|could not|can't) be found|does not exist|(is )?unknown)/i;

/** What a result code says about a status look-up. Texts decide only that nothing was found. */
export function readStatusCode(code: string, text: string): { class: StatusCodeClass } {
  const folded = code.trim().toUpperCase();
  if (folded === "0") return { class: "success" };
  if (folded === NOT_FOUND_CODE || NOT_FOUND_TEXT.test(text.slice(0, TEXT_MAX)))
    return { class: "not_found" };
  // Here nobody is paid: whoever "does not exist" is the operator that asked.
  if (folded === "SFC_IC0003") return { class: "setup" };
  const row = PAYOUT_CODES.find((row) => row.code === folded);
  if (row?.class === "setup") return { class: "setup" };
  const isLater = row?.class === "pending" || row?.reason === "provider_busy";
  return { class: isLater ? "pending" : "unknown" };
}

const ABOUT_THE_OPERATOR: ReadonlySet<string> = new Set([
  "20",
  "21",
  "22",
  "2001",
  "8006",
  "TP40153",
]);

/**
 * True when M-Pesa turned the operator away, so that each further order would end the same way, and bring
 * the operator's password nearer to being locked.
 */
export function isAboutOperator(code: string): boolean {
  return ABOUT_THE_OPERATOR.has(code.trim().toUpperCase());
}
