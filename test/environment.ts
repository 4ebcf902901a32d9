/**
 * The settings every test runs with. Provider addresses point at a closed port: a test that forgets
 * to start its own simulator fails at once instead of reaching one that happens to run.
 */
export const TEST_ENVIRONMENT = {
  MALIPO_MODE: "demo",
  APP_URL: "http://localhost:3000",
  NEXTAUTH_URL: "http://localhost:3000",
  NEXTAUTH_SECRET: "test-nextauth-secret-that-is-long-enough",
  ENCRYPTION_KEY: Buffer.alloc(32, 7).toString("base64"),
  METRICS_TOKEN: "test-metrics-token-that-is-long-enough",
  LOG_LEVEL: "silent",
  SANDBOX_URL: "http://127.0.0.1:1",
  PV_BASE_URL: "http://127.0.0.1:1/pesavoucher/api/v1",
  PV_APP_URL: "http://127.0.0.1:1/pesavoucher",
  DARAJA_BASE_URL: "http://127.0.0.1:1/daraja",
  // No test waits for its turn; the tests of the pace itself say so.
  MPESA_CALLS_PER_SECOND: "10000",
  PV_MERCHANT_ID: "malipo-demo-merchant",
  PV_API_KEY: "pk_test_malipo_demo",
  PV_API_SECRET: "sk_test_malipo_demo",
  PV_PREFIX: "MLP",
} as const;
