import { maskName } from "@/lib/kit/mask-name";
import { centsFromProvider } from "@/lib/kit/money";
import { signedCentsFromProvider } from "../signed-cents";
import { foldPairs, isRecord, shortTextOf, type FoldedFields } from "./folded-fields";
import { parseNairobiTime } from "./nairobi-time";
import { readReceiptNumber } from "./receipt-number";

/**
 * What a message about a payment to a shortcode claims, before it is made or after. Nobody signs it: only
 * the address it came to tells whether it is the provider's.
 */
export interface C2bMessage {
  /** The number of the callback's receipt too, where the payment was prompted. */
  readonly receipt: string;
  readonly paidAt: Date;
  readonly amountCents: bigint;
  readonly shortcode: string;
  /** As typed by the payer, trimmed; for a prompt the text we gave it. Null where there is none. */
  readonly reference: string | null;
  /** Whoever paid, as sent: a number, a masked one or a hash. Never matched on. */
  readonly payer: string | null;
  /** `J*** D**`. */
  readonly payerName: string | null;
  /** What the shortcode has then; null before a payment is made. */
  readonly orgBalanceCents: bigint | null;
  /** `Pay Bill`, `Buy Goods` or nothing. */
  readonly transactionType: string;
  /** What we answered when we were asked whether to take the payment. */
  readonly thirdPartyId: string | null;
}

/** Reads the body of a validation or a confirmation. Null when it is neither. */
export function parseC2bMessage(body: unknown): C2bMessage | null {
  if (!isRecord(body)) return null;
  const fields = foldPairs(Object.entries(body));
  const receipt = readReceiptNumber(fields.get("transid"));
  const paidAt = parseNairobiTime(fields.get("transtime") ?? "");
  const amountCents = centsFromProvider(fields.get("transamount"));
  const shortcode = fields.get("businessshortcode") ?? "";
  if (receipt === null || paidAt === null || amountCents === null) return null;
  if (!/^\d{1,12}$/.test(shortcode)) return null;
  return {
    receipt,
    paidAt,
    amountCents,
    shortcode,
    reference: shortTextOf(fields, "billrefnumber"),
    payer: shortTextOf(fields, "msisdn"),
    payerName: payerNameOf(fields),
    orgBalanceCents: signedCentsFromProvider(fields.get("orgaccountbalance")),
    transactionType: shortTextOf(fields, "transactiontype") ?? "",
    thirdPartyId: shortTextOf(fields, "thirdpartytransid"),
  };
}

/** In production the keys of the later names are missing where the names are. */
function payerNameOf(fields: FoldedFields): string | null {
  const names = ["firstname", "middlename", "lastname"].map((name) => fields.get(name) ?? "");
  const name = names.join(" ").trim();
  return /\p{L}/u.test(name) ? maskName(name) : null;
}
