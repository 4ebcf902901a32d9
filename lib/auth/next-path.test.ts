import { expect, test } from "vitest";
import { nextPath } from "./next-path";

test.each([
  ["/deposit", "/deposit"],
  ["/payments/dep_1?flash=2#top", "/payments/dep_1?flash=2#top"],
  ["/deposit/resume", "/deposit/resume"],
  ["/r/../deposit", "/deposit"],
])("%s is a place to go on to", (wanted, path) => {
  expect(nextPath(wanted, "/fallback")).toBe(path);
});

test.each([
  null,
  undefined,
  "",
  "deposit",
  "https://evil.example/",
  "//evil.example/",
  "///evil.example/",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  " //evil.example",
  "/%0a".replace("%0a", "\u0000"),
  "/..//evil.example",
  "/.//evil.example",
  "javascript:alert(1)",
  "/api/events",
  "/session/sign-out",
  "/x/../api/balance",
  `/${"a".repeat(600)}`,
])("%j leads nowhere but to the fallback", (wanted) => {
  expect(nextPath(wanted, "/fallback")).toBe("/fallback");
});
