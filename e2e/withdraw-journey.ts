import { randomBytes } from "node:crypto";
import { expect, type BrowserContext, type Locator, type Page } from "@playwright/test";
import type { SessionUser } from "@/lib/auth/issue-session";
import { db } from "@/lib/db";
import { BalanceResource } from "@/lib/payments/schemas";
import type { Rules } from "@/lib/payments/withdrawals/withdrawal-rules";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { FACTORY_PASSWORD } from "@/prisma/factories/hashed-password";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import type { SandboxControl } from "@/sandbox/control/client";
import type { Payout } from "@/sandbox/daraja/payout";
import { APP_URL, unusedPhone, type Customer } from "./fixtures";
import { paymentOf } from "./journey";
import { MINUTE_MS, SECOND_MS } from "./mpesa-journey";

export const HOUR_MS = 60 * MINUTE_MS;
/** So long after the order M-Pesa is asked what became of it. */
export const ASKED_BY_THEN_MS = 30 * SECOND_MS;
/** So long after the order nobody could tell what became of it, and a person looks. */
export const FOR_A_PERSON_MS = 16 * MINUTE_MS;

const WITHDRAWAL_PAGE = /\/payments\/(wdr_[0-9a-z]+)$/;

export interface Order {
  readonly method: "mpesa" | "pesavoucher";
  readonly amount: string;
  /** Left out, it is what the form offers. */
  readonly to?: string;
}

/** Puts money on the balance of whoever is signed in: a voucher from elsewhere, deposited. */
export async function fund(
  page: Page,
  sandbox: SandboxControl,
  amountCents: bigint,
): Promise<string> {
  const { voucher } = await sandbox.createVoucher({ amountCents });
  const door = `${APP_URL}/api/deposit/paste-voucher`;
  const answer = await page.request.post(door, { data: { code: voucher.code } });
  const { payment_id: id } = await answer.json();
  await expect.poll(async () => (await paymentOf(page, id)).status).toBe("paid");
  return id;
}

/** Gives the customer an e-mail address nobody else has; its ending can be one the sandbox knows. */
export async function giveEmail(
  customer: Pick<Customer, "id">,
  address: { start?: string; ending?: string } = {},
): Promise<string> {
  const email = unusedEmail(address);
  await db().user.update({ where: { id: customer.id }, data: { email } });
  return email;
}

/** An address nobody else has. */
export function unusedEmail({ start = "jina", ending = "" } = {}): string {
  return `${start}-${randomBytes(6).toString("hex")}${ending}@example.com`;
}

/** A desk of the shop's own people, in a browser of its own. */
export async function openDesk(
  context: BrowserContext,
  merchantId: string,
  person: { name?: string; role?: "staff" | "admin" } = {},
): Promise<Page> {
  const staff = await createStaff({ merchantId, name: "Njeri Mwangi", ...person });
  return openSignedIn(context, staff);
}

/**
 * A shop of this test alone, whose rules may be changed without anybody noticing, and a customer of it in
 * a browser. Its providers are everybody's.
 */
export async function openOwnShop(
  context: BrowserContext,
  rules: Partial<Rules>,
): Promise<{ merchantId: string; customer: Pick<Customer, "id" | "phone">; page: Page }> {
  const { id: merchantId } = await createMerchant();
  await setWithdrawalRules(merchantId, rules);
  const phone = unusedPhone();
  const user = await createCustomer({ merchantId, phone: `+254${phone.slice(1)}` });
  const page = await openSignedIn(context, user);
  return { merchantId, customer: { id: user.id, phone }, page };
}

async function openSignedIn(context: BrowserContext, user: SessionUser): Promise<Page> {
  const [name = "", value = ""] = (await sessionCookie(user)).split("=", 2);
  await context.addCookies([{ name, value, url: APP_URL }]);
  return context.newPage();
}

/** Fills in the form of the method. */
export async function fillWithdrawal(page: Page, order: Order): Promise<void> {
  await page.goto(order.method === "mpesa" ? "/withdraw?method=mpesa" : "/withdraw");
  await page.getByLabel("Amount", { exact: true }).fill(order.amount);
  if (order.to !== undefined) await receiverField(page).fill(order.to);
}

/** Where the form asks who gets the money. */
export function receiverField(page: Page): Locator {
  return page.getByLabel(/^(Phone number|E-mail)$/);
}

/** From the form to the review. */
export async function reviewWithdrawal(page: Page, order: Order): Promise<void> {
  await fillWithdrawal(page, order);
  await page.getByRole("button", { name: "Continue" }).click();
  await expectReview(page, order.amount);
}

/** The page shows everything once more before money moves. */
export async function expectReview(page: Page, amount: string): Promise<void> {
  const shillings = Number(amount).toLocaleString("en-KE");
  await expect(page.getByRole("heading", { name: `Withdraw KSh ${shillings}?` })).toBeVisible();
}

/** The button of the review. */
export function confirmButton(page: Page): Locator {
  return page.getByRole("button", { name: /^(Withdraw|Toa) KSh/ });
}

/** Types the password where the review asks for it, and presses its button. */
export async function confirm(page: Page): Promise<void> {
  await expect(confirmButton(page)).toBeVisible();
  const password = page.getByLabel(/^(Your password|Nenosiri lako)$/);
  if (await password.isVisible()) await password.fill(FACTORY_PASSWORD);
  await confirmButton(page).click();
}

/** From the form over the review to the withdrawal's page. Resolves to its id. */
export async function withdraw(page: Page, order: Order): Promise<string> {
  await reviewWithdrawal(page, order);
  await confirm(page);
  return withdrawalIdOf(page);
}

/** The withdrawal whose page opens. */
export async function withdrawalIdOf(page: Page): Promise<string> {
  await page.waitForURL(WITHDRAWAL_PAGE);
  return WITHDRAWAL_PAGE.exec(new URL(page.url()).pathname)?.[1] ?? "";
}

/** The order is with the provider, or on its way there. */
export async function expectSending(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { name: "We are sending your money" })).toBeVisible();
}

/** The page says that the provider is asked, and that nobody should withdraw again. */
export async function expectAsking(page: Page, provider = "M-Pesa"): Promise<void> {
  await expect(page.getByRole("heading", { name: `We are asking ${provider}` })).toBeVisible();
  await expect(page.getByText("Do not withdraw it again until we know.")).toBeVisible();
}

/**
 * Waits until M-Pesa was asked what became of it and the next question has its time, so that time may go
 * on.
 */
export async function expectAsked(withdrawalId: string): Promise<void> {
  const wasAsked = async () => {
    const row = await db().withdrawal.findUniqueOrThrow({
      where: { id: withdrawalId },
      select: { statusAsks: true, statusAt: true },
    });
    return row.statusAsks > 0 || row.statusAt !== null;
  };
  await expect.poll(wasAsked).toBe(true);
}

/** The page says that the money came back, how much of it, and why. */
export async function expectGivenBack(page: Page, total: string, why: string): Promise<void> {
  const money = `${total} is back in your balance`;
  await expect(page.getByRole("heading", { name: money })).toBeVisible();
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByRole("main").getByText("Not paid", { exact: true })).toBeVisible();
}

/** The page says that a person looks into it and that the money is set aside. */
export async function expectChecking(page: Page, why: string, total: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Your money is safe" })).toBeVisible();
  await expect(page.getByText(why)).toBeVisible();
  await expect(page.getByText(`${total} is set aside for this withdrawal.`)).toBeVisible();
  await expect(page.getByText("Do not withdraw it again.")).toBeVisible();
}

/** What can be used and what is set aside: as the API has it, and as the header shows it. */
export async function expectMoney(page: Page, money: MoneyShown): Promise<void> {
  const read = async () => {
    const response = await page.request.get(`${APP_URL}/api/balance`);
    const { available, held } = BalanceResource.parse(await response.json());
    return { available, held };
  };
  await expect.poll(read).toEqual(money);
  const header = page.getByRole("banner");
  await expect(header).toContainText(lineOf("Balance", money.available));
  if (money.held === "0.00") await expect(header).not.toContainText("On hold");
  else await expect(header).toContainText(lineOf("On hold", money.held));
}

export interface MoneyShown {
  /** `1250.00` */
  readonly available: string;
  readonly held: string;
}

function lineOf(name: string, decimal: string): RegExp {
  const shown = Number(decimal).toLocaleString("en-KE", { minimumFractionDigits: 2 });
  return new RegExp(`${name}\\s*KSh\\s${shown.replaceAll(".", "\\.")}`);
}

/** The one order M-Pesa was given for this phone; fails when there is none or another one. */
export async function onlyPayout(sandbox: SandboxControl, msisdn: string): Promise<Payout> {
  const [payout, ...others] = await sandbox.payouts({ msisdn });
  expect(others, "payouts after the first").toEqual([]);
  if (!payout) throw new Error(`nothing was paid out to ${msisdn}`);
  return payout;
}

/** The one voucher that was issued to this address; fails when there is none or another one. */
export async function onlyVoucher(sandbox: SandboxControl, email: string) {
  const [voucher, ...others] = await sandbox.payoutVouchers({ email });
  expect(others, "vouchers after the first").toEqual([]);
  if (!voucher) throw new Error(`no voucher was issued to ${email}`);
  return voucher;
}

/** Results of payouts to this phone wait at M-Pesa until a test lets them go. */
export async function holdResults(sandbox: SandboxControl, msisdn: string): Promise<void> {
  await sandbox.scriptCallbacks({ kind: "b2c_result", msisdn, script: { hold: true } });
}

/** Lets the result go that was held. */
export async function releaseResult(sandbox: SandboxControl, msisdn: string): Promise<void> {
  const held = async () => sandbox.callbacks({ kind: "b2c_result", msisdn, state: "held" });
  await expect.poll(async () => (await held()).length).toBe(1);
  const [result] = await held();
  await sandbox.releaseCallback(result?.id ?? "");
}

/** Results of payouts to this phone never come, and questions about them are answered so. */
export async function loseResults(
  sandbox: SandboxControl,
  msisdn: string,
  answer: "truth" | "silent" | "not_found",
): Promise<() => Promise<void>> {
  await sandbox.scriptCallbacks({ kind: "b2c_result", msisdn, script: { drop: true } });
  const { id } = await sandbox.scriptStatus({ msisdn, script: { answer } });
  return async () => void (await sandbox.clearStatusScripts(id));
}
