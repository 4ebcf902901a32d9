import { describe, expect, test } from "vitest";
import { parseEnv } from "./env";

const DEMO = {
  DATABASE_URL: "postgresql://malipo@127.0.0.1:5432/malipo",
  NEXTAUTH_SECRET: "a-secret-that-is-long-enough",
  ENCRYPTION_KEY: Buffer.alloc(32, 9).toString("base64"),
};
const LIVE = {
  ...DEMO,
  MALIPO_MODE: "live",
  APP_URL: "https://pay.example.co.ke",
  PV_BASE_URL: "https://payments.pesavoucher.com/api/v1",
  PV_APP_URL: "https://app.pesavoucher.com",
  PV_MERCHANT_ID: "550f8499",
  PV_API_KEY: "pk_live_1",
  PV_API_SECRET: "sk_live_1",
  PV_PREFIX: "LBT",
  MPESA_CONSUMER_KEY: "key-1",
  MPESA_CONSUMER_SECRET: "secret-1",
  MPESA_SHORT_CODE: "600000",
  MPESA_PASS_KEY: "passkey-1",
};
const PAYOUT = {
  MPESA_B2C_SHORT_CODE: "600001",
  MPESA_INITIATOR_NAME: "payer",
  MPESA_INITIATOR_PASSWORD: "Nairobi#2026",
  MPESA_CERTIFICATE_FILE: "/etc/malipo/certificate.cer",
};
const READY = Buffer.alloc(256, 1).toString("base64");

/** The settings of `from` without one of them. */
function without(from: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
}

function payoutOf(settings: Readonly<Record<string, string>>) {
  return parseEnv(settings).mpesa.payout;
}

function problemsOf(settings: Readonly<Record<string, string>>): string {
  try {
    parseEnv(settings);
  } catch (error) {
    return String(error);
  }
  return "";
}

describe("a demo shop", () => {
  const certificate = { MPESA_CERTIFICATE_FILE: ".data/simulated-gateway/certificate.pem" };

  test("pays out with the simulated operator as soon as there is a certificate", () => {
    expect(payoutOf({ ...DEMO, ...certificate })).toEqual({
      shortcode: "600998",
      consumerKey: "malipo-demo-consumer-key",
      consumerSecret: "malipo-demo-consumer-secret",
      initiatorName: "testapi",
      securityCredential: null,
      password: "Malipo#Demo1",
      certificateFile: certificate.MPESA_CERTIFICATE_FILE,
      commandId: "BusinessPayment",
    });
  });

  test("pays nothing out without one", () => {
    expect(payoutOf(DEMO)).toBeNull();
  });

  test("that names a number is told that the certificate is missing", () => {
    const problems = problemsOf({ ...DEMO, MPESA_B2C_SHORT_CODE: "600997" });
    expect(problems).toContain("MPESA_CERTIFICATE_FILE: is missing");
  });

  test("that calls Safaricom's test host never pays out there with the simulated operator", () => {
    expect(payoutOf({ ...DEMO, MPESA_ENVIRONMENT: "sandbox" })).toBeNull();
    const problems = problemsOf({ ...DEMO, ...certificate, MPESA_ENVIRONMENT: "sandbox" });
    expect(problems).toContain("MPESA_B2C_SHORT_CODE: is missing");
  });
});

describe("a live shop", () => {
  test("pays nothing out by M-Pesa when nothing of it is set", () => {
    expect(payoutOf(LIVE)).toBeNull();
    expect(payoutOf({ ...LIVE, MPESA_B2C_COMMAND: "SalaryPayment" })).toBeNull();
  });

  test("pays out with its operator, and with the app that collects unless it has another", () => {
    expect(payoutOf({ ...LIVE, ...PAYOUT })).toEqual({
      shortcode: "600001",
      consumerKey: "key-1",
      consumerSecret: "secret-1",
      initiatorName: "payer",
      securityCredential: null,
      password: "Nairobi#2026",
      certificateFile: "/etc/malipo/certificate.cer",
      commandId: "BusinessPayment",
    });
    const own = { MPESA_B2C_CONSUMER_KEY: "key-2", MPESA_B2C_CONSUMER_SECRET: "secret-2" };
    expect(payoutOf({ ...LIVE, ...PAYOUT, ...own, MPESA_B2C_COMMAND: "PromotionPayment" })).toEqual(
      expect.objectContaining({
        consumerKey: "key-2",
        consumerSecret: "secret-2",
        commandId: "PromotionPayment",
      }),
    );
  });

  test("pays out with a credential from the portal, which needs no password", () => {
    const { MPESA_B2C_SHORT_CODE, MPESA_INITIATOR_NAME } = PAYOUT;
    const ready = { MPESA_B2C_SHORT_CODE, MPESA_INITIATOR_NAME, MPESA_SECURITY_CREDENTIAL: READY };
    expect(payoutOf({ ...LIVE, ...ready })).toMatchObject({
      securityCredential: READY,
      password: null,
      certificateFile: null,
    });
  });

  test.each(Object.keys(PAYOUT))("names %s when the rest is set and it is missing", (name) => {
    expect(problemsOf({ ...LIVE, ...without(PAYOUT, name) })).toContain(`${name}: is missing`);
  });

  test.each([
    "MPESA_B2C_CONSUMER_KEY",
    "MPESA_B2C_CONSUMER_SECRET",
    "MPESA_INITIATOR_NAME",
    "MPESA_INITIATOR_PASSWORD",
    "MPESA_CERTIFICATE_FILE",
  ])("with %s and nothing else is told what number is missing", (name) => {
    expect(problemsOf({ ...LIVE, [name]: "Value1" })).toContain("MPESA_B2C_SHORT_CODE: is missing");
  });

  test("with a number alone is told everything else at once", () => {
    const problems = problemsOf({ ...LIVE, MPESA_B2C_SHORT_CODE: "600001" });
    for (const name of Object.keys(without(PAYOUT, "MPESA_B2C_SHORT_CODE"))) {
      expect(problems).toContain(`${name}: is missing`);
    }
  });

  test.each(["MPESA_B2C_CONSUMER_KEY", "MPESA_B2C_CONSUMER_SECRET"])(
    "with %s alone is told that key and secret belong together",
    (name) => {
      expect(problemsOf({ ...LIVE, ...PAYOUT, [name]: "1" })).toMatch(
        /MPESA_B2C_CONSUMER_(KEY|SECRET): is missing: key and secret belong together/,
      );
    },
  );

  test("with two proofs of one operator is told to give one of them", () => {
    const problems = problemsOf({ ...LIVE, ...PAYOUT, MPESA_SECURITY_CREDENTIAL: READY });
    expect(problems).toContain("MPESA_SECURITY_CREDENTIAL: stands beside");
  });

  test("collects and pays out from one number with one app only", () => {
    const same = { ...LIVE, ...PAYOUT, MPESA_B2C_SHORT_CODE: LIVE.MPESA_SHORT_CODE };
    expect(payoutOf(same)).toMatchObject({ shortcode: LIVE.MPESA_SHORT_CODE });
    const other = { MPESA_B2C_CONSUMER_KEY: "key-2", MPESA_B2C_CONSUMER_SECRET: "secret-1" };
    expect(problemsOf({ ...same, ...other })).toContain("MPESA_B2C_CONSUMER_KEY: differs");
  });
});

describe("what cannot be used is named", () => {
  test.each([
    "Nairobi(1)",
    "Nairobi@2026",
    "Nairobi.2026",
    "Nairobi 2026",
    "Nairobi!",
    "Nairobi/1",
  ])("the password %s holds what M-Pesa takes in none", (MPESA_INITIATOR_PASSWORD) => {
    const problems = problemsOf({ ...LIVE, ...PAYOUT, MPESA_INITIATOR_PASSWORD });
    expect(problems).toContain("MPESA_INITIATOR_PASSWORD: takes letters, digits and # & % $ only");
    expect(problems).not.toContain(MPESA_INITIATOR_PASSWORD);
  });

  test.each(["Nairobi#1", "Nairobi&1", "Nairobi%1", "Nairobi$1"])(
    "the password %s is one",
    (MPESA_INITIATOR_PASSWORD) => {
      expect(problemsOf({ ...LIVE, ...PAYOUT, MPESA_INITIATOR_PASSWORD })).toBe("");
    },
  );

  test.each([
    ["MPESA_B2C_SHORT_CODE", "1234"],
    ["MPESA_B2C_COMMAND", "BusinessPayBill"],
    ["MPESA_SECURITY_CREDENTIAL", "Nairobi#2026"],
    ["MPESA_SECURITY_CREDENTIAL", Buffer.alloc(128, 1).toString("base64")],
  ])("%s=%s", (name, value) => {
    const { MPESA_INITIATOR_PASSWORD: _, ...rest } = PAYOUT;
    const problems = problemsOf({
      ...LIVE,
      ...rest,
      MPESA_SECURITY_CREDENTIAL: READY,
      [name]: value,
    });
    expect(problems.match(/MPESA_\w+(?=:)/g)).toEqual([name]);
  });
});
