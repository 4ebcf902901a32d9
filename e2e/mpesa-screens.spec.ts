import type { Page } from "@playwright/test";
import { APP_URL, expect, test } from "./fixtures";
import { LIGHT_AND_DARK, lookAt } from "./look-with-axe";
import { visitEndedScreens, visitWaitingScreens, type MpesaScreen } from "./mpesa-screens";
import { expectNoSidewaysScroll, phone } from "./small-screen";

test.describe.configure({ timeout: 120_000 });

const PARTS = [
  ["while a prompt waits", visitWaitingScreens],
  ["when it is over", visitEndedScreens],
] as const;

const openHelp = async (page: Page): Promise<void> => {
  await expect(page.getByRole("main")).toBeVisible();
  for (const summary of await page.locator("main summary").all()) await summary.click();
};

for (const [when, visit] of PARTS) {
  test(`axe finds no violation on the M-Pesa screens ${when}`, async ({
    shop,
    customer,
    sandbox,
  }) => {
    await visit(shop, sandbox, customer.phone, ({ path }) =>
      lookAt(shop, path, openHelp, LIGHT_AND_DARK),
    );
  });

  test(`the M-Pesa screens ${when} fit small phones, with the way on in sight`, async ({
    customer,
    signedIn,
    sandbox,
  }) => {
    const shop = await signedIn(customer, phone(360));
    await visit(shop, sandbox, customer.phone, (screen) => expectFits(shop, screen));
  });
}

async function expectFits(page: Page, { path, moveOn }: MpesaScreen): Promise<void> {
  for (const [place, value] of ["en", "sw"].entries()) {
    await page.context().addCookies([{ name: "malipo.locale", value, url: APP_URL }]);
    await page.goto(path);
    if (moveOn) {
      const name = moveOn[place] ?? "";
      const control = page.getByRole("button", { name }).or(page.getByRole("link", { name }));
      await expect(control, `${path} ${value}`).toBeInViewport({ ratio: 1 });
    }
    await openHelp(page);
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 640 });
      await expectNoSidewaysScroll(page, width, `${path} ${value}`);
    }
    await page.setViewportSize({ width: 360, height: 640 });
  }
}
