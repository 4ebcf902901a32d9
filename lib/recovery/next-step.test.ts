import { describe, expect, test } from "vitest";
import { MPESA_REASONS } from "@/lib/payments/schemas";
import { nextStepOf } from "./next-step";

type Standing = Parameters<typeof nextStepOf>[0];

const pushed = { pushedAt: new Date(0), checkoutRequestId: "ws_CO_1" };
const prompt: Standing = {
  method: "mpesa",
  state: "submitted",
  reason: null,
  providerPaidAt: null,
  providerReceipt: null,
  stkPush: pushed,
};
const voucher: Standing = { ...prompt, method: "pesavoucher", stkPush: null };

const REVIEWED = [
  "unclear_result",
  "unknown_code",
  "push_unconfirmed",
  "contradiction",
  "amount_mismatch",
  "receipt_reused",
  "unconfirmed",
] as const;

describe("what staff do next about a prompt", () => {
  test.each(REVIEWED)("in review because of %s has advice of its own", (reason) => {
    expect(nextStepOf({ ...prompt, state: "needs_review", reason })).toBe(reason);
    expect(MPESA_REASONS).toContain(reason);
  });

  test.each([null, "something new"])("in review because of %s reads what happened", (reason) => {
    expect(nextStepOf({ ...prompt, state: "needs_review", reason })).toBe("review_other");
  });

  test("that waits is asked again by the machine, if it knows its id", () => {
    expect(nextStepOf(prompt)).toBe("prompt_open");
    const lost = { ...pushed, checkoutRequestId: null };
    expect(nextStepOf({ ...prompt, state: "pending", stkPush: lost })).toBe("prompt_answer_lost");
  });

  test("that is paid is done, with its receipt or without", () => {
    expect(nextStepOf({ ...prompt, state: "paid", providerReceipt: "UKL1" })).toBe("paid");
    expect(nextStepOf({ ...prompt, state: "paid" })).toBe("paid_without_receipt");
  });

  test("that is not paid depends on whose doing it was", () => {
    const failed = { ...prompt, state: "failed" } as const;
    expect(nextStepOf({ ...failed, reason: "wrong_pin" })).toBe("not_paid");
    expect(nextStepOf({ ...failed, reason: "cancelled_here" })).toBe("stopped_by_customer");
    expect(nextStepOf({ ...failed, reason: "merchant_setup" })).toBe("not_paid_setup");
    const unsent = { pushedAt: null, checkoutRequestId: null };
    expect(nextStepOf({ ...failed, reason: "not_sent", stkPush: unsent })).toBe("never_prompted");
  });
});

describe("what staff do next about a voucher", () => {
  test.each([
    ["submitted", null, "at_voucher_provider"],
    ["redeeming", null, "voucher_redeeming"],
    ["paid", null, "paid"],
    ["failed", "cancelled", "voucher_not_paid"],
    ["needs_review", "redeem_unconfirmed", "redeem_unconfirmed"],
    ["needs_review", "bought_not_redeemed", "bought_not_redeemed"],
  ] as const)("that is %s (%s): %s", (state, reason, step) => {
    expect(nextStepOf({ ...voucher, state, reason })).toBe(step);
  });

  test("that is bought and whose code is missing", () => {
    expect(nextStepOf({ ...voucher, providerPaidAt: new Date(0) })).toBe("voucher_code_missing");
  });
});
