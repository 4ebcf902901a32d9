import { expect, SANDBOX_URL, test } from "./fixtures";
import { expectPaid } from "./journey";
import { fact } from "./mpesa-journey";
import {
  confirmButton,
  expectGivenBack,
  expectMoney,
  expectReview,
  expectSending,
  fund,
  giveEmail,
  holdResults,
  onlyPayout,
  onlyVoucher,
  openDesk,
  receiverField,
  releaseResult,
  withdraw,
  withdrawalIdOf,
} from "./withdraw-journey";

test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } });

test("M-Pesa without scripts: quick amount, bad input kept, changed, a double click, paid, receipt", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  await holdResults(sandbox, phone);
  await shop.goto("/withdraw");
  await shop.getByRole("link", { name: /^M-Pesa/ }).click();
  await shop.getByRole("button", { name: "KSh 200" }).click();
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("200");
  await receiverField(shop).fill("0712");
  await shop.getByRole("button", { name: "Continue" }).click();
  await expect(shop.locator("#phone-problem")).toBeVisible();
  await expect(receiverField(shop)).toHaveValue("0712");
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("200");
  await receiverField(shop).fill(phone);
  await shop.getByRole("button", { name: "Continue" }).click();
  await expectReview(shop, "200");

  await shop.getByRole("button", { name: "Change" }).click();
  await expect(receiverField(shop)).toHaveValue(phone);
  await shop.getByLabel("Amount", { exact: true }).fill("300");
  await shop.getByRole("button", { name: "Continue" }).click();
  await expectReview(shop, "300");
  await confirmButton(shop).dblclick();
  await withdrawalIdOf(shop);
  // From here on the page gets every piece of news by itself.
  await expectSending(shop);
  await expectMoney(shop, { available: "690.00", held: "310.00" });
  await releaseResult(sandbox, phone);
  await expectPaid(shop, "KSh 300.00");
  const { receipt } = await onlyPayout(sandbox, phone);
  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  await expectMoney(shop, { available: "690.00", held: "0.00" });
});

test("Pesa Voucher without scripts: password asked, paid, the code opened, redeemed, receipt", async ({
  shop,
  customer,
  sandbox,
}) => {
  const to = await giveEmail(customer);
  await giveEmail(customer);
  await fund(shop, sandbox, 100_000n);
  await shop.goto("/withdraw");
  await shop.getByLabel("Amount", { exact: true }).fill("500");
  await receiverField(shop).fill(to);
  await shop.getByRole("button", { name: "Continue" }).click();
  await confirmButton(shop).click();
  await expect(shop.locator("#password-problem")).toHaveText("Enter your password.");
  await shop.getByLabel("Your password").fill(customer.password);
  await confirmButton(shop).click();
  await expectPaid(shop, "KSh 500.00");
  const { code, transactionId } = await onlyVoucher(sandbox, to);
  await expect(shop.getByText(code)).toBeHidden();
  await shop.locator("summary", { hasText: "Voucher code" }).click();
  await expect(shop.getByText(code)).toBeVisible();

  const page = shop.url();
  const [mail] = await sandbox.emails({ to });
  await shop.goto(`${SANDBOX_URL}/emails/${mail?.id}`);
  await shop.getByRole("link", { name: "Redeem KES 500" }).click();
  await shop.getByRole("button", { name: "Redeem KES 500" }).click();
  await expect(shop.getByRole("heading", { name: "Redeemed" })).toBeVisible();
  await shop.goto(page);
  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(fact(shop, "Voucher receipt")).toHaveText(transactionId);
  await expectMoney(shop, { available: "500.00", held: "0.00" });
});

test("without scripts: an order that waits is taken back, and the next one approved by staff", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  await fund(shop, sandbox, 6_100_000n);
  const order = { method: "mpesa", amount: "60000" } as const;
  await withdraw(shop, order);
  await shop.getByRole("button", { name: "Cancel this withdrawal" }).click();
  await expectGivenBack(shop, "KSh 60,010", "You cancelled it before it was sent.");

  const id = await withdraw(shop, order);
  await expect(shop.getByRole("heading", { name: "Waiting for approval" })).toBeVisible();
  const desk = await openDesk(await openBrowser({ javaScriptEnabled: false }), merchantId);
  await desk.goto("/dashboard/withdrawals");
  const row = desk.getByRole("listitem").filter({ hasText: id });
  await row.getByLabel(`Approve ${id}`).click();
  await row.getByRole("button", { name: /^Approve and pay/ }).click();
  await expect(desk.getByRole("status")).toContainText("Approved. It is sent now.");
  await expectPaid(shop, "KSh 60,000.00");
  await onlyPayout(sandbox, customer.phone);
});
