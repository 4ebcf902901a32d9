import type { Locator } from "@playwright/test";
import { ageDeposit } from "@/prisma/factories/age-deposit";
import { expect, test } from "./fixtures";
import { expectPaid, paymentIdOf } from "./journey";
import { expectNotPaid, expectPrompted, MINUTE_MS, openHandset } from "./mpesa-journey";
import { tabTo } from "./tab-to";

test("M-Pesa by keyboard only: asked, cancelled, asked again, paid, the focus always in sight", async ({
  shop,
  customer,
}) => {
  const press = async (control: Locator, key = "Enter") => {
    await tabTo(control.page(), control);
    await control.page().keyboard.press(key);
  };
  const type = async (control: Locator, text: string) => {
    await tabTo(control.page(), control);
    await control.page().keyboard.type(text);
  };
  await shop.goto("/deposit");
  await press(shop.getByRole("link", { name: /^M-Pesa/ }));
  await expect(shop).toHaveURL("/deposit?method=mpesa");
  await press(shop.getByRole("button", { name: "KSh 500" }), "Space");
  await press(shop.getByRole("button", { name: "Pay KSh 500" }));
  await expectPrompted(shop);
  const id = paymentIdOf(shop);
  await press(shop.locator("summary", { hasText: "Did you not get it?" }));
  await expect(shop.getByText("See that the phone is on and has signal.")).toBeVisible();

  const handset = await openHandset(shop, customer.phone);
  await press(handset.getByRole("button", { name: "Cancel" }));
  await expectNotPaid(shop, "You cancelled the payment on your phone.");
  await expect(shop.getByRole("heading", { name: "No money left your M-Pesa" })).toBeFocused();
  await expect(shop.getByRole("status").filter({ hasText: "Not paid: KSh 500.00" })).toBeAttached();

  await ageDeposit(id, 3 * MINUTE_MS);
  await press(shop.getByRole("button", { name: "Try again with KSh 500" }));
  await expectPrompted(shop);
  await type(handset.getByLabel("M-PESA PIN"), "1234");
  await handset.keyboard.press("Enter");
  await expectPaid(shop, "KSh 500.00");
  await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeFocused();
  await expect(shop).toHaveTitle(/^Paid: KSh.500\.00/);
  await press(shop.getByRole("link", { name: "See receipt" }));
  await expect(shop.getByRole("article")).toContainText("M-Pesa receipt");
});

test("M-Pesa by keyboard only: bad input is led to, and waiting is stopped", async ({ shop }) => {
  await shop.goto("/deposit?method=mpesa");
  const amount = shop.getByLabel("Amount", { exact: true });
  await tabTo(shop, amount);
  await shop.keyboard.type("250001");
  await shop.keyboard.press("Enter");
  const alert = shop.getByRole("main").getByRole("alert");
  await tabTo(shop, alert.getByRole("link", { name: /^The largest amount by M-Pesa/ }));
  await shop.keyboard.press("Enter");
  await expect(amount).toBeFocused();
  await shop.keyboard.press("ControlOrMeta+a");
  await shop.keyboard.type("500");
  await shop.keyboard.press("Enter");
  await expectPrompted(shop);
  await tabTo(shop, shop.getByRole("button", { name: "Stop waiting" }));
  await shop.keyboard.press("Space");
  await expect(shop.getByText("You stopped waiting.")).toBeVisible();
});
