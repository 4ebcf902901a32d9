import { randomInt } from "node:crypto";
import {
  test as base,
  expect,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from "@playwright/test";
import { findMerchant } from "@/lib/merchants/find-merchant";
import { createCustomer } from "@/prisma/factories/create-customer";
import { FACTORY_PASSWORD } from "@/prisma/factories/hashed-password";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { createSandboxControl, type SandboxControl } from "@/sandbox/control/client";

export { expect };

/** The shop under test, and the simulated provider beside it. */
export const APP_URL = required("E2E_APP_URL");
export const SANDBOX_URL = required("E2E_SANDBOX_URL");

/** Somebody of the shop who exists in this test alone, with a phone that answers to nobody else. */
export interface Customer {
  readonly id: string;
  readonly name: string;
  /** As people type it, `0712345678`. Its ending makes nothing happen by itself. */
  readonly phone: string;
  readonly password: string;
}

interface Fixtures {
  /** Errors in a browser's console that this test expects; every other one fails it. */
  expectedErrors: RegExp[];
  /** Opens a browser of its own, watched like the test's own. */
  openBrowser: (options?: BrowserContextOptions) => Promise<BrowserContext>;
  customer: Customer;
  /** Another customer of the same shop. */
  stranger: Customer;
  /** Opens a browser in which this customer is signed in. */
  signedIn: (customer: Customer, options?: BrowserContextOptions) => Promise<Page>;
  /** The test's own browser with the test's own customer in it. */
  shop: Page;
}

interface WorkerFixtures {
  merchantId: string;
  sandbox: SandboxControl;
}

export const test = base.extend<Fixtures & { watch: undefined }, WorkerFixtures>({
  merchantId: [
    async ({}, give) => {
      const merchant = await findMerchant("demo");
      if (!merchant) throw new Error("The demo shop was not seeded.");
      await give(merchant.id);
    },
    { scope: "worker" },
  ],
  sandbox: [
    async ({}, give) => {
      const control = createSandboxControl(SANDBOX_URL);
      await control.changeSettings({
        // Shorter than the shop's own wait, as M-Pesa's is; the same for every test, whoever sets it first.
        stkSameAmountWindowMs: 1_000,
        // One road at a time: a test that loses a callback must not be paid by another road.
        c2bAfterStk: false,
        pullDelayMs: 2 * 86_400_000,
      });
      await give(control);
    },
    { scope: "worker" },
  ],

  expectedErrors: async ({}, give) => give([]),
  watch: [
    async ({ context, expectedErrors }, give) => {
      const verdict = watchConsole(context);
      await give(undefined);
      verdict(expectedErrors);
    },
    { auto: true },
  ],
  openBrowser: async ({ browser, contextOptions, expectedErrors }, give) => {
    const opened: { context: BrowserContext; verdict: (expected: RegExp[]) => void }[] = [];
    await give(async (options) => {
      const context = await browser.newContext({ ...contextOptions, ...options });
      opened.push({ context, verdict: watchConsole(context) });
      return context;
    });
    for (const { context } of opened) await context.close();
    for (const { verdict } of opened) verdict(expectedErrors);
  },

  customer: ({ merchantId }, give) => newCustomer(merchantId, "Wanjiku Kamau").then(give),
  stranger: ({ merchantId }, give) => newCustomer(merchantId, "Otieno Ouma").then(give),
  signedIn: async ({ openBrowser, merchantId }, give) => {
    await give(async (customer, options) => {
      const context = await openBrowser(options);
      await addSession(context, customer, merchantId);
      return context.newPage();
    });
  },
  shop: async ({ context, page, customer, merchantId }, give) => {
    await addSession(context, customer, merchantId);
    await give(page);
  },
});

async function newCustomer(merchantId: string, name: string): Promise<Customer> {
  const phone = unusedPhone();
  const { id } = await createCustomer({ merchantId, name, phone: `+254${phone.slice(1)}` });
  return { id, name, phone, password: FACTORY_PASSWORD };
}

async function addSession(
  context: BrowserContext,
  customer: Customer,
  merchantId: string,
): Promise<void> {
  const user = { id: customer.id, merchantId, role: "customer", sessionEpoch: 0 } as const;
  const [name = "", value = ""] = (await sessionCookie(user)).split("=", 2);
  await context.addCookies([{ name, value, url: APP_URL }]);
}

// Endings 30 to 99: the sandbox gives meanings to 00 to 29.
const ENDINGS = 70;
const LINES = 200_000 * ENDINGS;
let nextLine = randomInt(LINES);

/** A phone number no other test uses, as people type it. */
export function unusedPhone(): string {
  nextLine = (nextLine + 1) % LINES;
  const middle = 100_000 + Math.floor(nextLine / ENDINGS);
  return `07${middle}${30 + (nextLine % ENDINGS)}`;
}

/**
 * Collects what went wrong in the pages of a context: errors in the console, refused by the content
 * security policy included, and exceptions nobody caught. The function it returns fails the test for
 * everything that was not expected.
 */
function watchConsole(context: BrowserContext): (expected: readonly RegExp[]) => void {
  const errors: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
  return (expected) => {
    const unexpected = errors.filter((text) => !expected.some((pattern) => pattern.test(text)));
    expect(unexpected, "errors in the browser's console").toEqual([]);
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the tests with npm run e2e.`);
  return value;
}
