import { expect, test } from "vitest";
import { paymentFingerprint } from "./payment-fingerprint";

const prompt = {
  phone: "0712 *** 678",
  sent_at: "2026-11-21T11:00:00.000Z",
  retry_at: "2026-11-21T11:02:00.000Z",
  paid_at: null,
};
const payment = { status: "waiting", step: "check_phone", provider_receipt: null, prompt };
const shown = paymentFingerprint(payment);

test.each([
  ["the step", { step: "asking_mpesa" }],
  ["the status", { status: "paid" }],
  ["why it failed", { reason: "cancelled" }],
  ["what may be tried next", { new_attempt: "after_wait" }],
  ["the receipt that came later", { provider_receipt: "SKL1AB2CD3" }],
  ["what went back of it", { given_back: [{ amount: "200.00" }] }],
  ["when the prompt was sent", { prompt: { ...prompt, sent_at: "2026-11-21T11:00:01.000Z" } }],
  ["when M-Pesa says it was paid", { prompt: { ...prompt, paid_at: "2026-11-21T11:00:20.000Z" } }],
  ["when the phone may be asked again", { prompt: { ...prompt, retry_at: prompt.sent_at } }],
])("a page that shows %s is rendered again when it changes", (_, change) => {
  expect(paymentFingerprint({ ...payment, ...change })).not.toBe(shown);
});

const payout = { receiver: null, redeemed_at: null, approve_before: "2026-11-22T11:00:00.000Z" };

test.each([
  ["whom the money reached", { receiver: "J*** D**" }],
  ["when the voucher was used", { redeemed_at: "2026-11-21T12:00:00.000Z" }],
  ["until when it may be approved", { approve_before: null }],
])("a page that shows %s of money going out is rendered again when it changes", (_, change) => {
  const going = { status: "waiting", step: "approval", prompt: null, payout };
  expect(paymentFingerprint({ ...going, payout: { ...payout, ...change } })).not.toBe(
    paymentFingerprint(going),
  );
});

test("the same payment compares as the same, in whatever order its fields came", () => {
  const turned = Object.fromEntries(Object.entries(prompt).reverse());
  expect(paymentFingerprint({ prompt: turned, step: "check_phone", status: "waiting" })).toBe(
    shown,
  );
});

test("a payment of another method has no prompt, and compares all the same", () => {
  expect(paymentFingerprint({ status: "paid", prompt: null })).toBe(
    paymentFingerprint({ status: "paid" }),
  );
});
