import { expect, type Locator, type Page } from "@playwright/test";
import { db } from "@/lib/db";
import type { Push } from "@/sandbox/daraja/push";
import type { SandboxControl } from "@/sandbox/control/client";
import { SANDBOX_URL } from "./fixtures";
import { paymentIdOf, paymentOf } from "./journey";

export const MONEY_STAYED = "No money left your M-Pesa";
export const MONEY_SAFE = "Your money is safe";
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;

/** Fills in the M-Pesa form; the phone is the one it offers unless another is given. */
export async function fillMpesaForm(
  page: Page,
  order: { amount: string; phone?: string },
): Promise<void> {
  await page.goto("/deposit?method=mpesa");
  await page.getByLabel("Amount", { exact: true }).fill(order.amount);
  if (order.phone !== undefined) await page.getByLabel("Phone number").fill(order.phone);
}

/** The button of the M-Pesa form, with or without an amount in its name. */
export function payButton(page: Page): Locator {
  return page.getByRole("button", { name: /^Pay / });
}

/** Sends the M-Pesa form, whatever becomes of it. Resolves to the payment's id, on its page. */
export async function payByMpesa(
  page: Page,
  order: { amount: string; phone?: string },
): Promise<string> {
  await fillMpesaForm(page, order);
  await payButton(page).click();
  await page.waitForURL(/\/payments\/dep_/);
  return paymentIdOf(page);
}

/** From the deposit page to the one that waits for the PIN. Resolves to the payment's id. */
export async function askForPrompt(
  page: Page,
  order: { amount: string; phone?: string },
): Promise<string> {
  const id = await payByMpesa(page, order);
  await expectPrompted(page);
  return id;
}

/** The page waits for the PIN on the phone. */
export async function expectPrompted(page: Page): Promise<void> {
  const heading = "Check your phone and enter your M-Pesa PIN";
  await expect(page.getByRole("heading", { name: heading })).toBeVisible();
}

/** A look-up that was due has been made and has noted when the next one is: it writes nothing any more. */
export async function expectLookedUp(id: string): Promise<void> {
  await expect
    .poll(async () => (await db().deposit.findUniqueOrThrow({ where: { id } })).checksDone)
    .toBeGreaterThan(0);
}

/** The page says that a look-up is under way and that nobody should pay again. */
export async function expectAsking(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "We are asking M-Pesa" })).toBeVisible();
  await expect(page.getByText("Do not pay again until we know.")).toBeVisible();
}

/** The page says Not paid, what happened to the money, and why. */
export async function expectNotPaid(page: Page, why: string): Promise<void> {
  await expect(page.getByRole("heading", { name: MONEY_STAYED })).toBeVisible();
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByRole("main").getByText("Not paid", { exact: true })).toBeVisible();
}

/** The page says that a person looks into it, and offers no way to pay again. */
export async function expectChecking(page: Page, why: string): Promise<void> {
  await expect(page.getByRole("heading", { name: MONEY_SAFE })).toBeVisible();
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByText("Do not pay again.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^(Try again|Pay)/ })).toBeHidden();
}

/** One of the facts a page lists, by its name. */
export function fact(page: Page, name: string): Locator {
  const row = page.locator("dl > div", { has: page.getByText(name, { exact: true }) });
  return row.getByRole("definition");
}

/** The only push M-Pesa has for this phone; fails when there is none or another one. */
export async function onlyPush(sandbox: SandboxControl, phone: string): Promise<Push> {
  const [push, ...others] = await sandbox.listPushes({ msisdn: phone });
  expect(others, "pushes after the first").toEqual([]);
  if (!push) throw new Error(`no push was sent to ${phone}`);
  return push;
}

/** Waits until M-Pesa takes the same amount from the same phone again. */
export async function waitForRetry(page: Page, id: string): Promise<void> {
  const retryAt = Date.parse((await paymentOf(page, id)).prompt?.retry_at ?? "");
  await expect.poll(() => Date.now()).toBeGreaterThan(retryAt);
}

/** The simulated phone, in a page of its own beside the shop's. */
export async function openHandset(page: Page, phone: string): Promise<Page> {
  const handset = await page.context().newPage();
  await handset.goto(`${SANDBOX_URL}/phone/254${phone.slice(1)}`);
  return handset;
}
