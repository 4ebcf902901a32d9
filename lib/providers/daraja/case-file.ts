import { ErrorAnswer } from "./schemas";

const TEXT_MAX = 300;

// What helps whoever has to explain an answer. An access token is not among it.
const IDS = ["requestId", "MerchantRequestID", "CheckoutRequestID"] as const;
const WORDS = ["errorCode", "errorMessage", "ResponseCode", "ResponseDescription"].concat([
  "ResultCode",
  "ResultDesc",
  "expires_in",
  "OriginatorConversationID",
  "ConversationID",
]);

/**
 * What the case file keeps of an answer. Ids are kept whole; `secrets` are struck out of every other text,
 * for the gateway repeats a refused token in its error message.
 */
export function toldAnswer(
  json: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): Record<string, string | number> {
  const told: Record<string, string | number> = {};
  for (const name of [...IDS, ...WORDS]) {
    const value = json[name];
    if (typeof value === "number") told[name] = value;
    if (typeof value === "string")
      told[name] = withoutSecrets(value, WORDS.includes(name) ? secrets : []);
  }
  const { fault } = ErrorAnswer.parse(json);
  if (fault?.detail?.errorcode) told.faultCode = withoutSecrets(fault.detail.errorcode, secrets);
  if (fault?.faultstring) told.faultText = withoutSecrets(fault.faultstring, secrets);
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

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const struck = secrets
    .filter((secret) => secret !== "")
    .reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
  return struck.slice(0, TEXT_MAX);
}
