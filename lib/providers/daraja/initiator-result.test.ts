import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixture } from "./fixtures/read-fixture";
import {
  parseInitiatorResult,
  parseTimeout,
  readB2cResult,
  readReversalResult,
  readStatusResult,
  readTransactionStatus,
  type InitiatorResult,
} from "./initiator-result";

const REFERENCE = "wdr_01KA7ZT4WPX2MN";
const CONVERSATION = "AG_20240706_20106e9209f64bebd05b";
const COMPLETED_AT = new Date("2024-07-06T19:48:52Z");
const PAID = [
  { Key: "TransactionAmount", Value: 10 },
  { Key: "TransactionReceipt", Value: "SG632NMUAB" },
  { Key: "ReceiverPartyPublicName", Value: "254712345678 - JOHN DOE" },
  { Key: "TransactionCompletedDateTime", Value: "06.07.2024 22:48:52" },
];

function envelope(fields: object = {}) {
  return {
    Result: {
      ResultType: 0,
      ResultCode: 0,
      ResultDesc: "The service request is processed successfully.",
      OriginatorConversationID: REFERENCE,
      ConversationID: CONVERSATION,
      TransactionID: "SG632NMUAB",
      ResultParameters: { ResultParameter: PAID },
      ...fields,
    },
  };
}

function parsed(body: unknown): InitiatorResult {
  const result = parseInitiatorResult(body);
  if (result === null) throw new Error("this is no result");
  return result;
}

const read = (fields: object) => readB2cResult(parsed(envelope(fields)));
const withParameters = (...list: unknown[]) => ({ ResultParameters: { ResultParameter: list } });

describe("the result of a payout", () => {
  test("is read as the portal prints it", () => {
    const result = parsed(fixture("b2c-result-paid"));
    expect(result).toMatchObject({
      resultType: "0",
      resultCode: "0",
      resultText: "The service request is processed successfully.",
      originatorConversationId: REFERENCE,
      conversationId: CONVERSATION,
      transactionId: "SG632NMUAB",
    });
    expect(readB2cResult(result)).toEqual({
      amountCents: 1_000n,
      receipt: "SG632NMUAB",
      receiver: "254712345678 - JOHN DOE",
      completedAt: COMPLETED_AT,
      utilityCents: 1_011_600n,
      workingCents: 90_000_050n,
      chargesCents: -451_000n,
    });
  });

  test("that was refused tells its code, and nothing about money", () => {
    const result = parsed(fixture("b2c-result-refused"));
    expect(result).toMatchObject({
      resultCode: "2001",
      originatorConversationId: REFERENCE,
      transactionId: "SG632NMUAC",
    });
    expect(result.parameters.size).toBe(0);
    expect(readB2cResult(result)).toEqual({
      amountCents: null,
      receipt: null,
      receiver: null,
      completedAt: null,
      utilityCents: null,
      workingCents: null,
      chargesCents: null,
    });
  });

  test.each<[value: unknown, code: string]>([
    [0, "0"],
    ["0", "0"],
    [" 0 ", "0"],
    [2001, "2001"],
    ["2001", "2001"],
    ["SFC_IC0003", "SFC_IC0003"],
    ["R000002", "R000002"],
    [-1, "-1"],
    [100000000, "100000000"],
  ])("has the code %j as %j", (ResultCode, code) => {
    expect(parsed(envelope({ ResultCode })).resultCode).toBe(code);
  });

  test.each<[name: string, body: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "Result"],
    ["a number", 0],
    ["a list", [envelope()]],
    ["an empty object", {}],
    ["a result that is null", { Result: null }],
    ["a result that is a list", { Result: [envelope().Result] }],
    ["no code", envelope({ ResultCode: undefined })],
    ["a code of null", envelope({ ResultCode: null })],
    ["a code of true", envelope({ ResultCode: true })],
    ["an empty code", envelope({ ResultCode: " " })],
    ["a code in a list", envelope({ ResultCode: [0] })],
    ["a code in an object", envelope({ ResultCode: { value: 0 } })],
    ["a code of words", envelope({ ResultCode: "it went well" })],
    ["two codes", envelope({ ResultCode: 0, "Result Code": 1 })],
    ["a prompt's callback", { Body: { stkCallback: { ResultCode: 0 } } }],
  ])("is not made of %s", (_name, body) => {
    expect(parseInitiatorResult(body)).toBeNull();
  });

  test.each<[name: string, body: unknown]>([
    ["spaces in its keys", spaced(envelope())],
    ["small letters in its keys", lowered(envelope())],
    ["no envelope around it", envelope().Result],
    ["one misspelt key", misspelt()],
    ["texts for all numbers", JSON.parse(JSON.stringify(envelope()).replace(/":(\d+)/g, '":"$1"'))],
    ["more than we know", { ...envelope({ Extra: { deep: [1] } }), Extra: 1 }],
    ["empty pairs between", envelope(withParameters(null, {}, { Key: 1 }, { Value: 2 }, ...PAID))],
    ["its list without the block", envelope({ ResultParameters: PAID })],
    ["its list upside down", envelope(withParameters(...PAID.toReversed()))],
    ["every pair twice", envelope(withParameters(...PAID, ...PAID))],
    [
      "Name for Key",
      envelope(withParameters(...PAID.map(({ Key, Value }) => ({ Name: Key, Value })))),
    ],
    ["items of reference", envelope({ ReferenceData: { ReferenceItem: [{ Key: "a" }, {}] } })],
    ["no texts", envelope({ ResultDesc: undefined, ResultType: null })],
  ])("is the same with %s", (_name, body) => {
    const result = parsed(body);
    expect(result).toMatchObject({
      resultCode: "0",
      originatorConversationId: REFERENCE,
      conversationId: CONVERSATION,
    });
    expect(readB2cResult(result)).toMatchObject({
      amountCents: 1_000n,
      receipt: "SG632NMUAB",
      receiver: "254712345678 - JOHN DOE",
      completedAt: COMPLETED_AT,
    });
  });

  test.each<[name: string, ResultParameters: unknown]>([
    ["absent", undefined],
    ["null", null],
    ["empty", {}],
    ["a text", "none"],
    ["an empty list", { ResultParameter: [] }],
    ["null within", { ResultParameter: null }],
    ["a number within", { ResultParameter: 7 }],
  ])("with parameters that are %s is a success without an amount", (_name, ResultParameters) => {
    const result = parsed(envelope({ ResultParameters }));
    expect(result.parameters.size).toBe(0);
    expect(readB2cResult(result)).toMatchObject({ amountCents: null, receipt: "SG632NMUAB" });
  });

  test("may hold one pair in place of a list", () => {
    const [amount] = PAID;
    expect(read({ ResultParameters: { ResultParameter: amount } }).amountCents).toBe(1_000n);
  });

  test("keeps a name without a value, and tells it from a name that is missing", () => {
    const pairs = [{ Key: "Credit Party Charges" }, { Key: "Amount", Value: null }];
    const { parameters } = parsed(envelope(withParameters(...pairs)));
    expect([...parameters]).toEqual([
      ["creditpartycharges", null],
      ["amount", null],
    ]);
  });

  test("keeps a value that comes again without one, in whichever order", () => {
    const pairs = [{ Key: "TransactionAmount" }, ...PAID, { Key: "Transaction Amount" }];
    expect(read(withParameters(...pairs)).amountCents).toBe(1_000n);
  });

  test("believes no parameter that contradicts itself", () => {
    const twice = withParameters(...PAID, { Key: "Transaction Amount", Value: "11" });
    expect(read(twice)).toMatchObject({ amountCents: null, receipt: "SG632NMUAB" });
    const named = parsed(envelope({ "Conversation ID": "AG_other" }));
    expect(named.conversationId).toBeNull();
    const misspelt = parsed(envelope({ OriginatorCoversationID: "another" }));
    expect(misspelt.originatorConversationId).toBeNull();
  });

  test.each<[value: unknown, cents: bigint | null]>([
    [10, 1_000n],
    ["10", 1_000n],
    ["10.00", 1_000n],
    [250_000, 25_000_000n],
    [0, null],
    [-10, null],
    ["10.005", null],
    ["ten", null],
    ["", null],
    [undefined, null],
    [[10], null],
    [true, null],
  ])("tells the amount %j as %s cents", (Value, cents) => {
    expect(read(withParameters({ Key: "TransactionAmount", Value })).amountCents).toBe(cents);
  });

  test.each<[name: string, fields: object, receipt: string | null]>([
    [
      "small letters",
      withParameters({ Key: "TransactionReceipt", Value: "sg632nmuab" }),
      "SG632NMUAB",
    ],
    [
      "another name for itself",
      { TransactionID: "OTHER", ...withParameters({ Key: "TransactionReceipt", Value: "SG1" }) },
      "SG1",
    ],
    ["its id alone", { ResultParameters: undefined }, "SG632NMUAB"],
    ["its id alone, but it failed", { ResultCode: 1, ResultParameters: undefined }, null],
    ["zeros", { TransactionID: "0000000000", ResultParameters: undefined }, null],
    ["nothing", { TransactionID: "", ResultParameters: undefined }, null],
    ["words", { TransactionID: "not yet known", ResultParameters: undefined }, null],
    ["an endless text", { TransactionID: "A".repeat(33), ResultParameters: undefined }, null],
  ])("tells its receipt with %s", (_name, fields, receipt) => {
    expect(read(fields).receipt).toBe(receipt);
  });

  test.each<[value: unknown, at: Date | null]>([
    ["06.07.2024 22:48:52", COMPLETED_AT],
    [20240706224852, COMPLETED_AT],
    ["20240706224852", COMPLETED_AT],
    ["2024-07-06 22:48:52", COMPLETED_AT],
    ["soon", null],
    [undefined, null],
  ])("was completed at %j", (Value, at) => {
    expect(
      read(withParameters({ Key: "TransactionCompletedDateTime", Value })).completedAt,
    ).toEqual(at);
  });

  test.each<[name: string, value: unknown]>([
    ["a list", ["x"]],
    ["an object", { id: "x" }],
    ["spaces within", "a b"],
    ["nothing", ""],
    ["129 characters", "x".repeat(129)],
    ["letters no id has", "wdr_é"],
  ])("has no id that is %s", (_name, value) => {
    const result = parsed(envelope({ OriginatorConversationID: value, ConversationID: value }));
    expect(result).toMatchObject({ originatorConversationId: null, conversationId: null });
  });

  test("is fit to be stored, whatever its texts hold", () => {
    const text = `a\u0000b\n${"c".repeat(9_000)}`;
    const result = parsed(envelope({ ResultDesc: text, ResultType: text }));
    expect(result.resultText).toMatch(/^a b c{496}$/);
    const { receiver } = read(withParameters({ Key: "ReceiverPartyPublicName", Value: text }));
    expect(receiver).toHaveLength(500);
    const halved = parsed(envelope({ ResultDesc: `${"c".repeat(499)}\u{1f600}` }));
    expect(halved.resultText).toBe(`${"c".repeat(499)}\ufffd`);
  });

  test("never throws, whatever arrives", () => {
    const pair = fc.oneof(fc.anything(), fc.record({ Key: fc.anything(), Value: fc.anything() }));
    const body = fc.record({
      Result: fc.record({
        ResultCode: fc.oneof(fc.constant(0), fc.anything()),
        TransactionID: fc.anything(),
        ResultParameters: fc.oneof(
          fc.anything(),
          fc.record({ ResultParameter: fc.oneof(pair, fc.array(pair)) }),
        ),
      }),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), body), (body) => {
        parseTimeout(body);
        const result = parseInitiatorResult(body);
        if (result === null) return;
        readB2cResult(result);
        readStatusResult(result);
        readTransactionStatus(result);
        readReversalResult(result);
      }),
    );
  });
});

function spaced(value: unknown): unknown {
  const text = JSON.stringify(value);
  const keys = text.replace(/"([A-Za-z]+)":/g, (_, key: string) => `"${apart(key)}":`);
  return JSON.parse(
    keys.replace(/"Key":"([A-Za-z]+)"/g, (_, key: string) => `"Key":"${apart(key)}"`),
  );
}

function apart(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, "$1 $2");
}

function lowered(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value).replace(/"([A-Za-z]+)":/g, (key: string) => key.toLowerCase()),
  );
}

function misspelt(): unknown {
  return JSON.parse(
    JSON.stringify(envelope()).replace("OriginatorConversationID", "OriginatorCoversationID"),
  );
}

describe("the result of a status look-up", () => {
  const status = (...list: unknown[]) =>
    readStatusResult(parsed(envelope(withParameters(...list))));

  test("is read as seen in traffic, with the ids of the payout and not of the question", () => {
    expect(readStatusResult(parsed(fixture("status-result-completed")))).toEqual({
      status: "completed",
      receipt: "SG632NMUAB",
      amountCents: 1_000n,
      originatorConversationId: REFERENCE,
      conversationId: CONVERSATION,
      completedAt: COMPLETED_AT,
    });
  });

  test.each([
    ["Completed", "completed"],
    ["COMPLETED", "completed"],
    [" completed ", "completed"],
    ["Cancelled", "cancelled"],
    ["Canceled", "cancelled"],
    ["Declined", "declined"],
    ["Expired", "expired"],
    ["Initiated", "pending"],
    ["Authorized", "pending"],
    ["Authorised", "pending"],
    ["Pending Authorized", "pending"],
    ["Pending", "pending"],
    ["Reversed", "unclear"],
    ["Not Completed", "unclear"],
    ["Completed?", "unclear"],
    ["", "unclear"],
    [null, "unclear"],
    [undefined, "unclear"],
    [7, "unclear"],
    [["Completed"], "unclear"],
  ])("takes %j for %s", (Value, word) => {
    expect(status({ Key: "TransactionStatus", Value }).status).toBe(word);
    expect(status({ Key: "Transaction Status", Value }).status).toBe(word);
  });

  test("is unclear where two words contradict each other", () => {
    const words = ["Completed", "Declined"].map((Value) => ({ Key: "TransactionStatus", Value }));
    expect(status(...words).status).toBe("unclear");
    expect(status(...words.toReversed()).status).toBe("unclear");
  });

  test("names no status where the parameters do not, or are missing", () => {
    const nothing = {
      status: null,
      receipt: null,
      amountCents: null,
      originatorConversationId: null,
      conversationId: null,
      completedAt: null,
    };
    expect(readStatusResult(parsed(envelope({ ResultParameters: undefined })))).toEqual(nothing);
    expect(status({ Key: "Status", Value: "Completed" })).toEqual(nothing);
  });

  test.each<[name: string, pairs: readonly [string, unknown][]]>([
    [
      "numbers",
      [
        ["Amount", 10],
        ["FinalisedTime", 20240706224852],
      ],
    ],
    [
      "texts",
      [
        ["Amount", "10.00"],
        ["FinalisedTime", "20240706224852"],
      ],
    ],
    [
      "the other spelling",
      [
        ["Amount", 10],
        ["FinalizedTime", 20240706224852],
      ],
    ],
    [
      "spaces",
      [
        ["Transaction Amount", 10],
        ["Finalised Time", "06.07.2024 22:48:52"],
      ],
    ],
  ])("reads amount and time as %s", (_name, pairs) => {
    const result = status(...pairs.map(([Key, Value]) => ({ Key, Value })));
    expect(result).toMatchObject({ amountCents: 1_000n, completedAt: COMPLETED_AT });
  });
});

describe("the result of a look-up of any transaction", () => {
  const status = (...list: unknown[]) =>
    readTransactionStatus(parsed(envelope(withParameters(...list))));

  test("tells of a customer's payment, and nothing by which the customer could be called", () => {
    expect(readTransactionStatus(parsed(fixture("status-result-customer")))).toEqual({
      status: "completed",
      receipt: "SKJ82PACB8",
      amountCents: 150_000n,
      originatorConversationId: "29115-34620561-1",
      conversationId: "AG_20241119_20106e9209f64bebd05b",
      finishedAt: new Date("2024-11-19T10:27:11Z"),
      creditShortcode: "174379",
      debitParty: "0712 *** 678 - J*** D**",
    });
  });

  test("names neither party where the portal's own sample names one twice", () => {
    expect(readTransactionStatus(parsed(fixture("status-result-completed")))).toMatchObject({
      status: "completed",
      receipt: "SG632NMUAB",
      creditShortcode: null,
      debitParty: null,
    });
  });

  test.each<[value: unknown, shortcode: string | null]>([
    ["174379 - Duka", "174379"],
    ["174379-Duka la Mwanga", "174379"],
    ["174379", "174379"],
    [174379, "174379"],
    ["5551234 - Duka", "5551234"],
    ["12345 - Duka", "12345"],
    // Numbers of customers are longer, those of nobody shorter.
    ["254712345678 - JOHN DOE", null],
    ["1234 - Duka", null],
    ["12345678 - Duka", null],
    ["Duka", null],
    ["", null],
    [undefined, null],
  ])("finds that %j was paid: %j", (Value, shortcode) => {
    expect(status({ Key: "CreditPartyName", Value }).creditShortcode).toBe(shortcode);
  });

  test("tells when it ended, and nothing while it has not", () => {
    expect(status({ Key: "FinalizedTime", Value: "20240706224852" }).finishedAt).toEqual(
      COMPLETED_AT,
    );
    expect(status({ Key: "FinalisedTime" }).finishedAt).toBeNull();
  });

  test("takes no receipt of zeros for one", () => {
    expect(status({ Key: "ReceiptNo", Value: "0000000000" }).receipt).toBeNull();
    expect(status({ Key: "ReceiptNo", Value: " skj82pacb8 " }).receipt).toBe("SKJ82PACB8");
  });
});

describe("the result of a reversal", () => {
  const reversal = (fields: object) => readReversalResult(parsed(envelope(fields)));
  const nothing = {
    originalReceipt: null,
    receipt: null,
    amountCents: null,
    completedAt: null,
    chargeCents: null,
    utilityCents: null,
    creditParty: null,
    debitShortcode: null,
  };

  test("is read as the portal prints it: what went back, and its own receipt", () => {
    const result = parsed(fixture("reversal-result-done"));
    expect(result).toMatchObject({
      resultCode: "0",
      originatorConversationId: "8521-4298025-1",
      conversationId: "AG_20241120_2010759fd5662ef6d054",
    });
    expect(readReversalResult(result)).toEqual({
      originalReceipt: "SKJ82PACB8",
      receipt: "SKK52PAWR9",
      amountCents: 150_000n,
      completedAt: new Date("2024-11-20T10:27:11Z"),
      chargeCents: 0n,
      utilityCents: 772_210_050n,
      creditParty: "0712 *** 678 - J*** D**",
      debitShortcode: "600998",
    });
  });

  test("that was refused has a code in letters, and no receipt", () => {
    const result = parsed(fixture("reversal-result-refused"));
    expect(result).toMatchObject({
      resultCode: "R000002",
      resultText: "The OriginalTransactionID is invalid.",
      originatorConversationId: "8521-4298025-1",
    });
    expect(readReversalResult(result)).toEqual(nothing);
  });

  test("without parameters still has its receipt, if it succeeded", () => {
    const bare = { TransactionID: "SKK52PAWR9", ResultParameters: undefined };
    expect(reversal(bare)).toEqual({ ...nothing, receipt: "SKK52PAWR9" });
    for (const ResultCode of ["R000001", 1, "00", "2001"]) {
      expect(reversal({ ...bare, ResultCode })).toEqual(nothing);
    }
  });

  test("names what went back though its keys have spaces or small letters", () => {
    const keys = ["OriginalTransactionID", "Original Transaction ID", "originaltransactionid"];
    for (const Key of keys) {
      expect(reversal(withParameters({ Key, Value: "skj82pacb8" }))).toMatchObject({
        originalReceipt: "SKJ82PACB8",
      });
    }
  });

  test("names nothing that contradicts itself", () => {
    const pairs = ["SKJ82PACB8", "SKJ82PACB9"].map((Value) => ({
      Key: "OriginalTransactionID",
      Value,
    }));
    expect(reversal(withParameters(...pairs)).originalReceipt).toBeNull();
  });

  test.each<[value: unknown, cents: bigint | null]>([
    ["Utility Account|KES|7722179.62|7722100.50|0.00|79.12", 772_210_050n],
    ["Working Account|KES|1.00|2.00|0.00|0.00&Utility Account|KES|3.00|4.00|0.00|0.00", 400n],
    ["utility account|KES|0.00|0.00|0.00|0.00", 0n],
    ["Utility Account|KES|-1.00|-2.00|0.00|0.00", -200n],
    ["Working Account|KES|1.00|2.00|0.00|0.00", null],
    ["Utility Account|KES|1.00|2.00&Utility Account|KES|1.00|3.00", null],
    ["Utility Account|KES|1.00", null],
    ["Utility Account|KES|1.00|much", null],
    [7, null],
    ["", null],
    [undefined, null],
  ])("with the accounts %j leaves %s cents", (Value, cents) => {
    expect(reversal(withParameters({ Key: "DebitAccountBalance", Value })).utilityCents).toBe(
      cents,
    );
  });

  test.each<[value: unknown, amount: bigint | null, charge: bigint | null]>([
    [1500, 150_000n, 150_000n],
    ["1500.00", 150_000n, 150_000n],
    [0, null, 0n],
    ["0.00", null, 0n],
    ["", null, null],
    ["some", null, null],
  ])("with %j for amount and charge is of %s and costs %s", (Value, amountCents, chargeCents) => {
    const pairs = ["Amount", "Charge"].map((Key) => ({ Key, Value }));
    expect(reversal(withParameters(...pairs))).toMatchObject({ amountCents, chargeCents });
  });
});

describe("an order that ran out of time in the queue", () => {
  const ids = { originatorConversationId: REFERENCE, conversationId: CONVERSATION };
  const bare = { OriginatorConversationID: REFERENCE, ConversationID: CONVERSATION };

  test.each<[name: string, body: unknown]>([
    ["the usual envelope", envelope()],
    ["the bare result", envelope().Result],
    ["ids alone", bare],
    ["spaces in the keys", spaced(bare)],
    ["small letters", lowered(bare)],
    ["another envelope", { Timeout: { Request: bare } }],
    ["a list", [{ other: 1 }, bare]],
    ["pairs", { Item: Object.entries(bare).map(([Key, Value]) => ({ Key, Value })) }],
    ["ids twice", { ...bare, Again: bare }],
    [
      "others deeper down",
      { ...bare, Parent: { OriginatorConversationID: "x", ConversationID: "y" } },
    ],
  ])("is found in %s", (_name, body) => {
    expect(parseTimeout(body)).toEqual(ids);
  });

  test.each<[name: string, body: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", REFERENCE],
    ["a form", "OriginatorConversationID=wdr_1"],
    ["other fields", { requestId: "1", errorCode: "x" }],
    ["two that disagree", [bare, { OriginatorConversationID: "x", ConversationID: "y" }]],
    [
      "two spellings that disagree",
      { OriginatorConversationID: REFERENCE, OriginatorCoversationID: "another" },
    ],
    ["no ids we could store", { OriginatorConversationID: "a b", ConversationID: {} }],
    ["a pit", JSON.parse(`${'{"a":'.repeat(50)}${JSON.stringify(bare)}${"}".repeat(50)}`)],
  ])("is not found in %s, and that is an answer too", (_name, body) => {
    expect(parseTimeout(body)).toEqual({ originatorConversationId: null, conversationId: null });
  });
});
