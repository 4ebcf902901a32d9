import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasSourceMark, parsePurchaseCallback, parseRedemptionCallback } from "./callback";

const FULL = {
  success: true,
  voucher_code: "MLP-ABCD1234EFGH5678",
  payment_id: "45cfa41f-0000-4000-8000-000000000001",
  session_id: "5b6c1b0e-0000-4000-8000-000000000001",
  amount: 500.0,
  currency: "KES",
  mpesa_receipt: "QGH2XK9ABC",
  timestamp: "2025-11-26 14:30:45",
};

describe("a purchase callback", () => {
  test("is read in the documented form", () => {
    expect(parsePurchaseCallback(FULL)).toEqual({
      succeeded: true,
      sessionId: FULL.session_id,
      code: FULL.voucher_code,
      paymentId: FULL.payment_id,
      mpesaReceipt: FULL.mpesa_receipt,
      amountCents: 50_000n,
    });
  });

  test("needs only success and session when it reports a failure", () => {
    expect(parsePurchaseCallback({ success: false, session_id: "s1" })).toEqual({
      succeeded: false,
      sessionId: "s1",
      code: null,
      paymentId: null,
      mpesaReceipt: null,
      amountCents: null,
    });
  });

  test("may carry its failure's payment id, amount, words and more", () => {
    const body = { ...FULL, success: false, voucher_code: null, error: "Insufficient funds." };
    expect(parsePurchaseCallback(body)).toMatchObject({
      succeeded: false,
      code: null,
      paymentId: FULL.payment_id,
    });
  });

  test.each([500, 500.0, "500", "500.00", " 500.00 "])("reads the amount %j", (amount) => {
    expect(parsePurchaseCallback({ ...FULL, amount })?.amountCents).toBe(50_000n);
  });

  test.each([0, -5, "five", "500.005", null, undefined, [], {}, true])(
    "is still read when its amount is %j, for its amount is not believed anyway",
    (amount) => {
      const callback = parsePurchaseCallback({ ...FULL, amount });
      expect(callback).toMatchObject({ code: FULL.voucher_code, amountCents: null });
    },
  );

  test.each([
    ["mpesa_receipt", { mpesa_receipt: "QGH2XK9ABC" }],
    ["mpesa_receipt_number", { mpesa_receipt_number: "QGH2XK9ABC" }],
    ["both", { mpesa_receipt: "QGH2XK9ABC", mpesa_receipt_number: "QGH2XK9ABC" }],
    [
      "an empty one beside a real one",
      { mpesa_receipt: " ", mpesa_receipt_number: " QGH2XK9ABC " },
    ],
  ])("finds the M-Pesa receipt under %s", (_name, names) => {
    const { mpesa_receipt: _, ...rest } = FULL;
    expect(parsePurchaseCallback({ ...rest, ...names })?.mpesaReceipt).toBe("QGH2XK9ABC");
  });

  test.each([
    ["a UUID", "550e8400-e29b-41d4-a716-446655440000"],
    ["a UUID with letters no UUID has", "550g8400-h29i-41j4-k716-446655440000"],
    ["a word", "PV-XYZ-987654321"],
    ["a number", 12_345],
    ["128 characters", "p".repeat(128)],
  ])("takes %s for a payment id, for the provider calls it opaque", (_name, paymentId) => {
    const callback = parsePurchaseCallback({ ...FULL, payment_id: paymentId });
    expect(callback?.paymentId).toBe(String(paymentId));
  });

  test.each([
    ["a zone-less time", "2025-11-26 14:30:45"],
    ["fourteen digits", "20251126143045"],
    ["an ISO time", "2025-11-26T14:30:45Z"],
    ["nonsense", "yesterday"],
    ["a number", 1_763_700_000],
    ["nothing", undefined],
  ])("does not care that its timestamp is %s", (_name, timestamp) => {
    expect(parsePurchaseCallback({ ...FULL, timestamp })).not.toBeNull();
  });

  test("keeps a code whole whatever its case, and never folds 0 into O", () => {
    for (const [sent, read] of [
      ["lbt-abcd1234efgh56", "LBT-ABCD1234EFGH56"],
      [" MLP-000000000000000O ", "MLP-000000000000000O"],
    ]) {
      expect(parsePurchaseCallback({ ...FULL, voucher_code: sent })?.code).toBe(read);
    }
  });

  test("of success with an unreadable code still names the payment to ask about", () => {
    const callback = parsePurchaseCallback({ ...FULL, voucher_code: "???" });
    expect(callback).toMatchObject({ succeeded: true, code: null, paymentId: FULL.payment_id });
  });

  test.each([
    ["fields nobody documented", { ...FULL, event: "deposit.success", metadata: { a: [1] } }],
    ["null where a field could be absent", { ...FULL, mpesa_receipt: null, currency: null }],
  ])("is read despite %s", (_name, body) => {
    expect(parsePurchaseCallback(body)).toMatchObject({ code: FULL.voucher_code });
  });

  test.each<[name: string, body: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "success"],
    ["a list", [FULL]],
    ["no session", { ...FULL, session_id: undefined }],
    ["an empty session", { ...FULL, session_id: "" }],
    ["an endless session", { ...FULL, session_id: "s".repeat(129) }],
    ["an endless payment id", { ...FULL, payment_id: "p".repeat(129) }],
    ["no success flag", { ...FULL, success: undefined }],
    ["success in words", { ...FULL, success: "true" }],
    ["success with neither code nor payment id", { success: true, session_id: "s1" }],
    ["an STK webhook", { payment_id: "p", checkout_request_id: "ws_CO_1", status: "Success" }],
    ["a B2C webhook", { payment_id: "p", conversation_id: "AG_1", status: "Success" }],
  ])("is not made of %s", (_name, body) => {
    expect(parsePurchaseCallback(body)).toBeNull();
  });

  test("never throws, whatever arrives", () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        parsePurchaseCallback(body);
        parseRedemptionCallback(body);
      }),
    );
    const loose = fc.record({
      success: fc.anything(),
      session_id: fc.anything(),
      voucher_code: fc.anything(),
      payment_id: fc.anything(),
      amount: fc.anything(),
    });
    fc.assert(
      fc.property(loose, (body) => {
        parsePurchaseCallback(body);
        parseRedemptionCallback(body);
      }),
    );
  });
});

describe("a redemption callback", () => {
  test.each<[name: string, body: unknown]>([
    ["code and amount", { voucher_code: FULL.voucher_code, amount: 500 }],
    ["an amount in text", { voucher_code: FULL.voucher_code, amount: "500.00" }],
    ["a success flag", { success: true, voucher_code: FULL.voucher_code, amount: 500 }],
    ["more than we know", { ...FULL, redeemed_by: "usr_1", event: "voucher.redeemed" }],
  ])("is read from %s", (_name, body) => {
    expect(parseRedemptionCallback(body)).toEqual({
      code: FULL.voucher_code,
      amountCents: 50_000n,
    });
  });

  test("without a readable amount proves nothing about the amount", () => {
    for (const amount of [undefined, null, 0, -1, "many"]) {
      const callback = parseRedemptionCallback({ voucher_code: FULL.voucher_code, amount });
      expect(callback).toEqual({ code: FULL.voucher_code, amountCents: null });
    }
  });

  test.each<[name: string, body: unknown]>([
    ["a failure", { success: false, voucher_code: FULL.voucher_code, amount: 500 }],
    ["no code", { success: true, amount: 500 }],
    ["no readable code", { voucher_code: "???", amount: 500 }],
    ["null", null],
  ])("is not made of %s", (_name, body) => {
    expect(parseRedemptionCallback(body)).toBeNull();
  });
});

describe("the provider's mark", () => {
  test.each(["Pesavoucher", "pesavoucher", "PESAVOUCHER", " Pesavoucher "])(
    "may read %j",
    (mark) => {
      expect(hasSourceMark(new Headers({ "X-Callback-Source": mark }))).toBe(true);
    },
  );

  test.each([undefined, "", "Pesapal", "Pesavoucher2", "not Pesavoucher"])(
    "may not read %j",
    (mark) => {
      const headers = new Headers(mark === undefined ? {} : { "x-callback-source": mark });
      expect(hasSourceMark(headers)).toBe(false);
    },
  );
});
