import { defineConfig, devices } from "@playwright/test";
import { CHROMIUM_ARGS, findChromium } from "./scripts/lib/find-chromium.mjs";

// scripts/test.mjs starts the shop, worker and sandbox on free ports and sets these addresses. The
// sandbox's own, E2E_SANDBOX_URL, is read by the fixtures.
const baseURL = process.env.E2E_APP_URL ?? "http://localhost:3000";
const reportFile = process.env.E2E_REPORT ?? "test-results/e2e.json";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/e2e",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: reportFile }]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL,
    locale: "en-KE",
    timezoneId: "Africa/Nairobi",
    // A trace of every test costs a quarter of the whole run; E2E_TRACE=1 asks for them.
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: findChromium(), args: CHROMIUM_ARGS },
  },
});
