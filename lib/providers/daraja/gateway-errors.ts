import type { GatewayRefusal } from "../gateway";
import { ErrorAnswer } from "./schemas";

/** A gateway's answer that is JSON, whatever it says. */
export interface GatewayAnswer {
  readonly httpStatus: number;
  readonly json: unknown;
}

/** One code for six things: only its text tells which (docs/providers/daraja.md, "One code, six meanings"). */
const OVERLOADED = "500.001.1001";

const REFUSALS: Readonly<Record<string, GatewayRefusal>> = {
  "400.003.01": "invalid_token",
  "400.008.01": "misconfigured",
  "400.008.02": "misconfigured",
  "401.001": "invalid_token",
  "401.002.01": "invalid_token",
  // A product the app does not have, or a token older than the product: a fresh token tells which.
  "401.003.01": "invalid_token",
  "403.002.1001": "misconfigured",
  "404.001.03": "invalid_token",
};

/** Whose fault a refused field is. Where the shop pays, the parties stand the other way round. */
interface Fields {
  readonly settings: RegExp;
  readonly phone: RegExp;
}

const PROMPT_FIELDS: Fields = {
  settings: /\b(BusinessShortCode|ShortCode|PartyB|TransactionType|Password)\b/i,
  phone: /\b(PhoneNumber|PartyA)\b/i,
};
const SHOP_FIELDS: Fields = {
  settings:
    /\b(Initiator(Name)?|SecurityCredential|CommandID|PartyA|ReceiverParty|ShortCode|NominatedNumber|(Rec(ie|ei)ver)?IdentifierType)\b/i,
  phone: /\bPartyB\b/i,
};

/**
 * What a gateway refused before M-Pesa saw it: throttles, any 4xx in the gateway's own form, and three
 * texts of `500.001.1001`. Null for everything else, which may have reached a phone.
 */
export function refusalOf(answer: GatewayAnswer): {
  refusal: GatewayRefusal;
  errorCode: string | null;
} | null {
  return refusalAbout(PROMPT_FIELDS, answer);
}

/**
 * What a gateway refused of whatever the shop orders, asks or registers, before M-Pesa saw it: throttles
 * and any 4xx in the gateway's own form. Null for everything else, which may have moved money; no text of
 * `500.001.1001` is known here.
 */
export function shopRefusalOf(answer: GatewayAnswer): ReturnType<typeof refusalOf> {
  return errorOf(answer).errorCode === OVERLOADED ? null : refusalAbout(SHOP_FIELDS, answer);
}

/** True when the gateway says that the addresses of a shortcode were registered before. */
export function isRegisteredBefore(answer: GatewayAnswer): boolean {
  const { errorCode, errorMessage } = errorOf(answer);
  const text = errorMessage ?? "";
  return Boolean(errorCode) && /already registered|duplicate notification info/i.test(text);
}

/** True when the gateway says that a payout with this reference was ordered before. */
export function isDuplicatePayout(answer: GatewayAnswer): boolean {
  const { errorCode, errorMessage } = errorOf(answer);
  return Boolean(errorCode) && /duplicate\s*originator\s*con?versation/i.test(errorMessage ?? "");
}

function refusalAbout(fields: Fields, answer: GatewayAnswer): ReturnType<typeof refusalOf> {
  const said = errorOf(answer);
  const errorCode = said.errorCode ?? said.fault?.detail?.errorcode ?? null;
  const refusal =
    throttleOf(said, answer) ?? envelopeRefusal(said, answer, fields) ?? faultRefusal(said, answer);
  return refusal && { refusal, errorCode };
}

/**
 * What an error of the query means where it is no refusal: the customer is still deciding, or the prompt
 * is not known, which an existing one is said to be now and then. Null when it means nothing.
 */
export function queryStateOf(answer: GatewayAnswer): "in_flight" | "not_known" | null {
  const { errorCode, errorMessage } = errorOf(answer);
  if (errorCode === "404.001.1002") return "not_known";
  if (errorCode !== OVERLOADED) return null;
  const text = errorMessage ?? "";
  if (text === "" || /being processed/i.test(text)) return "in_flight";
  return /transaction does not exist/i.test(text) ? "not_known" : null;
}

function throttleOf(said: ErrorAnswer, { httpStatus }: GatewayAnswer): GatewayRefusal | null {
  const fault = `${said.fault?.detail?.errorcode ?? ""} ${said.fault?.faultstring ?? ""}`;
  if (said.errorCode === "500.003.03" || /quota ?violation/i.test(fault)) return "quota_used";
  if (said.errorCode === "500.003.02" || /spike ?arrest/i.test(fault)) return "throttled";
  return httpStatus === 429 && (said.errorCode ?? said.fault) ? "throttled" : null;
}

function envelopeRefusal(
  said: ErrorAnswer,
  { httpStatus }: GatewayAnswer,
  fields: Fields,
): GatewayRefusal | null {
  const { errorCode, errorMessage } = said;
  const text = errorMessage ?? "";
  if (errorCode === null || errorCode === "") return null;
  if (errorCode === OVERLOADED) {
    if (/wrong credentials|merchant does not exist/i.test(text)) return "misconfigured";
    return /unable to lock subscriber/i.test(text) ? "subscriber_busy" : null;
  }
  if (!isClientError(httpStatus)) return null;
  const known = REFUSALS[errorCode];
  if (known) return known;
  if (/invalid access token/i.test(text)) return "invalid_token";
  if (fields.phone.test(text)) return "phone_refused";
  return fields.settings.test(text) ? "misconfigured" : "bad_request";
}

/** The gateway's own faults, which it tells in another form than its refusals. */
function faultRefusal(
  { fault }: ErrorAnswer,
  { httpStatus }: GatewayAnswer,
): GatewayRefusal | null {
  if (!fault || !isClientError(httpStatus)) return null;
  if (/access_?token/i.test(fault.detail?.errorcode ?? "")) return "invalid_token";
  return /unable to identify proxy/i.test(fault.faultstring ?? "") ? "misconfigured" : null;
}

function isClientError(httpStatus: number): boolean {
  return httpStatus >= 400 && httpStatus < 500;
}

function errorOf({ json }: GatewayAnswer): ErrorAnswer {
  return ErrorAnswer.parse(json);
}
