import { request } from "node:http";

import { describe, expect, it } from "vitest";

import { openCollections } from "@/sandbox/testing/open-collections";

const { daraja, byHand, reverse, pass } = openCollections();
const control = () => daraja.sandbox.control;

type Row = Record<string, unknown>;

const register = (changes: Record<string, unknown> = {}) =>
  daraja.client.post("/pulltransactions/v1/register", {
    ShortCode: "174379",
    RequestType: "Pull",
    NominatedNumber: "0722000000",
    CallBackURL: "https://shop.example/pull",
    ...changes,
  });

/** A moment in Nairobi as Pull wants it, so many milliseconds from the sandbox's now. */
async function at(offsetMs: number): Promise<string> {
  const { nowMs } = await control().clock();
  const iso = new Date(nowMs + offsetMs + 3 * 3_600_000).toISOString();
  return iso.slice(0, 19).replace("T", " ");
}

async function question(changes: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  return {
    ShortCode: "174379",
    StartDate: await at(-3_600_000),
    EndDate: await at(1_000),
    OffSetValue: "0",
    ...changes,
  };
}

const query = async (changes: Record<string, unknown> = {}) =>
  daraja.client.post("/pulltransactions/v1/query", await question(changes));

async function rows(changes: Record<string, unknown> = {}): Promise<Row[]> {
  const reply = await query(changes);
  const parsed: { Response?: [Row[]] } = JSON.parse(reply.text);
  if (!parsed.Response) throw new Error(reply.text);
  return parsed.Response[0];
}

describe("registering for Pull", () => {
  it("answers 1000 with spaces in its keys, and 1001 from then on", async () => {
    expect((await register()).json).toEqual({
      ResponseRefID: expect.stringMatching(/^\d+-\d+-1$/),
      "Response Status": "1000",
      ShortCode: "174379",
      "Response Description": "Shortcode Registered Successfully",
    });
    await control().changeSettings({ pullKeys: "plain" });
    const again = await register({ NominatedNumber: "0733000000" });
    expect(again.status).toBe(200);
    expect(again.json).toMatchObject({ ResponseStatus: "1001", ShortCode: "174379" });
    expect(await control().pullRegistrations()).toMatchObject([{ nominatedNumber: "0722000000" }]);
  });

  it.each([
    ["ShortCode", { ShortCode: "x", RequestType: "x" }],
    ["RequestType", { RequestType: "Push" }],
    ["NominatedNumber", { NominatedNumber: "174379" }],
    ["CallBackURL", { CallBackURL: "" }],
  ])("names %s as the first bad field", async (field, changes) => {
    expect((await register(changes)).json.errorMessage).toBe(`Bad Request - Invalid ${field}`);
    expect(await control().pullRegistrations()).toEqual([]);
  });

  it("for a shortcode that collects nothing is 400.001, with a bad token 401.001", async () => {
    const unknown = await register({ ShortCode: 600998 });
    expect([unknown.status, unknown.json.errorCode]).toEqual([400, "400.001"]);
    await control().expireTokens();
    const expired = await register();
    expect([expired.status, expired.json.errorCode]).toEqual([401, "401.001"]);
  });
});

describe("what Pull shows", () => {
  it("is every customer's payment, by push or by hand, in an array inside an array", async () => {
    const { receipt } = await byHand({ amountCents: 16_800n });
    await pass(2_000);
    await daraja.pushed({ AccountReference: "DEP-9" });
    await control().enterPin("0712345678");
    const reply = await query();
    const paidAt = (await at(-2_000)).replace(" ", "T");
    expect(reply.json).toEqual({
      ResponseRefID: expect.stringMatching(/^\d+-\d+-1$/),
      ResponseCode: "1000",
      ResponseMessage: "Success",
      Response: [
        [
          {
            transactionId: receipt,
            trxDate: `${paidAt}Z`,
            msisdn: 712345678,
            sender: expect.stringMatching(/^[A-Z]+$/),
            transactiontype: "c2b-pay-bill-debit",
            billreference: "INV-1",
            amount: "168.00",
            organizationname: "Duka la Mwanga",
          },
          expect.objectContaining({ billreference: "DEP-9", amount: "500.00" }),
        ],
      ],
    });
  });

  it("is empty as 1001 with an empty array inside an array", async () => {
    expect((await query()).json).toMatchObject({ ResponseCode: "1001", Response: [[]] });
  });

  it("can write the payer masked and the time in true UTC", async () => {
    await control().changeSettings({ pullMsisdnForm: "masked", pullDateForm: "utc" });
    await byHand();
    const { nowMs } = await control().clock();
    expect(await rows()).toMatchObject([
      {
        msisdn: "2547 ***** 678",
        trxDate: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
      },
    ]);
  });

  it("leaves out payouts, refused payments, other shortcodes and reversals, not what was reversed", async () => {
    const { receipt } = await byHand();
    await byHand({ shortcode: "600977", reference: "OTHER" });
    await byHand({ shortcode: "300981" });
    await reverse(receipt);
    await control().setCollectionUrls({
      confirmationUrl: "http://127.0.0.1:1/",
      validationUrl: "http://127.0.0.1:1/",
      responseType: "Cancelled",
    });
    await control().setExternalValidation({ on: true });
    await byHand({ reference: "REFUSED" });
    await pass();
    expect((await rows()).map(({ transactionId }) => transactionId)).toEqual([receipt]);
    const till = await rows({ ShortCode: 600981 });
    expect(till).toMatchObject([{ transactiontype: "c2b-buy-goods-debit", billreference: "" }]);
  });

  it("comes in pages: the offset counts rows, and an empty page ends it", async () => {
    await control().changeSettings({ pullPageSize: 2 });
    for (const reference of ["A", "B", "C"]) await byHand({ reference });
    const references = async (OffSetValue: number) =>
      (await rows({ OffSetValue })).map(({ billreference }) => billreference);
    expect(await references(0)).toEqual(["A", "B"]);
    expect(await references(1)).toEqual(["B", "C"]);
    expect(await references(2)).toEqual(["C"]);
    expect(await references(3)).toEqual([]);
  });

  it("lies between the two dates, both included to the second", async () => {
    await byHand({ reference: "EARLY" });
    await pass(10_000);
    await byHand({ reference: "LATE" });
    const references = async (StartDate: string, EndDate: string) =>
      (await rows({ StartDate, EndDate })).map(({ billreference }) => billreference);
    expect(await references(await at(-10_000), await at(-1_000))).toEqual(["EARLY"]);
    expect(await references(await at(-8_000), await at(0))).toEqual(["LATE"]);
    expect(await references(await at(-8_000), await at(-1_000))).toEqual([]);
  });

  it("is known only after the delay of the setting", async () => {
    await control().changeSettings({ pullDelayMs: 60_000 });
    await byHand();
    await pass(59_999);
    expect(await rows()).toEqual([]);
    await pass(1);
    expect(await rows()).toHaveLength(1);
  });
});

describe("a question to Pull", () => {
  it("reaches 48 hours back and no further", async () => {
    await byHand();
    await pass(48 * 3_600_000);
    await daraja.client.renewToken();
    expect(await rows({ StartDate: await at(-48 * 3_600_000) })).toHaveLength(1);
    const reply = await query({ StartDate: await at(-48 * 3_600_000 - 1_000) });
    expect([reply.status, reply.json.errorCode]).toEqual([400, "400.001"]);
  });

  it.each([
    ["ShortCode", { ShortCode: "" }],
    ["StartDate", { StartDate: "2026-11-21T10:00:00Z" }],
    ["StartDate", { StartDate: "2026-02-31 10:00:00" }],
    ["EndDate", { EndDate: undefined }],
    ["OffSetValue", { OffSetValue: "-1" }],
    ["OffSetValue", { OffSetValue: undefined, OffsetValue: "0" }],
  ])("names %s as the first bad field", async (field, changes) => {
    const reply = await query(changes);
    expect(reply.status).toBe(400);
    expect(reply.json.errorMessage).toBe(`Bad Request - Invalid ${field}`);
  });

  it("takes an hour of one digit, as in the provider's sample", async () => {
    const reply = await query({ EndDate: "2026-08-04 8:36:00" });
    expect(reply.json.ResponseCode).toBe("1001");
  });

  it("may be a GET with a body, or with its fields in the address", async () => {
    const { receipt } = await byHand();
    const body = await question();
    const search = new URLSearchParams(
      Object.entries(body).map(([name, value]) => [name, String(value)]),
    );
    for (const text of [await get("", JSON.stringify(body)), await get(`?${search}`, "")]) {
      expect(text).toContain(receipt);
    }
  });

  it("about an unregistered shortcode is refused where the setting or strict mode says so", async () => {
    for (const settings of [{ pullNeedsRegistration: true }, { strictMode: true }]) {
      await control().reset();
      await control().freezeClock();
      await daraja.client.renewToken();
      await control().changeSettings(settings);
      expect((await query()).json.errorCode).toBe("400.001");
      expect((await register()).json["Response Status"]).toBe("1000");
      expect((await query()).json.ResponseCode).toBe("1001");
    }
  });

  it("suffers faults and bad tokens like any other call", async () => {
    await control().addFault({
      endpoint: "pull_query",
      effect: { kind: "gateway", form: "spike_arrest" },
      times: 1,
    });
    expect((await query()).json.errorCode).toBe("500.003.02");
    await control().expireTokens();
    const expired = await query();
    expect([expired.status, expired.json.errorCode]).toEqual([401, "401.001"]);
  });
});

describe("other methods and paths", () => {
  it("are refused, and the path has no /mpesa before it", async () => {
    const put = await fetch(`${daraja.sandbox.url}/daraja/pulltransactions/v1/query`, {
      method: "PUT",
      headers: { Authorization: `Bearer ${daraja.client.token()}` },
    });
    expect(put.status).toBe(405);
    const reply = await daraja.client.post("/mpesa/pulltransactions/v1/query", {});
    expect(reply.status).toBe(404);
  });
});

/** A GET that carries a body, which the built-in fetch refuses to send. */
function get(search: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const url = `${daraja.sandbox.url}/daraja/pulltransactions/v1/query${search}`;
    const headers: Record<string, string | number> = {
      Authorization: `Bearer ${daraja.client.token()}`,
    };
    if (body !== "") {
      headers["Content-Type"] = "application/json";
      headers["Content-Length"] = Buffer.byteLength(body);
    }
    const call = request(url, { method: "GET", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve(text));
    });
    call.on("error", reject);
    call.end(body);
  });
}
