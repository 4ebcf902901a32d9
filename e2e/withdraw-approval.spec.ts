import type { Locator, Page } from "@playwright/test";
import { ageWithdrawal } from "@/prisma/factories/age-withdrawal";
import { APP_URL, expect, test } from "./fixtures";
import { expectPaid, paymentOf } from "./journey";
import { fact } from "./mpesa-journey";
import {
  expectGivenBack,
  expectMoney,
  fund,
  giveEmail,
  HOUR_MS,
  onlyPayout,
  onlyVoucher,
  openDesk,
  withdraw,
  withdrawalIdOf,
} from "./withdraw-journey";

const SET_ASIDE = { available: "990.00", held: "60010.00" };
const BACK = { available: "61000.00", held: "0.00" };

/** A withdrawal so large that another person has to approve it; it waits. */
async function askForMuch(page: Page): Promise<string> {
  const id = await withdraw(page, { method: "mpesa", amount: "60000" });
  await expect(page.getByRole("heading", { name: "Waiting for approval" })).toBeVisible();
  return id;
}

/** The line of one withdrawal that waits for approval. */
function rowOf(desk: Page, id: string): Locator {
  return desk.getByRole("listitem").filter({ hasText: id });
}

test("a large amount waits, another person approves it, and it is paid before the customer's eyes", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  await fund(shop, sandbox, 6_100_000n);
  await shop.goto("/withdraw?method=mpesa&amount=60000");
  await shop.getByRole("button", { name: "Continue" }).click();
  const rule = "Duka la Mwanga approves withdrawals of this size before they are sent.";
  await expect(shop.getByText(rule)).toBeVisible();
  await shop.getByRole("button", { name: "Withdraw KSh 60,000" }).click();
  const id = await withdrawalIdOf(shop);
  await expect(shop.getByRole("heading", { name: "Waiting for approval" })).toBeVisible();
  await expect(shop.getByText(/^If nobody approves it by \d{1,2} \w{3} \d{4}, /)).toBeVisible();
  await expectMoney(shop, SET_ASIDE);
  expect(await sandbox.payouts({ msisdn: customer.phone })).toEqual([]);

  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto("/dashboard/withdrawals");
  const row = rowOf(desk, id);
  await expect(row).toContainText(`${customer.name} wants to take out KSh 60,000.00 by M-Pesa`);
  await expect(row).toContainText("their own number");
  await row.getByLabel(`Approve ${id}`).click();
  await row.getByLabel("Note").fill("I called her");
  await row.getByRole("button", { name: "Approve and pay KSh 60,000.00" }).click();
  await expect(desk.getByRole("status")).toContainText("Approved. It is sent now.");
  await expect(rowOf(desk, id)).toBeHidden();

  await expectPaid(shop, "KSh 60,000.00");
  await expectMoney(shop, { available: "990.00", held: "0.00" });
  expect((await onlyPayout(sandbox, customer.phone)).amountCents).toBe(6_000_000n);
  const late = await shop.request.post(`${APP_URL}/payments/${id}/cancel`, { data: {} });
  expect(late.status()).toBe(409);

  await desk.getByRole("link", { name: "See its case file" }).click();
  await expect(fact(desk, "What they wrote")).toHaveText("I called her");
  await expect(fact(desk, "Decided by")).toContainText("Njeri Mwangi");
});

test("rejected with a reason: the money is back, and the customer is told whom to ask", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  await fund(shop, sandbox, 6_100_000n);
  const id = await askForMuch(shop);
  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto("/dashboard/withdrawals");
  await rowOf(desk, id).getByLabel(`Reject ${id}`).click();
  const reject = rowOf(desk, id).getByRole("button", {
    name: "Reject and give back KSh 60,010.00",
  });
  await reject.click();
  await expect(desk.locator("#note-problem")).toHaveText("Write why you reject it.");
  await expectMoney(shop, SET_ASIDE);
  await rowOf(desk, id).getByLabel("Reason").fill("She did not ask for it herself");
  await reject.click();
  await expect(desk.getByRole("status")).toContainText("Rejected. The money is back");

  await expectGivenBack(shop, "KSh 60,010", "It was not approved.");
  await expect(shop.getByText(/^Questions\? Contact Duka la Mwanga: 0700 123 456\./)).toBeVisible();
  await expect(shop.getByRole("main")).not.toContainText("She did not ask");
  await expectMoney(shop, BACK);
  expect(await sandbox.payouts({ msisdn: customer.phone })).toEqual([]);
  await desk.goto(`/dashboard/payments/${id}`);
  await expect(fact(desk, "What they wrote")).toHaveText("She did not ask for it herself");
});

test("nobody decides for a day: the money is back, and the same can be asked for again", async ({
  shop,
  sandbox,
}) => {
  await fund(shop, sandbox, 6_100_000n);
  const id = await askForMuch(shop);
  await ageWithdrawal(id, 24 * HOUR_MS);
  await expectGivenBack(shop, "KSh 60,010", "Nobody approved it in time.");
  await expectMoney(shop, BACK);
  await shop.getByRole("link", { name: "Withdraw KSh 60,000 again" }).click();
  await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("60000");
});

test("the customer takes it back while it waits, and who approves it then is told so", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  await fund(shop, sandbox, 6_100_000n);
  const id = await askForMuch(shop);
  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto("/dashboard/withdrawals");
  await rowOf(desk, id).getByLabel(`Approve ${id}`).click();

  await shop.getByRole("button", { name: "Cancel this withdrawal" }).click();
  await expectGivenBack(shop, "KSh 60,010", "You cancelled it before it was sent.");
  await expectMoney(shop, BACK);
  await rowOf(desk, id)
    .getByRole("button", { name: /^Approve and pay/ })
    .click();
  await expect(desk.getByRole("main").getByRole("alert")).toContainText("It no longer waits:");
  expect(await sandbox.payouts({ msisdn: customer.phone })).toEqual([]);
});

test("whoever asks for a customer cannot approve it, and another person can", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  const email = await giveEmail(customer);
  await fund(shop, sandbox, 100_000n);
  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto("/dashboard/withdrawals");
  await desk.getByRole("link", { name: "Pay out for a customer" }).click();
  await desk.getByLabel("Customer", { exact: true }).fill(customer.phone);
  await desk.getByRole("button", { name: "Find the customer" }).click();
  await expect(fact(desk, "Available balance")).toHaveText("KSh 1,000.00");
  await desk.getByLabel("Amount", { exact: true }).fill("500");
  await desk.getByLabel("E-mail that gets the voucher").fill(email);
  await desk.getByRole("button", { name: "Ask for this payout" }).click();
  await expect(desk.getByRole("status")).toContainText("It waits for another person now.");
  const id = new URL(desk.url()).searchParams.get("of") ?? "";
  const own = "You asked for this one, so another person has to decide.";
  await expect(rowOf(desk, id)).toContainText(own);
  await expect(rowOf(desk, id).getByRole("button")).toHaveCount(0);
  await expect(rowOf(desk, id).locator("summary")).toHaveCount(0);
  for (const verb of ["approve", "reject"]) {
    const door = `${APP_URL}/dashboard/withdrawals/${id}/${verb}`;
    const refused = await desk.request.post(door, { data: { note: "Quickly" } });
    expect(refused.status(), verb).toBe(403);
    expect(await refused.text(), verb).toContain("own_request");
  }

  await shop.goto(`/payments/${id}`);
  await expect(shop.getByText("Duka la Mwanga asked for this in your name.")).toBeVisible();
  await expectMoney(shop, { available: "500.00", held: "500.00" });
  expect((await paymentOf(shop, id)).payout?.by_staff).toBe(true);
  const other = await openDesk(await openBrowser(), merchantId, { name: "Achieng Atieno" });
  await other.goto("/dashboard/withdrawals");
  await expect(rowOf(other, id)).toContainText("Asked for by Njeri Mwangi for the customer.");
  await rowOf(other, id).getByLabel(`Approve ${id}`).click();
  await rowOf(other, id).getByRole("button", { name: "Approve and pay KSh 500.00" }).click();
  await expectPaid(shop, "KSh 500.00");
  await onlyVoucher(sandbox, email);
});

test("what staff asked for in a customer's name can be taken back by the customer", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  await fund(shop, sandbox, 100_000n);
  const desk = await openDesk(await openBrowser(), merchantId);
  const asked = await desk.request.post(`${APP_URL}/dashboard/withdrawals/new/request`, {
    data: {
      customer_id: customer.id,
      method: "mpesa",
      amount: "300",
      phone: customer.phone,
      attempt: crypto.randomUUID(),
    },
  });
  expect(asked.status()).toBe(201);
  const { id } = await asked.json();
  await shop.goto(`/payments/${id}`);
  await shop.getByRole("button", { name: "Cancel this withdrawal" }).click();
  await expectGivenBack(shop, "KSh 310", "You cancelled it before it was sent.");
  await expectMoney(shop, { available: "1000.00", held: "0.00" });
});
