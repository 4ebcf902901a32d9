import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { paymentOf, paymentIdOf } from "./journey";
import type { SandboxControl } from "@/sandbox/control/client";

/** Deposits with a code; the page is left on the paid payment. Resolves to its public code. */
async function depositByCode(page: Page, sandbox: SandboxControl): Promise<string> {
  const { voucher } = await sandbox.createVoucher({ amountCents: 125_000n });
  await page.goto("/deposit");
  await page.getByLabel("Voucher code").fill(voucher.code);
  await page.getByRole("button", { name: "Use this code" }).click();
  await expect(page.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
  return (await paymentOf(page, paymentIdOf(page))).public_code;
}

test("the receipt says who paid whom what, and anybody can check it", async ({
  shop,
  sandbox,
  customer,
  openBrowser,
}) => {
  const code = await depositByCode(shop, sandbox);
  await shop.getByRole("link", { name: "See receipt" }).click();
  const receipt = shop.getByRole("article");
  const shown = code.replace(/(.{4})(?=.)/g, "$1-");
  for (const text of ["Duka la Mwanga", customer.name, "KSh 1,250.00", shown, "Pesa Voucher"]) {
    await expect(receipt).toContainText(text);
  }
  await expect(receipt.getByRole("img", { name: "QR code of the check page" })).toBeVisible();

  const anybody = await (await openBrowser()).newPage();
  for (const typed of [code, shown, shown.toLowerCase()]) {
    await anybody.goto(`/r/${typed}`);
    const sentence = "Duka la Mwanga received this payment.";
    await expect(anybody.getByRole("heading", { name: sentence })).toBeVisible();
    await expect(anybody.getByRole("main")).toContainText("KSh 1,250.00");
  }
  const page = await anybody.getByRole("main").innerText();
  for (const secret of [customer.name, customer.phone, "MLP-"]) expect(page).not.toContain(secret);
});

test("a check of a receipt nobody wrote says so", async ({ page }) => {
  await page.goto("/r/BCDFGHJKMNPQ");
  await expect(page.getByRole("heading", { name: "There is no such receipt" })).toBeVisible();
});

test("a receipt of what is not paid leads to the payment", async ({ shop }) => {
  await shop.goto("/deposit");
  await shop.getByLabel("Amount", { exact: true }).fill("500");
  await shop.getByRole("button", { name: "Buy Voucher Now" }).click();
  await shop.getByRole("link", { name: /^Cancel, back to/ }).click();
  await expect(shop.getByRole("main").getByText("Not paid", { exact: true })).toBeVisible();
  const payment = shop.url();
  await shop.goto(`${payment}/receipt`);
  await expect(shop).toHaveURL(payment);
});

test("printed, there is the receipt and nothing else", async ({ shop, sandbox }) => {
  await depositByCode(shop, sandbox);
  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(shop.getByRole("button", { name: "Print" })).toBeVisible();
  await shop.emulateMedia({ media: "print", colorScheme: "dark" });

  const receipt = shop.getByRole("article");
  await expect(receipt).toBeVisible();
  const lines = (text: string) => text.split(/\s*\n\s*/).filter((line) => line !== "");
  const all = lines(await shop.locator("body").innerText());
  expect(all).toEqual(lines(await receipt.innerText()));
  const ground = await shop.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(ground).toBe("rgb(255, 255, 255)");

  // An 80 mm roll prints about 72 mm wide; nothing may stick out.
  await shop.setViewportSize({ width: 272, height: 900 });
  const overflow = () =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await shop.evaluate(overflow)).toBe(0);
});
