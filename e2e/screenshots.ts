/**
 * Takes the pictures of the README from a running demo shop (`npm start`, then
 * `npx tsx e2e/screenshots.ts`): one deposit by the demo customer, on a phone and at a desk, and the
 * screens of an M-Pesa prompt. E2E_APP_URL and E2E_SANDBOX_URL name another shop than the one on port
 * 3000 and its simulators.
 */
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser, type Page } from "@playwright/test";
import { CHROMIUM_ARGS, ensureChromium } from "@/scripts/lib/find-chromium.mjs";

const APP_URL = process.env.E2E_APP_URL ?? "http://localhost:3000";
const SANDBOX_URL = process.env.E2E_SANDBOX_URL ?? "http://127.0.0.1:4010";
const FOLDER = path.resolve(import.meta.dirname, "../docs/images");
const BYTES_MAX = 150_000;
const PHONE = {
  viewport: { width: 360, height: 788 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
const DESK = { viewport: { width: 1280, height: 860 } };
const CUSTOMER = { phone: "0712345678", password: "malipo-demo-1" };
const OTHER_PHONE = "0722000077";

const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGS });
try {
  mkdirSync(FOLDER, { recursive: true });
  await onThePhone(await openPage(browser, PHONE));
  await byMpesa(await openPage(browser, PHONE));
  await atTheDesk(await openPage(browser, DESK));
} finally {
  await browser.close();
}

async function onThePhone(page: Page): Promise<void> {
  await signIn(page);
  await page.getByRole("button", { name: "KSh 500" }).tap();
  await page.getByRole("button", { name: "Buy Voucher Now" }).tap();
  await page.getByLabel("M-Pesa phone number").fill("0712 345 678");
  await take(page, "pesavoucher");
  await page.getByRole("button", { name: "Confirm" }).tap();
  await page.getByRole("link", { name: "Open the simulated phone" }).tap();
  await page.getByLabel("M-PESA PIN").fill("1234");
  await take(page, "handset");
  await page.getByRole("button", { name: "Send" }).tap();
  await page.getByRole("link", { name: "Back to the payment page" }).tap();
  await page.getByRole("link", { name: /^Return to/ }).tap();
  await page.getByRole("heading", { name: "Paid", exact: true }).waitFor();
  await page.getByRole("link", { name: "See receipt" }).tap();
  await page.getByRole("article").waitFor();
  await take(page, "receipt", { fullPage: true });
}

async function byMpesa(page: Page): Promise<void> {
  await signIn(page);
  await page.goto("/deposit?method=mpesa");
  await page.getByRole("button", { name: "KSh 500", exact: true }).tap();
  await page.getByLabel("Phone number").fill("0712 345 678");
  await take(page, "mpesa-deposit");
  await page.getByRole("button", { name: "Pay KSh 500" }).tap();
  await page.getByRole("heading", { name: /^Check your phone/ }).waitFor();
  await take(page, "mpesa-prompt");
  await answerPrompt(page, CUSTOMER.phone, "Send");
  await page.getByRole("heading", { name: "Paid", exact: true }).waitFor();
  await take(page, "mpesa-paid");

  await page.goto("/deposit?method=mpesa&amount=200");
  await page.getByLabel("Phone number").fill(OTHER_PHONE);
  await page.getByRole("button", { name: "Pay KSh 200" }).tap();
  await page.getByRole("heading", { name: /^Check your phone/ }).waitFor();
  await answerPrompt(page, OTHER_PHONE, "Cancel");
  await page.getByRole("heading", { name: "No money left your M-Pesa" }).waitFor();
  await take(page, "mpesa-not-paid");
}

/** On the simulated phone, in a page of its own: the page of the shop learns of it by itself. */
async function answerPrompt(shop: Page, phone: string, button: "Send" | "Cancel"): Promise<void> {
  const handset = await shop.context().newPage();
  await handset.goto(`${SANDBOX_URL}/phone/254${phone.slice(1)}`);
  if (button === "Send") await handset.getByLabel("M-PESA PIN").fill("1234");
  await handset.getByRole("button", { name: button }).tap();
  await handset.close();
}

async function atTheDesk(page: Page): Promise<void> {
  await signIn(page);
  await page.getByRole("button", { name: "KSh 2,500" }).click();
  await page.getByRole("button", { name: "Buy Voucher Now" }).click();
  await page.getByLabel("M-Pesa phone number").fill("0712 345 678");
  await page.getByRole("button", { name: "Confirm" }).click();
  const handset = page.frameLocator("iframe");
  await handset.getByLabel("M-PESA PIN").fill("1234");
  await take(page, "desk");
  await handset.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Payment declined" }).waitFor();
}

async function openPage(on: Browser, look: typeof PHONE | typeof DESK): Promise<Page> {
  const context = await on.newContext({
    ...look,
    baseURL: APP_URL,
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  return context.newPage();
}

async function signIn(page: Page): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Phone number").fill(CUSTOMER.phone);
  await page.getByLabel("Password", { exact: true }).fill(CUSTOMER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/deposit");
}

/** Writes one picture, and fails when it is too large for a page that many will load. */
async function take(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  const file = path.join(FOLDER, `${name}.png`);
  await page.screenshot({ path: file, fullPage, caret: "hide" });
  const { size } = statSync(file);
  if (size > BYTES_MAX) throw new Error(`${name}.png has ${size} bytes; at most ${BYTES_MAX}.`);
  console.log(`${name}.png ${Math.ceil(size / 1024)} KiB`);
}
