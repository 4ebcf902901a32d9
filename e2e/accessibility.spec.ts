import type { Page } from "@playwright/test";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { APP_URL, SANDBOX_URL, expect, test } from "./fixtures";
import { confirmPurchase, enterPin, paymentsOf, startPurchase } from "./journey";
import { LARGE, lookAround, lookAt, LOOKS_OF } from "./look-with-axe";

test.describe("axe finds no violation", () => {
  test.describe.configure({ timeout: 120_000 });

  test("on the pages for visitors", async ({ page, expectedErrors }) => {
    expectedErrors.push(/status of 404/);
    await lookAt(page, "/sign-in");
    await lookAt(page, "/sign-in?with=email");
    await lookAt(page, "/sign-up");
    await lookAt(page, "/r/BCDFGHJKMNPQ");
    await lookAt(page, "/no-such-page");
  });

  test("on forms that complain", async ({ page, shop, openBrowser }) => {
    await shop.goto("/deposit");
    await shop.locator("#amount").fill("20");
    await shop
      .locator("form", { has: page.locator("#amount") })
      .locator("button")
      .last()
      .click();
    await expect(shop.locator("#amount-problem")).toBeVisible();
    await lookAt(shop, new URL(shop.url()).pathname + new URL(shop.url()).search);
    const visitor = await (await openBrowser()).newPage();
    await visitor.goto("/sign-up");
    await visitor.getByRole("button", { name: "Make an account" }).click();
    await expect(visitor.locator("#name-problem")).toBeVisible();
    await lookAt(visitor, new URL(visitor.url()).pathname + new URL(visitor.url()).search);
  });

  test("on the pages around a payment", async ({ shop }) => {
    await lookAt(shop, "/payments");
    await lookAt(shop, "/deposit");
    await lookAt(shop, "/deposit?method=mpesa");
    await lookAt(shop, "/withdraw");
    await lookAt(shop, "/account");
  });

  test("on a payment that waits, and one that is not paid", async ({ shop }) => {
    await startPurchase(shop, "500");
    const [waiting] = await paymentsOf(shop);
    const openHelp = (page: Page) => page.locator("summary").click();
    await lookAt(shop, `/payments/${waiting?.id}`, openHelp);
    await lookAt(shop, `/payments/${waiting?.id}?code=1`, openHelp);
    await shop.goBack();
    await shop.context().clearCookies({ name: "malipo.locale" });
    await startPurchase(shop, "500");
    await shop.getByRole("link", { name: /^Cancel, back to/ }).click();
    await shop.waitForURL(/\/payments\/dep_/);
    await lookAt(shop, new URL(shop.url()).pathname, openHelp);
    await lookAt(shop, "/payments");
  });

  test("on a payment that is paid, its receipt and the public check", async ({ shop, sandbox }) => {
    await startPurchase(shop, "500");
    const { voucher } = await sandbox.createVoucher({ amountCents: 60_000n });
    await shop.goto("/deposit");
    await shop.getByLabel("Voucher code").fill(voucher.code);
    await shop.getByRole("button", { name: "Use this code" }).click();
    await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
    const payment = new URL(shop.url()).pathname;
    await lookAt(shop, payment);
    await lookAt(shop, `${payment}/receipt`);
    await lookAt(shop, `/r/${(await paymentsOf(shop))[0]?.public_code}`);
  });

  test("on a payment that a person is checking, and on the staff's page", async ({
    shop,
    context,
    sandbox,
    merchantId,
  }) => {
    const { voucher } = await sandbox.createVoucher({ amountCents: 60_000n });
    const voucherCode = voucher.code;
    await sandbox.scriptCallbacks({ kind: "redemption", voucherCode, script: { drop: true } });
    const lost = { endpoint: "redeem_voucher", when: "after", effect: { kind: "drop" } } as const;
    await sandbox.addFault({ ...lost, voucherCode, times: 1 });
    await shop.goto("/deposit");
    await shop.getByLabel("Voucher code").fill(voucherCode);
    await shop.getByRole("button", { name: "Use this code" }).click();
    await expect(shop.getByRole("heading", { name: "Your money is safe" })).toBeVisible();
    await lookAt(shop, new URL(shop.url()).pathname);

    const staff = await createStaff({ merchantId });
    const [name = "", value = ""] = (await sessionCookie(staff)).split("=", 2);
    await context.addCookies([{ name, value, url: APP_URL }]);
    await lookAt(shop, "/dashboard");
  });

  test("on the sandbox's hosted page", async ({ shop, customer, expectedErrors }) => {
    expectedErrors.push(/status of 422 .*\/buy-voucher/);
    await startPurchase(shop, "500");
    await lookAround(shop, "hosted page");
    await shop.getByRole("button", { name: "Confirm" }).click();
    await expect(shop.locator("#phone-error")).not.toBeEmpty();
    await lookAround(shop, "hosted page that complains", LOOKS_OF.en);
    await confirmPurchase(shop, customer.phone);
    await lookAround(shop, "hosted page that waits");
    await shop.setViewportSize(LARGE);
    await enterPin(shop);
    await lookAround(shop, "hosted page with the voucher");
  });

  test("on the sandbox's handset and help", async ({ page, customer, sandbox }) => {
    await sandbox.startPayment({
      amountCents: 50_000n,
      msisdn: customer.phone,
      sessionId: crypto.randomUUID(),
    });
    await page.goto(`${SANDBOX_URL}/phone/254${customer.phone.slice(1)}`);
    await expect(page.getByLabel("M-PESA PIN")).toBeVisible();
    await lookAround(page, "handset with a prompt");
    await sandbox.answerPrompt(customer.phone, "approve");
    await expect(page.getByLabel("M-PESA PIN")).toBeHidden();
    await lookAround(page, "handset with a message");
    await sandbox.changePhone(customer.phone, { poweredOn: false });
    await expect(page.getByRole("heading", { name: "Phone is off" })).toBeVisible();
    await lookAround(page, "handset that is off", LOOKS_OF.en);
    for (const path of ["/help", "/activity"]) {
      await page.goto(SANDBOX_URL + path);
      await lookAround(page, path, LOOKS_OF.sw);
    }
  });
});
