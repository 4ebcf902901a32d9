import { APP_URL, expect, test } from "./fixtures";
import { paymentsOf, startPurchase } from "./journey";
import { expectNoSidewaysScroll, phone } from "./small-screen";

for (const width of [320, 360]) {
  test(`no page scrolls sideways at ${width} pixels, in either language`, async ({
    customer,
    signedIn,
    sandbox,
    openBrowser,
  }) => {
    test.setTimeout(120_000);
    const shop = await signedIn(customer, phone(width));
    const { voucher } = await sandbox.createVoucher({ amountCents: 14_999_950n });
    await shop.goto("/deposit");
    await shop.getByLabel("Voucher code").fill(voucher.code);
    await shop.getByRole("button", { name: "Use this code" }).click();
    await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
    const paid = new URL(shop.url()).pathname;
    await startPurchase(shop, "149999.50");
    const [waiting] = await paymentsOf(shop);
    await startPurchase(shop, "149999.50");
    await shop.getByRole("link", { name: /^Cancel, back to/ }).click();
    await shop.waitForURL(/\/payments\/dep_/);
    const failed = new URL(shop.url()).pathname;
    const own = ["/deposit", "/deposit?method=mpesa", "/withdraw", "/payments", "/account"];
    const payments = [paid, `${paid}/receipt`, `/payments/${waiting?.id}?code=1`, failed];

    const visitor = await (await openBrowser(phone(width))).newPage();
    for (const [page, paths] of [
      [shop, [...own, ...payments]],
      [visitor, ["/sign-in", "/sign-up", "/r/BCDFGHJKMNPQ"]],
    ] as const) {
      for (const value of ["en", "sw"]) {
        await page.context().addCookies([{ name: "malipo.locale", value, url: APP_URL }]);
        for (const path of paths) {
          await page.goto(path);
          for (const summary of await page.locator("summary").all()) await summary.click();
          await expectNoSidewaysScroll(page, width, `${path} ${value}`);
        }
      }
    }
  });
}

test("on a small phone the button that moves on is in sight without scrolling", async ({
  customer,
  signedIn,
  openBrowser,
}) => {
  const shop = await signedIn(customer, phone(360));
  const visitor = await (await openBrowser(phone(360))).newPage();
  for (const [page, path, names] of [
    [shop, "/deposit", ["Buy Voucher Now", "Nunua Vocha Sasa"]],
    [shop, "/deposit?method=mpesa", ["Pay with M-Pesa", "Lipa kwa M-Pesa"]],
    [visitor, "/sign-in", ["Sign in", "Ingia"]],
  ] as const) {
    for (const [place, value] of ["en", "sw"].entries()) {
      await page.context().addCookies([{ name: "malipo.locale", value, url: APP_URL }]);
      await page.goto(path);
      const button = page.getByRole("button", { name: names[place] });
      await expect(button).toBeInViewport({ ratio: 1 });
      const box = await button.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(48);
      expect(box?.width).toBeGreaterThan(300);
    }
  }
});

test("everything that can be tapped is at least 48 pixels high", async ({ customer, signedIn }) => {
  const shop = await signedIn(customer, phone(360));
  await startPurchase(shop, "500");
  const [waiting] = await paymentsOf(shop);
  const paths = ["/deposit", "/payments", "/account", "/withdraw", `/payments/${waiting?.id}`];
  for (const path of paths) {
    await shop.goto(path);
    for (const summary of await shop.locator("summary").all()) await summary.click();
    const small = await shop.evaluate(() =>
      [...document.querySelectorAll("a, button, summary, label:has(input), input[type=text]")]
        .filter((element) => element.checkVisibility() && !element.classList.contains("sr-only"))
        .filter((element) => element.getBoundingClientRect().height < 47.5)
        .map((element) => element.textContent?.trim() ?? ""),
    );
    expect(small, path).toEqual([]);
  }
});

test("nothing moves while a page comes to life", async ({ customer, signedIn }) => {
  const shop = await signedIn(customer, phone(360));
  await startPurchase(shop, "500");
  const [waiting] = await paymentsOf(shop);
  await shop.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if ("value" in entry && typeof entry.value === "number") shifts.push(entry.value);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  for (const path of ["/deposit?amount=500", `/payments/${waiting?.id}`, "/payments"]) {
    await shop.goto(path);
    if (path.startsWith("/deposit")) {
      await expect(shop.getByRole("button", { name: "Buy Voucher Now · KSh 500" })).toBeVisible();
    }
    const shifts = await shop.evaluate(() => ("shifts" in window ? window.shifts : "not watched"));
    expect(shifts, path).toEqual([]);
  }
});
