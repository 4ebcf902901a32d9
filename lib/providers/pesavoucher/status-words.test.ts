import { describe, expect, test } from "vitest";
import type { PaymentFate } from "../sells-vouchers";
import { fateOfPayment, fateOfWord } from "./status-words";

describe("a status word", () => {
  test.each<[fate: PaymentFate, words: readonly string[]]>([
    ["succeeded", ["SUCCESS", "Success", "success", " Success ", "COMPLETED", "Completed"]],
    ["failed", ["FAILED", "Failed", "failed"]],
    ["cancelled", ["CANCELLED", "Cancelled", "CANCELED", "Canceled"]],
    ["timed_out", ["TIMEOUT", "Timeout", "TIMED_OUT", "timed_out"]],
    ["pending", ["PENDING", "Pending", "PROCESSING", "Processing", "Queued", "QUEUED"]],
    [
      "unclear",
      ["", "OK", "PAID", "SUCCESSFUL", "NOT SUCCESS", "SUCCESS!", "REVERSED", "0", "constructor"],
    ],
  ])("means %s in each of its spellings", (fate, words) => {
    for (const word of words) expect(fateOfWord(word), word).toBe(fate);
  });
});

describe("a status answer", () => {
  test.each<[payment: Parameters<typeof fateOfPayment>[0], fate: PaymentFate]>([
    [{ payment_status: "SUCCESS", status: "Success", is_success: true }, "succeeded"],
    [{ payment_status: "PENDING", status: "Processing", is_success: false }, "pending"],
    [{ payment_status: "TIMEOUT", is_success: false }, "timed_out"],
    [{ payment_status: "FAILED", status: "Failed", is_success: false }, "failed"],
    [{ payment_status: "TIMEOUT", status: "Failed" }, "timed_out"],
    [{ payment_status: "SUCCESS" }, "succeeded"],
    [{ status: "Success" }, "succeeded"],
    [{ is_success: true }, "succeeded"],
    [{ payment_status: null, status: "Cancelled", is_success: null }, "cancelled"],
  ])("%j means %s", (payment, fate) => {
    expect(fateOfPayment(payment)).toBe(fate);
  });

  test.each<[name: string, payment: Parameters<typeof fateOfPayment>[0]]>([
    ["says nothing", {}],
    ["only says that it did not succeed", { is_success: false }],
    ["says paid and failed", { payment_status: "SUCCESS", status: "Failed" }],
    ["says failed and paid", { payment_status: "FAILED", status: "Success" }],
    ["says paid, and no", { payment_status: "SUCCESS", status: "Success", is_success: false }],
    ["says failed, and yes", { payment_status: "FAILED", is_success: true }],
    ["says waiting, and yes", { payment_status: "PENDING", is_success: true }],
    ["says failed and still waiting", { payment_status: "FAILED", status: "Processing" }],
    ["says waiting and cancelled", { payment_status: "PENDING", status: "Cancelled" }],
    ["says paid and a word nobody knows", { payment_status: "SUCCESS", status: "HELD" }],
    ["says failed and a word nobody knows", { payment_status: "FAILED", status: "HELD" }],
  ])("that %s credits nothing and closes nothing", (_name, payment) => {
    expect(fateOfPayment(payment)).toBe("unclear");
  });
});
