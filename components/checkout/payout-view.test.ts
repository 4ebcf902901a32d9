import { createTranslator } from "next-intl";
import { describe, expect, test } from "vitest";
import { CATALOGUES } from "@/lib/i18n/catalogues";
import { LOCALES } from "@/lib/i18n/locales";
import { WITHDRAWAL_REASONS, WITHDRAWAL_REVIEW_REASONS } from "@/lib/payments/schemas";
import { payoutScreenOf, type ShownPayout } from "./payout-view";

const waiting: ShownPayout = { method: "mpesa", status: "waiting", step: "queued", reason: null };
const notPaid = (reason: string | null): ShownPayout => ({
  ...waiting,
  status: "not_paid",
  step: null,
  reason,
});
const inReview = (reason: string | null): ShownPayout => ({
  ...notPaid(reason),
  status: "checking",
});

const open: readonly string[] = WITHDRAWAL_REVIEW_REASONS;
const ended = WITHDRAWAL_REASONS.filter((reason) => !open.includes(reason));

describe("money on its way out", () => {
  test.each(["approval", "queued"] as const)("at the step %s may be taken back", (step) => {
    expect(payoutScreenOf({ ...waiting, step })).toEqual({
      kind: "waiting",
      step,
      canCancel: true,
    });
  });

  test.each(["sending", "asking_provider"] as const)(
    "at the step %s is never offered to be taken back: a provider may have paid it",
    (step) => {
      expect(payoutScreenOf({ ...waiting, step })).toEqual({
        kind: "waiting",
        step,
        canCancel: false,
      });
    },
  );

  test.each([null, "check_phone" as const])("at the unknown step %s is not either", (step) => {
    expect(payoutScreenOf({ ...waiting, step })).toMatchObject({
      step: "sending",
      canCancel: false,
    });
  });

  test("that arrived is shown as paid", () => {
    expect(payoutScreenOf({ ...waiting, status: "paid", step: null })).toEqual({ kind: "paid" });
  });
});

describe("money that came back", () => {
  test.each(ended)("because of %s says so, and what to do", (reason) => {
    const screen = payoutScreenOf(notPaid(reason));
    expect(screen).toMatchObject({ kind: "not_paid", reason });
  });

  test.each([
    ["email_not_registered", "other_email"],
    ["phone_not_registered", "other_phone"],
    ["phone_refused", "other_phone"],
    ["receiver_limit", "other_phone"],
    ["receiver_full", "other_phone"],
    ["receiver_inactive", "other_phone"],
    ["amount_too_small", "other_amount"],
    ["amount_too_large", "other_amount"],
    ["float_empty", "other_method"],
    ["float_low", "other_method"],
    ["merchant_setup", "other_method"],
    ["declined", "other_method"],
    ["provider_busy", "again"],
    ["not_sent", "again"],
    ["cancelled", "again"],
    ["rejected", "again"],
    ["approval_expired", "again"],
  ])("because of %s is helped by: %s", (reason, next) => {
    expect(payoutScreenOf(notPaid(reason))).toMatchObject({ next });
  });

  test("by a fault of the customer's own never sends them to the merchant", () => {
    for (const reason of ["email_not_registered", "phone_refused", "cancelled", "receiver_full"]) {
      expect(payoutScreenOf(notPaid(reason))).toMatchObject({ isOurs: false });
    }
    for (const reason of ["float_empty", "merchant_setup", "declined", "rejected"]) {
      expect(payoutScreenOf(notPaid(reason))).toMatchObject({ isOurs: true });
    }
  });

  test.each([...open, "a_reason_of_tomorrow", null])(
    "with the reason %s never says that it is safe and being checked",
    (reason) => {
      expect(payoutScreenOf(notPaid(reason))).toEqual({
        kind: "not_paid",
        reason: "other",
        next: "again",
        isOurs: true,
      });
    },
  );
});

describe("money that nobody can tell of", () => {
  test.each(WITHDRAWAL_REVIEW_REASONS)("because of %s says so", (reason) => {
    expect(payoutScreenOf(inReview(reason))).toMatchObject({ kind: "checking", reason });
  });

  test.each([...ended, "a_reason_of_tomorrow", null])(
    "with the reason %s never names one that says where the money is",
    (reason) => {
      expect(payoutScreenOf(inReview(reason))).toEqual({
        kind: "checking",
        reason: "otherChecking",
        isSetAside: true,
      });
    },
  );

  test("is not called set aside when it may have been given back before", () => {
    expect(payoutScreenOf(inReview("contradiction"))).toMatchObject({ isSetAside: false });
  });
});

describe.each(LOCALES)("in the language %s", (locale) => {
  const reasons = createTranslator({
    locale,
    messages: CATALOGUES[locale],
    namespace: "payoutReasons",
    onError: (error) => {
      throw error;
    },
  });

  test("every reason has a sentence for people", () => {
    for (const reason of [...WITHDRAWAL_REASONS, "other", "otherChecking"] as const) {
      expect(reasons(reason, { to: "a***@duka.co.ke", provider: "M-Pesa" }).length).toBeGreaterThan(
        10,
      );
    }
  });

  test("a reason that leaves the money open promises nothing about it", () => {
    for (const reason of [...WITHDRAWAL_REVIEW_REASONS, "otherChecking"] as const) {
      const said = reasons(reason, { to: "0712 *** 678", provider: "M-Pesa" });
      expect(said).not.toMatch(/is back|came back|imerudi|zimerudi/i);
      expect(said).toMatch(/M-Pesa/);
    }
  });
});
