import { describe, expect, test } from "vitest";
import { scriptedGateway } from "./daraja/fixtures/scripted-gateway";
import { isUnreached } from "./unreached";

function failure(code: string, syscall?: string): Error {
  return Object.assign(new Error(`${syscall ?? ""} ${code}`), {
    code,
    ...(syscall && { syscall }),
  });
}

function fetchFailed(cause: unknown): Error {
  return new TypeError("fetch failed", { cause });
}

const never = [
  ["nobody listening", failure("ECONNREFUSED", "connect")],
  ["no such host", failure("ENOTFOUND", "getaddrinfo")],
  ["a name server without an answer", failure("EAI_AGAIN", "getaddrinfo")],
  ["no way to the host", failure("EHOSTUNREACH", "connect")],
  ["no way to the network", failure("ENETUNREACH", "connect")],
  ["the system's time limit for connecting", failure("ETIMEDOUT", "connect")],
  ["the client's time limit for connecting", failure("UND_ERR_CONNECT_TIMEOUT")],
] as const;

const perhaps = [
  ["a reset", failure("ECONNRESET", "read")],
  ["a reset while connecting", failure("ECONNRESET", "connect")],
  ["a broken pipe", failure("EPIPE", "write")],
  ["a host lost from an open connection", failure("EHOSTUNREACH", "read")],
  ["a network lost from an open connection", failure("ENETUNREACH", "write")],
  ["an open connection that fell silent", failure("ETIMEDOUT", "read")],
  ["a refusal without its call", failure("ECONNREFUSED")],
  ["a socket closed by the other side", failure("UND_ERR_SOCKET")],
  ["no headers in time", failure("UND_ERR_HEADERS_TIMEOUT")],
  ["no body in time", failure("UND_ERR_BODY_TIMEOUT")],
  ["a certificate nobody trusts", failure("SELF_SIGNED_CERT_IN_CHAIN")],
  ["an aborted call", new DOMException("aborted", "TimeoutError")],
  ["an error without a code", new Error("something")],
] as const;

describe("a call that failed", () => {
  test.each(never)("for %s never arrived, however deep it is told", (_name, error) => {
    for (const told of [error, fetchFailed(error), fetchFailed(fetchFailed(error))]) {
      expect(isUnreached(told)).toBe(true);
    }
    const refused = failure("ECONNREFUSED", "connect");
    expect(isUnreached(fetchFailed(new AggregateError([error, refused])))).toBe(true);
  });

  test.each(perhaps)("for %s may have arrived", (_name, error) => {
    expect(isUnreached(error)).toBe(false);
    expect(isUnreached(fetchFailed(error))).toBe(false);
    const refused = failure("ECONNREFUSED", "connect");
    expect(isUnreached(fetchFailed(new AggregateError([refused, error])))).toBe(false);
  });

  test.each<[name: string, thrown: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a word", "ECONNREFUSED"],
    ["a plain object", { code: "ECONNREFUSED", syscall: "connect" }],
    ["no attempt at all", new AggregateError([])],
  ])("with %s may have arrived", (_name, thrown) => {
    expect(isUnreached(thrown)).toBe(false);
    expect(isUnreached(fetchFailed(thrown))).toBe(false);
  });

  test("at an address where nobody listens, for real, never arrived", async () => {
    const gateway = await scriptedGateway();
    await gateway.close();
    for (const address of [gateway.url, "http://nobody.invalid"]) {
      const error: unknown = await fetch(address, { method: "POST" }).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(isUnreached(error)).toBe(true);
    }
  });
});
