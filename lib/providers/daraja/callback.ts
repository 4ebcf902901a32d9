import { centsFromProvider } from "@/lib/kit/money";
import { parseNairobiDigits } from "./nairobi-time";
import { readReceiptNumber } from "./receipt-number";
import { StkCallbackBody } from "./schemas";

const PAYER_MAX = 64;
const SHORTCODE_TEXT_MAX = 32;

/** What a push's callback claims. Nobody signs it: only what we stored ourselves tells whether it fits. */
export interface StkCallback {
  readonly checkoutRequestId: string;
  readonly merchantRequestId: string | null;
  readonly resultCode: string;
  readonly resultText: string;
  readonly amountCents: bigint | null;
  /** Null on a success too, at times: then it was paid, and the receipt has to be found elsewhere. */
  readonly receipt: string | null;
  readonly paidAt: Date | null;
  /** Whoever paid, as far as the provider tells: a number, a masked one or nothing. Never matched on. */
  readonly payer: string | null;
}

/** Reads the body of a push's callback. Null when it is not one. */
export function parseStkCallback(body: unknown): StkCallback | null {
  const parsed = StkCallbackBody.safeParse(body);
  if (!parsed.success) return null;
  const said = parsed.data.Body.stkCallback;
  const items = said.CallbackMetadata?.Item ?? [];
  return {
    checkoutRequestId: said.CheckoutRequestID,
    merchantRequestId: said.MerchantRequestID,
    resultCode: said.ResultCode,
    resultText: said.ResultDesc ?? "",
    amountCents: centsFromProvider(valueOf(items, "Amount")),
    receipt: readReceiptNumber(valueOf(items, "MpesaReceiptNumber")),
    paidAt: parseNairobiDigits(valueOf(items, "TransactionDate") ?? ""),
    payer: valueOf(items, "PhoneNumber")?.slice(0, PAYER_MAX).toWellFormed() ?? null,
  };
}

/**
 * The shortcode a callback says it is for, as text, for the body does not name it. Null when the header
 * is missing or empty; anything else is given as it came, so that nonsense fits no shortcode.
 */
export function readShortcodeHeader(headers: Headers): string | null {
  const text = headers.get("businessshortcode")?.trim() ?? "";
  return text === "" ? null : text.slice(0, SHORTCODE_TEXT_MAX);
}

/**
 * The value of a named item as text. The order of items is not fixed, and `Balance` comes without a
 * value. Null where there is none, and where two items of one name contradict each other.
 */
function valueOf(
  items: readonly { Name: string | null; Value?: unknown }[],
  name: string,
): string | null {
  const values = items
    .filter((item) => item.Name?.toLowerCase() === name.toLowerCase())
    .map(({ Value }) => Value)
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map((value) => String(value).trim())
    .filter((text) => text !== "" && !/\p{Cc}/u.test(text));
  const [first, ...others] = new Set(values);
  return first === undefined || others.length > 0 ? null : first;
}
