import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WITHDRAWAL_REASONS } from "@/lib/payments/schemas";
import {
  isAboutOperator,
  PAYOUT_CODE_REASONS,
  PAYOUT_CODES,
  readPayoutCode,
  readStatusCode,
  type PayoutCodeClass,
  type PayoutCodeReason,
  type StatusCodeClass,
} from "./payout-codes";

const ROWS: readonly [
  code: string,
  text: string,
  kind: PayoutCodeClass,
  reason: PayoutCodeReason | null,
][] = [
  ["0", "The service request is processed successfully.", "success", null],
  ["1", "The balance is insufficient for the transaction.", "refused", "float_empty"],
  ["2", "Declined due to limit rule: less than minimum", "refused", "amount_too_small"],
  ["3", "Declined due to limit rule: greater than maximum", "refused", "amount_too_large"],
  ["4", "would exceed daily transfer limit", "refused", "receiver_limit"],
  ["8", "would exceed the maximum balance", "refused", "receiver_full"],
  ["11", "The party is in an invalid state", "refused", "receiver_inactive"],
  ["15", "Duplicate OriginatorConversationID", "duplicate", null],
  ["15", "", "duplicate", null],
  ["17", "Internal Failure", "unknown", null],
  ["17", "System internal error.", "unknown", null],
  ["17", "Rule limited.", "unknown", null],
  ["20", "Unresolved Initiator", "setup", "merchant_setup"],
  ["21", "The initiator is not allowed to initiate this request", "setup", "merchant_setup"],
  ["22", "Initiator is not active", "setup", "merchant_setup"],
  ["24", "Missing mandatory fields", "setup", "merchant_setup"],
  ["25", "The format of parameter null is invalid.", "setup", "merchant_setup"],
  ["26", "System busy", "refused", "provider_busy"],
  ["29", "Unknown command", "setup", "merchant_setup"],
  ["2001", "The initiator information is invalid.", "setup", "merchant_setup"],
  ["2006", "The account status does not allow it", "refused", "receiver_inactive"],
  ["2028", "not permitted according to product assignment", "setup", "merchant_setup"],
  ["2040", "Credit Party customer type can't be supported", "refused", "phone_not_registered"],
  ["8006", "The security credential is locked.", "setup", "merchant_setup"],
  ["SFC_IC0003", "The operator does not exist.", "refused", "phone_not_registered"],
  ["TP40153", "The operator has no permission", "setup", "merchant_setup"],
  ["100000000", "Request was cached, waiting for resending", "pending", null],
  ["100000001", "The system is overload", "pending", null],
  ["100000002", "Throttling error", "pending", null],
  ["100000011", "Rate limit", "pending", null],
];

describe("a payout's result code", () => {
  test.each(ROWS)("%s %j is %s %s", (code, text, kind, reason) => {
    for (const spelt of [code, ` ${code} `, code.toLowerCase()]) {
      expect(readPayoutCode(spelt, text)).toEqual({ class: kind, reason });
    }
  });

  test("is in this list whenever it is in the table", () => {
    const listed = new Set(ROWS.map(([code]) => code));
    expect(PAYOUT_CODES.map(({ code }) => code)).toEqual([...listed]);
  });

  test.each(["", "00", "0.0", "+0", "-0", "5", "18", "19", "1001", "1032", "1037", "4999", "7777"])(
    "%j settles nothing, for nobody has written what it means",
    (code) => {
      expect(readPayoutCode(code, "Success")).toEqual({ class: "unknown", reason: null });
    },
  );

  test("nobody has listed is neither paid nor refused, whatever its text", () => {
    const listed = new Set(PAYOUT_CODES.map(({ code }) => code));
    fc.assert(
      fc.property(fc.string(), fc.string(), (code, text) => {
        fc.pre(!listed.has(code.trim().toUpperCase()));
        expect(["unknown", "duplicate"]).toContain(readPayoutCode(code, text).class);
      }),
    );
  });

  test("frees no money where the text speaks of a repetition", () => {
    for (const { code } of PAYOUT_CODES.filter(({ code }) => code !== "0")) {
      expect(readPayoutCode(code, "A duplicate request was detected").class).toBe("duplicate");
    }
    expect(readPayoutCode("0", "Duplicate").class).toBe("success");
  });

  test("frees money with a reason that a withdrawal may carry, and holds it without one", () => {
    expect(WITHDRAWAL_REASONS).toEqual(expect.arrayContaining([...PAYOUT_CODE_REASONS]));
    for (const { code, class: kind, reason } of PAYOUT_CODES) {
      expect(reason !== null, code).toBe(kind === "refused" || kind === "setup");
    }
    const used = new Set(PAYOUT_CODES.flatMap(({ reason }) => reason ?? []));
    expect(used).toEqual(new Set(PAYOUT_CODE_REASONS));
  });

  test("is success for one code alone", () => {
    const paid = PAYOUT_CODES.filter((row) => row.class === "success");
    expect(paid.map(({ code }) => code)).toEqual(["0"]);
  });
});

test("turns the operator away with six codes, each of them one that other settings must mend", () => {
  const turnedAway = PAYOUT_CODES.filter(({ code }) => isAboutOperator(` ${code.toLowerCase()} `));
  const codes = ["20", "21", "22", "2001", "8006", "TP40153"];
  expect(turnedAway.map(({ code }) => code)).toEqual(codes);
  expect(turnedAway.every((row) => row.class === "setup")).toBe(true);
});

describe("a status look-up's result code", () => {
  test.each<[code: string, text: string, kind: StatusCodeClass]>([
    ["0", "The service request is processed successfully.", "success"],
    ["0", "The transaction does not exist", "success"],
    ["2032", "", "not_found"],
    ["7777", "The transaction cannot be found", "not_found"],
    ["7777", "The transaction can't be found.", "not_found"],
    ["7777", "Transaction could not be found", "not_found"],
    ["7777", "Original transaction with this ID not found", "not_found"],
    ["7777", "The transaction does not Exist", "not_found"],
    ["7777", "No such transaction", "not_found"],
    ["7777", "Transaction is unknown", "not_found"],
    // A wrong form is our fault, unless the text says that there was nothing to find.
    ["25", "The transaction cannot be found", "not_found"],
    ["25", "The format of parameter null is invalid.", "setup"],
    ["20", "Unresolved Initiator", "setup"],
    ["21", "The initiator is not allowed to initiate this request", "setup"],
    ["22", "", "setup"],
    ["24", "", "setup"],
    ["29", "", "setup"],
    ["2001", "The initiator information is invalid.", "setup"],
    ["2028", "", "setup"],
    ["8006", "The security credential is locked.", "setup"],
    ["SFC_IC0003", "The operator does not exist.", "setup"],
    ["sfc_ic0003", "The operator does not exist.", "setup"],
    ["TP40153", "", "setup"],
    ["26", "System busy", "pending"],
    ["100000000", "", "pending"],
    ["100000001", "", "pending"],
    ["100000002", "", "pending"],
    ["100000011", "", "pending"],
    // What these say of a payout they do not say of a question about one.
    ["1", "The balance is insufficient for the transaction.", "unknown"],
    ["15", "Duplicate detected", "unknown"],
    ["17", "Internal Failure", "unknown"],
    ["2006", "", "unknown"],
    ["2040", "", "unknown"],
    ["7777", "The receiver was not found", "unknown"],
    ["7777", "The transaction was paid. The operator is unknown", "unknown"],
    ["", "", "unknown"],
  ])("%s %j is %s", (code, text, kind) => {
    expect(readStatusCode(code, text)).toEqual({ class: kind });
  });

  test("is success for nothing but zero", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (code, text) => {
        fc.pre(code.trim() !== "0");
        expect(readStatusCode(code, text).class).not.toBe("success");
      }),
    );
  });

  test("is read no further than anybody would write", () => {
    const text = "No such transaction";
    expect(readStatusCode("7777", `${"x".repeat(400)} ${text}`).class).toBe("not_found");
    expect(readStatusCode("7777", `${"x".repeat(500)} ${text}`).class).toBe("unknown");
  });
});
