import { maskName } from "@/lib/kit/mask-name";
import { publicNameOf } from "@/sandbox/daraja/party-names";
import { expect, test, unusedPhone } from "./fixtures";
import { expectPaid, paymentOf } from "./journey";
import { fact, openHandset } from "./mpesa-journey";
import {
  confirmButton,
  expectMoney,
  expectSending,
  fund,
  holdResults,
  onlyPayout,
  receiverField,
  releaseResult,
  reviewWithdrawal,
  withdraw,
  withdrawalIdOf,
} from "./withdraw-journey";

/** `0712 345 678` */
function spaced(phone: string): string {
  return phone.replace(/^(\d{4})(\d{3})/, "$1 $2 ");
}

/** `0712 *** 678` */
function masked(phone: string): string {
  return `${phone.slice(0, 4)} *** ${phone.slice(-3)}`;
}

/** As M-Pesa knows the holder of a phone, masked. */
function maskedHolder(phone: string): string {
  const [, name = ""] = publicNameOf(`254${phone.slice(1)}`).split(" - ");
  return maskName(name);
}

test("to one's own phone: reviewed, set aside, sent, and paid without a tap", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  await holdResults(sandbox, phone);
  await reviewWithdrawal(shop, { method: "mpesa", amount: "500" });
  await expect(fact(shop, "To your own phone")).toHaveText(spaced(phone));
  await expect(fact(shop, "You get")).toHaveText("KSh 500");
  await expect(fact(shop, "Fee")).toHaveText("KSh 10");
  await expect(fact(shop, "Leaves your balance")).toHaveText("KSh 510");
  await expect(fact(shop, "Balance afterwards")).toHaveText("KSh 490.00");
  await expect(shop.getByLabel("Your password")).toBeHidden();
  await expectMoney(shop, { available: "1000.00", held: "0.00" });

  await confirmButton(shop).click();
  const id = await withdrawalIdOf(shop);
  await expectSending(shop);
  await expect(shop.getByText("You need to do nothing. M-Pesa will text you.")).toBeVisible();
  await expect(fact(shop, "On hold")).toHaveText("KSh 510");
  await expectMoney(shop, { available: "490.00", held: "510.00" });

  await releaseResult(sandbox, phone);
  await expectPaid(shop, "KSh 500.00");
  const { receipt, amountCents } = await onlyPayout(sandbox, phone);
  expect(amountCents).toBe(50_000n);
  await expect(fact(shop, "To")).toHaveText(masked(phone));
  await expect(fact(shop, "Name")).toHaveText(maskedHolder(phone));
  await expect(fact(shop, "Left your balance")).toHaveText("KSh 510");
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  await expect(fact(shop, "New balance")).toHaveText("KSh 490.00");
  await expectMoney(shop, { available: "490.00", held: "0.00" });

  await shop.getByRole("link", { name: "See receipt" }).click();
  await expect(fact(shop, "Sent by")).toHaveText("M-Pesa");
  await expect(fact(shop, "M-Pesa receipt")).toHaveText(receipt ?? "");
  await expect(shop.getByRole("article")).not.toContainText(phone.slice(4, 7));
  expect((await paymentOf(shop, id)).amount_paid).toBe("500.00");
  const handset = await openHandset(shop, phone);
  await expect(handset.getByRole("main")).toContainText(/received Ksh500\.00 from Duka la Mwanga/);
});

test("to somebody else's phone: warned, the password asked, and known by name the second time", async ({
  shop,
  customer,
  sandbox,
}) => {
  const friend = unusedPhone();
  await fund(shop, sandbox, 100_000n);
  await reviewWithdrawal(shop, { method: "mpesa", amount: "300", to: friend });
  await expect(fact(shop, "To the phone")).toHaveText(spaced(friend));
  await expect(fact(shop, "They get")).toHaveText("KSh 300");
  const warning = shop.getByText("You have never paid this number here.");
  await expect(warning).toBeVisible();
  await expect(shop.getByText("Last paid as")).toBeHidden();

  const password = shop.getByLabel("Your password");
  for (const [typed, sentence] of [
    ["", "Enter your password."],
    ["not the password", "This is not your password. Try again."],
  ] as const) {
    await password.fill(typed);
    await confirmButton(shop).click();
    await expect(shop.locator("#password-problem")).toHaveText(sentence);
    await expect(password).toHaveValue("");
  }
  await expectMoney(shop, { available: "1000.00", held: "0.00" });
  expect(await sandbox.payouts({ msisdn: friend })).toEqual([]);
  await password.fill(customer.password);
  await confirmButton(shop).click();
  await expectPaid(shop, "KSh 300.00");
  await expect(fact(shop, "Name")).toHaveText(maskedHolder(friend));
  await onlyPayout(sandbox, friend);

  await shop.getByRole("link", { name: "Withdraw again" }).click();
  await expect(receiverField(shop)).toHaveValue(spaced(customer.phone));
  await reviewWithdrawal(shop, { method: "mpesa", amount: "200", to: friend });
  await expect(fact(shop, "Last paid as")).toHaveText(maskedHolder(friend));
  await expect(warning).toBeHidden();
  await expect(password).toBeVisible();
});

test("a double click, a second tab and the way back pay once", async ({
  shop,
  customer,
  sandbox,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  await holdResults(sandbox, phone);
  await reviewWithdrawal(shop, { method: "mpesa", amount: "400" });
  const second = await shop.context().newPage();
  await second.goto(shop.url());
  await confirmButton(shop).dblclick();
  const id = await withdrawalIdOf(shop);
  await expectSending(shop);

  await confirmButton(second).click();
  expect(await withdrawalIdOf(second)).toBe(id);
  await expectSending(second);

  await shop.goBack();
  await confirmButton(shop).click();
  expect(await withdrawalIdOf(shop)).toBe(id);
  await releaseResult(sandbox, phone);
  for (const page of [shop, second]) await expectPaid(page, "KSh 400.00");
  await shop.goBack();
  await confirmButton(shop).click();
  expect(await withdrawalIdOf(shop)).toBe(id);
  await onlyPayout(sandbox, phone);
  await expectMoney(shop, { available: "590.00", held: "0.00" });
});

test("the same once more, from a new form, is a second withdrawal", async ({
  shop,
  customer,
  sandbox,
}) => {
  await fund(shop, sandbox, 100_000n);
  const order = { method: "mpesa", amount: "100" } as const;
  const first = await withdraw(shop, order);
  await expectPaid(shop, "KSh 100.00");
  expect(await withdraw(shop, order)).not.toBe(first);
  await expectPaid(shop, "KSh 100.00");
  expect(await sandbox.payouts({ msisdn: customer.phone })).toHaveLength(2);
  await expectMoney(shop, { available: "780.00", held: "0.00" });
});
