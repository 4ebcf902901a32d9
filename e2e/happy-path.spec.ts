import { expect, test } from "./fixtures";
import { buyVoucher, expectPaid, returnToShop, startPurchase } from "./journey";

test("happy path: sign in, buy a voucher, enter the PIN, come back, paid", async ({
  page,
  customer,
}) => {
  await page.goto("/deposit");
  await page.getByLabel("Phone number").fill(customer.phone);
  await page.getByLabel("Password", { exact: true }).fill(customer.password);
  await page.getByRole("button", { name: "Sign in" }).click();

  await expect(page).toHaveURL("/deposit");
  await page.getByRole("button", { name: "KSh 500" }).click();
  await page.getByRole("button", { name: "Buy Voucher Now · KSh 500" }).click();
  await expect(page.getByLabel("Amount in Kenyan shillings")).toHaveValue("500.00");
  const code = await buyVoucher(page, customer.phone);
  await returnToShop(page);

  await expectPaid(page, "KSh 500.00");
  const facts = page.getByRole("main").getByRole("definition");
  await expect(facts.first()).toHaveText("KSh 500.00");
  await expect(page.getByText(`Pesa Voucher MLP-****${code.slice(-4)}`)).toBeVisible();
  await expect(page.getByRole("banner").getByText("KSh 500.00")).toBeVisible();

  await page.getByRole("link", { name: "See receipt" }).click();
  await expect(page.getByRole("article")).toContainText("KSh 500.00");
  await expect(page.getByRole("article")).toContainText(customer.name);
});

test("a second deposit adds to the first", async ({ shop, customer }) => {
  for (const [amount, balance] of [
    ["1,250.50", "KSh 1,250.50"],
    ["200", "KSh 1,450.50"],
  ] as const) {
    await startPurchase(shop, amount);
    await buyVoucher(shop, customer.phone);
    await returnToShop(shop);
    await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
    await expect(shop.getByRole("definition").first()).toHaveText(balance);
  }
});
