import type { Page } from "@playwright/test";
import { db } from "@/lib/db";
import { ageDeposit } from "@/prisma/factories/age-deposit";
import { expectSwahili } from "./expect-swahili";
import { APP_URL, expect, SANDBOX_URL, test } from "./fixtures";
import { balanceOf, expectPaid, paymentIdOf } from "./journey";
import { lookAround, lookAt } from "./look-with-axe";
import { askForPrompt, expectNotPaid, fact, onlyPush, SECOND_MS } from "./mpesa-journey";
import { expectNoSidewaysScroll } from "./small-screen";
import { openDesk } from "./withdraw-journey";

const PAYBILL = "174379";
const SMALL = { width: 360, height: 640 } as const;

// The worker registers the demo's PayBill when it starts, in its own time.
test.beforeEach(async ({ merchantId }) => {
  await expect
    .poll(() =>
      db().providerAccount.count({
        where: {
          merchantId,
          shortcode: PAYBILL,
          c2bSince: { not: null },
          pullSince: { not: null },
        },
      }),
    )
    .toBe(1);
});

/** The account number as the page shows it, `4K7M 2PA9`. */
async function accountNumberOf(page: Page, name: string): Promise<string> {
  const text = await fact(page, name).locator("span.whitespace-nowrap").innerText();
  expect(text).toMatch(/^[0-9A-Z]{4} [0-9A-Z]{4}$/);
  return text;
}

test("the prompt never comes: the customer pays from the M-Pesa menu, and the page says Paid", async ({
  shop,
  customer,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: APP_URL });
  const id = await askForPrompt(shop, { amount: "500" });
  await expect(shop.getByText("Pay without the prompt")).toBeHidden();
  await ageDeposit(id, 31 * SECOND_MS);
  await shop.reload();
  // Half a minute later the help is open by itself, with the four things to type.
  await expect(shop.getByRole("heading", { name: "Pay without the prompt" })).toBeVisible();
  await expect(fact(shop, "Business number")).toHaveText(PAYBILL);
  await expect(fact(shop, "Amount")).toHaveText("KSh 500");
  const accountNumber = await accountNumberOf(shop, "Account number");
  await shop.getByRole("button", { name: "Copy" }).click();
  await expect(shop.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await shop.evaluate(() => navigator.clipboard.readText())).toBe(accountNumber);
  await lookAround(shop, "the waiting page with its help");

  const menu = await context.newPage();
  await menu.goto(`${SANDBOX_URL}/phone/254${customer.phone.slice(1)}/lipa`);
  await menu.getByLabel("Business or till number").fill(PAYBILL);
  // As people type: small letters, and the space where it was shown.
  await menu.getByLabel("Account number").fill(accountNumber.toLowerCase());
  await menu.getByLabel("Amount (KSh)").fill("500");
  await menu.getByLabel("M-PESA PIN").fill("1234");
  await menu.getByRole("button", { name: "Pay" }).click();

  await expectPaid(shop, "KSh 500.00");
  expect(paymentIdOf(shop)).toBe(id);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(/^[0-9A-Z]{10}$/);
  expect(await balanceOf(shop)).toBe("500.00");
});

test("cancelled on the phone and paid by hand after all: the same payment is paid, once", async ({
  shop,
  customer,
  sandbox,
}) => {
  await shop.setViewportSize(SMALL);
  const id = await askForPrompt(shop, { amount: "500" });
  await sandbox.answerPrompt(customer.phone, "decline");
  await expectNotPaid(shop, "You cancelled the payment on your phone.");
  const again = shop.getByRole("button", { name: "Try again with KSh 500" });
  await expect(again).toBeInViewport({ ratio: 1 });
  await expectNoSidewaysScroll(shop, SMALL.width, "the page that says not paid");
  const accountNumber = await accountNumberOf(shop, "Account number");
  await lookAround(shop, "the page that says not paid");
  const order = { phone: customer.phone, reference: accountNumber, amountCents: 50_000n };
  const { receipt } = await sandbox.payByHand(order);
  await expectPaid(shop, "KSh 500.00");
  expect(paymentIdOf(shop)).toBe(id);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt);
  // A second time is nobody's: it is kept, and credited to nobody.
  const second = await sandbox.payByHand(order);
  await expect
    .poll(() =>
      db().providerTransaction.count({ where: { receipt: second.receipt, standing: "suspense" } }),
    )
    .toBe(1);
  expect(await balanceOf(shop)).toBe("500.00");
});

test("not enough money: paying by hand is not offered, for it would fail too", async ({
  shop,
  customer,
  sandbox,
}) => {
  await askForPrompt(shop, { amount: "500" });
  const { checkoutRequestId } = await onlyPush(sandbox, customer.phone);
  await sandbox.endPush(checkoutRequestId, { resultCode: 1 });
  await expectNotPaid(shop, "Your M-Pesa balance is not enough.");
  await expect(shop.getByText("Account number")).toBeHidden();
});

test.describe("in Kiswahili, without scripts", () => {
  test.use({ javaScriptEnabled: false, viewport: SMALL });

  test("the page shows what to type, and turns to paid by itself", async ({
    shop,
    customer,
    sandbox,
    context,
  }) => {
    await context.addCookies([{ name: "malipo.locale", value: "sw", url: APP_URL }]);
    await shop.goto("/deposit?method=mpesa");
    await shop.getByLabel("Kiasi", { exact: true }).fill("300");
    await shop.getByRole("button", { name: /^Lipa/ }).click();
    await shop.waitForURL(/\/payments\/dep_/);
    await expect(shop.getByText("Hujapata ombi?")).toBeVisible();
    await ageDeposit(paymentIdOf(shop), 31 * SECOND_MS);
    await shop.reload();
    await expect(shop.getByRole("heading", { name: "Lipa bila ombi" })).toBeVisible();
    await expectSwahili(shop);
    await sandbox.answerPrompt(customer.phone, "decline");
    const title = "Hakuna pesa iliyotoka kwenye M-Pesa yako";
    await expect(shop.getByRole("heading", { name: title })).toBeVisible();
    await expect(fact(shop, "Namba ya biashara")).toHaveText(PAYBILL);
    await expectSwahili(shop);
    const reference = await accountNumberOf(shop, "Namba ya akaunti");
    await sandbox.payByHand({ phone: customer.phone, reference, amountCents: 30_000n });
    await expect(shop.getByRole("main").getByText("Imelipwa", { exact: true })).toBeVisible({
      timeout: 30_000,
    });
    await expectSwahili(shop);
  });
});

test("staff see since when M-Pesa tells of payments, and ask for its list", async ({
  openBrowser,
  merchantId,
}) => {
  test.setTimeout(120_000);
  const page = await openDesk(await openBrowser(), merchantId, { role: "admin" });
  await page.goto("/dashboard");
  await page.getByRole("link", { name: "M-Pesa’s own record" }).click();
  const account = page.getByRole("region", { name: `PayBill ${PAYBILL}` });
  await expect(account.getByText(/^Since /)).toHaveCount(2);

  await page.getByRole("button", { name: /^Ask M-Pesa/ }).click();
  await expect(page.getByRole("status").getByText("Read to its end.")).toBeVisible();
  await expect(page.getByText(/^Asked by Njeri Mwangi/).first()).toBeVisible();

  await page.getByLabel("From").fill("2026-01-01T00:00");
  await page.getByRole("button", { name: /^Ask M-Pesa/ }).click();
  const tooFar = "M-Pesa’s list goes 48 hours back. Choose a later time.";
  await expect(page.locator("p").filter({ hasText: tooFar }).first()).toBeVisible();
  await expect(page.getByLabel("From")).toHaveValue("2026-01-01T00:00");

  await page.goto("/dashboard/history");
  await page.getByText("Register again").click();
  await page.getByRole("button", { name: `Register (${PAYBILL})` }).click();
  await expect(page.getByRole("status").getByText("Registered.")).toBeVisible();
  await lookAt(page, "/dashboard/history");

  const plain = await openDesk(await openBrowser({ javaScriptEnabled: false }), merchantId);
  await plain.goto("/dashboard/history");
  await expect(plain.getByText("An admin registers it.").first()).toBeVisible();
  await expect(plain.getByRole("button", { name: /Register|Open/ })).toHaveCount(0);
  await plain.getByRole("button", { name: /^Ask M-Pesa/ }).click();
  await expect(plain.getByRole("status").getByText("Read to its end.")).toBeVisible();
});
