import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missingLiveSettings, simulatedProviders } from "./environment.mjs";
import { freePort } from "./ports.mjs";
import { requireFreePorts } from "./shop.mjs";

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
