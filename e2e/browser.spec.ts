import { APP_URL, expect, test } from "./fixtures";
import {
  balanceOf,
  buyVoucher,
  confirmPurchase,
  enterPin,
  expectPaid,
  expectWaiting,
  openNewestPayment,
  paymentIdOf,
  paymentsOf,
  returnToShop,
  startPurchase,
} from "./journey";

test("live events blocked: polling still shows Paid", async ({
  shop,
  customer,
  sandbox,
  expectedErrors,
}) => {
  expectedErrors.push(/net::ERR_FAILED .*\/api\/events/);
  await shop.route("**/api/events", (route) => route.abort());
  await startPurchase(shop, "500");
  await confirmPurchase(shop, customer.phone);
  await openNewestPayment(shop);
  await expectWaiting(shop);
  await sandbox.answerPrompt(customer.phone, "approve");
  await expectPaid(shop, "KSh 500.00");
});

test("a double tap on Buy opens one purchase", async ({ shop }) => {
  await shop.goto("/deposit");
  await shop.getByLabel("Amount", { exact: true }).fill("500");
  await shop.getByRole("button", { name: "Buy Voucher Now" }).dblclick();
  await expect(shop.getByRole("heading", { name: "Duka la Mwanga" })).toBeVisible();
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("a double tap without scripts, and a form sent twice, open one purchase", async ({
  customer,
  signedIn,
}) => {
  const page = await signedIn(customer, { javaScriptEnabled: false });
  await page.goto("/deposit");
  await page.getByLabel("Amount", { exact: true }).fill("500");
  const field = async (name: string) =>
    page.locator(`form input[name=${name}]`).first().inputValue();
  const form = { amount: "500", attempt: await field("attempt"), csrf: await field("csrf") };
  const send = () =>
    page.request.post(`${APP_URL}/api/deposit/initiate-voucher`, { form, maxRedirects: 0 });
  const answers = await Promise.all([send(), send(), send()]);
  const places = answers.map((answer) => answer.headers().location);
  expect(new Set(places).size).toBe(1);

  await page.getByRole("button", { name: "Buy Voucher Now" }).dblclick();
  await expect(page.getByRole("heading", { name: "Duka la Mwanga" })).toBeVisible();
  expect(page.url()).toBe(places[0]);
  expect(await paymentsOf(page)).toHaveLength(1);
});

test("back button after paying: paid once, and the form buys again", async ({ shop, customer }) => {
  await startPurchase(shop, "500");
  await buyVoucher(shop, customer.phone);
  const id = await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");

  await shop.goBack();
  await expect(shop.getByRole("heading", { name: "Paid" })).toBeVisible();
  expect(await returnToShop(shop)).toBe(id);
  await expectPaid(shop, "KSh 500.00");
  expect(await balanceOf(shop)).toBe("500.00");

  // Back past the hosted pages, to the form as it was left.
  const form = shop.getByRole("button", { name: "Buy Voucher Now" });
  for (let step = 0; step < 6 && !(await form.isVisible()); step += 1) await shop.goBack();
  await shop.getByLabel("Amount", { exact: true }).fill("500");
  await form.click();
  await buyVoucher(shop, customer.phone);
  expect(await returnToShop(shop)).not.toBe(id);
  await expectPaid(shop, "KSh 500.00");
  expect(await balanceOf(shop)).toBe("1000.00");
});

test("reloading while it waits changes nothing and misses nothing", async ({ shop, customer }) => {
  await startPurchase(shop, "500");
  await confirmPurchase(shop, customer.phone);
  const hosted = shop.url();
  const id = await openNewestPayment(shop);
  await expectWaiting(shop);
  for (const _ of [1, 2, 3]) {
    await shop.reload();
    await expectWaiting(shop);
  }
  expect(await paymentsOf(shop)).toHaveLength(1);
  await shop.goto(hosted);
  await enterPin(shop);
  await shop.goto(`/payments/${id}`);
  await expectPaid(shop, "KSh 500.00");
});

test("two tabs with two purchases: each is paid with its own amount", async ({
  shop,
  customer,
  stranger,
}) => {
  const second = await shop.context().newPage();
  await startPurchase(shop, "500");
  await startPurchase(second, "200");
  await buyVoucher(second, stranger.phone);
  await buyVoucher(shop, customer.phone);
  await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");
  await returnToShop(second);
  await expectPaid(second, "KSh 200.00");
  expect(paymentIdOf(second)).not.toBe(paymentIdOf(shop));
  expect(await balanceOf(shop)).toBe("700.00");
});

test("two tabs on one payment: both turn to Paid", async ({ shop, customer, sandbox }) => {
  await startPurchase(shop, "500");
  await confirmPurchase(shop, customer.phone);
  const id = await openNewestPayment(shop);
  const second = await shop.context().newPage();
  await second.goto(`/payments/${id}`);
  await expectWaiting(second);
  await sandbox.answerPrompt(customer.phone, "approve");
  for (const page of [shop, second]) await expectPaid(page, "KSh 500.00");
});

test("offline: the page says so, keeps its place, and goes on by itself", async ({
  shop,
  customer,
  sandbox,
  expectedErrors,
}) => {
  expectedErrors.push(/net::ERR_INTERNET_DISCONNECTED/);
  await startPurchase(shop, "500");
  await confirmPurchase(shop, customer.phone);
  await openNewestPayment(shop);
  await expectWaiting(shop);

  const notice = shop.getByText("You are offline; your payment is not affected.");
  await shop.context().setOffline(true);
  await expect(notice).toBeVisible();
  await expectWaiting(shop);
  await sandbox.answerPrompt(customer.phone, "approve");
  await shop.context().setOffline(false);
  await expectPaid(shop, "KSh 500.00");
  await expect(notice).toBeHidden();
});

test("I have paid, check again: asks the provider and stays on the page", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { drop: true } });
  await confirmPurchase(shop, customer.phone);
  const id = await openNewestPayment(shop);
  await shop.getByRole("button", { name: "I have paid, check again" }).click();
  await expectWaiting(shop);
  expect(paymentIdOf(shop)).toBe(id);
});
