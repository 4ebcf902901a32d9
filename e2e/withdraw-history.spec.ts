import { APP_URL, expect, test } from "./fixtures";
import { expectPaid, paymentOf, paymentsOf } from "./journey";
import {
  fund,
  giveEmail,
  loseResults,
  onlyPayout,
  onlyVoucher,
  withdraw,
} from "./withdraw-journey";

test("the history lists money in and out, and anybody can check a receipt that was paid out", async ({
  shop,
  customer,
  sandbox,
  openBrowser,
}) => {
  const { phone } = customer;
  await fund(shop, sandbox, 100_000n);
  const id = await withdraw(shop, { method: "mpesa", amount: "500" });
  await expectPaid(shop, "KSh 500.00");
  const { receipt } = await onlyPayout(sandbox, phone);
  await loseResults(sandbox, phone, "silent");
  const open = await withdraw(shop, { method: "mpesa", amount: "200" });

  await shop.goto("/payments");
  const rows = shop.getByRole("listitem");
  await expect(rows).toHaveCount(3);
  const [waiting, paid, deposit] = [rows.nth(0), rows.nth(1), rows.nth(2)];
  for (const text of ["Withdrawal", "M-Pesa", "−KSh 200.00", "Waiting", "fee KSh 10"])
    await expect(waiting).toContainText(text);
  for (const text of ["Withdrawal", "−KSh 500.00", "Paid", receipt ?? "", phone.slice(-3)])
    await expect(paid).toContainText(text);
  for (const text of ["Deposit", "Pesa Voucher", "+KSh 1,000.00", "Paid"])
    await expect(deposit).toContainText(text);
  await paid.getByRole("link").click();
  await expect(shop).toHaveURL(`/payments/${id}`);

  const anybody = await (await openBrowser()).newPage();
  const check = async (payment: string, sentence: string) => {
    await anybody.goto(`/r/${(await paymentOf(shop, payment)).public_code}`);
    await expect(anybody.getByRole("heading", { name: sentence })).toBeVisible();
  };
  await check(open, "Duka la Mwanga has not paid this out.");
  await check(id, "Duka la Mwanga has paid this out.");
  await expect(anybody.getByRole("main")).toContainText("KSh 500.00");
  const text = await anybody.getByRole("main").innerText();
  for (const secret of [customer.name, phone.slice(-3), receipt ?? "", "fee"])
    expect(text).not.toContain(secret);
});

test("nobody and another customer find neither a withdrawal nor its code, and cannot take it back", async ({
  shop,
  customer,
  stranger,
  sandbox,
  expectedErrors,
  signedIn,
  openBrowser,
}) => {
  expectedErrors.push(/status of 404 .*\/payments\//);
  const email = await giveEmail(customer);
  await fund(shop, sandbox, 100_000n);
  const id = await withdraw(shop, { method: "pesavoucher", amount: "500" });
  await expectPaid(shop, "KSh 500.00");
  const { code } = await onlyVoucher(sandbox, email);

  const nobody = await (await openBrowser()).newPage();
  for (const path of [
    `/payments/${id}`,
    `/payments/${id}/receipt`,
    "/withdraw",
    "/withdraw/review",
  ]) {
    await nobody.goto(path);
    await expect(nobody).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`);
  }
  const other = await signedIn(stranger);
  for (const path of [`/payments/${id}`, `/payments/${id}/receipt`]) {
    expect((await other.goto(path))?.status(), path).toBe(404);
    expect(await other.content(), path).not.toContain(code);
  }
  await other.goto(`/withdraw?again=${id}`);
  await expect(other.getByRole("main")).not.toContainText(email);
  for (const door of [`/api/payments/${id}`, `/payments/${id}/cancel`]) {
    const isRead = door.startsWith("/api");
    const address = APP_URL + door;
    const refused = await (isRead
      ? other.request.get(address)
      : other.request.post(address, { data: {} }));
    expect(refused.status(), door).toBe(404);
  }
  expect(await paymentsOf(other)).toEqual([]);
});

test("a customer finds no page of the staff's, nor any door there", async ({
  shop,
  expectedErrors,
}) => {
  expectedErrors.push(/status of 404 .*\/dashboard/);
  for (const page of ["", "/new", "/rules"]) {
    const answer = await shop.goto(`/dashboard/withdrawals${page}`);
    expect(answer?.status(), page).toBe(404);
  }
  for (const door of ["wdr_x/approve", "wdr_x/reject", "new/find", "new/request", "rules/save"]) {
    const address = `${APP_URL}/dashboard/withdrawals/${door}`;
    expect((await shop.request.post(address, { data: {} })).status(), door).toBe(403);
  }
});
