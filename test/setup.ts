import { format } from "node:util";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { createTestDatabase } from "./database";
import { TEST_ENVIRONMENT } from "./environment";

// These folders are pure, or bring their own server: copying a database for them would be time lost.
const NEEDS_NO_DATABASE =
  /\/(lib\/(kit|i18n|providers|recovery\/statement-file)|sandbox|scripts|components)\/|\.machine\.test\.ts$/;

Object.assign(process.env, TEST_ENVIRONMENT);
process.env.DATABASE_URL = NEEDS_NO_DATABASE.test(expect.getState().testPath ?? "")
  ? "postgresql://nobody@127.0.0.1:1/none"
  : await createTestDatabase(process.env.VITEST_POOL_ID ?? "0");

let complaints: string[] = [];

beforeEach(() => {
  complaints = [];
  for (const level of ["error", "warn"] as const) {
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      complaints.push(`console.${level}: ${format(...parts)}`);
    });
  }
});

// A test that expects a complaint spies on the console itself; whatever reaches us is unexpected.
afterEach(() => {
  vi.restoreAllMocks();
  expect(complaints, "unexpected console output").toEqual([]);
});
