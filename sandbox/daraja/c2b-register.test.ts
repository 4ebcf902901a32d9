import { describe, expect, it } from "vitest";

import { openCollections } from "@/sandbox/testing/open-collections";

const { daraja, register } = openCollections();

const addresses = () => daraja.sandbox.control.collectionUrls();

describe("registering addresses for customers' payments", () => {
  it("answers with the provider's misspelt key and remembers the version", async () => {
    const reply = await register({}, "v1");
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      OriginatorCoversationID: expect.any(String),
      ResponseCode: "0",
      ResponseDescription: "Success",
    });
    expect(await addresses()).toEqual([
      {
        shortcode: "174379",
        version: "v1",
        responseType: "Completed",
        confirmationUrl: `${daraja.receiver.url}/confirm`,
        validationUrl: `${daraja.receiver.url}/validate`,
        registeredAtMs: expect.any(Number),
      },
    ]);
  });

  it("can answer with its description alone, as measured once", async () => {
    await daraja.sandbox.control.changeSettings({ c2bRegisterAnswer: "description_only" });
    expect((await register()).json).toEqual({ ResponseDescription: "Success" });
    expect(await addresses()).toHaveLength(1);
  });

  it.each([
    ["ShortCode", { ShortCode: "abc", ResponseType: "x" }],
    ["ResponseType", { ResponseType: "completed", ConfirmationURL: "x" }],
    ["ConfirmationURL", { ConfirmationURL: "nowhere", ValidationURL: "" }],
    ["ValidationURL", { ValidationURL: "" }],
  ])("names %s as the first bad field and registers nothing", async (field, changes) => {
    const reply = await register(changes);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      errorCode: "400.002.02",
      errorMessage: `Bad Request - Invalid ${field}`,
    });
    expect(await addresses()).toEqual([]);
  });

  it("in strict mode refuses addresses with words the provider does not like", async () => {
    await daraja.sandbox.control.changeSettings({ strictMode: true });
    const good = "https://shop.example/hooks";
    const urls = { ConfirmationURL: `${good}/confirm`, ValidationURL: `${good}/validate` };
    for (const word of ["mpesa", "M-PESA", "Safaricom", "exec", "cmd", "sql", "query"]) {
      const reply = await register({ ...urls, ConfirmationURL: `${good}/${word}` });
      expect(reply.json.errorMessage, word).toBe("Bad Request - Invalid ConfirmationURL");
    }
    expect((await register(urls)).status).toBe(200);
  });

  it("again overwrites in the sandbox's mode", async () => {
    await register({}, "v1");
    expect((await register({ ResponseType: "Cancelled" })).status).toBe(200);
    expect(await addresses()).toMatchObject([{ version: "v2", responseType: "Cancelled" }]);
  });

  it("again is refused in the live mode, in either of the known wordings", async () => {
    await daraja.sandbox.control.changeSettings({ c2bRegisterMode: "live" });
    expect((await register()).status).toBe(200);
    const second = await register({ ResponseType: "Cancelled" });
    expect(second.status).toBe(500);
    expect(second.json).toMatchObject({
      errorCode: "500.003.1001",
      errorMessage: "Urls are already registered.",
    });
    await daraja.sandbox.control.changeSettings({ c2bDuplicateText: "duplicate" });
    expect((await register()).json).toMatchObject({
      errorCode: "500.003.1001",
      errorMessage: "Duplicate notification info, SP ID is 107078, correlator is 174379",
    });
    expect(await addresses()).toMatchObject([{ responseType: "Completed" }]);
    expect(await daraja.sandbox.control.clearCollectionUrls("174379")).toEqual({ removed: 1 });
    expect((await register()).status).toBe(200);
  });

  it("for a shortcode that collects nothing meets a backend that does not answer", async () => {
    const reply = await register({ ShortCode: 600998 });
    expect(reply.status).toBe(500);
    expect(reply.json).toHaveProperty("Envelope.Body.Fault.faultcode", "soap:Server");
  });

  it("with the other version's product sounds like a bad token", async () => {
    await daraja.sandbox.control.changeSettings({ c2bProduct: "v2" });
    const reply = await register({}, "v1");
    expect([reply.status, reply.json.errorCode]).toEqual([401, "401.003.01"]);
    expect((await register({}, "v2")).status).toBe(200);
  });

  it("needs a good token, and suffers faults like any other call", async () => {
    await daraja.sandbox.control.addFault({
      endpoint: "c2b_register",
      when: "after",
      effect: { kind: "gateway", form: "waf_503" },
      times: 1,
    });
    expect((await register()).status).toBe(503);
    expect(await addresses()).toHaveLength(1);
    await daraja.sandbox.control.expireTokens();
    const reply = await register();
    expect([reply.status, reply.json.errorCode]).toEqual([400, "400.003.01"]);
  });
});
