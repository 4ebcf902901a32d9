import { ageDeposit } from "@/prisma/factories/age-deposit";
import { expect, test, unusedPhone } from "./fixtures";
import { balanceOf, expectPaid, paymentIdOf, paymentOf, paymentsOf } from "./journey";
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
  payByMpesa,
} from "./mpesa-journey";

/** `0712 *** 678` */
function masked(phone: string): string {
  return `${phone.slice(0, 4)} *** ${phone.slice(-3)}`;
}

test("the PIN pays: the page says what the phone will say, and the receipt what M-Pesa said", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  const { reference } = (await paymentOf(shop, id)).prompt ?? {};
  const main = shop.getByRole("main");
  await expect(main).toContainText(`Sent to the phone ending in ${customer.phone.slice(-3)}.`);
  await expect(main).toContainText("It asks you to pay KSh 500 to Duka la Mwanga.");
  await expect(main).toContainText(`PayBill 174379, account ${reference}`);

  const handset = await openHandset(shop, customer.phone);
  await expect(handset.getByRole("main")).toContainText(
    `Do you want to pay Ksh500 to Duka la Mwanga Account no. ${reference}?`,
  );
  await handset.getByLabel("M-PESA PIN").fill("1234");
  await handset.getByRole("button", { name: "Send" }).click();

  await expectPaid(shop, "KSh 500.00");
  const push = await onlyPush(sandbox, customer.phone);
  const { receipt, endedAtMs } = push;
  await expect(fact(shop, "New balance")).toHaveText("KSh 500.00");
  await expect(fact(shop, "From")).toHaveText(`M-Pesa ${masked(customer.phone)}`);
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  const paidAt = (await paymentOf(shop, id)).prompt?.paid_at ?? "";
  expect(Math.floor(Date.parse(paidAt) / 1_000)).toBe(Math.floor((endedAtMs ?? 0) / 1_000));
  const providerTime = await fact(shop, "M-Pesa time").innerText();

  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(fact(shop, "Phone number")).toHaveText(masked(customer.phone));
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  await expect(fact(shop, "M-Pesa time")).toHaveText(providerTime);
  await expect(shop.getByRole("article")).not.toContainText(customer.phone.slice(4, 7));
  expect(await balanceOf(shop)).toBe("500.00");
});

test("a double tap sends one prompt", async ({ shop, customer, sandbox }) => {
  await fillMpesaForm(shop, { amount: "500" });
  await payButton(shop).dblclick();
  await expectPrompted(shop);
  await onlyPush(sandbox, customer.phone);
  expect(await paymentsOf(shop)).toHaveLength(1);
});

test("reloading while it waits sends nothing and misses nothing", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  for (const _ of [1, 2, 3]) {
    await shop.reload();
    await expectPrompted(shop);
  }
  expect(paymentIdOf(shop)).toBe(id);
  await onlyPush(sandbox, customer.phone);
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");
});

test("two tabs: the second shows the first prompt, and both turn to Paid", async ({
  shop,
  customer,
  sandbox,
}) => {
  const second = await shop.context().newPage();
  await fillMpesaForm(shop, { amount: "500" });
  await fillMpesaForm(second, { amount: "500" });
  await payButton(shop).click();
  await expectPrompted(shop);
  await payButton(second).click();
  await expectPrompted(second);
  expect(paymentIdOf(second)).toBe(paymentIdOf(shop));
  await expect(second.getByText(/^We sent a prompt to .* ago\. Answer that one\.$/)).toContainText(
    masked(customer.phone),
  );
  await onlyPush(sandbox, customer.phone);

  await sandbox.enterPin(customer.phone);
  for (const page of [shop, second]) await expectPaid(page, "KSh 500.00");
  expect(await balanceOf(shop)).toBe("500.00");
});

test("back and the form again: the first prompt while it is open, a new one when it is paid", async ({
  shop,
  customer,
  sandbox,
}) => {
  const id = await askForPrompt(shop, { amount: "500" });
  await shop.goBack();
  await shop.getByLabel("Amount", { exact: true }).fill("700");
  await payButton(shop).click();
  await expectPrompted(shop);
  expect(paymentIdOf(shop)).toBe(id);
  await onlyPush(sandbox, customer.phone);
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 500.00");

  await ageDeposit(id, MINUTE_MS);
  await shop.goBack();
  await shop.getByLabel("Amount", { exact: true }).fill("700");
  await payButton(shop).click();
  await expectPrompted(shop);
  expect(paymentIdOf(shop)).not.toBe(id);
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 700.00");
  expect(await balanceOf(shop)).toBe("1200.00");
});

test("a phone that shows somebody else's prompt is not asked: a sentence says when it can be", async ({
  shop,
  customer,
  stranger,
  signedIn,
  sandbox,
}) => {
  await askForPrompt(shop, { amount: "500" });
  const other = await signedIn(stranger);
  await fillMpesaForm(other, { amount: "300", phone: customer.phone });
  await payButton(other).click();
  await expect(other.getByRole("main").getByRole("alert")).toContainText(
    /Somebody else’s prompt is open on this phone\. Try again in \d+ seconds?\./,
  );
  await expect(other.getByLabel("Phone number")).toHaveValue(customer.phone);
  await expect(other.getByLabel("Amount", { exact: true })).toHaveValue("300");
  await onlyPush(sandbox, customer.phone);
  expect(await paymentsOf(other)).toEqual([]);
});

test("one's own phone is offered first, then the one that was last asked", async ({
  shop,
  customer,
  sandbox,
}) => {
  const spaced = (phone: string) => phone.replace(/^(\d{4})(\d{3})/, "$1 $2 ");
  await shop.goto("/deposit?method=mpesa");
  await expect(shop.getByLabel("Phone number")).toHaveValue(spaced(customer.phone));

  const friend = unusedPhone();
  await askForPrompt(shop, { amount: "500", phone: `+254 ${friend.slice(1)}` });
  await sandbox.enterPin(friend);
  await expectPaid(shop, "KSh 500.00");
  await shop.getByRole("link", { name: "Deposit again" }).click();
  await expect(shop.getByLabel("Phone number")).toHaveValue(spaced(friend));
});

test("a phone with another M-Pesa menu open: not paid, and one tap asks again", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await sandbox.startPayment({
    amountCents: 50_000n,
    msisdn: phone,
    sessionId: crypto.randomUUID(),
  });
  const id = await payByMpesa(shop, { amount: "500" });
  await expectNotPaid(shop, "Another M-Pesa request was open on your phone. Close it first.");
  await sandbox.answerPrompt(phone, "decline");
  await ageDeposit(id, MINUTE_MS);
  await shop.getByRole("button", { name: "Try again with KSh 500" }).click();
  await expectPrompted(shop);
  await sandbox.enterPin(phone);
  await expectPaid(shop, "KSh 500.00");
  await onlyPush(sandbox, phone);
});
