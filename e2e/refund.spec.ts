import type { Page } from "@playwright/test";
import { BalanceResource } from "@/lib/payments/schemas";
import { APP_URL, expect, test } from "./fixtures";
import { expectSwahili } from "./expect-swahili";
import { expectPaid, paymentOf } from "./journey";
import { LIGHT_AND_DARK, lookAround } from "./look-with-axe";
import { askForPrompt, fact } from "./mpesa-journey";
import { expectMoney, fund, openDesk, unusedEmail } from "./withdraw-journey";

/** The folded form or decision of this name, opened. */
async function unfold(desk: Page, name: string): Promise<void> {
  await desk.locator("summary").filter({ hasText: name }).click();
}

async function inSwahili(page: Page, path: string): Promise<void> {
  await page.context().addCookies([{ name: "malipo.locale", value: "sw", url: APP_URL }]);
  await page.goto(path);
  await expectSwahili(page);
}

test("an M-Pesa payment goes back whole, agreed by two people, before the customer's eyes", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
  expectedErrors,
}) => {
  test.slow();
  expectedErrors.push(/403/);
  const id = await askForPrompt(shop, { amount: "6000" });
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 6,000.00");
  const { provider_receipt: originalReceipt, public_code: code } = await paymentOf(shop, id);

  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto(`/dashboard/payments/${id}`);
  await unfold(desk, "Give back");
  await expect(desk.getByLabel("Amount in shillings")).toHaveValue("6,000");
  await expect(desk.getByText("Another person has to approve it within 24 hours.")).toBeVisible();
  const give = desk.getByRole("button", { name: "Give back" });
  await give.click();
  await expect(desk.locator("#why-problem")).toHaveText("Write why it goes back.");
  await desk.getByLabel("Reason").fill("She paid twice");
  await lookAround(desk, "the form to give back", LIGHT_AND_DARK.sw);
  await give.click();
  await expect(desk.getByRole("status")).toContainText("The money is set aside.");
  await shop.reload();
  await expectMoney(shop, { available: "0.00", held: "6000.00" });

  // Whoever asked does not decide, by no road.
  await expect(desk.getByText("You asked for it, so another person has to decide.")).toBeVisible();
  await expect(desk.locator("summary").filter({ hasText: "Approve" })).toHaveCount(0);
  const refundId = await fact(desk, "Id").last().innerText();
  const own = await desk.request.post(`${APP_URL}/dashboard/refunds/${refundId}/approve`, {
    data: {},
  });
  expect(own.status()).toBe(403);
  expect(await sandbox.reversals({ originalReceipt: originalReceipt ?? "" })).toEqual([]);

  // The second person has no scripts.
  const context = await openBrowser({ javaScriptEnabled: false });
  const second = await openDesk(context, merchantId, { name: "Achieng Odhiambo" });
  await second.goto("/dashboard");
  const waiting = second.getByRole("listitem").filter({ hasText: "She paid twice" }).first();
  await expect(waiting).toContainText("Njeri Mwangi wants to give KSh 6,000.00 back");
  await second.goto(`/dashboard/payments/${id}`);
  await unfold(second, "Turn down");
  await second.getByRole("button", { name: "Turn down KSh 6,000.00" }).click();
  await expect(second.locator("#note-problem")).toBeVisible();
  await unfold(second, "Approve");
  await second.getByLabel("Note", { exact: true }).fill("I called her");
  await second.getByRole("button", { name: "Give KSh 6,000.00 back" }).click();
  await expect(second.getByRole("status")).toContainText("Approved. It goes back in a moment.");

  // The customer's page was open all the time.
  await expect(shop.getByRole("heading", { name: "KSh 6,000.00 went back to you" })).toBeVisible();
  await expectMoney(shop, { available: "0.00", held: "0.00" });
  const [reversal, ...others] = await sandbox.reversals({
    originalReceipt: originalReceipt ?? "",
  });
  expect(others).toEqual([]);
  expect(reversal).toMatchObject({ state: "completed", amountCents: 600_000n });
  await lookAround(shop, "given back", LIGHT_AND_DARK.en);
  await shop.getByRole("link", { name: "Receipt" }).click();
  await expect(fact(shop, "Given back")).toHaveText("KSh 6,000.00");
  await shop.goto("/payments");
  await expect(shop.getByRole("listitem").first()).toContainText("Given back");
  await shop.goto(`/r/${code}`);
  const said = "Duka la Mwanga received this payment and gave all of it back.";
  await expect(shop.getByRole("heading", { name: said })).toBeVisible();

  await desk.reload();
  await expect(desk.getByRole("heading", { name: "KSh 6,000.00 went back" })).toBeVisible();
  await expect(fact(desk, "Their note")).toHaveText("I called her");
  await expect(fact(desk, "M-Pesa receipt of the way back")).toHaveText(reversal?.receipt ?? "");
  await expect(desk.locator("summary").filter({ hasText: "Give back" })).toHaveCount(0);
  for (const path of [`/payments/${id}`, `/payments/${id}/receipt`, "/payments", `/r/${code}`])
    await inSwahili(shop, path);
  await inSwahili(desk, `/dashboard/payments/${id}`);
});

test("part of a voucher goes back by a voucher to an address that another person agrees to", async ({
  shop,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  const id = await fund(shop, sandbox, 100_000n);
  await shop.goto(`/payments/${id}`);
  const email = unusedEmail();
  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto(`/dashboard/payments/${id}`);
  await unfold(desk, "Give back");
  await desk.getByLabel("Amount in shillings").fill("1001");
  await desk.getByLabel("E-mail address").fill(email);
  await desk.getByLabel("Reason").fill("One of two was broken");
  const give = desk.getByRole("button", { name: "Give back" });
  await give.click();
  await expect(desk.locator("#amount-problem")).toHaveText("That is more than was paid.");
  await expect(desk.getByLabel("E-mail address")).toHaveValue(email);
  await desk.getByLabel("Amount in shillings").fill("400");
  await give.click();
  await expect(desk.getByRole("status")).toContainText("The money is set aside.");
  await shop.reload();
  await expectMoney(shop, { available: "600.00", held: "400.00" });

  const second = await openDesk(await openBrowser(), merchantId, { name: "Achieng Odhiambo" });
  await inSwahili(second, `/dashboard/payments/${id}`);
  await unfold(second, "Kubali");
  await second.getByRole("button", { name: "Rudisha KSh 400.00" }).click();
  await expect(second.getByRole("status")).toContainText("Imekubaliwa.");
  const held = async () => {
    const answer = await shop.request.get(`${APP_URL}/api/balance`);
    return BalanceResource.parse(await answer.json()).held;
  };
  await expect.poll(held).toBe("0.00");
  await shop.reload();
  await expectMoney(shop, { available: "600.00", held: "0.00" });
  const vouchers = await sandbox.payoutVouchers({ email });
  expect(vouchers.map(({ amountCents }) => amountCents)).toEqual([40_000n]);
  expect((await paymentOf(shop, id)).status).toBe("paid");

  await desk.reload();
  await expect(desk.getByRole("heading", { name: "KSh 400.00 went back" })).toBeVisible();
  await unfold(desk, "Give back");
  await expect(desk.getByLabel("Amount in shillings")).toHaveValue("600");

  // The customer reads what went back, when and how, wherever the payment is shown.
  const main = shop.getByRole("main");
  const sentence = /^KSh\s400\.00 as a Pesa Voucher, .+$/;
  await expect(main.getByText("KSh 400.00 of it went back to you")).toBeVisible();
  await lookAround(shop, "given back in part", LIGHT_AND_DARK.en);
  await shop.goto("/payments");
  await expect(main.getByRole("listitem").first()).toContainText("Refund");
  await expect(main.getByRole("listitem").nth(1)).toContainText("KSh 400.00 given back");
  await shop.goto(`/payments/${id}/receipt`);
  await expect(fact(shop, "How")).toHaveText(sentence);
  await shop.goto(`/payments/${id}`);
  await shop.getByRole("link", { name: sentence }).click();
  await expect(main.getByText("A refund of a payment you made.")).toBeVisible();
  for (const path of [`/payments/${id}`, `/payments/${id}/receipt`, "/payments"])
    await inSwahili(shop, path);
});
