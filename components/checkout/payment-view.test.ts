import { createTranslator } from "next-intl";
import { describe, expect, test } from "vitest";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { DEPOSIT_REASONS, MPESA_REASONS } from "@/lib/payments/schemas";
import { MPESA_REVIEW_REASONS, screenOf, type ShownPayment } from "./payment-view";

const waiting: ShownPayment = {
  method: "pesavoucher",
  status: "waiting",
  step: "at_provider",
  reason: null,
  new_attempt: null,
  code_problem: null,
  amount_asked: "500.00",
  amount_paid: null,
  voucher: null,
};
const failed = (reason: string | null): ShownPayment => ({
  ...waiting,
  status: "not_paid",
  step: null,
  reason,
});
const say = createTranslator({ locale: "en", messages: CATALOGUES.en, namespace: "reasons" });

test("a payment that waits is shown at its step and never as failed", () => {
  expect(screenOf(waiting)).toEqual({ kind: "at_provider" });
  expect(screenOf({ ...waiting, step: "needs_code" })).toEqual({ kind: "needs_code" });
  expect(screenOf({ ...waiting, step: "confirming", voucher: "MLP-****GH78" })).toEqual({
    kind: "confirming",
    voucher: "MLP-****GH78",
  });
});

describe("a paid payment", () => {
  const paid: ShownPayment = { ...waiting, status: "paid", step: null, amount_paid: "500.00" };

  test("says nothing more when the voucher was worth what was asked", () => {
    expect(screenOf(paid)).toEqual({ kind: "paid", difference: null });
  });

  test("says both amounts when the voucher was worth another one", () => {
    expect(screenOf({ ...paid, amount_paid: "450.00" })).toEqual({
      kind: "paid",
      difference: { asked: "500.00", paid: "450.00" },
    });
  });

  test("has no difference when no amount was asked for", () => {
    expect(screenOf({ ...paid, amount_asked: null })).toEqual({ kind: "paid", difference: null });
  });
});

describe("a payment that failed", () => {
  test.each(["cancelled", "insufficient_funds", "no_answer", "expired", "declined"])(
    "because of %s offers the same amount again",
    (reason) => {
      expect(screenOf(failed(reason))).toEqual({ kind: "not_paid", reason, next: "try_again" });
    },
  );

  test.each(["voucher_used", "voucher_not_ours", "voucher_expired"])(
    "because of %s asks for another code, not for the same one again",
    (reason) => {
      expect(screenOf(failed(reason))).toEqual({ kind: "not_paid", reason, next: "another_code" });
    },
  );

  test("asks for a code when no amount was ever given", () => {
    expect(screenOf({ ...failed("declined"), amount_asked: null })).toMatchObject({
      next: "another_code",
    });
  });

  test.each([null, "a_reason_of_tomorrow"])(
    "with the reason %s still says where the money is",
    (reason) => {
      expect(screenOf(failed(reason))).toMatchObject({ kind: "not_paid", reason: "other" });
      expect(say("other.money")).toBe("No money was added to your balance");
    },
  );
});

describe("a payment in review", () => {
  const inReview = (reason: string | null): ShownPayment => ({
    ...failed(reason),
    status: "checking",
  });

  test.each(["redeem_unconfirmed", "bought_not_redeemed"] as const)(
    "because of %s says that the money is safe",
    (reason) => {
      expect(screenOf(inReview(reason))).toEqual({ kind: "checking", reason });
      expect(say(`${reason}.money`)).toBe("Your money is safe");
    },
  );

  test("says that the money is safe whatever the reason is", () => {
    expect(screenOf(inReview("a_reason_of_tomorrow"))).toEqual({
      kind: "checking",
      reason: "otherChecking",
    });
    expect(say("otherChecking.money")).toBe("Your money is safe");
  });
});

test("every reason has a sentence about the money and one about why", () => {
  for (const reason of DEPOSIT_REASONS) {
    expect(say(`${reason}.money`).length).toBeGreaterThan(10);
    expect(say(`${reason}.why`).length).toBeGreaterThan(10);
  }
});

describe("an M-Pesa payment", () => {
  const asked: ShownPayment = { ...waiting, method: "mpesa", step: "check_phone" };
  const notPaid = (reason: string | null): ShownPayment => ({
    ...asked,
    status: "not_paid",
    step: null,
    reason,
    new_attempt: "after_wait",
  });
  const sayMpesa = createTranslator({
    locale: "en",
    messages: CATALOGUES.en,
    namespace: "mpesaReasons",
  });
  const ended = MPESA_REASONS.filter((reason) => !MPESA_REVIEW_REASONS.includes(reason));

  test("that waits is shown at its step, whether the phone or M-Pesa has to answer", () => {
    expect(screenOf(asked)).toEqual({ kind: "check_phone" });
    expect(screenOf({ ...asked, step: "asking_mpesa" })).toEqual({ kind: "asking_mpesa" });
  });

  test.each(ended)("that failed because of %s says so, and what comes next", (reason) => {
    expect(screenOf(notPaid(reason))).toEqual({
      kind: "mpesa_not_paid",
      reason,
      next: "after_wait",
    });
    expect(sayMpesa(`${reason}.money`)).toMatch(/^No money /);
  });

  test.each([...MPESA_REVIEW_REASONS, "a_reason_of_tomorrow", null])(
    "that failed because of %s never says that its money is safe, and never asks for a second try",
    (reason) => {
      expect(screenOf({ ...notPaid(reason), new_attempt: null })).toEqual({
        kind: "mpesa_not_paid",
        reason: "other",
        next: "no",
      });
      expect(sayMpesa("other.money")).toMatch(/^No money /);
    },
  );

  test.each(MPESA_REVIEW_REASONS)("in review because of %s says that it is safe", (reason) => {
    const inReview: ShownPayment = { ...notPaid(reason), status: "checking" };
    expect(screenOf(inReview)).toEqual({ kind: "mpesa_checking", reason });
    expect(sayMpesa(`${reason}.money`)).toBe("Your money is safe");
    expect(sayMpesa(`${reason}.why`)).toMatch(/We are checking with M-Pesa\.$/);
  });

  test("in review never names a reason that says where the money is not", () => {
    for (const reason of [...ended, "a_reason_of_tomorrow", null]) {
      expect(screenOf({ ...notPaid(reason), status: "checking" })).toEqual({
        kind: "mpesa_checking",
        reason: "otherChecking",
      });
    }
    expect(sayMpesa("otherChecking.money")).toBe("Your money is safe");
  });

  test("that the customer stopped waiting for says that late money still counts", () => {
    expect(sayMpesa("cancelled_here.why")).toContain("we still add the money");
    expect(sayMpesa("cancelled_here.money")).not.toContain("M-Pesa");
  });
});
