import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  readStkResult,
  STK_REASONS,
  STK_RESULTS,
  type StkNewAttempt,
  type StkReason,
  type StkResultClass,
} from "./result-codes";

type Expected = [
  code: string,
  text: string,
  kind: StkResultClass,
  newAttempt: StkNewAttempt,
  reason: StkReason | null,
];

const operator = "The initiator is not allowed to initiate this request";

// Retyped from what the provider and its users publish, not made from the table it checks.
const EXPECTED: readonly Expected[] = [
  ["0", "The service request is processed successfully.", "success", "no", null],
  ["1", "The balance is insufficient.", "final_failure", "now", "insufficient_funds"],
  ["2", "Declined due to limit rule", "final_failure", "other_amount", "amount_too_small"],
  ["3", "Declined due to limit rule", "final_failure", "other_amount", "amount_too_large"],
  ["4", "Would exceed daily transfer limit", "final_failure", "tomorrow", "daily_limit"],
  ["8", "Would exceed the maximum balance", "final_failure", "no", "merchant_cannot_receive"],
  ["11", "The party is in an invalid state.", "final_failure", "no", "account_inactive"],
  ["15", "Duplicate OriginatorConversationID", "ambiguous", "no", "unclear_result"],
  ["17", "Rule limited.", "retryable", "after_two_minutes", "same_amount_too_soon"],
  ["17", "System internal error.", "retryable", "after_two_minutes", "same_amount_too_soon"],
  ["20", "Unresolved Initiator", "configuration", "no", "merchant_setup"],
  ["21", operator, "configuration", "no", "merchant_setup"],
  ["22", "The initiator is inactive", "configuration", "no", "merchant_setup"],
  ["24", "Missing mandatory fields", "configuration", "no", "merchant_setup"],
  ["25", "The format of parameter null is invalid.", "configuration", "no", "merchant_setup"],
  ["26", "System busy", "retryable", "after_one_minute", "mpesa_busy"],
  ["29", "Invalid command", "configuration", "no", "merchant_setup"],
  ["1001", "Unable to lock subscriber", "final_failure", "after_one_minute", "phone_busy"],
  ["1019", "Transaction has expired", "final_failure", "now", "prompt_expired"],
  ["1019", "No MO has been received", "final_failure", "now", "prompt_expired"],
  ["1025", "An error occurred while sending", "final_failure", "now", "prompt_failed"],
  ["1031", "Request cancelled by user", "final_failure", "now", "cancelled"],
  ["1032", "Request Cancelled by user.", "final_failure", "now", "cancelled"],
  ["1032", "[STK_CB - ]Request cancelled by user", "final_failure", "now", "cancelled"],
  ["1036", "SMSC ACK timeout", "ambiguous", "after_query", "unclear_result"],
  ["1037", "DS timeout user cannot be reached.", "final_failure", "now", "no_answer"],
  ["1037", "No response from user.", "final_failure", "now", "no_answer"],
  ["1101", "Invalid input parameter", "final_failure", "now", "prompt_failed"],
  ["1102", "Invalid input parameter", "final_failure", "now", "prompt_failed"],
  ["2001", "The initiator information is invalid.", "final_failure", "now", "wrong_pin"],
  ["2006", "Account status does not allow", "final_failure", "no", "account_inactive"],
  ["2028", "Not permitted by product assignment", "configuration", "no", "merchant_setup"],
  ["8006", "The security credential is locked.", "final_failure", "no", "pin_locked"],
  ["SFC_IC0003", "The operator does not exist.", "configuration", "no", "merchant_setup"],
  ["4999", "The transaction is still under processing", "in_flight", "no", null],
  ["4999", "", "in_flight", "no", null],
  ["4999", "Wrong credentials", "configuration", "no", "merchant_setup"],
  ["4999", "[MerchantValidate] - Wrong credentials", "configuration", "no", "merchant_setup"],
  ["9999", "Error sending push", "ambiguous", "after_query", "unclear_result"],
  ["9999", "Request cancelled by user", "ambiguous", "after_query", "unclear_result"],
  ["TP40153", "Operator has no permission", "configuration", "no", "merchant_setup"],
];

describe("a result code", () => {
  test.each(EXPECTED)(
    "%s with %j is %s, new attempt: %s",
    (code, text, kind, newAttempt, reason) => {
      expect(readStkResult(code, text)).toMatchObject({ code, class: kind, newAttempt, reason });
    },
  );

  test("is in the table exactly when it is expected above", () => {
    const codes = new Set(EXPECTED.map(([code]) => code));
    expect(new Set(STK_RESULTS.map(({ code }) => code))).toEqual(codes);
  });

  test.each([" 1032 ", "1032\n"])("%j is read without what surrounds it", (code) => {
    expect(readStkResult(code, "")).toMatchObject({ code: "1032", reason: "cancelled" });
  });

  test("with letters is read in any case", () => {
    expect(readStkResult("sfc_ic0003", "")).toMatchObject({ code: "SFC_IC0003" });
  });

  test.each([
    ["", "success"],
    ["00", "The service request is processed successfully."],
    ["0.0", "The service request is processed successfully."],
    ["O", "Success"],
    ["-0", "Success"],
    ["+0", "Success"],
    ["null", "Success"],
    ["true", "Success"],
    ["18", ""],
    ["100000002", "throttled"],
    ["C2B00011", ""],
    ["500.001.1001", "The transaction is being processed"],
    ["4999", "Something nobody has seen"],
    ["constructor", ""],
  ])("%j with %j is listed nowhere: neither paid nor failed", (code, text) => {
    expect(readStkResult(code, text)).toMatchObject({
      class: "unknown",
      newAttempt: "no",
      reason: "unknown_code",
    });
  });

  test("is success for 0 alone, whatever else is said", () => {
    const codes = fc.oneof(fc.string(), fc.integer().map(String));
    fc.assert(
      fc.property(codes, fc.string(), (code, text) => {
        expect(readStkResult(code, text).class === "success").toBe(code.trim() === "0");
      }),
    );
  });

  test("that leaves anything to explain has a reason, and no other has one", () => {
    for (const row of STK_RESULTS) {
      const isExplained = row.class !== "success" && row.class !== "in_flight";
      expect(row.reason !== null, row.code).toBe(isExplained);
    }
  });

  test("lets nobody be prompted again at once while it may have been paid", () => {
    const open = STK_RESULTS.filter(({ class: kind }) => ["ambiguous", "in_flight"].includes(kind));
    for (const { code, newAttempt } of open)
      expect(["no", "after_query"], code).toContain(newAttempt);
  });

  test("gives every reason, but for the one of codes that are not listed", () => {
    const given = new Set(STK_RESULTS.flatMap(({ reason }) => reason ?? []));
    expect([...STK_REASONS].filter((reason) => !given.has(reason))).toEqual(["unknown_code"]);
  });
});
