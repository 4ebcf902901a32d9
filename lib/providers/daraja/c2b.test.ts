import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseC2bMessage } from "./c2b";
import { fixture } from "./fixtures/read-fixture";

const HASH = "38eb02ff5db4f3bf0a90a07a56174a4fdb2c41c4cc2ae3a1f23d7e7a0f7ff6e1";

function message(fields: object = {}) {
  return {
    TransactionType: "Pay Bill",
    TransID: "RKL51ZDR4F",
    TransTime: "20231121121325",
    TransAmount: "5.00",
    BusinessShortCode: "600966",
    BillRefNumber: "INV-1",
    InvoiceNumber: "",
    OrgAccountBalance: "25.00",
    ThirdPartyTransID: "",
    MSISDN: "2547 ***** 126",
    FirstName: "NICHOLAS",
    MiddleName: "",
    LastName: "",
    ...fields,
  };
}

const WHOLE = {
  receipt: "RKL51ZDR4F",
  paidAt: new Date("2023-11-21T09:13:25Z"),
  amountCents: 500n,
  shortcode: "600966",
  reference: "INV-1",
  payer: "2547 ***** 126",
  payerName: "N*******",
  orgBalanceCents: 2_500n,
  transactionType: "Pay Bill",
  thirdPartyId: null,
};

const read = (fields: object) => parseC2bMessage(message(fields));

describe("a message about a payment to a shortcode", () => {
  test("is read as the portal prints it", () => {
    expect(parseC2bMessage(fixture("c2b-confirmation"))).toEqual(WHOLE);
  });

  test("is read as the older version sends it, to a till, without the later names", () => {
    expect(parseC2bMessage(fixture("c2b-confirmation-hashed"))).toEqual({
      receipt: "SG632NMUAB",
      paidAt: new Date("2024-07-06T19:48:52Z"),
      amountCents: 150_000n,
      shortcode: "174379",
      reference: null,
      payer: HASH,
      payerName: "J***",
      orgBalanceCents: 4_919_700n,
      transactionType: "Buy Goods",
      thirdPartyId: "dep_01KA7ZT4WPX2MN",
    });
  });

  test.each<[name: string, fields: object]>([
    ["numbers for texts", { TransTime: 20231121121325, TransAmount: 5, BusinessShortCode: 600966 }],
    ["a number for the balance", { OrgAccountBalance: 25 }],
    ["an amount without cents", { TransAmount: "5" }],
    ["an amount with one decimal", { TransAmount: "5.0" }],
    ["spaces around everything", { TransID: " RKL51ZDR4F ", BillRefNumber: "  INV-1 " }],
    ["small letters in its receipt", { TransID: "rkl51zdr4f" }],
    ["a time in another form", { TransTime: "2023-11-21 12:13:25" }],
    ["a time in yet another form", { TransTime: "21.11.2023 12:13:25" }],
    ["no later names", { MiddleName: undefined, LastName: undefined }],
    ["null for the later names", { MiddleName: null, LastName: null }],
    ["more than we know", { Extra: { deep: [1] }, InvoiceNumber: "7" }],
    ["one key twice, alike", { "Trans ID": "RKL51ZDR4F" }],
  ])("is the same with %s", (_name, fields) => {
    expect(read(fields)).toEqual(WHOLE);
  });

  test("is the same with keys in small letters", () => {
    const keys = JSON.stringify(message()).replace(/"([A-Za-z]+)":/g, (key) => key.toLowerCase());
    expect(parseC2bMessage(JSON.parse(keys))).toEqual(WHOLE);
  });

  test.each<[value: unknown, cents: bigint | null]>([
    ["5.00", 500n],
    ["5", 500n],
    [5, 500n],
    [5.5, 550n],
    ["250000.00", 25_000_000n],
    ["5.005", null],
    ["5,000.00", null],
    ["0.00", null],
    [0, null],
    ["-5.00", null],
    ["five", null],
    ["", null],
    [null, null],
    [undefined, null],
    [["5.00"], null],
    [true, null],
  ])("with the amount %j is about %s cents", (TransAmount, cents) => {
    expect(read({ TransAmount })?.amountCents ?? null).toBe(cents);
  });

  test.each<[value: unknown, cents: bigint | null]>([
    ["25.00", 2_500n],
    [25, 2_500n],
    ["0.00", 0n],
    [0, 0n],
    ["-25.50", -2_550n],
    // Before the payment is made.
    ["", null],
    [undefined, null],
    [null, null],
    ["much", null],
  ])("with the balance %j leaves the shortcode %s cents", (OrgAccountBalance, cents) => {
    expect(read({ OrgAccountBalance })?.orgBalanceCents).toBe(cents);
  });

  test.each<[names: object, shown: string | null]>([
    [{ FirstName: "JOHN", MiddleName: "K", LastName: "DOE" }, "J*** K D**"],
    [{ FirstName: "JOHN", MiddleName: undefined, LastName: "DOE" }, "J*** D**"],
    [{ FirstName: undefined, MiddleName: undefined, LastName: "DOE" }, "D**"],
    [{ FirstName: " JOHN  KAMAU " }, "J*** K****"],
    [{ FirstName: "", MiddleName: "", LastName: "" }, null],
    [{ FirstName: undefined }, null],
    [{ FirstName: null }, null],
    [{ FirstName: "***" }, null],
    [{ FirstName: 7 }, null],
    [{ FirstName: ["JOHN"] }, null],
  ])("with the names %j is from %j", (names, shown) => {
    expect(read(names)?.payerName).toBe(shown);
  });

  test.each<[name: string, fields: object, payer: string | null]>([
    ["masked", { MSISDN: "2547 ***** 126" }, "2547 ***** 126"],
    ["hashed", { MSISDN: HASH }, HASH],
    ["whole", { MSISDN: "254712345678" }, "254712345678"],
    ["a number", { MSISDN: 254712345678 }, "254712345678"],
    ["endless", { MSISDN: "2".repeat(99) }, "2".repeat(64)],
    ["empty", { MSISDN: "" }, null],
    ["missing", { MSISDN: undefined }, null],
    ["a list", { MSISDN: [254712345678] }, null],
    ["two", { Msisdn: "254712345679" }, null],
  ])("keeps a payer who is %s as sent", (_name, fields, payer) => {
    expect(read(fields)?.payer).toBe(payer);
  });

  test.each<[value: unknown, reference: string | null]>([
    ["INV-1", "INV-1"],
    [" kq7z t4wp x2mn ", "kq7z t4wp x2mn"],
    [71, "71"],
    ["a\u0000b", "a b"],
    ["x".repeat(99), "x".repeat(64)],
    [`${"x".repeat(63)}\u{1f600}`, `${"x".repeat(63)}\ufffd`],
    ["INV\ud83d", "INV\ufffd"],
    ["", null],
    ["   ", null],
    [undefined, null],
    [null, null],
    [{}, null],
  ])("keeps the reference %j as %j", (BillRefNumber, reference) => {
    expect(read({ BillRefNumber })?.reference).toBe(reference);
  });

  test.each<[value: unknown, type: string, id: string | null]>([
    ["", "", null],
    [undefined, "", null],
    [null, "", null],
    [7, "7", "7"],
    ["x".repeat(99), "x".repeat(64), "x".repeat(64)],
  ])("with %j for a kind and for our own name for it is read", (value, type, id) => {
    const told = read({ TransactionType: value, ThirdPartyTransID: value });
    expect(told).toMatchObject({ transactionType: type, thirdPartyId: id });
  });

  test.each<[name: string, body: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", JSON.stringify(message())],
    ["a list", [message()]],
    ["an empty object", {}],
    ["a result", { Result: message() }],
    ["a prompt's callback", fixture("callback-paid")],
    ["no receipt", message({ TransID: undefined })],
    ["a receipt of words", message({ TransID: "not yet known" })],
    ["a receipt of zeros", message({ TransID: "0000000000" })],
    ["an endless receipt", message({ TransID: "A".repeat(33) })],
    ["two receipts", message({ transid: "OTHER" })],
    ["two amounts", message({ transamount: "6.00" })],
    ["no time", message({ TransTime: "" })],
    ["a time that never was", message({ TransTime: "20231131121325" })],
    ["a time of another zone", message({ TransTime: "2023-11-21T12:13:25Z" })],
    ["a time in seconds", message({ TransTime: "1700558005" })],
    ["no shortcode", message({ BusinessShortCode: "" })],
    ["a shortcode in words", message({ BusinessShortCode: "Duka" })],
    ["an endless shortcode", message({ BusinessShortCode: "6".repeat(13) })],
    ["two shortcodes", message({ businessshortcode: "600967" })],
  ])("is not made of %s", (_name, body) => {
    expect(parseC2bMessage(body)).toBeNull();
  });

  test("never throws, and what it reads is fit to be stored", () => {
    const wide = fc.string({ unit: "binary", minLength: 40, maxLength: 90 });
    const halved = wide.map((text) => text.slice(1));
    const value = fc.oneof(fc.anything(), fc.string(), fc.integer(), wide, halved);
    const body = fc.record({
      TransID: fc.oneof(fc.constant("RKL51ZDR4F"), value),
      TransTime: fc.oneof(fc.constant("20231121121325"), value),
      TransAmount: fc.oneof(fc.constant("5.00"), value),
      BusinessShortCode: fc.oneof(fc.constant("600966"), value),
      BillRefNumber: value,
      MSISDN: value,
      FirstName: value,
      ThirdPartyTransID: value,
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), body), (body) => {
        const told = parseC2bMessage(body);
        if (told === null) return;
        for (const text of [told.reference, told.payer, told.payerName, told.thirdPartyId]) {
          expect(text ?? "x").toMatch(/^[^\p{Cc}\p{Cs}]{1,64}$/u);
        }
      }),
    );
  });
});
