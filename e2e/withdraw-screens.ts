import { expect, type Page } from "@playwright/test";
import { ageWithdrawal } from "@/prisma/factories/age-withdrawal";
import type { SandboxControl } from "@/sandbox/control/client";
import { APP_URL, unusedPhone, type Customer } from "./fixtures";
import { expectPaid } from "./journey";
import { LIGHT_AND_DARK, lookAround } from "./look-with-axe";
import { MINUTE_MS } from "./mpesa-journey";
import { expectNoSidewaysScroll } from "./small-screen";
import {
  ASKED_BY_THEN_MS,
  confirmButton,
  expectAsked,
  expectAsking,
  expectChecking,
  expectGivenBack,
  expectSending,
  fillWithdrawal,
  FOR_A_PERSON_MS,
  fund,
  giveEmail,
  loseResults,
  reviewWithdrawal,
  withdraw,
} from "./withdraw-journey";

const CONTINUE = ["Continue", "Endelea"] as const;
const WITHDRAW = ["Withdraw KSh 500", "Toa KSh 500"] as const;

/** One state of the pages of withdrawals, and the control that moves on from it in both languages. */
interface Screen {
  readonly path: string;
  readonly moveOn?: readonly [en: string, sw: string];
}

interface Visitor {
  readonly page: Page;
  readonly customer: Customer;
  readonly sandbox: SandboxControl;
}

/**
 * Looks at a screen on a small phone, in English by day and in Kiswahili by night: the way on is in sight
 * at once, nothing reaches over the edge with everything opened, and axe finds no violation.
 */
async function look(page: Page, { path, moveOn }: Screen): Promise<void> {
  for (const [place, locale] of (["en", "sw"] as const).entries()) {
    await page.context().addCookies([{ name: "malipo.locale", value: locale, url: APP_URL }]);
    await page.setViewportSize({ width: 360, height: 640 });
    await page.goto(path);
    await expect(page.locator("html")).toHaveAttribute("lang", locale);
    const where = `${path} ${locale}`;
    if (moveOn) {
      const name = moveOn[place] ?? "";
      const control = page.getByRole("button", { name }).or(page.getByRole("link", { name }));
      await expect.soft(control.last(), where).toBeInViewport({ ratio: 1 });
    }
    await openEverything(page);
    await lookAround(page, where, LIGHT_AND_DARK[locale]);
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 640 });
      await expectNoSidewaysScroll(page, width, where);
    }
  }
  await page.context().clearCookies({ name: "malipo.locale" });
}

/** Opens whatever can be opened, so that nothing is looked at closed. */
async function openEverything(page: Page): Promise<void> {
  const folded = page.locator("main details");
  await folded.evaluateAll((all) => all.forEach((one) => one.setAttribute("open", "")));
}

/** The form: with too little money for it, as it is offered, and refused. */
export async function visitForms({ page, customer, sandbox }: Visitor): Promise<void> {
  await look(page, { path: "/withdraw", moveOn: ["Deposit", "Weka pesa"] });
  await giveEmail(customer);
  await fund(page, sandbox, 100_000n);
  await look(page, { path: "/withdraw", moveOn: CONTINUE });
  await fillWithdrawal(page, { method: "mpesa", amount: "0.50", to: "0712" });
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.locator("#phone-problem")).toBeVisible();
  await look(page, { path: page.url() });
}

/** The review: to one's own phone, and to another one with a password that was wrong; and one's own limits. */
export async function visitReviews({ page, sandbox }: Visitor): Promise<void> {
  await fund(page, sandbox, 100_000n);
  await reviewWithdrawal(page, { method: "mpesa", amount: "500" });
  await look(page, { path: page.url(), moveOn: WITHDRAW });
  await reviewWithdrawal(page, { method: "mpesa", amount: "500", to: unusedPhone() });
  await page.getByLabel("Your password").fill("not the password");
  await confirmButton(page).click();
  await expect(page.locator("#password-problem")).toBeVisible();
  await look(page, { path: page.url() });
  await look(page, { path: "/account" });
}

/** A withdrawal that is open: waiting for approval, sent, asked about, with a person. */
export async function visitOpenScreens({ page, customer, sandbox }: Visitor): Promise<void> {
  await fund(page, sandbox, 6_100_000n);
  await loseResults(sandbox, customer.phone, "silent");
  const large = await withdraw(page, { method: "mpesa", amount: "60000" });
  await look(page, { path: `/payments/${large}` });

  const id = await withdraw(page, { method: "mpesa", amount: "500" });
  await expectSending(page);
  // As if it had been sent later than it was: it stays on its way while it is looked at.
  await ageWithdrawal(id, -10 * MINUTE_MS);
  await look(page, { path: `/payments/${id}` });
  await ageWithdrawal(id, 10 * MINUTE_MS + ASKED_BY_THEN_MS);
  await page.goto(`/payments/${id}`);
  await expectAsking(page);
  await look(page, { path: `/payments/${id}` });
  await expectAsked(id);
  await ageWithdrawal(id, FOR_A_PERSON_MS);
  await expectChecking(page, "M-Pesa has not confirmed this withdrawal yet.", "KSh 510");
  await look(page, { path: `/payments/${id}` });
}

/** A withdrawal that came back, and what can be done instead; and the history. */
export async function visitGivenBack({ page, customer, sandbox }: Visitor): Promise<void> {
  await fund(page, sandbox, 100_000n);
  await giveEmail(customer, { start: "unknown" });
  const id = await withdraw(page, { method: "pesavoucher", amount: "500" });
  await expectGivenBack(page, "KSh 500", "Pesa Voucher does not know the address");
  await look(page, {
    path: `/payments/${id}`,
    moveOn: ["It is registered now: try again", "Imeshasajiliwa: jaribu tena"],
  });
  await look(page, { path: "/payments" });
}

/** Paid by both methods, and a receipt. */
export async function visitPaidScreens({ page, customer, sandbox }: Visitor): Promise<void> {
  const seeReceipt = ["See receipt", "Ona risiti"] as const;
  await fund(page, sandbox, 200_000n);
  await giveEmail(customer);
  for (const method of ["pesavoucher", "mpesa"] as const) {
    const id = await withdraw(page, { method, amount: "500" });
    await expectPaid(page, "KSh 500.00");
    await look(page, { path: `/payments/${id}`, moveOn: seeReceipt });
    if (method === "mpesa") await look(page, { path: `/payments/${id}/receipt` });
  }
}
