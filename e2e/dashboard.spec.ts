import { createStaff } from "@/prisma/factories/create-staff";
import { FACTORY_PASSWORD } from "@/prisma/factories/hashed-password";
import { expect, test } from "./fixtures";
import { buyVoucher, expectPaid, expectWaiting, openNewestPayment, startPurchase } from "./journey";

test("staff see a message in quarantine, replay it, and the customer is paid", async ({
  shop,
  customer,
  sandbox,
  merchantId,
  openBrowser,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { omitSourceHeader: true } });
  await buyVoucher(shop, customer.phone);
  await expect
    .poll(async () => (await sandbox.callbacks({ sessionId }))[0]?.attempts.map((a) => a.status))
    .toEqual([200]);
  await openNewestPayment(shop);
  await expectWaiting(shop);

  const staff = await createStaff({ merchantId });
  const desk = await (await openBrowser()).newPage();
  await desk.goto("/sign-in");
  await desk.getByRole("link", { name: "Staff: sign in with e-mail" }).click();
  await desk.getByLabel("E-mail").fill(staff.email ?? "");
  await desk.getByLabel("Password", { exact: true }).fill(FACTORY_PASSWORD);
  await desk.getByRole("button", { name: "Sign in" }).click();
  await expect(desk).toHaveURL("/dashboard");

  // The newest stands first, and no other test sends a message without the provider's mark.
  const row = desk
    .getByRole("listitem")
    .filter({ hasText: "Held back: Pesa Voucher’s word of the purchase" })
    .first();
  await expect(row).toContainText("sent without the provider's mark");
  const button = row.getByRole("button", { name: /^Replay message msg_/ });
  const label = (await button.getAttribute("aria-label")) ?? "";
  await button.click();
  await expect(desk.getByRole("button", { name: label })).toHaveCount(0);
  await expectPaid(shop, "KSh 500.00");
});
