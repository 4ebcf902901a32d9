type ResultWords = { callback: string; query: string };

const same = (text: string): ResultWords => ({ callback: text, query: text });

// The two channels are known to disagree about the words, never about the code.
const WORDS: Readonly<Record<string, ResultWords>> = {
  "0": same("The service request is processed successfully."),
  "1": same("The balance is insufficient for the transaction."),
  "2": same("Declined due to limit rule: less than the minimum transaction amount."),
  "3": same("Declined due to limit rule: greater than the maximum transaction amount."),
  "4": same("Declined due to limit rule: would exceed daily transfer limit."),
  "8": same("Declined due to limit rule: would exceed the maximum balance."),
  "11": same("The account that pays is in an invalid state."),
  "17": same("Rule limited."),
  "21": same("The initiator is not allowed to make this request."),
  "25": same("The request cannot be handled."),
  "26": same("System busy. Traffic blocking condition in place."),
  "1001": same(
    "Unable to lock subscriber, a transaction is already in process for the current subscriber",
  ),
  "1019": same("Transaction has expired"),
  "1025": same("An error occurred while sending a push request"),
  "1032": { callback: "Request cancelled by user", query: "Request Cancelled by user." },
  "1036": same("SMSC ACK timeout"),
  "1037": { callback: "No response from user.", query: "DS timeout user cannot be reached." },
  "2001": same("The initiator information is invalid."),
  "2006": same("The status of the account does not allow the transaction."),
  "2028": same("The request is not permitted according to product assignment."),
  "2032": same("The transaction cannot be found."),
  "2040": same("The receiver is not a registered customer."),
  "8006": same("The security credential is locked."),
  "9999": same("Error sending push"),
  R000001: same("The transaction has already been reversed."),
  R000002: same("The OriginalTransactionID is invalid."),
  SFC_IC0003: same("The operator does not exist."),
};

/** A code no document lists; a client must neither pay out on it nor call it a failure. */
export const UNLISTED_CODE = "7777";

/** What the provider usually says beside a result code, on one of its two channels. */
export function wordsOf(resultCode: string, channel: keyof ResultWords): string {
  return WORDS[resultCode]?.[channel] ?? "Unspecified result";
}
