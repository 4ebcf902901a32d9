import type { HistoryProvider, RegisterOutcome } from "../lists-history";
import { secretsOfCallbackUrl, shownCallbackUrl } from "./case-file";
import { dial } from "./dial";
import { shopRefusalOf, isRegisteredBefore } from "./gateway-errors";
import { isSuccess } from "./operator-call";
import { RegisterAnswer } from "./schemas";
import { unanswered, unclear } from "./unknown-outcome";

type Access = Parameters<HistoryProvider["registerCollectionUrls"]>[0];
type UrlsInput = Parameters<HistoryProvider["registerCollectionUrls"]>[1];

/** Registers a shortcode's addresses (docs/providers/daraja.md, "Payments by hand"). */
export async function registerCollectionUrls(
  { account, accessToken }: Access,
  { version, confirmationUrl, validationUrl, whenUnreachable }: UrlsInput,
): Promise<RegisterOutcome> {
  const request = { ShortCode: account.shortcode, ResponseType: whenUnreachable };
  const dialled = await dial({
    operation: "c2b_register",
    method: "POST",
    path: `/mpesa/c2b/${version}/registerurl`,
    authorization: `Bearer ${accessToken}`,
    body: { ...request, ConfirmationURL: confirmationUrl, ValidationURL: validationUrl },
    shown: {
      ...request,
      version,
      ConfirmationURL: shownCallbackUrl(confirmationUrl),
      ValidationURL: shownCallbackUrl(validationUrl),
    },
    secrets: [accessToken].concat(
      secretsOfCallbackUrl(confirmationUrl),
      secretsOfCallbackUrl(validationUrl),
    ),
  });
  if (dialled.kind !== "answer") return unanswered(dialled);
  const { exchange } = dialled;
  const answer = RegisterAnswer.parse(dialled.json);
  const isYes = answer.ResponseCode === "0" || isYesInWords(answer);
  if (!isYes && isRegisteredBefore(dialled)) {
    return { kind: "accepted", wasRegistered: true, exchange };
  }
  const refused = isYes ? null : shopRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange };
  if (!isYes || !isSuccess(dialled.httpStatus) || answer.errorCode) return unclear(dialled);
  return { kind: "accepted", wasRegistered: false, exchange };
}

/** Some answers have a sentence and no code. */
function isYesInWords({ ResponseCode, ResponseDescription }: RegisterAnswer): boolean {
  const text = ResponseDescription ?? "";
  return (
    ResponseCode === null &&
    /\bsuccess(ful|fully)?\b/i.test(text) &&
    !/\bnot\b|\bno\b|fail|error/i.test(text)
  );
}
