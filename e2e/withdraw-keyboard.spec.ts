import type { Locator } from "@playwright/test";
import { expect, test, unusedPhone } from "./fixtures";
import { expectPaid } from "./journey";
import { tabTo } from "./tab-to";
import {
  confirmButton,
  expectGivenBack,
  expectReview,
  fund,
  giveEmail,
  onlyVoucher,
  openDesk,
  receiverField,
} from "./withdraw-journey";

async function press(control: Locator, key = "Enter"): Promise<void> {
  await tabTo(control.page(), control);
  await control.page().keyboard.press(key);
}

async function type(control: Locator, text: string): Promise<void> {
  await tabTo(control.page(), control);
  await control.page().keyboard.press("ControlOrMeta+a");
  await control.page().keyboard.type(text);
}

test("by keyboard only: to another phone, the problem led to, the password, paid, receipt", async ({
  shop,
  customer,
  sandbox,
}) => {
  await fund(shop, sandbox, 100_000n);
  await shop.goto("/deposit");
  await press(shop.getByRole("link", { name: "Withdraw", exact: true }));
  await expect(shop).toHaveURL("/withdraw");
  await press(shop.getByRole("link", { name: /^M-Pesa/ }));
  await expect(shop).toHaveURL("/withdraw?method=mpesa");
  const amount = shop.getByLabel("Amount", { exact: true });
  await type(amount, "2000");
  await type(receiverField(shop), unusedPhone());
  await shop.keyboard.press("Enter");
  const alert = shop.getByRole("main").getByRole("alert");
  await press(alert.getByRole("link", { name: "Amount and fee together are more" }));
  await expect(amount).toBeFocused();
  await press(shop.getByRole("button", { name: "KSh 500" }), "Space");
  await press(shop.getByRole("button", { name: "Continue" }));
  await expectReview(shop, "500");
  await type(shop.getByLabel("Your password"), customer.password);
  await shop.keyboard.press("Enter");
  await expectPaid(shop, "KSh 500.00");
  await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeFocused();
  await expect(shop).toHaveTitle(/^Paid: KSh.500\.00/);
  await press(shop.getByRole("link", { name: "See receipt" }));
  await expect(shop.getByRole("article")).toContainText("M-Pesa receipt");
});

test("by keyboard only: a voucher, its code opened and hidden again", async ({
  shop,
  customer,
  sandbox,
}) => {
  const email = await giveEmail(customer);
  await fund(shop, sandbox, 100_000n);
  await shop.goto("/withdraw");
  await type(shop.getByLabel("Amount", { exact: true }), "150");
  await shop.keyboard.press("Enter");
  await expectReview(shop, "150");
  await type(shop.getByLabel("Your password"), customer.password);
  await press(confirmButton(shop));
  await expectPaid(shop, "KSh 150.00");
  const { code } = await onlyVoucher(sandbox, email);
  const opener = shop.locator("summary", { hasText: "Voucher code" });
  await press(opener);
  await expect(shop.getByText(code)).toBeVisible();
  await press(opener, "Space");
  await expect(shop.getByText(code)).toBeHidden();
});

test("by keyboard only: taken back while it waits, and decided by staff", async ({
  shop,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  await fund(shop, sandbox, 6_100_000n);
  const ask = async () => {
    await shop.goto("/withdraw?method=mpesa&amount=60000");
    await press(shop.getByRole("button", { name: "Continue" }));
    await press(confirmButton(shop));
    await expect(shop.getByRole("heading", { name: "Waiting for approval" })).toBeVisible();
    return shop.url().replace(/.*\//, "");
  };
  await ask();
  await press(shop.getByRole("button", { name: "Cancel this withdrawal" }), "Space");
  await expectGivenBack(shop, "KSh 60,010", "You cancelled it before it was sent.");

  const id = await ask();
  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto("/dashboard/withdrawals");
  const row = desk.getByRole("listitem").filter({ hasText: id });
  // Other tests' rows may stand before it; from here on the keyboard does everything.
  await row.getByLabel(`Reject ${id}`).focus();
  await desk.keyboard.press("Enter");
  await type(row.getByLabel("Reason"), "Not now");
  await press(row.getByRole("button", { name: /^Reject and give back/ }));
  await expect(desk.getByRole("status")).toContainText("Rejected.");
  await expectGivenBack(shop, "KSh 60,010", "It was not approved.");
  await expect(
    shop.getByRole("heading", { name: "KSh 60,010 is back in your balance" }),
  ).toBeFocused();
});
