import { APP_URL, expect, test } from "./fixtures";
import {
  balanceOf,
  buyVoucher,
  expectPaid,
  openNewestPayment,
  paymentsOf,
  returnToShop,
  startPurchase,
} from "./journey";

test("somebody else's session in the return address: told so, and nothing is touched", async ({
  shop,
  customer,
  stranger,
  sandbox,
  signedIn,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { drop: true } });
  const code = await buyVoucher(shop, customer.phone);

  const thief = await signedIn(stranger);
  await thief.goto(`/deposit?status=success&session_id=${sessionId}&voucher=${code}`);
  await expect(thief).toHaveURL("/deposit?notice=not-yours");
  await expect(thief.getByText("We could not match that payment to your account.")).toBeVisible();
  await thief.goto(`/deposit?status=cancelled&session_id=${sessionId}`);
  await expect(thief).toHaveURL("/deposit?notice=not-yours");
  expect(await balanceOf(thief)).toBe("0.00");
  expect(await paymentsOf(thief)).toEqual([]);
  expect((await paymentsOf(shop)).map((payment) => payment.status)).toEqual(["waiting"]);

  await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");
});

test("nobody and another customer cannot open a payment", async ({
  shop,
  stranger,
  expectedErrors,
  openBrowser,
  signedIn,
}) => {
  expectedErrors.push(/status of 404 .*\/payments\//);
  await startPurchase(shop, "500");
  const id = await openNewestPayment(shop);

  const nobody = await (await openBrowser()).newPage();
  for (const path of [`/payments/${id}`, `/payments/${id}/receipt`, "/payments", "/account"]) {
    await nobody.goto(path);
    await expect(nobody).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`);
  }
  for (const path of ["/api/balance", "/api/payments", `/api/payments/${id}`, "/api/events"]) {
    expect((await nobody.request.get(APP_URL + path)).status(), path).toBe(401);
  }

  const other = await signedIn(stranger);
  for (const path of [`/payments/${id}`, `/payments/${id}/receipt`]) {
    const response = await other.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(other.getByRole("heading", { name: "This page does not exist" })).toBeVisible();
  }
  expect((await other.request.get(`${APP_URL}/api/payments/${id}`)).status()).toBe(404);
  const check = await other.request.post(`${APP_URL}/payments/${id}/check`, { data: {} });
  expect(check.status()).toBe(404);
});

test("a customer does not see the staff's page", async ({ shop, expectedErrors }) => {
  expectedErrors.push(/status of 404 .*\/dashboard/);
  const response = await shop.goto("/dashboard");
  expect(response?.status()).toBe(404);
});

test("signed out meanwhile: the return waits until the customer has signed in", async ({
  shop,
  customer,
  sandbox,
}) => {
  const sessionId = await startPurchase(shop, "500");
  await sandbox.scriptCallbacks({ sessionId, script: { drop: true } });
  const code = await buyVoucher(shop, customer.phone);
  await shop.context().clearCookies();

  await shop.getByRole("link", { name: /^Return to/ }).click();
  await expect(shop.getByText("Sign in to finish your payment.")).toBeVisible();
  expect(shop.url()).not.toContain(code);
  await shop.getByLabel("Phone number").fill(customer.phone);
  await shop.getByLabel("Password", { exact: true }).fill(customer.password);
  await shop.getByRole("button", { name: "Sign in" }).click();
  await expectPaid(shop, "KSh 500.00");
});

test("after the return no address holds the code, and no page says where one came from", async ({
  shop,
  customer,
}) => {
  const session = await startPurchase(shop, "500");
  const code = await buyVoucher(shop, customer.phone);
  const answers: { url: string; policy: string | undefined }[] = [];
  shop.on("response", (response) => {
    if (response.url().startsWith(APP_URL)) {
      answers.push({ url: response.url(), policy: response.headers()["referrer-policy"] });
    }
  });
  await returnToShop(shop);
  await expectPaid(shop, "KSh 500.00");

  expect(new URL(shop.url()).search).toBe("");
  const browser = await shop.context().newCDPSession(shop);
  const { entries } = await browser.send("Page.getNavigationHistory");
  for (const { url } of entries) expect(url).not.toContain(code);
  expect(await shop.evaluate(() => document.referrer)).toBe("");

  const arrival = answers.filter(({ url }) => url.includes(session));
  expect(arrival).not.toEqual([]);
  const pages = answers.filter(({ url }) => !url.includes("/_next/static/"));
  for (const { url, policy } of pages) expect(policy, url).toBe("no-referrer");
});

test("sign out everywhere ends the other session too", async ({ shop, customer, signedIn }) => {
  const other = await signedIn(customer);
  await other.goto("/payments");
  await expect(other.getByRole("heading", { name: "Payments", exact: true })).toBeVisible();

  await shop.goto("/account");
  await shop.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(shop.getByText("You are signed out.")).toBeVisible();
  for (const page of [shop, other]) {
    await page.goto("/payments");
    await expect(page).toHaveURL("/sign-in?next=%2Fpayments");
  }
});

test("sign out ends this session and leaves the other", async ({ shop, customer, signedIn }) => {
  const other = await signedIn(customer);
  await shop.goto("/account");
  await shop.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(shop.getByText("You are signed out.")).toBeVisible();
  await shop.goto("/account");
  await expect(shop).toHaveURL("/sign-in?next=%2Faccount");
  await other.goto("/account");
  await expect(other.getByRole("heading", { name: "My account" })).toBeVisible();
});
