import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./ports.mjs";
import { ensureSimulatedCertificate } from "./simulated-certificate.mjs";

const KEPT =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LC_|TMPDIR|TMP|TEMP|TZ|CI|FORCE_COLOR|NO_COLOR|CHROMIUM_PATH|PLAYWRIGHT_|npm_|https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|SYSTEMROOT|APPDATA|LOCALAPPDATA|SIMULATION_)/;

/**
 * An environment without any setting of the shop. What a developer keeps in the shell or in .env,
 * live credentials perhaps, must neither reach the tests nor change what they find.
 */
export function isolatedEnvironment(env) {
  const kept = Object.entries(env).filter(([name]) => KEPT.test(name));
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: "1" };
}

/** The settings of a demo shop of its own, with fresh secrets and free ports. */
export async function demoShopSettings(databaseUrl) {
  const [port, sandboxPort, metricsPort, workerMetricsPort] = await distinctFreePorts(4);
  const appUrl = `http://localhost:${port}`;
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
  const { keyFile, certificateFile } = await ensureSimulatedCertificate(ownFolder());
  return {
    MALIPO_MODE: "demo",
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    APP_URL: appUrl,
    NEXTAUTH_URL: appUrl,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    METRICS_TOKEN: randomBytes(24).toString("base64url"),
    METRICS_PORT: String(metricsPort),
    WORKER_METRICS_PORT: String(workerMetricsPort),
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_URL: sandboxUrl,
    PV_BASE_URL: `${sandboxUrl}/pesavoucher/api/v1`,
    PV_APP_URL: `${sandboxUrl}/pesavoucher`,
    PV_MERCHANT_ID: "malipo-demo-merchant",
    PV_API_KEY: "pk_test_malipo_demo",
    PV_API_SECRET: "sk_test_malipo_demo",
    PV_PREFIX: "MLP",
    DARAJA_BASE_URL: `${sandboxUrl}/daraja`,
    SANDBOX_KEY_FILE: keyFile,
    SANDBOX_CERTIFICATE_FILE: certificateFile,
    MPESA_CERTIFICATE_FILE: certificateFile,
    // Customers in tests do not wait out M-Pesa's minutes; the rules are tested by their own length.
    MPESA_PHONE_INTERVAL_MS: "1000",
    MPESA_SAME_AMOUNT_INTERVAL_MS: "3000",
    LOG_LEVEL: "warn",
  };
}

let folder;

/** For the files of this process's shops; gone when it ends. */
function ownFolder() {
  if (folder) return folder;
  folder = mkdtempSync(path.join(tmpdir(), "malipo-shop-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function distinctFreePorts(count) {
  const ports = new Set();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
