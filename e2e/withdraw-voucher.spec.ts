import { ageWithdrawal } from "@/prisma/factories/age-withdrawal";
import { expect, SANDBOX_URL, test } from "./fixtures";
import { expectPaid, paymentOf } from "./journey";
import { fact, MINUTE_MS } from "./mpesa-journey";
import {
  confirm,
  confirmButton,
  expectChecking,
  expectGivenBack,
  expectMoney,
  expectSending,
  fund,
  giveEmail,
  onlyVoucher,
  receiverField,
  reviewWithdrawal,
  unusedEmail,
  withdraw,
  withdrawalIdOf,
} from "./withdraw-journey";

/** `j***@example.com` */
function masked(email: string): string {
  return `${email.slice(0, 1)}***${email.slice(email.indexOf("@"))}`;
}

test("a voucher to one's own e-mail: its code is masked until tapped, and shown as used once it is", async ({
  shop,
  context,
  customer,
  sandbox,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const email = await giveEmail(customer);
  await fund(shop, sandbox, 100_000n);
  await shop.goto("/withdraw");
  await shop.getByText("Add a message to the e-mail").click();
  await shop.getByLabel("Message", { exact: true }).fill("Karibu tena");
  await expect(receiverField(shop)).toHaveValue(email);
  await shop.getByLabel("Amount", { exact: true }).fill("250.50");
  await shop.getByRole("button", { name: "Continue" }).click();
  await expect(fact(shop, "To your own e-mail")).toHaveText(email);
  await expect(fact(shop, "Message")).toHaveText("Karibu tena");
  await expect(fact(shop, "Fee")).toHaveText("None");
  await expect(fact(shop, "Balance afterwards")).toHaveText("KSh 749.50");
  await confirm(shop);

  await expectPaid(shop, "KSh 250.50");
  const id = await withdrawalIdOf(shop);
  const { code, transactionId } = await onlyVoucher(sandbox, email);
  await expectMoney(shop, { available: "749.50", held: "0.00" });
  await expect(fact(shop, "To")).toHaveText(masked(email));
  await expect(fact(shop, "Voucher receipt")).toHaveText(transactionId);
  await expect(fact(shop, "Used")).toHaveText("Not yet");
  await expect(shop.getByText(code)).toBeHidden();
  const opener = shop.locator("summary", { hasText: "Voucher code" });
  await expect(opener).toContainText(code.slice(-4));
  await opener.click();
  await expect(shop.getByText(code)).toBeVisible();
  await shop.getByRole("button", { name: "Copy" }).click();
  await expect(shop.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await shop.evaluate(() => navigator.clipboard.readText())).toBe(code);

  const [mail] = await sandbox.emails({ to: email });
  const inbox = await context.newPage();
  await inbox.goto(`${SANDBOX_URL}/emails/${mail?.id}`);
  await expect(inbox.getByRole("article")).toContainText("Karibu tena");
  await inbox.getByRole("link", { name: "Redeem KES 250.50" }).click();
  await inbox.getByRole("button", { name: "Redeem KES 250.50" }).click();
  await expect(inbox.getByRole("heading", { name: "Redeemed" })).toBeVisible();
  await expect.poll(async () => (await paymentOf(shop, id)).payout?.redeemed_at).not.toBeNull();
  await shop.reload();
  await expect(fact(shop, "Used")).toHaveText(/^\d{1,2} \w{3} \d{4}, \d\d:\d\d$/);

  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(fact(shop, "Voucher receipt")).toHaveText(transactionId);
  await expect(shop.getByRole("article")).not.toContainText(code);
});

test("an address that is new is warned about, and the password asked each time", async ({
  shop,
  customer,
  sandbox,
}) => {
  const to = unusedEmail();
  await fund(shop, sandbox, 100_000n);
  await reviewWithdrawal(shop, { method: "pesavoucher", amount: "100", to });
  const warning = shop.getByText("You have never paid this address here.");
  await expect(warning).toBeVisible();
  await confirmButton(shop).click();
  await expect(shop.locator("#password-problem")).toHaveText("Enter your password.");
  await shop.getByLabel("Your password").fill(customer.password);
  await confirmButton(shop).click();
  await expectPaid(shop, "KSh 100.00");
  await onlyVoucher(sandbox, to);

  await reviewWithdrawal(shop, { method: "pesavoucher", amount: "150", to });
  await expect(warning).toBeHidden();
  await shop.getByLabel("Your password").fill(customer.password);
  await confirmButton(shop).click();
  await expectPaid(shop, "KSh 150.00");
  await expectMoney(shop, { available: "750.00", held: "0.00" });
});

test("an address Pesa Voucher does not know: the money is back, and another one is asked for", async ({
  shop,
  customer,
  sandbox,
}) => {
  const email = await giveEmail(customer, { start: "unknown" });
  await fund(shop, sandbox, 100_000n);
  await withdraw(shop, { method: "pesavoucher", amount: "500" });
  await expectGivenBack(
    shop,
    "KSh 500",
    "Pesa Voucher does not know the address u***@example.com.",
  );
  await expectMoney(shop, { available: "1000.00", held: "0.00" });
  expect(await sandbox.payoutVouchers({ email })).toEqual([]);

  const unpaid = shop.url();
  await shop.getByRole("link", { name: "It is registered now: try again" }).click();
  await expect(receiverField(shop)).toHaveValue(email);
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("500");
  await shop.goto(unpaid);
  await shop.getByRole("link", { name: "Use another e-mail" }).click();
  await expect(receiverField(shop)).toHaveValue("");
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("500");
});

test("nothing left at Pesa Voucher: the money is back, and M-Pesa is offered instead", async ({
  shop,
  customer,
  sandbox,
}) => {
  const email = await giveEmail(customer, { ending: "+nofunds" });
  await fund(shop, sandbox, 100_000n);
  await withdraw(shop, { method: "pesavoucher", amount: "500" });
  await expectGivenBack(shop, "KSh 500", "We cannot pay out by Pesa Voucher now.");
  await expect(shop.getByText(/^Questions\? Contact Duka la Mwanga: 0700 123 456\./)).toBeVisible();
  await expectMoney(shop, { available: "1000.00", held: "0.00" });
  expect(await sandbox.payoutVouchers({ email })).toEqual([]);

  await shop.getByRole("link", { name: "Use M-Pesa instead" }).click();
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("500");
  await shop.getByRole("button", { name: "Continue" }).click();
  await confirmButton(shop).click();
  await expectPaid(shop, "KSh 500.00");
});

test("the answer is lost: the money stays set aside, a person looks, and the late news pays it", async ({
  shop,
  customer,
  sandbox,
}) => {
  const email = await giveEmail(customer, { ending: "+lost" });
  const script = { hold: true };
  await sandbox.scriptCallbacks({ kind: "voucher_created", email, script });
  await fund(shop, sandbox, 100_000n);
  const id = await withdraw(shop, { method: "pesavoucher", amount: "600" });
  await expectSending(shop);
  await expect(shop.getByText("Pesa Voucher will e-mail you the code")).toBeVisible();
  await expectMoney(shop, { available: "400.00", held: "600.00" });

  await expect.poll(async () => (await paymentOf(shop, id)).state).toBe("sending");
  await ageWithdrawal(id, 6 * MINUTE_MS);
  await expectChecking(shop, "Pesa Voucher has not confirmed this withdrawal yet.", "KSh 600");
  await expectMoney(shop, { available: "400.00", held: "600.00" });
  const { code } = await onlyVoucher(sandbox, email);
  const [news] = await sandbox.callbacks({ kind: "voucher_created", email });
  await sandbox.releaseCallback(news?.id ?? "");
  await expectPaid(shop, "KSh 600.00");
  await expectMoney(shop, { available: "400.00", held: "0.00" });
  await shop.locator("summary", { hasText: "Voucher code" }).click();
  await expect(shop.getByText(code)).toBeVisible();
  await onlyVoucher(sandbox, email);
});

test("the answer is lost and the news comes: paid after all, by one voucher", async ({
  shop,
  customer,
  sandbox,
}) => {
  const email = await giveEmail(customer, { ending: "+lost503" });
  await fund(shop, sandbox, 100_000n);
  await withdraw(shop, { method: "pesavoucher", amount: "700" });
  await expectPaid(shop, "KSh 700.00");
  await onlyVoucher(sandbox, email);
  await expectMoney(shop, { available: "300.00", held: "0.00" });
});
