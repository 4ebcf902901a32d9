import { expect, test } from "./fixtures";
import {
  balanceOf,
  buyVoucher,
  confirmPurchase,
  expectCredited,
  expectPaid,
  paymentIdOf,
  paymentsOf,
  returnToShop,
  startPurchase,
} from "./journey";

test("customer declines the prompt: not paid, why, and a filled-in way on that works", async ({
  shop,
  customer,
}) => {
  await startPurchase(shop, "750");
  await confirmPurchase(shop, customer.phone);
  await shop.frameLocator("iframe").getByRole("button", { name: "Cancel" }).click();
  await expect(shop.getByRole("heading", { name: "Payment declined" })).toBeVisible();
  await shop.getByRole("link", { name: /^Return to/ }).click();

  const money = "No money was added to your balance";
  await expect(shop.getByRole("heading", { name: money })).toBeVisible();
  await expect(shop.getByText("You cancelled the payment at Pesa Voucher.")).toBeVisible();
  await expect(shop.getByRole("main").getByText("Not paid", { exact: true })).toBeVisible();
  expect(await balanceOf(shop)).toBe("0.00");

  await shop.getByRole("link", { name: "Try again with KSh 750" }).click();
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("750");
  await shop.getByRole("button", { name: "Buy Voucher Now · KSh 750" }).click();
  await buyVoucher(shop, customer.phone);
  await shop.getByRole("link", { name: /^Return to/ }).click();
  await expectPaid(shop, "KSh 750.00");
  expect(await balanceOf(shop)).toBe("750.00");
});

test("a customer who is still looking learns of the decline by itself", async ({
  shop,
  customer,
  sandbox,
  signedIn,
}) => {
  await startPurchase(shop, "500");
  await confirmPurchase(shop, customer.phone);
  const [payment] = await paymentsOf(shop);
  const other = await signedIn(customer);
  await other.goto(`/payments/${payment?.id}`);
  await sandbox.answerPrompt(customer.phone, "decline");
  const money = "No money was added to your balance";
  await expect(other.getByRole("heading", { name: money })).toBeVisible();
});

test("cancelled at the hosted page: not paid with a way on, and a late callback still pays it", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { hold: true } });
  await confirmPurchase(shop, customer.phone);
  await shop.getByRole("link", { name: "Leave without waiting" }).click();
  const money = "No money was added to your balance";
  await expect(shop.getByRole("heading", { name: money })).toBeVisible();
  await expect(shop.getByRole("link", { name: "Try again with KSh 500" })).toBeVisible();
  const id = paymentIdOf(shop);

  // The prompt is still on the phone, and a PIN entered now moves money after all.
  await sandbox.answerPrompt(customer.phone, "approve");
  const [callback] = await sandbox.callbacks({ sessionId });
  await sandbox.releaseCallback(callback?.id ?? "");
  await expectPaid(shop, "KSh 500.00");
  await expectCredited(shop, { id, balance: "500.00" });
});

test("reported as failed, paid after all: the page corrects itself", async ({
  shop,
  customer,
  sandbox,
  signedIn,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { failFirstMs: 2_000 } });
  await confirmPurchase(shop, customer.phone);
  const [payment] = await paymentsOf(shop);
  const other = await signedIn(customer);
  await other.goto(`/payments/${payment?.id}`);
  await sandbox.answerPrompt(customer.phone, "approve");
  const money = "No money was added to your balance";
  await expect(other.getByRole("heading", { name: money })).toBeVisible();
  await expectPaid(other, "KSh 500.00");
  expect(await balanceOf(other)).toBe("500.00");
});

test("cancelled before anything was typed: back without a payment, no money moved", async ({
  shop,
}) => {
  await startPurchase(shop, "500");
  await shop.getByRole("link", { name: /^Cancel, back to/ }).click();
  await expect(shop.getByRole("main").getByText("Not paid", { exact: true })).toBeVisible();
  await expect(shop.getByText("You cancelled the payment at Pesa Voucher.")).toBeVisible();
  expect(new URL(shop.url()).search).toBe("");
  expect(await balanceOf(shop)).toBe("0.00");
});

test("not paid, but a code turned up: entering it pays this very payment", async ({
  shop,
  sandbox,
}) => {
  await startPurchase(shop, "500");
  await shop.getByRole("link", { name: /^Cancel, back to/ }).click();
  const { voucher } = await sandbox.createVoucher({ amountCents: 50_000n });
  await shop.getByText("I have a voucher code for this payment").click();
  const id = paymentIdOf(shop);
  await shop.getByLabel("Voucher code").fill(voucher.code);
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expectPaid(shop, "KSh 500.00");
  expect(paymentIdOf(shop)).toBe(id);
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("the code did not come back with the customer: the page asks for it, and it pays", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  const script = { drop: true, returnAppend: "payment_id" } as const;
  await sandbox.scriptCallbacks({ sessionId, script });
  const code = await buyVoucher(shop, customer.phone);
  await returnToShop(shop);
  await expect(shop.getByRole("heading", { name: "Enter your voucher code" })).toBeVisible();
  await shop.getByLabel("Voucher code").fill(code);
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expectPaid(shop, "KSh 500.00");
  expect(await balanceOf(shop)).toBe("500.00");
});

test("the voucher had expired when it was bought: the page says why, and keeps the payment open", async ({
  shop,
  customer,
  sandbox,
}) => {
  await startPurchase(shop, "500");
  await buyVoucher(shop, `${customer.phone.slice(0, -2)}17`);
  await returnToShop(shop);
  await expect(shop.locator("#code-problem")).toHaveText(
    "This code has expired. Ask Pesa Voucher about your money.",
  );
  expect(await balanceOf(shop)).toBe("0.00");
  const { voucher } = await sandbox.createVoucher({ amountCents: 50_000n });
  await shop.getByLabel("Voucher code").fill(voucher.code);
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expectPaid(shop, "KSh 500.00");
});
