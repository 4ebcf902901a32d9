import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GatewayRefusal } from "../gateway";
import { daraja } from "./client";
import { fixture, fixtureText } from "./fixtures/read-fixture";
import {
  answering,
  cuttingAtOnce,
  cuttingHalfway,
  flooding,
  neverAnswering,
  type Reply,
} from "./fixtures/scripted-gateway";
import { watchGateway } from "./fixtures/watched-gateway";

const TOKEN = "mG4tR1vPz8KqYd3XwN6bLs0HcJ7a";
const SECRET = "h4rdToGuessPartOfTheAddress";
const CALLBACK = `https://shop.example/callbacks/daraja/${SECRET}/pull/acc_1`;
const ACCESS = { account: { shortcode: "600000" }, accessToken: TOKEN };
const LINE = { nominatedNumber: "+254722000000", callbackUrl: CALLBACK };
const PAGE = {
  from: new Date("2020-08-04T05:36:00Z"),
  to: new Date("2020-08-05T07:10:00.999Z"),
  offset: 0,
};
const PAYER_NUMBERS = ["254712345678", "712345678", "722000000"];

const provider = daraja();
const { reply, watched, sent, kept } = watchGateway({
  timeoutMs: 500,
  secrets: [TOKEN, SECRET, "JOHN DOE", ...PAYER_NUMBERS],
});

const register = () => watched(provider.registerPull(ACCESS, LINE));
const pull = (page: Partial<typeof PAGE> = {}) =>
  watched(provider.pullTransactions(ACCESS, { ...PAGE, ...page }));
const calls = [register, () => pull()];

function registered(fields: object = {}) {
  return {
    ResponseRefID: "18633-7271215-1",
    ResponseStatus: "1000",
    ShortCode: "600000",
    ResponseDescription: "Shortcode Registered Successfully",
    ...fields,
  };
}

function row(fields: object = {}) {
  return {
    transactionId: "SKJ82PACB8",
    trxDate: "2020-08-05T10:13:00Z",
    msisdn: 254_712_345_678,
    sender: "JOHN DOE",
    transactiontype: "c2b-pay-bill-debit",
    billreference: "KQ7ZT4WPX2MN",
    amount: "168.00",
    organizationname: "Duka",
    ...fields,
  };
}

function page(Response: unknown, fields: object = {}) {
  return {
    ResponseRefID: "26178-42530161-2",
    ResponseCode: "1000",
    ResponseMessage: "Success",
    Response,
    ...fields,
  };
}

async function pulled(body: unknown) {
  reply(answering(200, body));
  const outcome = await pull();
  if (outcome.kind !== "answered") throw new Error(`no page: ${outcome.kind}`);
  return outcome;
}

/** The only row of a page that has one. */
async function read(fields: object) {
  const { rows, unreadable } = await pulled(page([[row(fields)]]));
  return unreadable === 1 ? null : rows[0];
}

describe("opening the list of payments", () => {
  test("sends what the provider documents, the line as Kenyans write it", async () => {
    reply(answering(200, registered()));
    await register();
    expect(sent()).toMatchObject({
      method: "POST",
      url: "/pulltransactions/v1/register",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    });
    expect(sent().body).toEqual({
      ShortCode: "600000",
      RequestType: "Pull",
      NominatedNumber: "0722000000",
      CallBackURL: CALLBACK,
    });
  });

  test("keeps no number and no secret of it", async () => {
    reply(answering(200, registered({ ResponseDescription: `0722000000 ${CALLBACK} ok` })));
    expect((await register()).exchange).toMatchObject({
      operation: "pull_register",
      request: {
        ShortCode: "600000",
        NominatedNumber: "0722 *** 000",
        CallBackURL: "https://shop.example/callbacks/daraja/…/pull/acc_1",
      },
      response: { ResponseRefID: "18633-7271215-1", ResponseStatus: "1000" },
    });
  });

  test.each<[name: string, body: unknown, wasRegistered: boolean]>([
    ["as the portal prints it", registered(), false],
    ["registered before", registered({ ResponseStatus: "1001" }), true],
    ["numbers for codes", registered({ ResponseStatus: 1000 }), false],
    ["keys with spaces", { "Response Status": "1000", "Response Description": "ok" }, false],
    ["keys with spaces, registered before", { "Response Status": "1001" }, true],
    ["the code under its other name", { ResponseCode: "1000" }, false],
    ["more than we know", registered({ Extra: [1] }), false],
  ])("is accepted, told with %s", async (_name, body, wasRegistered) => {
    reply(answering(200, body));
    expect(await register()).toMatchObject({ kind: "accepted", wasRegistered });
  });

  test("keeps the code whose key has a space", async () => {
    reply(answering(200, { "Response Status": "1001", "Response Description": "Already there" }));
    expect((await register()).exchange.response).toEqual({
      ResponseStatus: "1001",
      ResponseDescription: "Already there",
    });
  });

  test.each<[name: string, status: number, body: unknown]>([
    ["another code", 200, registered({ ResponseStatus: "0" })],
    ["no code", 200, registered({ ResponseStatus: undefined })],
    ["two codes", 200, registered({ "Response Status": "1001" })],
    ["an error beside it", 200, registered({ errorCode: "500.003.1001" })],
    ["HTTP 500", 500, registered()],
    ["words alone", 200, { ResponseDescription: "Shortcode Registered Successfully" }],
  ])("believes no yes with %s", async (_name, status, body) => {
    reply(answering(status, body));
    expect(await register()).toMatchObject({ kind: "unknown" });
  });

  test("strikes the line out of the names the gateway gives", async () => {
    reply(answering(200, registered({ ResponseRefID: "722000000-7271215-1" })));
    expect((await register()).exchange.response).toMatchObject({ ResponseRefID: "…-7271215-1" });
  });

  test("strikes the bare secret of its address out of the gateway's words", async () => {
    reply(
      answering(400, { errorCode: "400.001", errorMessage: `Invalid CallBackURL (${SECRET})` }),
    );
    await register();
    expect(kept()).toContain("Invalid CallBackURL (…)");
  });

  test.each(["0722000000", "254722000000", "+255722000000", "600000", ""])(
    "for the line %j is a bug, and nothing is sent",
    async (nominatedNumber) => {
      await expect(provider.registerPull(ACCESS, { ...LINE, nominatedNumber })).rejects.toThrow(
        /nominated number/,
      );
    },
  );
});

describe("asking for a page of payments", () => {
  test("names the window in Nairobi's time, and the rows to pass over", async () => {
    reply(answering(200, page([[]])));
    await pull({ offset: 200 });
    expect(sent()).toMatchObject({
      method: "POST",
      url: "/pulltransactions/v1/query",
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(sent().body).toEqual({
      ShortCode: "600000",
      StartDate: "2020-08-04 08:36:00",
      EndDate: "2020-08-05 10:10:00",
      OffSetValue: "200",
    });
  });

  test("reads it as the portal prints it, a list within a list", async () => {
    const { rows, unreadable, isLast } = await pulled(fixture("pull-page"));
    expect({ unreadable, isLast }).toEqual({ unreadable: 0, isLast: false });
    expect(rows).toEqual([
      {
        receipt: "YZLYRESRG1",
        paidAt: new Date("2020-08-05T07:13:00Z"),
        amountCents: 16_800n,
        reference: "37207636392",
        payer: "722000000",
        description: "c2b-pay-bill-debit",
      },
      {
        receipt: "YZLYRESXD2",
        paidAt: new Date("2020-08-05T07:14:09Z"),
        amountCents: 150_000n,
        reference: null,
        payer: "2547 ***** 126",
        description: "c2b-pay-bill-debit",
      },
    ]);
  });

  test("keeps how many rows came, and none of them", async () => {
    reply(answering(200, page([[row(), row({ amount: "none" }), row()]])));
    const { exchange } = await pull();
    expect(exchange).toMatchObject({
      operation: "pull",
      request: { ShortCode: "600000", StartDate: "2020-08-04 08:36:00", OffSetValue: "0" },
    });
    expect(exchange.response).toEqual({
      ResponseRefID: "26178-42530161-2",
      ResponseCode: "1000",
      ResponseMessage: "Success",
      rows: 2,
      unreadable: 1,
    });
    expect(kept()).not.toContain("SKJ82PACB8");
  });

  test.each<[name: string, list: unknown]>([
    ["a list in a list", [[row(), row()]]],
    ["one list", [row(), row()]],
    ["a list for each row", [[row()], [row()]]],
    ["a list too many", [[[row(), row()]]]],
    ["empty lists between", [[], [row()], [], [row()], []]],
  ])("finds every row in %s, in its order", async (_name, list) => {
    const { rows, unreadable, isLast } = await pulled(page(list));
    expect(rows.map(({ receipt }) => receipt)).toEqual(["SKJ82PACB8", "SKJ82PACB8"]);
    expect({ unreadable, isLast }).toEqual({ unreadable: 0, isLast: false });
  });

  test.each<[name: string, fields: object]>([
    ["small letters", { transactionId: undefined, transactionid: "SKJ82PACB8" }],
    ["capitals", { transactionId: undefined, TransactionID: "SKJ82PACB8" }],
    ["spaces", { transactionId: undefined, "Transaction Id": "SKJ82PACB8" }],
    ["spaces in the others", { trxDate: undefined, "Trx Date": "2020-08-05T10:13:00Z" }],
    ["the same key twice, alike", { "Transaction ID": "SKJ82PACB8" }],
    ["a receipt in small letters", { transactionId: " skj82pacb8 " }],
  ])("reads a row with %s", async (_name, fields) => {
    expect(await read(fields)).toMatchObject({
      receipt: "SKJ82PACB8",
      paidAt: new Date("2020-08-05T07:13:00Z"),
    });
  });

  test.each<[value: unknown, cents: bigint | null]>([
    ["168.00", 16_800n],
    ["168", 16_800n],
    [168, 16_800n],
    [168.5, 16_850n],
    ["168.555", null],
    ["1,168.00", null],
    ["-168.00", null],
    [0, null],
    ["", null],
    [null, null],
    [["168.00"], null],
  ])("reads the amount %j as %s cents", async (amount, cents) => {
    expect((await read({ amount }))?.amountCents ?? null).toBe(cents);
  });

  test.each<[value: unknown, at: string | null]>([
    // Written as UTC and Nairobi's all the same.
    ["2020-08-05T10:13:00Z", "2020-08-05T07:13:00Z"],
    ["2020-08-05T10:13:00.000Z", "2020-08-05T07:13:00Z"],
    ["2020-08-05T10:13:00+00:00", "2020-08-05T07:13:00Z"],
    ["2020-08-05T10:13:00", "2020-08-05T07:13:00Z"],
    ["2020-08-05 10:13:00", "2020-08-05T07:13:00Z"],
    ["2020-08-05T10:13:00+03:00", "2020-08-05T07:13:00Z"],
    ["20200805101300", "2020-08-05T07:13:00Z"],
    [20200805101300, "2020-08-05T07:13:00Z"],
    ["05.08.2020 10:13:00", "2020-08-05T07:13:00Z"],
    ["2020-08-05T10:13:00+02:00", null],
    ["2020-02-30T10:13:00Z", null],
    ["yesterday", null],
    ["Z", null],
    [1596622380, null],
    [null, null],
  ])("reads the time %j as %s", async (trxDate, at) => {
    expect((await read({ trxDate }))?.paidAt ?? null).toEqual(at === null ? null : new Date(at));
  });

  test.each<[name: string, fields: object, reference: string | null, payer: string | null]>([
    ["a number", { msisdn: 722000000, billreference: 37207636392 }, "37207636392", "722000000"],
    ["spaces around", { msisdn: " 0722000000 ", billreference: "  inv 1 " }, "inv 1", "0722000000"],
    ["a masked number", { msisdn: "2547 ***** 126" }, "KQ7ZT4WPX2MN", "2547 ***** 126"],
    ["nothing", { msisdn: "", billreference: "" }, null, null],
    ["null", { msisdn: null, billreference: null }, null, null],
    ["no such keys", { msisdn: undefined, billreference: undefined }, null, null],
    ["lists", { msisdn: [1], billreference: {} }, null, null],
    [
      "endless texts",
      { msisdn: "7".repeat(99), billreference: "a".repeat(99) },
      "a".repeat(64),
      "7".repeat(64),
    ],
  ])("keeps payer and reference as sent: %s", async (_name, fields, reference, payer) => {
    expect(await read(fields)).toMatchObject({ reference, payer });
  });

  test("names no kind of payment where the row names none", async () => {
    expect(await read({ transactiontype: undefined })).toMatchObject({ description: "" });
    expect(await read({ transactiontype: "x".repeat(99) })).toMatchObject({
      description: "x".repeat(64),
    });
  });

  test.each<[name: string, bad: unknown]>([
    ["null", null],
    ["a text", "SKJ82PACB8"],
    ["an empty object", {}],
    ["no receipt", row({ transactionId: undefined })],
    ["a receipt of words", row({ transactionId: "not yet known" })],
    ["a receipt of zeros", row({ transactionId: "0000000000" })],
    ["two receipts", row({ "Transaction ID": "OTHER" })],
    ["no amount", row({ amount: undefined })],
    ["two amounts", row({ Amount: "169.00" })],
    ["no time", row({ trxDate: undefined })],
    ["too deep a list", [[[[row()]]]]],
  ])("counts a row that is %s, and reads the others", async (_name, bad) => {
    const { rows, unreadable, isLast } = await pulled(page([[row(), bad, row()]]));
    expect({ rows: rows.length, unreadable, isLast }).toEqual({
      rows: 2,
      unreadable: 1,
      isLast: false,
    });
  });

  test("goes on behind a page of which nothing can be read", async () => {
    expect(await pulled(page([[{}, {}]]))).toMatchObject({ unreadable: 2, isLast: false });
  });

  test.each<[name: string, body: unknown]>([
    ["an empty list in a list", page([[]])],
    ["an empty list", page([])],
    ["the code for nothing", page([[]], { ResponseCode: "1001" })],
    ["the code for nothing, a number", page([[]], { ResponseCode: 1001 })],
    ["the code for nothing, without a list", page(undefined, { ResponseCode: "1001" })],
    ["the code for nothing, and null", page(null, { ResponseCode: "1001" })],
    ["keys with spaces", { "Response Code": "1001", Response: [[]] }],
    ["the code under its other name", { ResponseStatus: "1001", Response: [[]] }],
  ])("ends with %s", async (_name, body) => {
    expect(await pulled(body)).toMatchObject({ rows: [], unreadable: 0, isLast: true });
  });

  test("believes rows more than the code for nothing", async () => {
    const { rows, isLast } = await pulled(page([[row()]], { ResponseCode: "1001" }));
    expect({ rows: rows.length, isLast }).toEqual({ rows: 1, isLast: false });
  });

  test.each<[name: string, status: number, body: unknown]>([
    ["without a list", 200, page(undefined)],
    ["with null for a list", 200, page(null)],
    ["with a text for a list", 200, page("none")],
    ["with an object for a list", 200, page({ 0: row() })],
    ["with an object and the code for nothing", 200, page({ 0: row() }, { ResponseCode: "1001" })],
    ["without a code", 200, page([[row()]], { ResponseCode: undefined })],
    ["with another code", 200, page([[row()]], { ResponseCode: "500" })],
    ["with two codes", 200, page([[row()]], { "Response Code": "1001" })],
    ["with an error beside it", 200, page([[row()]], { errorCode: "500.001" })],
    ["with HTTP 500", 500, page([[]], { ResponseCode: "1001" })],
    ["of nothing", 200, {}],
  ])("takes no page %s for the end of the list", async (_name, status, body) => {
    reply(answering(status, body));
    expect(await pull()).toMatchObject({ kind: "unknown" });
  });

  test("reads a page much longer than other answers", async () => {
    const { rows } = await pulled(page([Array.from({ length: 5_000 }, () => row())]));
    expect(rows).toHaveLength(5_000);
  });

  test.each<[name: string, input: Partial<typeof PAGE>]>([
    ["ends before it begins", { to: new Date(PAGE.from.getTime() - 1) }],
    ["passes over fewer rows than none", { offset: -1 }],
    ["passes over half a row", { offset: 0.5 }],
    ["passes over endless rows", { offset: Number.POSITIVE_INFINITY }],
  ])("that %s is a bug, and nothing is sent", async (_name, input) => {
    await expect(provider.pullTransactions(ACCESS, { ...PAGE, ...input })).rejects.toThrow(
      /list begins|offset/,
    );
  });

  test("reads or counts every row, whatever it is", async () => {
    const anyRow = fc.oneof(
      fc.record({
        transactionId: fc.anything(),
        trxDate: fc.oneof(fc.constant("2020-08-05T10:13:00Z"), fc.anything()),
        amount: fc.oneof(fc.constant("1.00"), fc.anything()),
      }),
      fc.anything().filter((value) => !Array.isArray(value)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 5 }), async (list) => {
        // What JSON cannot say is no row.
        const told: unknown[] = JSON.parse(
          JSON.stringify(list, (_, value: unknown) =>
            typeof value === "bigint" ? String(value) : value,
          ),
        );
        const { rows, unreadable } = await pulled(
          page([told.filter((one) => !Array.isArray(one))]),
        );
        expect(rows.length + unreadable).toBe(told.filter((one) => !Array.isArray(one)).length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the list's gateway", () => {
  const refusals: [status: number, code: string, text: string, refusal: GatewayRefusal][] = [
    [400, "400.001", "Invalid ShortCode", "misconfigured"],
    [400, "400.001", "Invalid NominatedNumber", "misconfigured"],
    [400, "400.001", "Invalid StartDate", "bad_request"],
    [400, "400.001", "Invalid OffSetValue", "bad_request"],
    [400, "400.002.02", "Bad Request - Invalid CallBackURL", "bad_request"],
    [401, "401.001", "Invalid Access Token", "invalid_token"],
    [401, "401.003.01", "Invalid API call as no apiproduct match found", "invalid_token"],
    [404, "404.001.03", "Invalid Access Token", "invalid_token"],
    [404, "404.003.01", "Resource not found", "bad_request"],
    [403, "403.002.1001", "You are not authorized to initiate this", "misconfigured"],
    [429, "429.001", "Too many requests", "throttled"],
    [500, "500.003.02", "Error Occurred: Spike Arrest Violation", "throttled"],
    [500, "500.003.03", "Error Occurred: Quota Violation", "quota_used"],
  ];
  test.each(refusals)("refuses by HTTP %i %s %j as %4$s", async (status, code, text, refusal) => {
    reply(answering(status, { requestId: "1-1", errorCode: code, errorMessage: text }));
    for (const call of calls) {
      expect(await call()).toMatchObject({ kind: "refused", refusal, errorCode: code });
    }
  });

  const html = fixtureText("firewall.html");
  test.each<[name: string, how: Reply, because: string]>([
    [
      "an error of the shortcode's history",
      answering(500, { errorCode: "500", errorMessage: "x" }),
      "server_error",
    ],
    ["another protocol", answering(500, fixture("soap-fault")), "server_error"],
    ["the firewall's page", answering(403, html), "bad_response"],
    ["an empty body", answering(200, ""), "bad_response"],
    ["rows without an answer around", answering(200, [[row()]]), "bad_response"],
    ["a body without an end", flooding, "bad_response"],
    ["a cut connection", cuttingAtOnce, "connection"],
    ["half an answer", cuttingHalfway, "connection"],
    ["nothing within the time limit", neverAnswering, "timeout"],
  ])("tells nothing by %s", async (_name, how, because) => {
    reply(how);
    for (const call of calls) expect(await call()).toMatchObject({ kind: "unknown", because });
  });

  test.each([TOKEN, CALLBACK, "0722000000", "0712 345 678"])(
    "has %s struck out of its words",
    async (secret) => {
      for (const body of [
        { errorCode: "400.001", errorMessage: `Invalid ${secret}` },
        registered({ "Response Description": secret, ResponseDescription: undefined }),
        page([[row()]], { ResponseMessage: secret }),
      ]) {
        reply(answering(200, body));
        for (const call of calls) await call();
      }
      expect(kept()).not.toContain(secret);
    },
  );
});
