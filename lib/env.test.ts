import { describe, expect, test } from "vitest";
import { env, parseEnv } from "./env";

const KEY = Buffer.alloc(32, 9).toString("base64");
const DEMO = {
  DATABASE_URL: "postgresql://malipo@127.0.0.1:5432/malipo",
  NEXTAUTH_SECRET: "a-secret-that-is-long-enough",
  ENCRYPTION_KEY: KEY,
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

/** The settings of `from` without one of them. */
function without(from: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== name));
}

function problemsOf(settings: Readonly<Record<string, string | undefined>>): string {
  try {
    parseEnv(settings);
  } catch (error) {
    return String(error);
  }
  return "";
}

describe("demo mode", () => {
  test("needs a database and two secrets, and nothing else", () => {
    const settings = parseEnv(DEMO);
    expect(settings).toMatchObject({
      mode: "demo",
      appUrl: "http://localhost:3000",
      sandboxUrl: "http://127.0.0.1:4010",
      trustedProxyHops: 0,
      pesavoucher: {
        baseUrl: "http://127.0.0.1:4010/pesavoucher/api/v1",
        appUrl: "http://127.0.0.1:4010/pesavoucher",
        prefix: "MLP",
        callbackSources: null,
      },
      mpesa: {
        environment: "simulated",
        baseUrl: "http://127.0.0.1:4010/daraja",
        shortcode: "174379",
        tillNumber: null,
        callbackSources: null,
      },
    });
  });

  test("moves every sandbox address with its port", () => {
    const { sandboxUrl, pesavoucher } = parseEnv({ ...DEMO, SANDBOX_PORT: "5010" });
    expect(sandboxUrl).toBe("http://127.0.0.1:5010");
    expect(pesavoucher.baseUrl).toBe("http://127.0.0.1:5010/pesavoucher/api/v1");
    expect(pesavoucher.appUrl).toBe("http://127.0.0.1:5010/pesavoucher");
  });

  test("calls Safaricom's test host only when it is named", () => {
    const { mpesa } = parseEnv({ ...DEMO, MPESA_ENVIRONMENT: "sandbox" });
    expect(mpesa).toMatchObject({
      environment: "sandbox",
      baseUrl: "https://sandbox.safaricom.co.ke",
    });
  });

  test("counts an empty value as absent, as .env files leave them", () => {
    const settings = parseEnv({ ...DEMO, MALIPO_MODE: "", PV_BASE_URL: "", METRICS_TOKEN: "" });
    expect(settings.mode).toBe("demo");
    expect(settings.metricsToken).toBeNull();
  });

  test("drops slashes at the end, so that addresses join cleanly", () => {
    expect(parseEnv({ ...DEMO, APP_URL: "http://shop.test//" }).appUrl).toBe("http://shop.test");
  });

  test("may restrict callback sources as live mode does", () => {
    const { pesavoucher } = parseEnv({
      ...DEMO,
      PV_CALLBACK_SOURCES: "10.0.0.1, 10.0.0.2\n10.0.0.3",
    });
    expect(pesavoucher.callbackSources).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
  });
});

describe("a setting that cannot be used", () => {
  test.each([
    ["DATABASE_URL", undefined],
    ["DATABASE_URL", "not an address"],
    ["NEXTAUTH_SECRET", undefined],
    ["NEXTAUTH_SECRET", "short"],
    ["ENCRYPTION_KEY", undefined],
    ["ENCRYPTION_KEY", Buffer.alloc(16).toString("base64")],
    ["ENCRYPTION_KEY", "not base64 of 32 bytes"],
    ["MALIPO_MODE", "production"],
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PORT", "http"],
    ["APP_URL", "shop"],
    ["PV_PREFIX", "mlp"],
    ["PV_PREFIX", "M"],
    ["PV_TIMEOUT_MS", "0"],
    ["DATABASE_POOL_MAX", "1"],
    ["TRUSTED_PROXY_HOPS", "-1"],
    ["METRICS_TOKEN", "short"],
    ["LOG_LEVEL", "loud"],
    ["MPESA_ENVIRONMENT", "live"],
    ["MPESA_SHORT_CODE", "1234"],
    ["MPESA_TILL_NUMBER", "till"],
    ["MPESA_CALLS_PER_SECOND", "0"],
    ["MPESA_TIMEOUT_MS", "50"],
    ["MPESA_PHONE_INTERVAL_MS", "-1"],
  ])("%s=%s is named", (name, value) => {
    expect(problemsOf({ ...DEMO, [name]: value })).toContain(name);
  });

  test("is named together with every other one, not one at a time", () => {
    const problems = problemsOf({ PORT: "no" });
    for (const name of ["DATABASE_URL", "NEXTAUTH_SECRET", "ENCRYPTION_KEY", "PORT"]) {
      expect(problems).toContain(name);
    }
  });

  test("is named without its value: settings are secrets", () => {
    const problems = problemsOf({ ...DEMO, ENCRYPTION_KEY: "c2VjcmV0", NEXTAUTH_SECRET: "hush" });
    expect(problems).not.toMatch(/c2VjcmV0|hush/);
  });
});

describe("live mode", () => {
  test("starts with settings somebody chose, and lists the provider's addresses", () => {
    const settings = parseEnv(LIVE);
    expect(settings.mode).toBe("live");
    expect(settings.pesavoucher.callbackSources).toEqual([
      "216.219.95.54",
      "196.201.214.206",
      "196.201.214.207",
    ]);
  });

  test.each(Object.keys(without(LIVE, "MALIPO_MODE")))("names %s when it is missing", (name) => {
    expect(problemsOf(without(LIVE, name))).toContain(`${name}:`);
  });

  test("names everything of the provider's that is missing at once", () => {
    const problems = problemsOf({ ...DEMO, MALIPO_MODE: "live" });
    const needed = ["APP_URL", "PV_BASE_URL", "PV_APP_URL", "PV_MERCHANT_ID"].concat([
      "PV_API_KEY",
      "PV_API_SECRET",
      "PV_PREFIX",
      "MPESA_CONSUMER_KEY",
      "MPESA_CONSUMER_SECRET",
      "MPESA_SHORT_CODE",
      "MPESA_PASS_KEY",
    ]);
    for (const name of needed) expect(problems).toContain(`${name}: is missing`);
  });

  test("asks money of the real M-Pesa and lists Safaricom's addresses", () => {
    const { mpesa } = parseEnv(LIVE);
    expect(mpesa).toMatchObject({
      environment: "production",
      baseUrl: "https://api.safaricom.co.ke",
    });
    expect(mpesa.callbackSources).toHaveLength(14);
    expect(mpesa.callbackSources).toContain("196.201.212.69");
  });

  test("refuses the test host and the passkey everybody knows", () => {
    const passkey = parseEnv(DEMO).mpesa.passkey;
    const problems = problemsOf({ ...LIVE, MPESA_ENVIRONMENT: "sandbox", MPESA_PASS_KEY: passkey });
    expect(problems).toContain("MPESA_ENVIRONMENT:");
    expect(problems).toContain("MPESA_PASS_KEY:");
  });

  test.each(["https://mpesa.example.com", "https://pay.example.com/SQL"])(
    "refuses %s, for Safaricom would not call back there",
    (APP_URL) => expect(problemsOf({ ...LIVE, APP_URL })).toContain("APP_URL: holds a word"),
  );

  test.each(["APP_URL", "PV_BASE_URL", "PV_APP_URL", "DARAJA_BASE_URL"])(
    "refuses %s without https",
    (name) => {
      const problems = problemsOf({ ...LIVE, [name]: "http://pay.example.co.ke" });
      expect(problems).toContain(`${name}: must be https`);
    },
  );

  test.each(["pk_test_malipo_demo", "sk_test_malipo_demo"])("refuses the test key %s", (key) => {
    expect(problemsOf({ ...LIVE, PV_API_KEY: key })).toContain("PV_API_KEY: is a test key");
  });
});

test("a process reads its settings once", () => {
  const first = env();
  process.env.APP_URL = "http://elsewhere.test";
  expect(env()).toBe(first);
});
