import { z } from "zod";
import { parseKenyanPhone } from "./kit/phone";
import { payoutSettings, problemsOfPayout, readPayoutSettings } from "./payout-settings";

const SANDBOX_PORT_DEFAULT = 4010;

const port = z.coerce.number().int().min(1).max(65_535);
const url = z.url().transform((value) => value.replace(/\/+$/, ""));
const phone = z.string().transform((typed, issues) => {
  const parsed = parseKenyanPhone(typed);
  if (parsed === null) issues.addIssue({ code: "custom", message: "is no Kenyan phone number" });
  return parsed ?? z.NEVER;
});
const list = z.string().transform((value) => value.split(/[\s,]+/).filter((item) => item !== ""));

// Source addresses as PesaVoucher documents them for production (docs/providers/pesavoucher.md).
const PV_CALLBACK_SOURCES_LIVE = "216.219.95.54 196.201.214.206 196.201.214.207";

// The twelve addresses Safaricom lists and the two more seen in use (docs/providers/daraja.md).
const MPESA_CALLBACK_SOURCES_LIVE = [
  "196.201.214.200 196.201.214.206 196.201.214.207 196.201.214.208 196.201.213.114 196.201.213.44",
  "196.201.212.127 196.201.212.138 196.201.212.129 196.201.212.136 196.201.212.74 196.201.212.69",
  "196.201.212.128 196.201.212.132",
].join(" ");

const DARAJA_HOSTS = {
  sandbox: "https://sandbox.safaricom.co.ke",
  production: "https://api.safaricom.co.ke",
} as const;

/** The passkey of the shortcode that Safaricom lets everybody test with. */
const DARAJA_PUBLISHED_PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";

/** Safaricom turns away addresses that contain one of these (docs/providers/daraja.md). */
export const WORDS_REFUSED_IN_URLS = /m-?pesa|safaricom|exe|cmd|sql|query/i;

const SHORTCODE = /^\d{5,7}$/;

/** The line the simulated gateway's shortcode was registered with; it takes any. */
const SIMULATED_NOMINATED_NUMBER = "+254722000000";

const EnvSchema = z
  .object({
    NODE_ENV: z.string().optional(),
    MALIPO_MODE: z.enum(["demo", "live"]).default("demo"),
    APP_URL: url.default("http://localhost:3000"),
    PORT: port.default(3000),
    DATABASE_URL: z.url(),
    DATABASE_POOL_MAX: z.coerce.number().int().min(2).max(100).default(10),
    NEXTAUTH_SECRET: z.string().min(16),
    ENCRYPTION_KEY: z
      .string()
      .transform((value) => Buffer.from(value, "base64"))
      .refine((key) => key.length === 32, "must be 32 bytes in base64"),
    MERCHANT_SLUG: z.string().default("demo"),
    SANDBOX_PORT: port.default(SANDBOX_PORT_DEFAULT),
    SANDBOX_URL: url.optional(),
    PV_BASE_URL: url.optional(),
    PV_APP_URL: url.optional(),
    PV_MERCHANT_ID: z.string().min(1).default("malipo-demo-merchant"),
    PV_API_KEY: z.string().min(1).default("pk_test_malipo_demo"),
    PV_API_SECRET: z.string().min(1).default("sk_test_malipo_demo"),
    PV_PREFIX: z
      .string()
      .regex(/^[A-Z]{2,6}$/)
      .default("MLP"),
    // Two calls must fit into the lease of a claim (lib/payments/take-claim-lease.ts).
    PV_TIMEOUT_MS: z.coerce.number().int().min(100).max(12_000).default(10_000),
    PV_CALLBACK_SOURCES: list.optional(),
    DARAJA_BASE_URL: url.optional(),
    MPESA_ENVIRONMENT: z.enum(["sandbox", "production"]).optional(),
    MPESA_CONSUMER_KEY: z.string().min(1).default("malipo-demo-consumer-key"),
    MPESA_CONSUMER_SECRET: z.string().min(1).default("malipo-demo-consumer-secret"),
    MPESA_SHORT_CODE: z.string().regex(SHORTCODE).default("174379"),
    MPESA_TILL_NUMBER: z.string().regex(SHORTCODE).optional(),
    MPESA_PASS_KEY: z.string().min(1).default(DARAJA_PUBLISHED_PASSKEY),
    MPESA_C2B_VERSION: z.enum(["v1", "v2"]).optional(),
    MPESA_NOMINATED_NUMBER: phone.optional(),
    ...payoutSettings,
    // A push and the token before it must fit into what a customer waits for a page.
    MPESA_TIMEOUT_MS: z.coerce.number().int().min(100).max(20_000).default(10_000),
    MPESA_CALLS_PER_SECOND: z.coerce.number().min(0.1).max(10_000).default(10),
    MPESA_PHONE_INTERVAL_MS: z.coerce.number().int().min(0).max(600_000).default(60_000),
    MPESA_SAME_AMOUNT_INTERVAL_MS: z.coerce.number().int().min(0).max(600_000).default(120_000),
    MPESA_CALLBACK_SOURCES: list.optional(),
    TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(5).default(0),
    METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(9464),
    WORKER_METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(9465),
    METRICS_TOKEN: z.string().min(16).optional(),
    NEXT_DIST_DIR: z.string().default(".next"),
    LOG_LEVEL: z
      .enum(["silent", "fatal", "error", "warn", "info", "debug", "trace"])
      .default("info"),
  })
  .superRefine((raw, issues) => {
    for (const { name, message } of problemsOfPayout(raw, collectionOf(raw))) {
      issues.addIssue({ code: "custom", path: [name], message });
    }
  })
  .transform((raw) => {
    const sandboxUrl = raw.SANDBOX_URL ?? `http://127.0.0.1:${raw.SANDBOX_PORT}`;
    const live = raw.MALIPO_MODE === "live";
    const collection = collectionOf(raw);
    const mpesaEnvironment = collection.environment;
    return {
      mode: raw.MALIPO_MODE,
      /** Hot reload: pages may evaluate code they were sent. Never true in what `npm start` runs. */
      hotReload: raw.NODE_ENV === "development" && !live,
      appUrl: raw.APP_URL,
      port: raw.PORT,
      databaseUrl: raw.DATABASE_URL,
      databasePoolMax: raw.DATABASE_POOL_MAX,
      sessionSecret: raw.NEXTAUTH_SECRET,
      encryptionKey: raw.ENCRYPTION_KEY,
      merchantSlug: raw.MERCHANT_SLUG,
      sandboxUrl,
      trustedProxyHops: raw.TRUSTED_PROXY_HOPS,
      metricsPort: raw.METRICS_PORT,
      workerMetricsPort: raw.WORKER_METRICS_PORT,
      /** Whoever reads the metrics shows this; null leaves them open to this machine. */
      metricsToken: raw.METRICS_TOKEN ?? null,
      logLevel: raw.LOG_LEVEL,
      /** Where the built pages are. */
      distDir: raw.NEXT_DIST_DIR,
      pesavoucher: {
        baseUrl: raw.PV_BASE_URL ?? `${sandboxUrl}/pesavoucher/api/v1`,
        appUrl: raw.PV_APP_URL ?? `${sandboxUrl}/pesavoucher`,
        merchantId: raw.PV_MERCHANT_ID,
        apiKey: raw.PV_API_KEY,
        apiSecret: raw.PV_API_SECRET,
        prefix: raw.PV_PREFIX,
        timeoutMs: raw.PV_TIMEOUT_MS,
        /** Addresses callbacks may come from; null lets every address in, which only demo mode does. */
        callbackSources:
          raw.PV_CALLBACK_SOURCES ?? (live ? PV_CALLBACK_SOURCES_LIVE.split(" ") : null),
      },
      mpesa: {
        /** Accounts of one environment never take money in another. */
        environment: mpesaEnvironment,
        baseUrl:
          raw.DARAJA_BASE_URL ??
          (mpesaEnvironment === "simulated"
            ? `${sandboxUrl}/daraja`
            : DARAJA_HOSTS[mpesaEnvironment]),
        /** The merchant's first shortcode; more of them are kept in the database. */
        consumerKey: collection.consumerKey,
        consumerSecret: collection.consumerSecret,
        shortcode: collection.shortcode,
        /** Set for a till: the number that receives the money behind the shortcode. */
        tillNumber: raw.MPESA_TILL_NUMBER ?? null,
        passkey: raw.MPESA_PASS_KEY,
        /** Which version of confirmations the app may register; null leaves the account's own. */
        c2bVersion: raw.MPESA_C2B_VERSION ?? null,
        /** The line in the shortcode's papers, which M-Pesa's history is registered with; null for none. */
        nominatedNumber:
          raw.MPESA_NOMINATED_NUMBER ??
          (mpesaEnvironment === "simulated" ? SIMULATED_NOMINATED_NUMBER : null),
        /** The shortcode that pays withdrawals, and its operator; null while M-Pesa pays nothing out. */
        payout: readPayoutSettings(raw, collection),
        timeoutMs: raw.MPESA_TIMEOUT_MS,
        /** Of each operation, by all processes together. */
        callsPerSecond: raw.MPESA_CALLS_PER_SECOND,
        /** Least time between two prompts to one phone. */
        phoneIntervalMs: raw.MPESA_PHONE_INTERVAL_MS,
        /** Least time between two prompts for the same amount to one phone. */
        sameAmountIntervalMs: raw.MPESA_SAME_AMOUNT_INTERVAL_MS,
        /** Addresses and CIDR ranges callbacks may come from; null lets every address in, which only demo mode does. */
        callbackSources:
          raw.MPESA_CALLBACK_SOURCES ?? (live ? MPESA_CALLBACK_SOURCES_LIVE.split(" ") : null),
      },
    };
  });

interface CollectionSettings {
  readonly MALIPO_MODE: "demo" | "live";
  readonly MPESA_ENVIRONMENT?: "sandbox" | "production" | undefined;
  readonly MPESA_CONSUMER_KEY: string;
  readonly MPESA_CONSUMER_SECRET: string;
  readonly MPESA_SHORT_CODE: string;
}

/** Which M-Pesa, and the shortcode that asks customers for money there. */
function collectionOf(raw: CollectionSettings) {
  const usual = raw.MALIPO_MODE === "live" ? ("production" as const) : ("simulated" as const);
  return {
    environment: raw.MPESA_ENVIRONMENT ?? usual,
    consumerKey: raw.MPESA_CONSUMER_KEY,
    consumerSecret: raw.MPESA_CONSUMER_SECRET,
    shortcode: raw.MPESA_SHORT_CODE,
  };
}

export type Env = z.infer<typeof EnvSchema>;

let parsed: Env | undefined;

/**
 * The settings, parsed once. Throws with the name of every setting that is missing or unreadable, so
 * a process with bad settings ends at its start and not at its first customer.
 */
export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}

/** Parses settings from `source`. Empty values count as absent, as `.env` files leave them. */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const result = EnvSchema.safeParse(present);
  if (!result.success) {
    const problems = result.error.issues.map(
      (issue) => `${issue.path.join(".")}: ${issue.message}`,
    );
    throw new Error(`Settings cannot be used:\n  ${problems.join("\n  ")}`);
  }
  if (result.data.mode === "live") refuseDemoSettings(present);
  return result.data;
}

/** Live money runs only on settings somebody chose. Throws naming what is missing. */
function refuseDemoSettings(present: Readonly<Record<string, string | undefined>>): void {
  const needed = ["APP_URL", "DATABASE_URL", "NEXTAUTH_SECRET", "ENCRYPTION_KEY"].concat([
    "PV_BASE_URL",
    "PV_APP_URL",
    "PV_MERCHANT_ID",
    "PV_API_KEY",
    "PV_API_SECRET",
    "PV_PREFIX",
    "MPESA_CONSUMER_KEY",
    "MPESA_CONSUMER_SECRET",
    "MPESA_SHORT_CODE",
    "MPESA_PASS_KEY",
  ]);
  const problems = needed.filter((name) => !present[name]).map((name) => `${name}: is missing`);
  for (const name of ["APP_URL", "PV_BASE_URL", "PV_APP_URL", "DARAJA_BASE_URL"]) {
    if (present[name] && !present[name].startsWith("https://"))
      problems.push(`${name}: must be https`);
  }
  for (const name of ["PV_API_KEY", "PV_API_SECRET"]) {
    if (/^[ps]k_test_/.test(`${present[name]}`)) problems.push(`${name}: is a test key`);
  }
  if (present.MPESA_ENVIRONMENT === "sandbox") {
    problems.push("MPESA_ENVIRONMENT: is sandbox, where no money moves");
  }
  if (present.MPESA_PASS_KEY === DARAJA_PUBLISHED_PASSKEY) {
    problems.push("MPESA_PASS_KEY: is the published test passkey");
  }
  if (WORDS_REFUSED_IN_URLS.test(`${present.APP_URL}`)) {
    problems.push("APP_URL: holds a word Safaricom refuses in callback addresses");
  }
  if (problems.length > 0)
    throw new Error(`MALIPO_MODE=live cannot start:\n  ${problems.join("\n  ")}`);
}

/** The database's address alone, for programs that need no other setting. Throws when it is missing. */
export function databaseUrl(): string {
  return z.url({ error: "DATABASE_URL is missing or no address" }).parse(process.env.DATABASE_URL);
}
