import { fieldOf, foldKey } from "./folded-fields";
import { ErrorAnswer } from "./schemas";

const TEXT_MAX = 300;

// What helps whoever has to explain an answer. An access token is not among it.
const IDS = [
  "requestId",
  "MerchantRequestID",
  "OriginatorConversationID",
  // A real spelling.
  "OriginatorCoversationID",
  "ConversationID",
  "ResponseRefID",
];
const WORDS = [
  ...["errorCode", "errorMessage", "ResultCode", "ResultDesc", "expires_in"],
  ...["ResponseCode", "ResponseStatus", "ResponseDescription", "ResponseMessage"],
];
// Nine digits of a mobile number behind whatever stands before them, in the groups people write.
const PHONE = /(?<![0-9A-Za-z_])(\+?254|0)?[ -]?[17]\d{2}[ -]?\d{3}[ -]?\d{3}(?![0-9A-Za-z_])/g;

// An address given in an earlier call may be repeated in the answer to this one.
const ADDRESS_SECRET = /(\/callbacks\/[^/\s"']+\/)[^/\s"']+/g;

/**
 * What the case file keeps of an answer: without `secrets`, for the gateway repeats a refused token in its
 * error message, and without phone numbers in its words. A prompt's id holds nine digits of one, and is
 * kept whole, for it is the only name the prompt has.
 */
export function toldAnswer(
  json: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): Record<string, string | number> {
  const told: Record<string, string | number> = {};
  const { CheckoutRequestID } = json;
  if (typeof CheckoutRequestID === "string") told.CheckoutRequestID = cut(CheckoutRequestID);
  for (const name of IDS) {
    const value = valueOf(json, name);
    if (typeof value === "string") told[name] = cut(withoutSecrets(value, secrets));
  }
  for (const name of WORDS) {
    const value = valueOf(json, name);
    if (typeof value !== "string" && typeof value !== "number") continue;
    const text = toldWords(String(value), secrets);
    told[name] = text === String(value) ? value : text;
  }
  const { fault } = ErrorAnswer.parse(json);
  if (fault?.detail?.errorcode) told.faultCode = toldWords(fault.detail.errorcode, secrets);
  if (fault?.faultstring) told.faultText = toldWords(fault.faultstring, secrets);
  return told;
}

/** A callback address without what makes it unguessable: `https://shop.example/callbacks/daraja/…/stk/d1`. */
export function shownCallbackUrl(address: string): string {
  const { origin, pathname } = new URL(address);
  const match = /^(.*?\/callbacks\/[^/]+\/)[^/]+(\/.*)?$/.exec(pathname);
  // An address of another form may hold its secret anywhere.
  return match ? `${origin}${match[1]}…${match[2] ?? ""}` : `${origin}/…`;
}

/** The unguessable parts of a callback address, to be struck out of whatever repeats it. */
export function secretsOfCallbackUrl(address: string): string[] {
  const { password, pathname, search } = new URL(address);
  const secret = /\/callbacks\/[^/]+\/([^/]+)/.exec(pathname)?.[1];
  return [secret ?? pathname, search, password].filter((part) => part.length > 1);
}

/** `Response Status` and `ResponseStatus` alike: both are sent. */
function valueOf(json: Readonly<Record<string, unknown>>, name: string): unknown {
  return json[name] ?? fieldOf(json, foldKey(name));
}

function toldWords(text: string, secrets: readonly string[]): string {
  return cut(withoutSecrets(text, secrets).replace(PHONE, "…"));
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "…"), text)
    .replace(ADDRESS_SECRET, "$1…");
}

function cut(text: string): string {
  // Half a character could not be stored.
  return text.slice(0, TEXT_MAX).toWellFormed();
}
