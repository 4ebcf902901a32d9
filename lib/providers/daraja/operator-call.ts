import { assert } from "@/lib/kit/assert";
import { secretsOfCallbackUrl, shownCallbackUrl } from "./case-file";

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

/** A payout's reference, ours and fixed. */
export function referenceOf(reference: string): string {
  assert(/^[\w-]{1,64}$/.test(reference), "a payout's reference has 1 to 64 letters and digits");
  return reference;
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
