import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { csrfTokenFor } from "@/lib/auth/csrf-token";
import { resolveSession } from "@/lib/auth/resolve-session";
import { closeDb } from "@/lib/db";
import { ConflictError } from "@/lib/errors";
import type { User } from "@/lib/generated/prisma/client";
import { newId } from "@/lib/kit/ids";
import { metrics } from "@/lib/metrics";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { openFlash } from "./flash";
import { jsonAnswer } from "./json-answer";
import { NoBody, withApi } from "./with-api";

let customer: User;
let cookie: string;

const echo = withApi({
  route: "POST /echo",
  who: "customer",
  body: z.object({ word: z.string().max(10), times: z.string().optional() }),
  form: { name: "echo", back: () => "/deposit" },
  handle: async ({ body, ctx, fromForm }) => {
    if (body.word === "taken") throw new ConflictError("forbidden");
    if (body.word === "bug") throw new Error("a bug");
    return jsonAnswer({ word: body.word, customer: ctx.actor.id, fromForm });
  },
});

function post(body: string, headers: Record<string, string> = {}): Request {
  const from = { cookie, "content-type": "application/json", "sec-fetch-site": "same-origin" };
  return new Request("http://localhost:3000/echo", {
    method: "POST",
    body,
    headers: { ...from, ...headers },
  });
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

beforeAll(async () => {
  customer = await createCustomer();
  cookie = await sessionCookie(customer);
});
afterAll(closeDb);

describe("a door", () => {
  test("hands the parsed body and the person's context to its handler", async () => {
    const answer = await echo(post(JSON.stringify({ word: "jambo" })));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ word: "jambo", customer: customer.id, fromForm: false });
  });

  test("reads a plain form and a multipart form the same way", async () => {
    const plain = await echo(post("word=jambo+sana&word=second", FORM));
    expect(await plain.json()).toMatchObject({ word: "jambo sana", fromForm: true });
    const form = new FormData();
    form.set("word", "habari");
    const multipart = new Request("http://localhost:3000/echo", {
      method: "POST",
      body: form,
      headers: { cookie, "sec-fetch-site": "same-origin" },
    });
    expect(await (await echo(multipart)).json()).toMatchObject({ word: "habari", fromForm: true });
  });

  test("is closed to nobody, and open to the right kind of person only", async () => {
    const staff = await createStaff({ merchantId: customer.merchantId });
    const body = JSON.stringify({ word: "jambo" });
    expect((await echo(post(body, { cookie: "" }))).status).toBe(401);
    expect((await echo(post(body, { cookie: await sessionCookie(staff) }))).status).toBe(403);
  });

  test("gives every answer a request id and lets nobody keep it", async () => {
    const requestId = newId("request");
    const named = await echo(post("{}", { "x-request-id": requestId }));
    expect(named.headers.get("x-request-id")).toBe(requestId);
    const answer = await echo(post("{}", { "x-request-id": "made up\u00e9" }));
    expect(answer.headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{32}$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test.each([
    ["{", 400, "unreadable_body"],
    [JSON.stringify({ word: "x".repeat(20_000) }), 413, "body_too_large"],
    ["{}", 422, "invalid_input"],
    ['{"word":"x","unknown":1}', 200, undefined],
  ])("answers %.20s with %i", async (body, status, code) => {
    const answer = await echo(post(body));
    expect(answer.status).toBe(status);
    expect((await answer.json()).error?.code).toBe(code);
  });

  test("names a missing field and one that is too long", async () => {
    const missing = await (await echo(post("{}"))).json();
    expect(missing.error.fields).toEqual({ word: "empty" });
    const long = await (await echo(post(JSON.stringify({ word: "x".repeat(11) })))).json();
    expect(long.error.fields).toEqual({ word: "too_long" });
    const odd = await (await echo(post(JSON.stringify({ word: 7 })))).json();
    expect(odd.error.fields).toEqual({ word: "bad_shape" });
  });

  test("takes no media type it cannot read", async () => {
    const answer = await echo(post("<word/>", { "content-type": "text/xml" }));
    expect(answer.status).toBe(415);
  });

  test("refuses what another site sent before reading what it says", async () => {
    const answer = await echo(post('{"word":"taken"}', { "sec-fetch-site": "cross-site" }));
    expect((await answer.json()).error.code).toBe("csrf");
  });

  test("asks for no token to read, and reads no body then", async () => {
    const door = withApi({
      route: "GET /plain",
      who: "customer",
      body: NoBody,
      handle: async ({ body }) => jsonAnswer({ body }),
    });
    const answer = await door(new Request("http://localhost:3000/plain", { headers: { cookie } }));
    expect(await answer.json()).toEqual({ body: null });
  });

  test("counts how long it took, by route and status", async () => {
    await echo(post("{}"));
    const text = await metrics.registry.getSingleMetricAsString("malipo_http_seconds");
    expect(text).toContain('route="POST /echo",status="422"');
  });
});

describe("a plain form that is refused", () => {
  const form = (fields: string, headers: Record<string, string> = {}) =>
    echo(post(fields, { ...FORM, ...headers }));

  function flashOf(answer: Response) {
    const id = new URL(answer.headers.get("location") ?? "", "http://x").searchParams.get("flash");
    const pair = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    return openFlash(new Headers({ cookie: pair }), id ?? "");
  }

  test("goes back to its page with its problems and what was typed", async () => {
    const answer = await form("word=much-too-long&times=2");
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toMatch(/^\/deposit\?flash=/);
    expect(flashOf(answer)).toMatchObject({
      form: "echo",
      fields: { word: "too_long" },
      values: { word: "much-too-long", times: "2" },
      error: null,
    });
  });

  test("says what is wrong with the whole, for a refusal and for a bug", async () => {
    expect(flashOf(await form("word=taken"))?.error).toMatchObject({ code: "forbidden" });
    expect(flashOf(await form("word=bug"))?.error).toMatchObject({
      code: "generic",
      details: { request_id: expect.stringMatching(/^req_/) },
    });
  });

  test("leads to the sign-in page and back when the session is over", async () => {
    const answer = await form("word=jambo", { cookie: "" });
    expect(answer.headers.get("location")).toBe("/sign-in?next=%2Fdeposit");
  });

  test("is let in by its token where the browser does not say who sent it", async () => {
    const token = decodeURIComponent(cookie.split("=")[1] ?? "");
    const sessionId = (await resolveSession(token))?.sessionId ?? null;
    const csrf = csrfTokenFor({ sessionId, visitorId: null });
    const old = (fields: string) => {
      const request = post(fields, FORM);
      request.headers.delete("sec-fetch-site");
      return echo(request);
    };
    expect((await old(`word=jambo&csrf=${csrf}`)).status).toBe(200);
    expect(flashOf(await old("word=jambo"))?.error).toMatchObject({ code: "csrf" });
  });
});
