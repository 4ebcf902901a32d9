import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStkCallback, readShortcodeHeader, type StkCallback } from "./callback";
import { fixture } from "./fixtures/read-fixture";
import { readStkResult, STK_RESULTS } from "./result-codes";

const PAID_ITEMS = [
  { Name: "Amount", Value: 1 },
  { Name: "MpesaReceiptNumber", Value: "NLJ7RT61SV" },
  { Name: "Balance" },
  { Name: "TransactionDate", Value: 20191219102115 },
  { Name: "PhoneNumber", Value: 254708374149 },
];

/** A callback of a payment, with some of its fields replaced. */
function paid(fields: object = {}) {
  const stkCallback = {
    MerchantRequestID: "29115-34620561-1",
    CheckoutRequestID: "ws_CO_191220191020363925",
    ResultCode: 0,
    ResultDesc: "The service request is processed successfully.",
    CallbackMetadata: { Item: PAID_ITEMS },
    ...fields,
  };
  return { Body: { stkCallback } };
}

/** A callback whose item of one name has another value. */
function paidWith(name: string, value: unknown) {
  const items = PAID_ITEMS.map((item) =>
    item.Name === name ? { Name: name, Value: value } : item,
  );
  return paid({ CallbackMetadata: { Item: items } });
}

describe("the callback of a prompt", () => {
  test.each<[name: string, callback: StkCallback]>([
    [
      "callback-paid",
      {
        checkoutRequestId: "ws_CO_191220191020363925",
        merchantRequestId: "29115-34620561-1",
        resultCode: "0",
        resultText: "The service request is processed successfully.",
        amountCents: 100n,
        receipt: "NLJ7RT61SV",
        paidAt: new Date("2019-12-19T07:21:15Z"),
        payer: "254708374149",
      },
    ],
    [
      "callback-paid-masked",
      {
        checkoutRequestId: "ws_CO_2111202614050931708374149",
        merchantRequestId: "5c1e-47d0-9a3b-6f2d81e04b97318204",
        resultCode: "0",
        resultText: "The service request is processed successfully.",
        amountCents: 150_000n,
        receipt: "UKM4Z8WQ1T",
        paidAt: new Date("2026-11-21T21:04:03Z"),
        payer: "2547 ***** 149",
      },
    ],
    [
      "callback-paid-bare",
      {
        checkoutRequestId: "ws_CO_2111202614050931708374149",
        merchantRequestId: "5c1e-47d0-9a3b-6f2d81e04b97318204",
        resultCode: "0",
        resultText: "The service request is processed successfully.",
        amountCents: null,
        receipt: null,
        paidAt: null,
        payer: null,
      },
    ],
    [
      "callback-cancelled",
      {
        checkoutRequestId: "ws_CO_21072024125243250722943992",
        merchantRequestId: "f1e2-4b95-a71d-b30d3cdbb7a7942864",
        resultCode: "1032",
        resultText: "Request cancelled by user",
        amountCents: null,
        receipt: null,
        paidAt: null,
        payer: null,
      },
    ],
    [
      "callback-cancelled-old",
      {
        checkoutRequestId: "ws_CO_DMZ_464152318_01052019212834424",
        merchantRequestId: "29115-34620561-1",
        resultCode: "1032",
        resultText: "[STK_CB - ]Request cancelled by user",
        amountCents: null,
        receipt: null,
        paidAt: null,
        payer: null,
      },
    ],
  ])("%s is read whole", (name, callback) => {
    expect(parseStkCallback(fixture(name))).toEqual(callback);
  });

  test.each(STK_RESULTS.map((row) => [row.code, row.said ? "Wrong credentials" : "Any text"]))(
    "carries result %s, as text and as a number",
    (code, ResultDesc) => {
      const forms = /^\d+$/.test(code) ? [code, Number(code), ` ${code} `] : [code, ` ${code} `];
      for (const ResultCode of forms) {
        const callback = parseStkCallback(paid({ ResultCode, ResultDesc, CallbackMetadata: null }));
        expect(callback).toMatchObject({ resultCode: code, resultText: ResultDesc });
        expect(readStkResult(`${callback?.resultCode}`, ResultDesc).code).toBe(code);
      }
    },
  );

  test("is read the same in whatever order its items come", () => {
    const whole = parseStkCallback(paid());
    fc.assert(
      fc.property(fc.shuffledSubarray(PAID_ITEMS, { minLength: PAID_ITEMS.length }), (Item) => {
        expect(parseStkCallback(paid({ CallbackMetadata: { Item } }))).toEqual(whole);
      }),
    );
  });

  test.each<[name: string, Item: unknown]>([
    ["without Balance", PAID_ITEMS.filter(({ Name }) => Name !== "Balance")],
    ["with a Balance that has a value", [...PAID_ITEMS, { Name: "Balance", Value: "25.00" }]],
    ["with items nobody documented", [{ Name: "Fee", Value: { a: 1 } }, ...PAID_ITEMS]],
    ["with items that are none", [null, 7, "x", [], {}, { Value: 3 }, ...PAID_ITEMS]],
    ["with an item said twice", [...PAID_ITEMS, { Name: "Amount", Value: "1" }]],
    ["with names in another case", PAID_ITEMS.map((i) => ({ ...i, Name: i.Name.toUpperCase() }))],
  ])("is read the same %s", (_name, Item) => {
    expect(parseStkCallback(paid({ CallbackMetadata: { Item } }))).toEqual(
      parseStkCallback(paid()),
    );
  });

  test.each<[name: string, CallbackMetadata: unknown]>([
    ["null", null],
    ["empty", {}],
    ["a text", ""],
    ["a list", []],
    ["null items", { Item: null }],
    ["no items", { Item: [] }],
    ["items in words", { Item: "none" }],
  ])("still says that it was paid when its metadata is %s", (_name, CallbackMetadata) => {
    expect(parseStkCallback(paid({ CallbackMetadata }))).toMatchObject({
      resultCode: "0",
      amountCents: null,
      receipt: null,
    });
  });

  test("is read from a single item in place of a list", () => {
    const CallbackMetadata = { Item: { Name: "Amount", Value: 500 } };
    expect(parseStkCallback(paid({ CallbackMetadata }))).toMatchObject({ amountCents: 50_000n });
  });

  test("believes neither of two items that contradict each other", () => {
    const Item = [...PAID_ITEMS, { Name: "Amount", Value: 250_000 }];
    const callback = parseStkCallback(paid({ CallbackMetadata: { Item } }));
    expect(callback).toMatchObject({ amountCents: null, receipt: "NLJ7RT61SV" });
  });

  test.each<[value: unknown, amountCents: bigint | null]>([
    [1, 100n],
    [1.5, 150n],
    ["1", 100n],
    ["1.00", 100n],
    [" 250000.00 ", 25_000_000n],
    [0, null],
    [-5, null],
    ["1,500.00", null],
    ["1.005", null],
    ["one", null],
    [1e21, null],
    [null, null],
    [true, null],
    [[1], null],
    [{ Value: 1 }, null],
  ])("reads the amount %j as %s cents", (value, amountCents) => {
    expect(parseStkCallback(paidWith("Amount", value))?.amountCents).toBe(amountCents);
  });

  test.each<[value: unknown, receipt: string | null]>([
    ["NLJ7RT61SV", "NLJ7RT61SV"],
    [" nlj7rt61sv ", "NLJ7RT61SV"],
    ["SKE0000000", "SKE0000000"],
    [1_234_567_890, "1234567890"],
    ["A".repeat(32), "A".repeat(32)],
    ["A".repeat(33), null],
    ["", null],
    ["N/A", null],
    ["NLJ7 RT61SV", null],
    ["NLJ7\u0000RT61", null],
    ["<b>", null],
    [null, null],
    [{}, null],
  ])("reads the receipt %j as %j", (value, receipt) => {
    expect(parseStkCallback(paidWith("MpesaReceiptNumber", value))?.receipt).toBe(receipt);
  });

  test.each<[value: unknown, paidAt: string | null]>([
    [20191219102115, "2019-12-19T07:21:15.000Z"],
    ["20191219102115", "2019-12-19T07:21:15.000Z"],
    [20261122000403, "2026-11-21T21:04:03.000Z"],
    [1_763_700_000, null],
    ["2019-12-19 10:21:15", null],
    [20191319102115, null],
    ["", null],
    [null, null],
  ])("reads the date %j as %j, Nairobi being three hours ahead", (value, paidAt) => {
    const callback = parseStkCallback(paidWith("TransactionDate", value));
    expect(callback?.paidAt?.toISOString() ?? null).toBe(paidAt);
  });

  test.each<[value: unknown, payer: string | null]>([
    [254708374149, "254708374149"],
    ["2547 ***** 149", "2547 ***** 149"],
    ["9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015"],
    ["x".repeat(65), "x".repeat(64)],
    ["2547\u0000", null],
    ["", null],
    [undefined, null],
  ])("keeps the payer %j as %j, for it may be masked", (value, payer) => {
    expect(parseStkCallback(paidWith("PhoneNumber", value))?.payer).toBe(payer);
  });

  test("keeps no half a character of its payer", () => {
    const payer = `${"x".repeat(63)}\u{1f600}`;
    const callback = parseStkCallback(paidWith("PhoneNumber", payer));
    expect(callback?.payer).toBe(`${"x".repeat(63)}\ufffd`);
  });

  test.each<[ResultDesc: unknown, resultText: string]>([
    [undefined, ""],
    [null, ""],
    [["a"], ""],
    [17, "17"],
    ["one\u0000two\nthree", "one two three"],
    ["x".repeat(900), "x".repeat(500)],
    ["half \ud83d", "half \ufffd"],
    [`${"x".repeat(499)}\u{1f600}`, `${"x".repeat(499)}\ufffd`],
  ])("keeps the text %j in a form that can be stored", (ResultDesc, resultText) => {
    expect(parseStkCallback(paid({ ResultDesc }))?.resultText).toBe(resultText);
  });

  test.each<[MerchantRequestID: unknown, read: string | null]>([
    ["29115-34620561-1", "29115-34620561-1"],
    [29115, "29115"],
    [undefined, null],
    [null, null],
    ["", null],
    ["a b", null],
    ["m".repeat(129), null],
  ])("does without the merchant's id: %j is read as %j", (MerchantRequestID, read) => {
    expect(parseStkCallback(paid({ MerchantRequestID }))?.merchantRequestId).toBe(read);
  });

  test.each<[name: string, body: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "paid"],
    ["a list", [paid()]],
    ["no envelope", paid().Body.stkCallback],
    ["half an envelope", paid().Body],
    ["an empty callback", { Body: { stkCallback: {} } }],
    ["no prompt's id", paid({ CheckoutRequestID: undefined })],
    ["an empty prompt's id", paid({ CheckoutRequestID: " " })],
    ["an endless prompt's id", paid({ CheckoutRequestID: "w".repeat(129) })],
    ["a prompt's id with a zero byte", paid({ CheckoutRequestID: "ws\u0000CO" })],
    ["no result", paid({ ResultCode: undefined })],
    ["a null result", paid({ ResultCode: null })],
    ["a result of true", paid({ ResultCode: true })],
    ["an empty result", paid({ ResultCode: "" })],
    ["a payment by hand", { TransID: "RKL51ZDR4F", TransAmount: "5.00" }],
    ["the result of another call", { Result: { ResultCode: 0, TransactionID: "SG632NMUAB" } }],
  ])("is not made of %s", (_name, body) => {
    expect(parseStkCallback(body)).toBeNull();
  });

  test("never throws, whatever arrives", () => {
    const loose = fc.record({
      CheckoutRequestID: fc.oneof(fc.string(), fc.anything()),
      ResultCode: fc.oneof(fc.integer(), fc.anything()),
      ResultDesc: fc.anything(),
      CallbackMetadata: fc.oneof(fc.record({ Item: fc.anything() }), fc.anything()),
    });
    fc.assert(
      fc.property(fc.anything(), loose, (body, stkCallback) => {
        parseStkCallback(body);
        parseStkCallback({ Body: { stkCallback } });
      }),
    );
  });
});

describe("the shortcode in the header", () => {
  test.each([
    ["174379", "174379"],
    [" 174379 ", "174379"],
    ["another", "another"],
    ["", null],
    [" ", null],
    [undefined, null],
  ])("%j is read as %j", (header, shortcode) => {
    const headers = new Headers(header === undefined ? {} : { Businessshortcode: header });
    expect(readShortcodeHeader(headers)).toBe(shortcode);
  });

  test("is found under any case of its name, and never grows without bound", () => {
    const headers = new Headers({ BUSINESSSHORTCODE: "1".repeat(900) });
    expect(readShortcodeHeader(headers)).toBe("1".repeat(32));
  });
});
