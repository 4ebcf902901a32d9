import { describe, expect, test } from "vitest";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { WITHDRAWAL_REASONS, WITHDRAWAL_REVIEW_REASONS } from "@/lib/payments/schemas";
import { nextStepOfWithdrawal } from "./next-step-of-withdrawal";
import { NEXT_STEPS } from "./schemas";

type Standing = Parameters<typeof nextStepOfWithdrawal>[0];

const mpesa: Standing = {
  method: "mpesa",
  state: "submitted",
  reason: null,
  timedOutAt: null,
  providerReceipt: null,
  voucherRedeemedAt: null,
};
const voucher: Standing = { ...mpesa, method: "pesavoucher" };
const ENDED = WITHDRAWAL_REASONS.filter(
  (reason) => !WITHDRAWAL_REVIEW_REASONS.some((review) => review === reason),
);

describe("a withdrawal in review", () => {
  test.each(WITHDRAWAL_REVIEW_REASONS)("because of %s has advice of its own", (reason) => {
    const held = { ...mpesa, state: "needs_review", reason } as const;
    expect(nextStepOfWithdrawal(held)).toBe(`payout_${reason}`);
  });

  test("an unconfirmed voucher is not to be asked about at M-Pesa", () => {
    const held = { ...voucher, state: "needs_review", reason: "unconfirmed" } as const;
    expect(nextStepOfWithdrawal(held)).toBe("payout_voucher_unconfirmed");
  });

  test.each([null, "something new"])("because of %s reads what happened", (reason) => {
    const held = { ...mpesa, state: "needs_review", reason } as const;
    expect(nextStepOfWithdrawal(held)).toBe("payout_review_other");
  });
});

describe("a withdrawal whose money went back", () => {
  test.each(ENDED)("because of %s says that it is back, and never that it is held", (reason) => {
    const step = nextStepOfWithdrawal({ ...mpesa, state: "failed", reason });
    expect(step).toMatch(/^payout_back_/);
    expect(step).not.toBe("payout_back_other");
    const sentence = CATALOGUES.en.caseFile.nextSteps[step];
    expect(sentence).toMatch(/the balance|customer’s balance|the money is in/);
    expect(sentence).not.toContain("set aside");
  });

  test("for a reason of tomorrow still says that it is back", () => {
    const step = nextStepOfWithdrawal({ ...mpesa, state: "failed", reason: "something new" });
    expect(step).toBe("payout_back_other");
  });
});

test.each([
  [{ ...mpesa, state: "requested" }, "payout_queued"],
  [{ ...mpesa, state: "awaiting_approval" }, "payout_approval"],
  [{ ...mpesa, state: "sending" }, "payout_answer_missing"],
  [{ ...mpesa, state: "submitted" }, "payout_at_provider"],
  [{ ...mpesa, state: "submitted", timedOutAt: new Date(0) }, "payout_timed_out"],
  [{ ...voucher, state: "sending" }, "payout_voucher_ordered"],
  [{ ...mpesa, state: "paid", providerReceipt: "UKL1" }, "payout_paid"],
  [{ ...mpesa, state: "paid" }, "payout_paid_without_receipt"],
  [{ ...voucher, state: "paid" }, "payout_voucher_issued"],
  [{ ...voucher, state: "paid", voucherRedeemedAt: new Date(0) }, "payout_voucher_redeemed"],
] as const)("of %o the next step is %s", (standing, step) => {
  expect(nextStepOfWithdrawal(standing)).toBe(step);
});

test("every step has a sentence in both languages", () => {
  for (const { caseFile } of Object.values(CATALOGUES)) {
    expect(Object.keys(caseFile.nextSteps).sort()).toEqual([...NEXT_STEPS].sort());
  }
});
