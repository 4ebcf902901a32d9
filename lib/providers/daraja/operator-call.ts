import { assert } from "@/lib/kit/assert";
import type { UnknownOutcome } from "../exchange";
import type { GatewayRefused } from "../gateway";
import { secretsOfCallbackUrl, shownCallbackUrl } from "./case-file";
import type { Dialled } from "./dial";
import { shopRefusalOf } from "./gateway-errors";
import { OperatorAnswer } from "./schemas";
import { unclear } from "./unknown-outcome";

/** Where the result of an operator's order goes, and the news that it ran out of time in the queue. */
export interface Addresses {
  readonly resultUrl: string;
  readonly timeoutUrl: string;
}

/** Both addresses, as every operator's order names them. */
export function addressesOf({ resultUrl, timeoutUrl }: Addresses) {
  return { QueueTimeOutURL: timeoutUrl, ResultURL: resultUrl };
}

/** Both addresses for the case file. */
export function shownAddressesOf({ resultUrl, timeoutUrl }: Addresses) {
  return {
    QueueTimeOutURL: shownCallbackUrl(timeoutUrl),
    ResultURL: shownCallbackUrl(resultUrl),
  };
}

/** What must not reach the case file of an operator's order. */
export function secretsOf(
  access: { account: { securityCredential: string }; accessToken: string },
  { resultUrl, timeoutUrl }: Addresses,
): string[] {
  return [
    access.accessToken,
    access.account.securityCredential,
    ...secretsOfCallbackUrl(resultUrl),
    ...secretsOfCallbackUrl(timeoutUrl),
  ];
}

/** Letters, digits and single spaces alone: other characters make calls fail without a word. */
export function remarksOf(text: string): string {
  const plain = text
    .replace(/[^0-9A-Za-z ]/g, "")
    .replace(/ +/g, " ")
    .trim();
  assert(plain.length >= 2 && plain.length <= 100, "remarks have 2 to 100 letters and digits");
  return plain;
}

/** True for any 2xx. */
export function isSuccess(httpStatus: number): boolean {
  return httpStatus >= 200 && httpStatus < 300;
}

/** What a gateway made of an operator's order. Yes means queued, and only a whole yes is one. */
export function readOrderAnswer(
  dialled: Extract<Dialled, { kind: "answer" }>,
): { readonly kind: "yes"; readonly answer: OperatorAnswer } | GatewayRefused | UnknownOutcome {
  const answer = OperatorAnswer.parse(dialled.json);
  const isYes = answer.ResponseCode === "0";
  const refused = isYes ? null : shopRefusalOf(dialled);
  if (refused) return { kind: "refused", ...refused, exchange: dialled.exchange };
  if (!isYes || !isSuccess(dialled.httpStatus) || answer.errorCode) return unclear(dialled);
  return { kind: "yes", answer };
}
