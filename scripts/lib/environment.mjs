import { existsSync } from "node:fs";
import path from "node:path";
import { dataDir, rootDir } from "./paths.mjs";
import { demoSecrets } from "./secrets.mjs";
import { SetupError } from "./setup-error.mjs";
import { ensureSimulatedCertificate, simulatedCertificateFiles } from "./simulated-certificate.mjs";

const LIVE_SETTINGS = {
  DATABASE_URL: "the Postgres server that holds the books",
  NEXTAUTH_SECRET: "signs sessions; make one with: openssl rand -base64 32",
  ENCRYPTION_KEY: "encrypts voucher codes; make one with: openssl rand -base64 32",
  APP_URL: "the https address customers and providers use",
  PV_BASE_URL: "Pesa Voucher's API address",
  PV_APP_URL: "Pesa Voucher's hosted page address",
  PV_MERCHANT_ID: "from Pesa Voucher",
  PV_API_KEY: "from Pesa Voucher",
  PV_API_SECRET: "from Pesa Voucher",
  PV_PREFIX: "the voucher prefix from Pesa Voucher",
  MPESA_CONSUMER_KEY: "from your app on Safaricom's developer portal",
  MPESA_CONSUMER_SECRET: "from your app on Safaricom's developer portal",
  MPESA_SHORT_CODE: "your PayBill number, or the store number of your till",
  MPESA_PASS_KEY: "from Safaricom, for that number",
};

/** Payouts by M-Pesa are off while none of these is set; one of them needs the others. */
const PAYOUT_SETTINGS = {
  MPESA_B2C_SHORT_CODE: "the number that pays withdrawals",
  MPESA_INITIATOR_NAME: "the operator who may pay out from that number",
  MPESA_INITIATOR_PASSWORD: "the operator's; or set MPESA_SECURITY_CREDENTIAL",
  MPESA_CERTIFICATE_FILE: "Safaricom's, with which the operator's password is encrypted",
};
const PAYOUT_CHOICES = [
  "MPESA_B2C_CONSUMER_KEY",
  "MPESA_B2C_CONSUMER_SECRET",
  "MPESA_SECURITY_CREDENTIAL",
];

/** Each simulated provider and the settings that say where that provider is. */
const PROVIDERS = { pesavoucher: ["PV_BASE_URL", "PV_APP_URL"], daraja: ["DARAJA_BASE_URL"] };

/**
 * Puts the settings in place for this process and those it starts: what the shell sets, then .env,
 * then (in demo mode only) working values and generated secrets. Throws a SetupError that names every
 * missing setting of a live shop.
 */
export function loadEnvironment() {
  loadEnvFile();
  for (const [name, value] of Object.entries(process.env)) {
    if (value === "") delete process.env[name];
  }
  process.env.MALIPO_MODE ??= "demo";
  const mode = process.env.MALIPO_MODE;
  if (mode === "live") requireLiveSettings(process.env);
  else if (mode === "demo") fill(process.env, demoSettings(process.env));
  else throw new SetupError(`MALIPO_MODE is "${mode}"; it can be "demo" or "live".`);
  const simulated = mode === "demo" ? simulatedProviders(process.env) : [];
  fill(process.env, simulatedGateway(process.env, simulated));
  fill(process.env, {
    PORT: "3000",
    METRICS_PORT: "9464",
    WORKER_METRICS_PORT: "9465",
    NEXTAUTH_URL: process.env.APP_URL,
    NEXT_TELEMETRY_DISABLED: "1",
  });
  return { mode, simulated };
}

/** Makes what the simulators need and the settings name. Only once the packages are installed. */
export async function prepareSimulators(env) {
  const { keyFile } = simulatedCertificateFiles(dataDir());
  if (env.SANDBOX_KEY_FILE === keyFile) await ensureSimulatedCertificate(dataDir());
}

/** Every setting a live shop lacks, one sentence each; empty when it can start. */
export function missingLiveSettings(env) {
  const problems = Object.entries(LIVE_SETTINGS)
    .filter(([name]) => !env[name])
    .map(([name, meaning]) => `${name} is missing: ${meaning}`);
  for (const name of ["APP_URL", "PV_BASE_URL", "PV_APP_URL", "DARAJA_BASE_URL"]) {
    if (env[name] && !env[name].startsWith("https://")) {
      problems.push(`${name} is "${env[name]}": a live shop needs an https address`);
    }
  }
  if (env.ENCRYPTION_KEY && Buffer.from(env.ENCRYPTION_KEY, "base64").length !== 32) {
    problems.push("ENCRYPTION_KEY is not 32 bytes in base64");
  }
  if (env.PV_API_KEY?.startsWith("pk_test_")) problems.push("PV_API_KEY is a test key");
  return [...problems, ...missingPayoutSettings(env)];
}

function missingPayoutSettings(env) {
  const isSet = (name) => Boolean(env[name]);
  if (![...Object.keys(PAYOUT_SETTINGS), ...PAYOUT_CHOICES].some(isSet)) return [];
  const unneeded = env.MPESA_SECURITY_CREDENTIAL
    ? ["MPESA_INITIATOR_PASSWORD", "MPESA_CERTIFICATE_FILE"]
    : [];
  return Object.entries(PAYOUT_SETTINGS)
    .filter(([name]) => !isSet(name) && !unneeded.includes(name))
    .map(([name, meaning]) => `${name} is missing: ${meaning}`);
}

/**
 * The providers whose addresses point at the sandbox. One that is set to another host is called
 * there, and has no simulator.
 */
export function simulatedProviders(env) {
  const sandbox = new URL(env.SANDBOX_URL).host;
  const pointsThere = (name) => env[name] !== undefined && new URL(env[name]).host === sandbox;
  return Object.keys(PROVIDERS).filter((provider) => PROVIDERS[provider].some(pointsThere));
}

function requireLiveSettings(env) {
  const problems = missingLiveSettings(env);
  if (problems.length === 0) return;
  throw new SetupError(
    `MALIPO_MODE=live cannot start:\n  ${problems.join("\n  ")}\n` +
      "Set them in the environment or in .env; .env.example lists them all.",
  );
}

function demoSettings(env) {
  const port = env.PORT ?? "3000";
  const sandboxPort = env.SANDBOX_PORT ?? "4010";
  const sandboxUrl = env.SANDBOX_URL ?? `http://127.0.0.1:${sandboxPort}`;
  return {
    PORT: port,
    APP_URL: `http://localhost:${port}`,
    SANDBOX_PORT: sandboxPort,
    SANDBOX_URL: sandboxUrl,
    PV_BASE_URL: `${sandboxUrl}/pesavoucher/api/v1`,
    PV_APP_URL: `${sandboxUrl}/pesavoucher`,
    PV_MERCHANT_ID: "malipo-demo-merchant",
    PV_API_KEY: "pk_test_malipo_demo",
    PV_API_SECRET: "sk_test_malipo_demo",
    PV_PREFIX: "MLP",
    // Safaricom's own test host is called only when somebody names it.
    ...(env.MPESA_ENVIRONMENT ? {} : { DARAJA_BASE_URL: `${sandboxUrl}/daraja` }),
    POSTGRES_PORT: "54329",
    ...demoSecrets(),
  };
}

/** The simulated gateway's key pair, unless somebody brings another, or calls another gateway. */
function simulatedGateway(env, simulated) {
  const names = ["SANDBOX_KEY_FILE", "SANDBOX_CERTIFICATE_FILE", "MPESA_CERTIFICATE_FILE"];
  if (!simulated.includes("daraja") || names.some((name) => env[name])) return {};
  const { keyFile, certificateFile } = simulatedCertificateFiles(dataDir());
  return {
    SANDBOX_KEY_FILE: keyFile,
    SANDBOX_CERTIFICATE_FILE: certificateFile,
    MPESA_CERTIFICATE_FILE: certificateFile,
  };
}

function fill(env, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) env[name] ??= value;
  }
}

function loadEnvFile() {
  const file = path.join(rootDir, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}
