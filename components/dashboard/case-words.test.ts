import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { actionKey, messageKindKey, movementKey, operationKey, readAccount } from "./case-words";

const sources = globSync("lib/{payments,merchants,recovery}/**/*.ts")
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

function written(pattern: RegExp): string[] {
  return [...new Set(Array.from(sources.matchAll(pattern), ([, name]) => `${name}`))];
}

describe("every deed that a case file can tell has words", () => {
  // An account's first keys are older than any payment from it; a job, a balance and
  // a statement are no payment.
  const untold = new Set(
    ["provider_account.added", "job.retried", "balance.compared"].concat(
      ["statement.previewed", "statement.import_asked", "statement.discarded"],
      ["statement.matched", "statement.failed", "statement.closed"],
    ),
  );
  const actions = written(/\baction(?::| =) "([a-z_]+\.[a-z_]+)"/g).filter(
    (name) => !untold.has(name),
  );

  test("and there are many", () => expect(actions.length).toBeGreaterThan(20));

  test.each(actions)("%s", (action) => expect(actionKey(action)).toBe(action));
});

test.each(written(/\boperation: "([a-z0-9_]+)"/g))("so has the call %s", (operation) => {
  expect(operationKey(operation)).toBe(operation);
});

const inbox = readFileSync("lib/inbox/read-message.ts", "utf8");
const kinds = Array.from(inbox.matchAll(/case "[a-z]+:([a-z0-9_]+)"/g), ([, kind]) => `${kind}`);

test("and there are as many kinds of messages", () => expect(kinds.length).toBeGreaterThan(10));

test.each(kinds)("so has the message %s", (kind) => {
  const key = messageKindKey(kind);
  expect(key).not.toBeNull();
  expect(CATALOGUES.sw.caseFile.messageKinds).toHaveProperty(`${key}`);
});

test("an account of the books has words, and keeps whose it is", () => {
  expect(readAccount("provider mpesa:174379")).toEqual({ key: "provider", owner: "mpesa:174379" });
  expect(readAccount("fees")).toEqual({ key: "fees", owner: "" });
  expect(readAccount("vault usr_1").key).toBeNull();
});

test("a deed of tomorrow has no words and is shown as it is", () => {
  expect(actionKey("withdrawal.teleported")).toBeNull();
  expect(operationKey("teleport")).toBeNull();
});

test.each([
  [{ kind: "withdrawal_hold", isGivenBack: false }, "withdrawal_hold"],
  [{ kind: "withdrawal_end", isGivenBack: false }, "paid_out"],
  [{ kind: "withdrawal_end", isGivenBack: true }, "given_back"],
  [{ kind: "deposit", isGivenBack: false }, "deposit"],
  [{ kind: "of tomorrow", isGivenBack: false }, "other"],
] as const)("the movement %j is told as %s", (movement, key) => {
  expect(movementKey(movement)).toBe(key);
  expect(Object.keys(CATALOGUES.en.caseFile.movements)).toContain(key);
});
