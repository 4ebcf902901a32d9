import type { Page } from "@playwright/test";
import { ageLimits } from "@/prisma/factories/age-limits";
import { ageWithdrawal } from "@/prisma/factories/age-withdrawal";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { expect, test } from "./fixtures";
import { expectPaid, paymentsOf } from "./journey";
import { fact } from "./mpesa-journey";
import {
  confirm,
  confirmButton,
  expectGivenBack,
  expectMoney,
  fillWithdrawal,
  fund,
  giveEmail,
  HOUR_MS,
  openOwnShop,
  receiverField,
  reviewWithdrawal,
  withdraw,
  withdrawalIdOf,
} from "./withdraw-journey";

const BAD = {
  mpesa: [
    ["", "Enter an amount."],
    ["9", "The smallest withdrawal by M-Pesa is KSh 10."],
    ["500.50", "Enter whole shillings, without cents."],
    ["250001", "The largest withdrawal by M-Pesa is KSh 250,000 at once."],
    ["991", "Amount and fee together are more than your balance."],
    ["150001", "This is more than your limit for one withdrawal."],
  ],
  pesavoucher: [
    ["49.99", "The smallest voucher is KSh 50."],
    ["150000.01", "The largest voucher is KSh 150,000."],
    ["60.125", "Enter at most two digits after the point."],
    ["1000.01", "Amount and fee together are more than your balance."],
  ],
} as const;
const BAD_RECEIVERS = {
  mpesa: ["0712", "Enter a Kenyan phone number, for example 0712 345 678."],
  pesavoucher: [
    "Jina <jina@mfano.co.ke>",
    "Enter one whole e-mail address, for example jina@mfano.co.ke.",
  ],
} as const;

for (const method of ["mpesa", "pesavoucher"] as const) {
  test(`${method}: what cannot be paid out gets one clear sentence, and the text is kept`, async ({
    shop,
    customer,
    sandbox,
  }) => {
    await giveEmail(customer);
    await fund(shop, sandbox, 100_000n);
    const field = shop.getByLabel("Amount", { exact: true });
    await fillWithdrawal(shop, { method, amount: "" });
    for (const [amount, sentence] of BAD[method]) {
      await field.fill(amount);
      await shop.getByRole("button", { name: "Continue" }).click();
      await expect(shop.locator("#amount-problem"), amount).toHaveText(sentence);
      await expect(field).toHaveValue(amount);
      await expect(field).toHaveAttribute("aria-invalid", "true");
    }
    const [to, sentence] = BAD_RECEIVERS[method];
    await field.fill("0");
    await receiverField(shop).fill(to);
    await shop.getByRole("button", { name: "Continue" }).click();
    const alert = shop.getByRole("alert").filter({ hasText: "2 things to correct" });
    await alert.getByRole("link", { name: sentence }).click();
    await expect(receiverField(shop)).toBeFocused();
    await expect(receiverField(shop)).toHaveValue(to);
    await expectMoney(shop, { available: "1000.00", held: "0.00" });
    expect(await paymentsOf(shop)).toHaveLength(1);
  });
}

test("all of it: the form offers what is left after the fee, and nothing when that is too little", async ({
  shop,
  sandbox,
}) => {
  await shop.goto("/withdraw?method=mpesa");
  await expect(shop.getByText("Your balance is too small for this")).toBeVisible();
  await expect(shop.getByRole("button", { name: "Continue" })).toBeHidden();
  await fund(shop, sandbox, 100_050n);
  await shop.goto("/withdraw?method=mpesa");
  await expect(shop.getByText("From KSh 10 to KSh 990.")).toBeVisible();
  await shop.getByRole("button", { name: "All of it" }).click();
  await shop.getByRole("button", { name: "Continue" }).click();
  await expect(fact(shop, "Balance afterwards")).toHaveText("KSh 0.50");
  await confirmButton(shop).click();
  await expectPaid(shop, "KSh 990.00");
  await expectMoney(shop, { available: "0.50", held: "0.00" });
  await shop.goto("/withdraw?method=mpesa");
  await expect(shop.getByText("Your balance is too small for this")).toBeVisible();
});

async function setLimit(page: Page, what: string, amount: string): Promise<void> {
  await page.goto("/account");
  await page.locator("summary", { hasText: `Change: ${what}` }).click();
  const form = page.locator("details[open]");
  await form.getByLabel("New limit").fill(amount);
  await form.getByRole("button", { name: "Save this limit" }).click();
}

async function expectRefused(page: Page, amount: string, sentence: string): Promise<void> {
  await fillWithdrawal(page, { method: "pesavoucher", amount });
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.locator("#amount-problem")).toHaveText(sentence);
}

test("one's own limit: lower counts at once, higher a day later", async ({
  shop,
  customer,
  sandbox,
}) => {
  await giveEmail(customer);
  await fund(shop, sandbox, 100_000n);
  await setLimit(shop, "One withdrawal", "300");
  await expect(shop.getByText("Your limit is saved.")).toBeVisible();
  await expect(fact(shop, "One withdrawal")).toHaveText("up to KSh 300");
  await shop.goto("/withdraw");
  await expect(shop.getByText("From KSh 50 to KSh 300.")).toBeVisible();
  await expectRefused(shop, "400", "This is more than your limit for one withdrawal.");

  await setLimit(shop, "One withdrawal", "500");
  await expect(shop.getByText(/^Saved\. The higher limit counts from .* on\.$/)).toBeVisible();
  await expect(shop.getByText(/^One withdrawal:\sUp to KSh\s500 from/)).toBeVisible();
  await expect(fact(shop, "One withdrawal")).toHaveText("up to KSh 300");
  await expectRefused(shop, "400", "This is more than your limit for one withdrawal.");

  await ageLimits(customer.id, 24 * HOUR_MS);
  await shop.goto("/account");
  await expect(fact(shop, "One withdrawal")).toHaveText("up to KSh 500");
  await reviewWithdrawal(shop, { method: "pesavoucher", amount: "400" });
  await confirm(shop);
  await expectPaid(shop, "KSh 400.00");
});

test("a limit that is none is refused beside its field, and the text is kept", async ({ shop }) => {
  await setLimit(shop, "All in 7 days", "0.50");
  const field = shop.getByLabel("New limit").and(shop.locator("[aria-invalid=true]"));
  await expect(field).toHaveValue("0.50");
  await expect(shop.locator("#amount-problem")).toHaveText("The smallest limit is KSh 1.");
  await expect(fact(shop, "All in 7 days")).toHaveText("up to KSh 1,000,000");
});

test("what was taken out counts for 24 hours and for 7 days", async ({
  shop,
  customer,
  sandbox,
}) => {
  await giveEmail(customer);
  await fund(shop, sandbox, 200_000n);
  await setLimit(shop, "All in 24 hours", "500");
  await setLimit(shop, "All in 7 days", "600");
  const first = await withdraw(shop, { method: "pesavoucher", amount: "400" });
  await expectPaid(shop, "KSh 400.00");
  await expectRefused(shop, "101", "This is more than your limit leaves for these 24 hours.");
  await shop.getByText("Your limits", { exact: true }).click();
  await expect(fact(shop, "Last 24 hours")).toHaveText("KSh 100 left of KSh 500");

  await ageWithdrawal(first, 24 * HOUR_MS);
  await expectRefused(shop, "201", "This is more than your limit leaves for these 7 days.");
  const second = await withdraw(shop, { method: "pesavoucher", amount: "200" });
  await expectPaid(shop, "KSh 200.00");
  await ageWithdrawal(second, 24 * HOUR_MS);
  await shop.goto("/withdraw");
  await expect(shop.getByText("You have reached your limit")).toBeVisible();

  await ageWithdrawal(first, 6 * 24 * HOUR_MS);
  await reviewWithdrawal(shop, { method: "pesavoucher", amount: "400" });
});

test("reviewed, and the money is gone by the time it is confirmed: nothing is sent", async ({
  shop,
  customer,
  sandbox,
}) => {
  await giveEmail(customer);
  await fund(shop, sandbox, 50_000n);
  const other = await shop.context().newPage();
  await reviewWithdrawal(other, { method: "pesavoucher", amount: "500" });
  await withdraw(shop, { method: "pesavoucher", amount: "400" });
  await expectPaid(shop, "KSh 400.00");
  await confirm(other);
  await expect(
    other.getByText("Amount and fee together are more than your balance."),
  ).toBeVisible();
  await expect(other.getByText("Nothing was sent, and your balance is as it was.")).toBeVisible();
  await expectMoney(shop, { available: "100.00", held: "0.00" });
});

test("the fee changes between review and confirmation: it is shown and asked again", async ({
  openBrowser,
  sandbox,
}) => {
  const own = await openOwnShop(await openBrowser(), { mpesaFeeCents: 1_000n });
  const { page } = own;
  await fund(page, sandbox, 100_000n);
  await reviewWithdrawal(page, { method: "mpesa", amount: "500" });
  await expect(fact(page, "Fee")).toHaveText("KSh 10");
  await setWithdrawalRules(own.merchantId, { mpesaFeeCents: 2_500n });
  await confirmButton(page).click();
  await expect(page.getByText("The fee has changed, and nothing was sent.")).toBeVisible();
  await expect(fact(page, "Fee")).toHaveText("KSh 25");
  await expect(fact(page, "Balance afterwards")).toHaveText("KSh 475.00");
  await expectMoney(page, { available: "1000.00", held: "0.00" });
  await confirmButton(page).click();
  await expectPaid(page, "KSh 500.00");
  await expectMoney(page, { available: "475.00", held: "0.00" });
});

test("too little at Pesa Voucher: the money comes back, and then the form says paused and offers M-Pesa", async ({
  openBrowser,
  sandbox,
}) => {
  // Far more than this shop has there, so every voucher would leave too little.
  const { page, customer } = await openOwnShop(await openBrowser(), {
    voucherFloorCents: 900_000_000_000n,
  });
  const email = await giveEmail(customer);
  await fund(page, sandbox, 100_000n);
  await withdraw(page, { method: "pesavoucher", amount: "500" });
  await expectGivenBack(page, "KSh 500", "Paying out by Pesa Voucher is paused with us.");
  expect(await sandbox.payoutVouchers({ email })).toEqual([]);
  await expectMoney(page, { available: "1000.00", held: "0.00" });

  await page.goto("/withdraw");
  const paused = "Pesa Voucher is having a short break";
  await expect(page.getByRole("heading", { name: paused })).toBeVisible();
  await expect(page.getByText("Your balance is safe.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Continue" })).toBeHidden();
  await page.getByRole("link", { name: "Use M-Pesa", exact: true }).click();
  const id = await withdraw(page, { method: "mpesa", amount: "500" });
  await expectPaid(page, "KSh 500.00");
  expect(await withdrawalIdOf(page)).toBe(id);
});
