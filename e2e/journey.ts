import { expect, type Page } from "@playwright/test";
import { BalanceResource, PaymentList, PaymentResource } from "@/lib/payments/schemas";
import { APP_URL } from "./fixtures";

const PAYMENT_PAGE = /\/payments\/(dep_[0-9a-z]+)$/;

/** From the deposit page to the hosted page. Resolves to the session the provider was given. */
export async function startPurchase(page: Page, amount: string): Promise<string> {
  await page.goto("/deposit");
  await page.getByLabel("Amount", { exact: true }).fill(amount);
  await page.getByRole("button", { name: "Buy Voucher Now" }).click();
  await expect(page.getByRole("heading", { name: "Duka la Mwanga" })).toBeVisible();
  return sessionOf(page);
}

/** The session id in the hosted page's address. */
export function sessionOf(page: Page): string {
  const session = new URL(page.url()).searchParams.get("session_id");
  if (!session) throw new Error(`no session in ${page.url()}`);
  return session;
}

/** On the hosted page: says which phone pays, and waits for the prompt on it. */
export async function confirmPurchase(page: Page, phone: string): Promise<void> {
  await page.getByLabel("M-Pesa phone number").fill(phone);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Check your phone" })).toBeVisible();
}

/** Types the PIN on the phone beside the hosted page and waits until the voucher is there. */
export async function enterPin(page: Page): Promise<void> {
  const handset = page.frameLocator("iframe");
  await handset.getByLabel("M-PESA PIN").fill("1234");
  await handset.getByRole("button", { name: "Send" }).click();
  await expect(page.getByRole("heading", { name: "Paid" })).toBeVisible();
}

/** The whole stay at the hosted page, up to the voucher. Resolves to the voucher's code. */
export async function buyVoucher(page: Page, phone: string): Promise<string> {
  await confirmPurchase(page, phone);
  await enterPin(page);
  return page.locator("[data-voucher-code]").innerText();
}

/** Presses the hosted page's way back. Resolves to the payment's id. */
export async function returnToShop(page: Page): Promise<string> {
  await page.getByRole("link", { name: /^Return to/ }).click();
  await page.waitForURL(PAYMENT_PAGE);
  return paymentIdOf(page);
}

/** The payment whose page is open. */
export function paymentIdOf(page: Page): string {
  const id = PAYMENT_PAGE.exec(new URL(page.url()).pathname)?.[1];
  if (!id) throw new Error(`no payment in ${page.url()}`);
  return id;
}

/** The page says Paid, with this amount. */
export async function expectPaid(page: Page, amount: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
  await expect(page.getByRole("main").getByText(amount, { exact: true }).first()).toBeVisible();
}

/** The page waits for the customer, who is at the provider. */
export async function expectWaiting(page: Page): Promise<void> {
  const heading = "Pay for your voucher at Pesa Voucher";
  await expect(page.getByRole("heading", { name: heading })).toBeVisible();
}

/** Opens the history and, from there, its newest payment. Resolves to the payment's id. */
export async function openNewestPayment(page: Page): Promise<string> {
  await page.goto("/payments");
  await page.getByRole("listitem").getByRole("link").first().click();
  await page.waitForURL(PAYMENT_PAGE);
  return paymentIdOf(page);
}

/** The customer's available money as the API has it, `500.00`. */
export async function balanceOf(page: Page): Promise<string> {
  return BalanceResource.parse(await getJson(page, "/api/balance")).available;
}

/** The customer's payments as the API lists them, newest first. */
export async function paymentsOf(page: Page): Promise<PaymentResource[]> {
  return PaymentList.parse(await getJson(page, "/api/payments")).payments;
}

/** One payment as the API has it. */
export async function paymentOf(page: Page, id: string): Promise<PaymentResource> {
  return PaymentResource.parse(await getJson(page, `/api/payments/${id}`));
}

async function getJson(page: Page, path: string): Promise<unknown> {
  const response = await page.request.get(APP_URL + path);
  expect(response.status(), path).toBe(200);
  return response.json();
}

/** Waits until the API says that the payment is paid, and that this is the customer's balance. */
export async function expectCredited(
  page: Page,
  credited: { id: string; balance: string },
): Promise<void> {
  await expect.poll(async () => (await paymentOf(page, credited.id)).status).toBe("paid");
  expect(await balanceOf(page)).toBe(credited.balance);
}
