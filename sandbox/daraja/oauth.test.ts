import { describe, expect, it } from "vitest";

import { openDaraja } from "@/sandbox/testing/open-daraja";
import { askForToken } from "@/sandbox/testing/start-daraja-client";

const daraja = openDaraja();
const INVALID_TOKEN = { errorCode: "404.001.03", errorMessage: "Invalid Access Token" };

describe("an access token", () => {
  it("has 28 characters and a lifetime written as text, or as a number when so set", async () => {
    const reply = await askForToken(daraja.sandbox.url);
    expect(reply.status).toBe(200);
    expect(reply.text).toMatch(/^\{"access_token":"[A-Za-z0-9]{28}","expires_in":"3599"\}$/);
    await daraja.sandbox.control.changeSettings({ expiresInForm: "number" });
    expect((await askForToken(daraja.sandbox.url)).json.expires_in).toBe(3_599);
  });

  it.each([
    ["a wrong secret", { authorization: `Basic ${btoa("malipo-demo-consumer-key:no")}` }],
    ["another scheme", { authorization: `Bearer ${btoa("malipo-demo-consumer-key:x")}` }],
    ["no header at all", { authorization: "" }],
  ])("is refused with 400.008.01 to %s", async (_case, call) => {
    const reply = await askForToken(daraja.sandbox.url, call);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      errorCode: "400.008.01",
      errorMessage: "Invalid Authentication passed",
    });
  });

  it("is refused with 401 instead when so set, for both have been reported", async () => {
    await daraja.sandbox.control.changeSettings({ oauthRefusalStatus: 401 });
    expect((await askForToken(daraja.sandbox.url, { authorization: "" })).status).toBe(401);
  });

  it.each(["", "?grant_type=password"])("is refused with 400.008.02 for “%s”", async (query) => {
    const reply = await askForToken(daraja.sandbox.url, { query });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({
      errorCode: "400.008.02",
      errorMessage: "Invalid grant type passed",
    });
  });

  it("is asked for with GET alone", async () => {
    const reply = await askForToken(daraja.sandbox.url, { method: "POST" });
    expect([reply.status, reply.json.errorCode]).toEqual([405, "405.001"]);
  });

  it("works until the very second it expires, and is then answered with HTTP 404", async () => {
    await daraja.sandbox.control.advanceClock(3_598_999);
    expect((await daraja.client.query("ws_CO_1")).json.errorCode).toBe("500.001.1001");
    await daraja.sandbox.control.advanceClock(1);
    const late = await daraja.client.query("ws_CO_1");
    expect(late.status).toBe(404);
    expect(late.json).toMatchObject(INVALID_TOKEN);
    expect((await daraja.client.push()).json).toMatchObject(INVALID_TOKEN);
    await daraja.client.renewToken();
    expect((await daraja.client.push()).status).toBe(200);
  });

  it("can be ended at any moment, with all others", async () => {
    expect(await daraja.sandbox.control.expireTokens()).toEqual({ expired: 1 });
    expect((await daraja.client.push()).json).toMatchObject(INVALID_TOKEN);
  });

  it("outlives the next one, unless new tokens are set to kill old ones", async () => {
    await askForToken(daraja.sandbox.url);
    expect((await daraja.client.query("ws_CO_1")).status).toBe(500);
    await daraja.sandbox.control.changeSettings({ newTokenKillsOld: true });
    await askForToken(daraja.sandbox.url);
    expect((await daraja.client.query("ws_CO_1")).json).toMatchObject(INVALID_TOKEN);
  });

  it("never shows the key and secret in the journal", async () => {
    const [entry] = await daraja.sandbox.control.journal({ operation: "oauth" });
    expect(entry?.requestHeaders.authorization).toBe("***");
  });
});
