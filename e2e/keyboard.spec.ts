import type { Locator } from "@playwright/test";
import { expect, test } from "./fixtures";
import { expectPaid } from "./journey";
import { tabTo } from "./tab-to";

test("keyboard only: the whole journey, with the focus always in sight", async ({
  page,
  customer,
}) => {
  const press = async (control: Locator, key = "Enter") => {
    await tabTo(page, control);
    await page.keyboard.press(key);
  };
  const type = async (control: Locator, text: string) => {
    await tabTo(page, control);
    await page.keyboard.type(text);
  };

  await page.goto("/deposit");
  await type(page.getByLabel("Phone number"), customer.phone);
  await type(page.getByLabel("Password", { exact: true }), customer.password);
  await page.keyboard.press("Enter");

  await expect(page).toHaveURL("/deposit");
  await press(page.getByRole("link", { name: "Skip to the content" }));
  await type(page.getByLabel("Amount", { exact: true }), "0");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main").getByRole("alert")).toBeFocused();
  await press(page.getByRole("alert").getByRole("link", { name: "Enter an amount above zero." }));
  await expect(page.getByLabel("Amount", { exact: true })).toBeFocused();
  await press(page.getByRole("button", { name: "KSh 1,000" }), "Space");
  await press(page.getByRole("button", { name: "Buy Voucher Now · KSh 1,000" }));

  await type(page.getByLabel("M-Pesa phone number"), customer.phone);
  await press(page.getByRole("button", { name: "Confirm" }));
  await type(page.frameLocator("iframe").getByLabel("M-PESA PIN"), "1234");
  await page.keyboard.press("Enter");
  await press(page.getByRole("link", { name: /^Return to/ }));

  await expectPaid(page, "KSh 1,000.00");
  await press(page.getByRole("link", { name: "See receipt" }));
  await expect(page.getByRole("article")).toContainText("KSh 1,000.00");
  await press(page.getByRole("link", { name: "My account" }));
  await expect(page.getByRole("heading", { name: "My account" })).toBeVisible();
  await press(page.getByRole("button", { name: "Sign out", exact: true }));
  await expect(page.getByText("You are signed out.")).toBeVisible();
});

test("when the news comes, the focus and the screen reader are where it is", async ({
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
  await shop.goto("/payments");
  await shop.getByRole("listitem").getByRole("link").first().click();
  await expect(shop.getByRole("status").filter({ hasText: "Waiting: KSh 500.00" })).toBeAttached();
  await sandbox.answerPrompt(customer.phone, "approve");
  await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeFocused();
  await expect(shop.getByRole("status").filter({ hasText: "Paid: KSh 500.00" })).toBeAttached();
  await expect(shop).toHaveTitle(/^Paid: KSh.500\.00/);
});
