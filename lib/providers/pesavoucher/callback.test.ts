import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hasSourceMark,
  parsePurchaseCallback,
  parseRedemptionCallback,
  parseVoucherCreatedCallback,
} from "./callback";

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

describe("a callback about a voucher we issued", () => {
  const CREATED = {
    success: true,
    event: "voucher.created",
    unique_id: "wdr_1",
    transaction_id: "463G4HDIF3",
    voucher_code: "NLV-53SKM7C0HNDSAZAM",
    amount: 750.0,
    currency: "KES",
    email: "asha@duka.co.ke",
    status: "created",
    timestamp: "2025-11-26 14:30:45",
  };
  const READ = {
    uniqueId: "wdr_1",
    transactionId: "463G4HDIF3",
    code: "NLV-53SKM7C0HNDSAZAM",
    amountCents: 75_000n,
    status: "created",
  };
  const words = (said: object) =>
    parseVoucherCreatedCallback({ unique_id: "wdr_1", ...said })?.status;

  test("is read whole, and nothing of it is the receiver's", () => {
    expect(parseVoucherCreatedCallback(CREATED)).toEqual(READ);
  });

  test.each<[name: string, fields: object, read: object]>([
    ["a redemption", { event: "voucher.redeemed", status: "redeemed" }, { status: "redeemed" }],
    ["an amount in text", { amount: "750.00" }, {}],
    ["no amount", { amount: undefined }, { amountCents: null }],
    ["an amount of zero", { amount: 0 }, { amountCents: null }],
    ["a code in small letters", { voucher_code: "nlv-53skm7c0hndsazam" }, {}],
    ["a code nobody can read", { voucher_code: "???" }, { code: null }],
    ["a code that is an object", { voucher_code: {} }, { code: null }],
    ["a reference in digits", { unique_id: 7373737 }, { uniqueId: "7373737" }],
    ["no reference", { unique_id: null }, { uniqueId: null }],
    ["an empty reference", { unique_id: " " }, { uniqueId: null }],
    ["an endless reference", { unique_id: "x".repeat(129) }, { uniqueId: null }],
    ["a reference of two words", { unique_id: "a b" }, { uniqueId: null }],
    ["an id that is a list", { transaction_id: ["x"] }, { transactionId: null }],
    ["more than we know", { data: { deep: [1] } }, {}],
  ])("is read with %s", (_name, fields, read) => {
    expect(parseVoucherCreatedCallback({ ...CREATED, ...fields })).toEqual({ ...READ, ...read });
  });

  test.each<[name: string, body: unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "created"],
    ["a list", [CREATED]],
    ["no name of a voucher", { success: true, status: "created", amount: 750 }],
    ["nothing but bad names", { unique_id: "", transaction_id: {}, voucher_code: "x" }],
    ["a purchase", { success: true, session_id: "s1", payment_id: "p1", amount: 500 }],
  ])("is not made of %s", (_name, body) => {
    expect(parseVoucherCreatedCallback(body)).toBeNull();
  });

  test.each<[said: object, status: string]>([
    [{ status: "created" }, "created"],
    [{ status: "CREATED" }, "created"],
    [{ status: " Issued " }, "created"],
    [{ event: "voucher.created" }, "created"],
    [{ event: "voucher_created" }, "created"],
    [{ success: true }, "created"],
    [{ success: true, status: "success" }, "created"],
    [{ status: "SUCCESS" }, "created"],
    [{ success: true, event: "", status: null }, "created"],
    [{ event: "voucher.redeemed" }, "redeemed"],
    [{ event: "VOUCHER.REDEEMED", status: "success" }, "redeemed"],
    [{ event: "voucher.redeemed", status: "completed", success: true }, "redeemed"],
    [{ event: "voucher.updated", status: "redeemed" }, "redeemed"],
    [{ status: "used" }, "redeemed"],
    [{ success: false }, "failed"],
    [{ success: false, status: "failed", event: "voucher.failed" }, "failed"],
    [{ success: false, error: "User not found" }, "failed"],
    [{ status: "failed" }, "failed"],
    [{ success: true, status: "failed" }, "other"],
    [{ success: false, status: "created" }, "other"],
    [{ success: false, event: "voucher.redeemed" }, "other"],
    [{ success: false, status: "viewed" }, "other"],
    [{ event: "voucher.created", status: "redeemed" }, "other"],
    [{ event: "voucher.created", status: "failed" }, "other"],
    [{ event: "voucher.viewed", success: true }, "other"],
    [{ status: "pending" }, "other"],
    [{ status: "expired", success: true }, "other"],
    [{ status: "cancelled" }, "other"],
    [{ status: "not_created" }, "other"],
    [{ status: "not redeemed" }, "other"],
    [{}, "other"],
    [{ success: "false" }, "other"],
    [{ success: null }, "other"],
    [{ status: 1, event: {} }, "other"],
  ])("that says %j is %s", (said, status) => {
    expect(words(said)).toBe(status);
  });

  test("never throws, whatever arrives", () => {
    const loose = fc.record({
      success: fc.anything(),
      event: fc.anything(),
      status: fc.anything(),
      unique_id: fc.anything(),
      transaction_id: fc.anything(),
      voucher_code: fc.anything(),
      amount: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), loose), (body) => {
        parseVoucherCreatedCallback(body);
      }),
    );
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
