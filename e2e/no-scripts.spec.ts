import type { Page } from "@playwright/test";
import { expect, test, unusedPhone } from "./fixtures";
import { balanceOf, expectPaid, expectWaiting, paymentIdOf, paymentsOf } from "./journey";

test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } });

/** From the waiting hosted page to the phone, and back with the voucher. */
async function payOnPhone(page: Page, phone: string): Promise<void> {
  await page.getByLabel("M-Pesa phone number").fill(phone);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("link", { name: "Open the simulated phone" }).click();
  await page.getByLabel("M-PESA PIN").fill("1234");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("link", { name: "Back to the payment page" }).click();
  await expect(page.getByRole("heading", { name: "Paid" })).toBeVisible();
}

test("without scripts: sign up with errors, buy, pay, come back, paid, sign out and in", async ({
  page,
}) => {
  const phone = unusedPhone();
  await page.goto("/sign-up");
  await page.getByLabel("Phone number").fill(phone);
  await page.getByLabel("Password").fill("nyumbani kwetu 7");
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page.locator("#name-problem")).toHaveText("Enter your name.");
  await expect(page.getByLabel("Phone number")).toHaveValue(phone);
  await page.getByLabel("Your name").fill("Njeri Mwangi");
  await page.getByLabel("Password").fill("nyumbani kwetu 7");
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page).toHaveURL("/deposit");

  await page.getByLabel("Amount", { exact: true }).fill("20");
  await page.getByRole("button", { name: "Buy Voucher Now" }).click();
  await expect(page.locator("#amount-problem")).toHaveText("The smallest deposit is KSh 50.");
  await expect(page.getByLabel("Amount", { exact: true })).toHaveValue("20");
  await page.getByRole("button", { name: "KSh 2,500" }).click();
  await expect(page.getByLabel("Amount", { exact: true })).toHaveValue("2500");
  await page.getByRole("button", { name: "Buy Voucher Now" }).click();
  await payOnPhone(page, phone);
  await page.getByRole("link", { name: /^Return to/ }).click();
  // Whether it was confirming or paid on arrival, the page gets there without anybody's hand.
  await expectPaid(page, "KSh 2,500.00");

  await page.getByRole("link", { name: "See receipt" }).click();
  await expect(page.getByRole("article")).toContainText("Njeri Mwangi");
  await expect(page.locator("noscript p")).toHaveText(/from your browser’s menu/);
  await expect(page.locator("noscript p")).toBeVisible();
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();

  await page.getByRole("link", { name: "My account" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await page.getByLabel("Phone number").fill(phone);
  await page.getByLabel("Password").fill("nyumbani kwetu 7");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("banner")).toContainText("KSh 2,500.00");
});

test("without scripts: the waiting page refreshes itself until it is paid", async ({
  shop,
  customer,
  sandbox,
}) => {
  await shop.goto("/deposit");
  await shop.getByLabel("Amount", { exact: true }).fill("500");
  await shop.getByRole("button", { name: "Buy Voucher Now" }).click();
  await shop.getByLabel("M-Pesa phone number").fill(customer.phone);
  await shop.getByRole("button", { name: "Confirm" }).click();
  await expect(shop.getByRole("heading", { name: "Check your phone" })).toBeVisible();
  const [payment] = await paymentsOf(shop);
  await shop.goto(`/payments/${payment?.id}`);
  await expectWaiting(shop);
  await sandbox.answerPrompt(customer.phone, "approve");
  await expectPaid(shop, "KSh 500.00");
});

test("without scripts: declined, tried again with a code, refused, kept, then paid", async ({
  shop,
  customer,
  sandbox,
}) => {
  await shop.goto("/deposit");
  await shop.getByLabel("Amount", { exact: true }).fill("500");
  await shop.getByRole("button", { name: "Buy Voucher Now" }).click();
  await shop.getByLabel("M-Pesa phone number").fill(customer.phone);
  await shop.getByRole("button", { name: "Confirm" }).click();
  await shop.getByRole("link", { name: "Open the simulated phone" }).click();
  await shop.getByRole("button", { name: "Cancel" }).click();
  await shop.getByRole("link", { name: "Back to the payment page" }).click();
  await shop.getByRole("link", { name: /^Return to/ }).click();
  await expect(shop.getByText("You cancelled the payment at Pesa Voucher.")).toBeVisible();
  const id = paymentIdOf(shop);

  await shop.getByText("I have a voucher code for this payment").click();
  await shop.getByLabel("Voucher code").fill("MLP-NEVERSOLD0000000");
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expect(shop.locator("#code-problem")).toHaveText(
    "This code is not valid. Check each letter and number.",
  );
  await expect(shop.getByLabel("Voucher code")).toHaveValue("MLP-NEVERSOLD0000000");
  expect(await balanceOf(shop)).toBe("0.00");

  const { voucher } = await sandbox.createVoucher({ amountCents: 50_000n });
  await shop.getByLabel("Voucher code").fill(voucher.code);
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expectPaid(shop, "KSh 500.00");
  expect(paymentIdOf(shop)).toBe(id);
});

test("without scripts: the language changes in place, and tabs and methods are links", async ({
  shop,
}) => {
  await shop.goto("/deposit?amount=300");
  await shop.getByRole("button", { name: "Kiswahili" }).click();
  await expect(shop).toHaveURL("/deposit?amount=300");
  await expect(shop.getByRole("button", { name: "Nunua Vocha Sasa" })).toBeVisible();
  await shop.getByRole("button", { name: "English" }).click();
  await shop.getByRole("link", { name: /^M-Pesa/ }).click();
  await expect(shop.getByRole("button", { name: "Pay with M-Pesa" })).toBeVisible();
  await shop.getByRole("link", { name: "Withdraw", exact: true }).click();
  await expect(
    shop.getByRole("heading", { name: "Your balance is too small for this" }),
  ).toBeVisible();
});
