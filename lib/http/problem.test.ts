import { describe, expect, test } from "vitest";
import {
  AppError,
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  TooManyRequestsError,
  UnauthenticatedError,
  UnavailableError,
} from "@/lib/errors";
import { problem } from "./problem";
import { RefusedCodeError } from "./refused-code-error";

async function told(error: unknown, headers: Record<string, string> = {}) {
  const answer = problem(error, { headers: new Headers(headers), requestId: "req_1" });
  const body = await answer.json();
  return { answer, status: answer.status, body };
}

describe("an error answer", () => {
  test.each([
    [
      new InvalidInputError({ amount: "too_small" }),
      422,
      "invalid_input",
      "The smallest deposit is KSh 50.",
    ],
    [new UnauthenticatedError(), 401, "not_signed_in", "Sign in to go on."],
    [new ForbiddenError(), 403, "forbidden", "You may not do this."],
    [new ForbiddenError("csrf"), 403, "csrf", "This page was open too long. Try again."],
    [new NotFoundError("deposit_not_found"), 404, "deposit_not_found", "We could not find it."],
    [new TooManyRequestsError(90), 429, "too_many_requests", expect.stringContaining("Wait")],
    [new UnavailableError(), 503, "unavailable", expect.stringContaining("nothing was changed")],
    [new AppError(413, "body_too_large"), 413, "body_too_large", expect.any(String)],
  ])("for %s has its status, its code and a sentence", async (error, status, code, message) => {
    const { answer, body } = await told(error);
    expect(answer.status).toBe(status);
    expect(body).toMatchObject({ success: false, error: { code, message, request_id: "req_1" } });
  });

  test("names the fields that are wrong", async () => {
    const { body } = await told(new InvalidInputError({ phone: "taken", name: "empty" }));
    expect(body.error.fields).toEqual({ phone: "taken", name: "empty" });
    expect(body.error.message).toBe("This number already has an account. Sign in instead.");
  });

  test("speaks the language the caller chose, or asks for", async () => {
    const chosen = await told(new UnauthenticatedError(), { cookie: "malipo.locale=sw" });
    expect(chosen.body.error.message).toBe("Ingia ili kuendelea.");
    const asked = await told(new UnauthenticatedError(), { "accept-language": "sw-KE,en;q=0.5" });
    expect(asked.body.error.message).toBe("Ingia ili kuendelea.");
  });

  test("says when the next try counts", async () => {
    const { answer } = await told(new TooManyRequestsError(90));
    expect(answer.headers.get("retry-after")).toBe("90");
  });

  test("is kept by nobody on the way", async () => {
    const { answer } = await told(new UnauthenticatedError());
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("names the customer's own earlier payment with a refused code", async () => {
    const { status, body } = await told(new RefusedCodeError("already_used", "dep_1"));
    expect(status).toBe(422);
    expect(body.error).toMatchObject({ fields: { code: "already_used" }, payment_id: "dep_1" });
    expect((await told(new RefusedCodeError("already_used"))).body.error).not.toHaveProperty(
      "payment_id",
    );
  });

  test("tells nothing about a bug but the request's id", async () => {
    const { status, body } = await told(new Error("SELECT * FROM secrets"));
    expect(status).toBe(500);
    expect(body.error).toEqual({
      code: "internal",
      message: "Something went wrong on our side. Your money is safe. Try again.",
      request_id: "req_1",
    });
  });

  test("has a general sentence for a code nobody wrote one for", async () => {
    const { body } = await told(new ConflictError("some_new_code"));
    expect(body.error.code).toBe("some_new_code");
    expect(body.error.message).toContain("Try again");
    const field = await told(new InvalidInputError({ constructor: "toString" }));
    expect(field.body.error.message).toBe("Check this field.");
  });
});
