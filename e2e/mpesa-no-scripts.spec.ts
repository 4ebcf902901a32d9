import { ageDeposit } from "@/prisma/factories/age-deposit";
import { expect, test } from "./fixtures";
import { balanceOf, expectPaid, paymentIdOf } from "./journey";
import {
  askForPrompt,
  expectNotPaid,
  expectPrompted,
  fact,
  fillMpesaForm,
  MINUTE_MS,
  onlyPush,
  openHandset,
  payButton,
} from "./mpesa-journey";

test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } });

test("M-Pesa without scripts: bad input kept, asked, cancelled, asked again, paid, receipt", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await shop.goto("/deposit");
  await shop.getByRole("link", { name: /^M-Pesa/ }).click();
  await shop.getByRole("button", { name: "KSh 200" }).click();
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("200");
  await shop.getByLabel("Phone number").fill("0712");
  await payButton(shop).click();
  await expect(shop.locator("#phone-problem")).toHaveText(
    "Enter a Kenyan phone number, for example 0712 345 678.",
  );
  await expect(shop.getByLabel("Phone number")).toHaveValue("0712");
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("200");
  await shop.getByLabel("Phone number").fill(phone);
  await payButton(shop).click();
  await expectPrompted(shop);
  const id = paymentIdOf(shop);

  // From here on both pages get every piece of news by themselves.
  const handset = await openHandset(shop, phone);
  await handset.getByRole("button", { name: "Cancel" }).click();
  await expectNotPaid(shop, "You cancelled the payment on your phone.");
  await ageDeposit(id, MINUTE_MS);
  await shop.getByRole("button", { name: "Try again with KSh 200" }).click();
  await expectPrompted(shop);
  await handset.getByLabel("M-PESA PIN").fill("1234");
  await handset.getByRole("button", { name: "Send" }).click();
  await expectPaid(shop, "KSh 200.00");
  const [, push] = await sandbox.listPushes({ msisdn: phone });
  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(push?.receipt ?? "");
  expect(await balanceOf(shop)).toBe("200.00");
});

test("M-Pesa without scripts: a form sent twice asks once, and stopping works", async ({
  shop,
  customer,
  sandbox,
}) => {
  await fillMpesaForm(shop, { amount: "500" });
  await payButton(shop).dblclick();
  await expectPrompted(shop);
  await onlyPush(sandbox, customer.phone);
  await shop.getByRole("button", { name: "I have paid, check again" }).click();
  await expectPrompted(shop);
  await shop.getByText("Did you not get it?").click();
  await expect(shop.getByText("See that the phone is on and has signal.")).toBeVisible();
  await shop.getByRole("button", { name: "Stop waiting" }).click();
  await expect(shop.getByText("You stopped waiting.")).toBeVisible();

  // Nothing refreshes a payment that is over, and the button asks for news.
  await sandbox.enterPin(customer.phone);
  await expect
    .poll(async () => (await sandbox.callbacks({ msisdn: customer.phone }))[0]?.state)
    .toBe("delivered");
  await shop.getByRole("button", { name: "I have paid, check again" }).click();
  await expectPaid(shop, "KSh 500.00");
});

test("M-Pesa without scripts: a second tab shows the first prompt", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  await fillMpesaForm(shop, { amount: "800" });
  await payButton(shop).click();
  await expect(shop.getByText(/^We sent a prompt to .* ago\. Answer that one\.$/)).toBeVisible();
  expect(paymentIdOf(shop)).toBe(id);
  await onlyPush(sandbox, customer.phone);
});
