import { assert } from "@/lib/kit/assert";
import { maskPhone } from "@/lib/kit/phone";
import type { HistoryProvider, PullOutcome, RegisterOutcome } from "../lists-history";
import { secretsOfCallbackUrl, shownCallbackUrl } from "./case-file";
import { dial } from "./dial";
import { fieldOf, foldPairs } from "./folded-fields";
import { shopRefusalOf } from "./gateway-errors";
import { nairobiDateTime } from "./nairobi-time";
import { isSuccess } from "./operator-call";
import { readPulledRows } from "./pulled-rows";
import { unanswered, unclear } from "./unknown-outcome";

// Nobody tells how many rows a page has.
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

type Access = Parameters<HistoryProvider["pullTransactions"]>[0];
type RegisterInput = Parameters<HistoryProvider["registerPull"]>[1];
type PullInput = Parameters<HistoryProvider["pullTransactions"]>[1];

/** Opens the list of a shortcode's payments (docs/providers/daraja.md, "Pull"). */
export async function registerPull(
  { account, accessToken }: Access,
  { nominatedNumber, callbackUrl }: RegisterInput,
): Promise<RegisterOutcome> {
  assert(
    /^\+254[17]\d{8}$/.test(nominatedNumber),
    "the nominated number is a Kenyan mobile number",
  );
  const nationalNumber = nominatedNumber.slice("+254".length);
  const request = { ShortCode: account.shortcode, RequestType: "Pull" };
  const dialled = await dial({
    operation: "pull_register",
    method: "POST",
    path: "/pulltransactions/v1/register",
    authorization: `Bearer ${accessToken}`,
    body: { ...request, NominatedNumber: `0${nationalNumber}`, CallBackURL: callbackUrl },
    shown: {
      ...request,
      NominatedNumber: maskPhone(nominatedNumber),
      CallBackURL: shownCallbackUrl(callbackUrl),
    },
    secrets: [accessToken, nationalNumber, ...secretsOfCallbackUrl(callbackUrl)],
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const { exchange } = dialled;
  const { code, isError } = codeOf(dialled.json, ["responsestatus", "responsecode"]);
  const isYes = code === "1000" || code === "1001";
  const refused = isYes ? null : shopRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  if (!isYes || !isSuccess(dialled.httpStatus) || isError) return unclear(dialled);
  return { kind: "accepted", wasRegistered: code === "1001", exchange };
}

/** Reads one page of a shortcode's payments. Moves nothing; may be asked again. */
export async function pullTransactions(
  { account, accessToken }: Access,
  { from, to, offset }: PullInput,
): Promise<PullOutcome> {
  assert(from.getTime() <= to.getTime(), "a list begins before it ends");
  assert(Number.isSafeInteger(offset) && offset >= 0, "an offset is a number of rows");
  const request = {
    ShortCode: account.shortcode,
    StartDate: nairobiDateTime(from),
    EndDate: nairobiDateTime(to),
    OffSetValue: String(offset),
  };
  const dialled = await dial({
    operation: "pull",
    // The portal says GET with a body, which no ordinary client sends; POST is what is in use.
    method: "POST",
    path: "/pulltransactions/v1/query",
    authorization: `Bearer ${accessToken}`,
    body: request,
    shown: request,
    secrets: [accessToken],
    answerBytesMax: PAGE_BYTES_MAX,
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const { code, isError } = codeOf(dialled.json, ["responsecode", "responsestatus"]);
  const isYes = code === "1000" || code === "1001";
  const refused = isYes ? null : shopRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange: dialled.exchange };
  const list = fieldOf(dialled.json, "response");
  // Only the code for "nothing there" says that there is nothing without a list that is empty.
  const isListed = Array.isArray(list) || (code === "1001" && (list ?? null) === null);
  if (!isYes || !isListed || !isSuccess(dialled.httpStatus) || isError) return unclear(dialled);
  const { rows, unreadable } = readPulledRows(list);
  const read = { ...dialled.exchange.response, rows: rows.length, unreadable };
  return {
    kind: "answered",
    rows,
    unreadable,
    isLast: rows.length + unreadable === 0,
    exchange: { ...dialled.exchange, response: read },
  };
}

/** The code of an answer, whose keys have spaces at times, and whether an error stands beside it. */
function codeOf(json: Readonly<Record<string, unknown>>, names: readonly string[]) {
  const fields = foldPairs(Object.entries(json));
  const code = names.map((name) => fields.get(name) ?? null).find((text) => text !== null);
  return { code: code ?? null, isError: (fields.get("errorcode") ?? null) !== null };
}
