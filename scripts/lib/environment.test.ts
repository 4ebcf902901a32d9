import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { missingLiveSettings, simulatedProviders } from "./environment.mjs";
import { freePort } from "./ports.mjs";
import { requireFreePorts } from "./shop.mjs";

const OF_A_GATEWAY = [
  "MALIPO_MODE",
  "SANDBOX_URL",
  "SANDBOX_KEY_FILE",
  "SANDBOX_CERTIFICATE_FILE",
  "MPESA_ENVIRONMENT",
  "MPESA_CERTIFICATE_FILE",
  "DARAJA_BASE_URL",
];
const SETTINGS = z.record(z.string(), z.string());
const PAYOUT = {
  MPESA_B2C_SHORT_CODE: "600998",
  MPESA_INITIATOR_NAME: "payer",
  MPESA_INITIATOR_PASSWORD: "Password#1",
  MPESA_CERTIFICATE_FILE: "/etc/malipo/certificate.cer",
};
const LIVE = {
  DATABASE_URL: "postgresql://shop@db.example.com/shop",
  NEXTAUTH_SECRET: "x".repeat(40),
  ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
  APP_URL: "https://pay.example.com",
  PV_BASE_URL: "https://payments.example.com/api/v1",
  PV_APP_URL: "https://app.example.com",
  PV_MERCHANT_ID: "shop",
  PV_API_KEY: "pk_live_1",
  PV_API_SECRET: "sk_live_1",
  PV_PREFIX: "SHP",
  MPESA_CONSUMER_KEY: "key-1",
  MPESA_CONSUMER_SECRET: "secret-1",
  MPESA_SHORT_CODE: "600000",
  MPESA_PASS_KEY: "passkey-1",
};

describe("a live shop", () => {
  test("starts with every setting in place", () => {
    expect(missingLiveSettings(LIVE)).toEqual([]);
  });

  test.each(Object.keys(LIVE))("is told that %s is missing", (name) => {
    const problems = missingLiveSettings({ ...LIVE, [name]: undefined });

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} is missing`));
  });

  test.each([
    ["an address without https", { APP_URL: "http://pay.example.com" }, /APP_URL is .* https/],
    [
      "a provider without https",
      { PV_BASE_URL: "http://127.0.0.1:4010/v1" },
      /PV_BASE_URL is .* https/,
    ],
    [
      "M-Pesa without https",
      { DARAJA_BASE_URL: "http://127.0.0.1:4010/daraja" },
      /DARAJA_BASE_URL is .* https/,
    ],
    ["a short encryption key", { ENCRYPTION_KEY: "c2hvcnQ=" }, /ENCRYPTION_KEY is not 32 bytes/],
    ["a test key", { PV_API_KEY: "pk_test_1" }, /PV_API_KEY is a test key/],
  ])("refuses %s", (_, change, expected) => {
    expect(missingLiveSettings({ ...LIVE, ...change })).toEqual([expect.stringMatching(expected)]);
  });
});

describe("a live shop that pays out by M-Pesa", () => {
  test("has a number, an operator, a password and what encrypts it", () => {
    expect(missingLiveSettings({ ...LIVE, ...PAYOUT })).toEqual([]);
  });

  test.each(Object.keys(PAYOUT))("is told that %s is missing", (name) => {
    const problems = missingLiveSettings({ ...LIVE, ...PAYOUT, [name]: undefined });

    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} is missing: `))]);
  });

  test.each([
    "MPESA_B2C_CONSUMER_KEY",
    "MPESA_B2C_CONSUMER_SECRET",
    "MPESA_SECURITY_CREDENTIAL",
    ...Object.keys(PAYOUT),
  ])("is told the rest when it sets %s alone", (name) => {
    const problems = missingLiveSettings({ ...LIVE, [name]: "1" }).join("\n");

    for (const needed of ["MPESA_B2C_SHORT_CODE", "MPESA_INITIATOR_NAME"]) {
      if (needed !== name) expect(problems).toContain(`${needed} is missing`);
    }
  });

  test("needs neither password nor certificate with a credential from the portal", () => {
    const { MPESA_B2C_SHORT_CODE, MPESA_INITIATOR_NAME } = PAYOUT;
    const ready = { MPESA_B2C_SHORT_CODE, MPESA_INITIATOR_NAME, MPESA_SECURITY_CREDENTIAL: "x" };

    expect(missingLiveSettings({ ...LIVE, ...ready })).toEqual([]);
  });
});

describe("the simulated gateway's key pair", () => {
  let dataDir = "";

  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), "malipo-pair-"));
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  /** What a program started by scripts/run.mjs finds in these settings. */
  function settingsOf(settings: Record<string, string>): Record<string, string> {
    const code = [
      'import { loadEnvironment, prepareSimulators } from "./scripts/lib/environment.mjs";',
      "loadEnvironment();",
      "await prepareSimulators(process.env);",
      "process.stdout.write(JSON.stringify(process.env));",
    ].join("\n");
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      encoding: "utf8",
      env: {
        NODE_ENV: "test",
        PATH: process.env.PATH,
        MALIPO_DATA_DIR: dataDir,
        // Empty counts as absent, and keeps away what a developer has in .env.
        ...Object.fromEntries(OF_A_GATEWAY.map((name) => [name, ""])),
        ...settings,
      },
    });
    expect(stderr).toBe("");
    return SETTINGS.parse(JSON.parse(stdout));
  }

  test("is made, and the settings of the shop and of the gateway name the same one", () => {
    const settings = settingsOf({});
    const { SANDBOX_CERTIFICATE_FILE, SANDBOX_KEY_FILE = "", MPESA_CERTIFICATE_FILE } = settings;

    expect(MPESA_CERTIFICATE_FILE).toBe(SANDBOX_CERTIFICATE_FILE);
    expect(existsSync(MPESA_CERTIFICATE_FILE ?? "")).toBe(true);
    expect(SANDBOX_KEY_FILE.startsWith(dataDir)).toBe(true);
    expect(existsSync(SANDBOX_KEY_FILE)).toBe(true);
  });

  test.each([
    ["Safaricom's test host is called", { MPESA_ENVIRONMENT: "sandbox" }],
    ["another gateway is called", { DARAJA_BASE_URL: "https://gateway.example.com" }],
    ["somebody brings a certificate", { MPESA_CERTIFICATE_FILE: "/etc/malipo/other.cer" }],
  ])("is not made when %s", (_, settings) => {
    expect(settingsOf(settings).SANDBOX_KEY_FILE).toBeUndefined();
    expect(existsSync(path.join(dataDir, "simulated-gateway"))).toBe(false);
  });
});

describe("npm start in live mode", () => {
  let dataDir = "";

  beforeEach(() => {
    dataDir = mkdtempSync(path.join(tmpdir(), "malipo-live-"));
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  test("ends at once, names everything that is missing and makes no secrets", () => {
    const empty = Object.fromEntries(Object.keys(LIVE).map((name) => [name, ""]));
    const { status, stderr } = spawnSync(process.execPath, ["scripts/start.mjs"], {
      encoding: "utf8",
      env: {
        NODE_ENV: "test",
        PATH: process.env.PATH,
        ...empty,
        MALIPO_MODE: "live",
        MALIPO_DATA_DIR: dataDir,
      },
    });

    expect(status).toBe(1);
    for (const name of Object.keys(LIVE)) expect(stderr).toContain(`${name} is missing`);
    expect(existsSync(path.join(dataDir, "secrets.json"))).toBe(false);
  });
});

describe("simulated providers", () => {
  const sandbox = { SANDBOX_URL: "http://127.0.0.1:4010" };

  test("are those whose addresses point at the sandbox", () => {
    const PV_BASE_URL = "http://127.0.0.1:4010/pesavoucher/api/v1";
    expect(simulatedProviders({ ...sandbox, PV_BASE_URL })).toEqual(["pesavoucher"]);
    const DARAJA_BASE_URL = "http://127.0.0.1:4010/daraja";
    expect(simulatedProviders({ ...sandbox, DARAJA_BASE_URL })).toEqual(["daraja"]);
  });

  test("are none when the provider lives elsewhere", () => {
    const elsewhere = "https://sandbox.payments.example.com";
    expect(
      simulatedProviders({ ...sandbox, PV_BASE_URL: elsewhere, PV_APP_URL: elsewhere }),
    ).toEqual([]);
  });
});

test("a taken port is named together with the setting that moves it", async () => {
  const port = await freePort();
  const neighbour = createServer();
  await new Promise<void>((resolve) => neighbour.listen(port, "127.0.0.1", resolve));
  const env = {
    PORT: String(port),
    SANDBOX_PORT: "0",
    METRICS_PORT: "0",
    WORKER_METRICS_PORT: "0",
  };

  try {
    await expect(requireFreePorts(env, ["pesavoucher"])).rejects.toThrow(
      `Port ${port} (the shop) is taken. Stop what uses it, or set PORT to another.`,
    );
    await expect(requireFreePorts({ ...env, PORT: "0" }, [])).resolves.toBeUndefined();
  } finally {
    neighbour.close();
  }
});
