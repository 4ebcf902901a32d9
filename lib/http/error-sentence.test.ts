import { describe, expect, test } from "vitest";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import { errorSentence } from "./error-sentence";

describe("a phone that cannot be asked yet", () => {
  test.each(["prompt_open_elsewhere", "phone_prompted_recently", "same_amount_recently"])(
    "%s says how many seconds to wait, in both languages",
    (code) => {
      const error = new ConflictError(code, { wait_seconds: "45" });
      expect(errorSentence(error, "en")).toContain("in 45 seconds");
      expect(errorSentence(error, "sw")).toContain("sekunde 45");
    },
  );

  test("says one second as one", () => {
    const error = new ConflictError("phone_prompted_recently", { wait_seconds: "1" });
    expect(errorSentence(error, "en")).toContain("in 1 second.");
  });
});

test.each([
  ["below_mpesa_limit", "KSh 1."],
  ["above_mpesa_limit", "KSh 250,000 "],
  ["too_small", "KSh 50."],
])("the amount problem %s names the limit of its own method", (code, limit) => {
  expect(errorSentence(new InvalidInputError({ amount: code }), "en")).toContain(limit);
});
