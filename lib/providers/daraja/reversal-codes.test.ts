import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAboutOperator } from "./payout-codes";
import { readReversalCode, REVERSAL_CODES, type ReversalCode } from "./reversal-codes";

const refused = (reason: Extract<ReversalCode, { class: "refused" }>["reason"]): ReversalCode => {
  return { class: "refused", reason };
};
const UNKNOWN: ReversalCode = { class: "unknown" };
const PENDING: ReversalCode = { class: "pending" };

const ROWS: readonly [code: string, text: string, means: ReversalCode][] = [
  ["0", "The service request is processed successfully.", { class: "success" }],
  ["1", "The balance is insufficient for the transaction.", refused("float_empty")],
  ["1", "", refused("float_empty")],
  ["2", "Declined due to limit rule: less than minimum", refused("declined")],
  ["3", "Declined due to limit rule: greater than maximum", refused("declined")],
  ["4", "would exceed daily transfer limit", refused("declined")],
  ["8", "would exceed the maximum balance", refused("declined")],
  ["11", "The DebitParty is in an invalid state.", refused("declined")],
  ["15", "Duplicate detected", UNKNOWN],
  ["15", "", UNKNOWN],
  ["17", "Internal Failure", UNKNOWN],
  ["17", "Rule limited.", UNKNOWN],
  ["20", "Unresolved Initiator", refused("setup")],
  ["21", "The initiator is not allowed to initiate this request", refused("setup")],
  ["22", "Initiator is not active", refused("setup")],
  ["24", "Missing mandatory fields", refused("setup")],
  ["25", "The format of parameter null is invalid.", refused("setup")],
  ["26", "System busy", refused("declined")],
  ["29", "Unknown command", refused("setup")],
  ["2001", "The initiator information is invalid.", refused("setup")],
  ["2006", "Declined due to account rule: status does not allow", refused("declined")],
  ["2028", "not permitted according to product assignment", refused("setup")],
  ["8006", "The security credential is locked.", refused("setup")],
  ["R000001", "The transaction has already been reversed.", { class: "already_done" }],
  ["R000001", "", { class: "already_done" }],
  ["R000002", "The OriginalTransactionID is invalid.", refused("receipt_unknown")],
  ["SFC_IC0003", "The operator does not exist.", refused("setup")],
  ["TP40153", "The operator has no permission", refused("setup")],
  ["100000000", "Request was cached, waiting for resending", PENDING],
  ["100000001", "The system is overload", PENDING],
  ["100000002", "Throttling error", PENDING],
  ["100000011", "Rate limit", PENDING],
];

const SPENT = [
  "The recipient has already spent the funds",
  "Funds already used by the customer",
  "The funds have been utilised",
  "The amount has been utilized",
  "Money has been withdrawn",
  "Balance has been consumed",
  "The customer has spent the money.",
  "The customer has insufficient balance for the reversal",
  "Insufficient balance in the account of the customer",
  "The credit party has not enough funds",
  "ALREADY SPENT",
];

describe("a reversal's result code", () => {
  test.each(ROWS)("%s %j means %j", (code, text, means) => {
    for (const spelt of [code, ` ${code} `, code.toLowerCase()]) {
      expect(readReversalCode(spelt, text)).toEqual(means);
    }
  });

  test("is in this list whenever it is in the table", () => {
    const listed = new Set(ROWS.map(([code]) => code));
    expect(REVERSAL_CODES.map(({ code }) => code)).toEqual([...listed]);
  });

  test.each(["", "00", "0.0", "+0", "-0", "5", "18", "1001", "1032", "1037", "2040", "4999"])(
    "%j settles nothing, for nobody has written what it means",
    (code) => {
      expect(readReversalCode(code, "Success")).toEqual(UNKNOWN);
    },
  );

  test.each(["R000000", "R000003", "R00001", "R0000011", "000001"])(
    "%j is not taken for its neighbour",
    (code) => {
      expect(readReversalCode(code, "")).toEqual(UNKNOWN);
    },
  );

  test.each(SPENT)("that is listed nowhere and says %j means that the money is spent", (text) => {
    expect(readReversalCode("7777", text)).toEqual(refused("spent"));
    for (const code of ["1", "17", "2006", "R000002"]) {
      expect(readReversalCode(code, text), code).toEqual(refused("spent"));
    }
  });

  test.each(SPENT)("that settles something is not overruled by %j", (text) => {
    expect(readReversalCode("0", text)).toEqual({ class: "success" });
    expect(readReversalCode("R000001", text)).toEqual({ class: "already_done" });
    expect(readReversalCode("100000000", text)).toEqual(PENDING);
    for (const code of ["21", "2001", "8006", "SFC_IC0003"]) {
      expect(readReversalCode(code, text)).toEqual(refused("setup"));
    }
  });

  test.each([
    "The balance is insufficient for the transaction.",
    "Insufficient funds in the utility account",
    "The receiver party has insufficient funds",
    "The original transaction was used in another request",
    "The security credential was already used",
    "The funds were not yet spent",
    "The money has never been withdrawn",
    "Declined. The customer is unknown",
    "",
  ])("that is listed nowhere and says %j settles nothing", (text) => {
    expect(readReversalCode("7777", text)).toEqual(UNKNOWN);
  });

  test.each([
    "The transaction has already been reversed.",
    "Already reversed",
    "Transaction was reversed before",
    "Duplicate request detected",
  ])("refuses nothing where its text says %j", (text) => {
    const refusals = REVERSAL_CODES.filter(({ means }) => means.class === "refused");
    expect(refusals.length).toBeGreaterThan(0);
    for (const { code } of refusals) {
      expect(readReversalCode(code, text), code).toEqual(UNKNOWN);
    }
    // Nor is a word enough to call it done.
    expect(readReversalCode("7777", text)).toEqual(UNKNOWN);
    expect(readReversalCode("7777", `${text} The funds are already spent`)).toEqual(UNKNOWN);
  });

  test("that nobody has listed is neither money gone back nor done before, whatever its text", () => {
    const listed = new Set(REVERSAL_CODES.map(({ code }) => code));
    fc.assert(
      fc.property(fc.string(), fc.string(), (code, text) => {
        fc.pre(!listed.has(code.trim().toUpperCase()));
        expect(["unknown", "refused"]).toContain(readReversalCode(code, text).class);
      }),
    );
  });

  test("is success for one code alone, and done before for one other", () => {
    const of = (kind: ReversalCode["class"]) =>
      REVERSAL_CODES.filter(({ means }) => means.class === kind).map(({ code }) => code);
    expect(of("success")).toEqual(["0"]);
    expect(of("already_done")).toEqual(["R000001"]);
  });

  test("is a matter of settings whenever it turns the operator away", () => {
    const turnedAway = REVERSAL_CODES.filter(({ code }) => isAboutOperator(code));
    expect(turnedAway.map(({ code }) => code)).toEqual([
      "20",
      "21",
      "22",
      "2001",
      "8006",
      "TP40153",
    ]);
    for (const { means } of turnedAway) expect(means).toEqual(refused("setup"));
  });

  test("is read no further than anybody would write", () => {
    expect(readReversalCode("7777", `${"x".repeat(400)} already spent`)).toEqual(refused("spent"));
    expect(readReversalCode("7777", `${"x".repeat(500)} already spent`)).toEqual(UNKNOWN);
    expect(readReversalCode("11", `${"x".repeat(500)} already reversed`)).toEqual(
      refused("declined"),
    );
  });
});
