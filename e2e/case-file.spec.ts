import type { BrowserContext, Page } from "@playwright/test";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { APP_URL, expect, test } from "./fixtures";
import { expectPaid } from "./journey";
import { lookAt } from "./look-with-axe";
import { askForPrompt, fact, onlyPush } from "./mpesa-journey";

/** A desk of the shop's own people, in a browser of its own. */
async function openDesk(context: BrowserContext, merchantId: string): Promise<Page> {
  const staff = await createStaff({ merchantId, name: "Njeri Mwangi" });
  const [name = "", value = ""] = (await sessionCookie(staff)).split("=", 2);
  await context.addCookies([{ name, value, url: APP_URL }]);
  return context.newPage();
}

/** Types into the search of the dashboard and opens the one case file it finds. */
async function findCaseFile(desk: Page, text: string): Promise<void> {
  await desk.goto("/dashboard");
  await desk.getByRole("searchbox", { name: "Find a payment" }).fill(text);
  await desk.getByRole("button", { name: "Find" }).click();
  await desk.getByRole("link", { name: /^Case file of dep_/ }).click();
  await expect(desk.getByRole("heading", { level: 1, name: /^Payment / })).toBeVisible();
}

test.describe("staff without scripts", () => {
  test("find a payment whose callback was lost, ask M-Pesa, and read its answer", async ({
    shop,
    customer,
    sandbox,
    merchantId,
    openBrowser,
  }) => {
    const id = await askForPrompt(shop, { amount: "640" });
    await sandbox.scriptCallbacks({ kind: "stk", msisdn: customer.phone, script: { drop: true } });
    await sandbox.scriptQueries({ msisdn: customer.phone, script: { answer: "final" } });
    await sandbox.enterPin(customer.phone);
    const { checkoutRequestId, merchantRequestId } = await onlyPush(sandbox, customer.phone);

    const desk = await openDesk(await openBrowser({ javaScriptEnabled: false }), merchantId);
    await findCaseFile(desk, checkoutRequestId);
    await expect(desk).toHaveURL(`/dashboard/payments/${id}`);
    await expect(fact(desk, "CheckoutRequestID")).toHaveText(checkoutRequestId);
    await expect(fact(desk, "MerchantRequestID")).toHaveText(merchantRequestId);
    await expect(fact(desk, "Customer")).toHaveText(customer.name);

    const ask = desk.getByRole("button", { name: "Ask M-Pesa now" });
    await ask.click();
    await expect(desk.getByRole("status")).toContainText("The question is on its way.");
    await expectPaid(shop, "KSh 640.00");
    await desk.goto(`/dashboard/payments/${id}`);
    await expect(fact(desk, "Last look-up")).toContainText("0 ");
    await expect(fact(desk, "Callback")).toHaveText("None came");
    await expect(desk.getByRole("region", { name: "What happened" })).toContainText(
      "We asked M-Pesa what became of the prompt",
    );
    await expect(desk.getByRole("region", { name: "In the books" })).toContainText(`stk:${id}`);
    await expect(ask).toBeHidden();
  });

  test("see a forged callback with its note, replay it, and nothing is credited", async ({
    shop,
    sandbox,
    merchantId,
    openBrowser,
  }) => {
    const id = await askForPrompt(shop, { amount: "650" });
    await sandbox.sendForgedStk({
      url: `${APP_URL}/callbacks/daraja/${"e".repeat(43)}/stk/${id}`,
      receipt: "UKLFORGED1",
      msisdn: "254712345678",
    });

    const desk = await openDesk(await openBrowser({ javaScriptEnabled: false }), merchantId);
    await desk.goto("/dashboard");
    await desk.getByRole("link", { name: `Case file of ${id}` }).click();
    const messages = desk.getByRole("region", { name: "Messages as they came" });
    await expect(messages).toContainText("no account of ours has the secret in its address");
    await messages.getByText("Raw message").click();
    await expect(messages).toContainText("UKLFORGED1");
    await expect(messages).toContainText("0712 *** 678");

    await messages.getByRole("button", { name: /^Replay message msg_/ }).click();
    await expect(desk).toHaveURL(`/dashboard/payments/${id}`);
    const story = desk.getByRole("region", { name: "What happened" });
    await expect(story).toContainText("A message was replayed");
    await expect(story).toContainText("Staff: Njeri Mwangi");
    await expect(desk.getByRole("region", { name: "In the books" })).toContainText(
      "Nothing was credited for this payment.",
    );
  });
});

test("a reference nobody has finds nothing and says what to do", async ({
  openBrowser,
  merchantId,
}) => {
  const desk = await openDesk(await openBrowser(), merchantId);
  await desk.goto("/dashboard/payments?q=UKL0000000");
  await expect(desk.getByRole("main")).toContainText("Copy it whole and try again.");
  await expect(desk.getByRole("searchbox", { name: "Find a payment" })).toHaveValue("UKL0000000");
});

test("a case file fits every screen, with long ids and all of it open", async ({
  shop,
  sandbox,
  customer,
  merchantId,
  openBrowser,
}) => {
  const id = await askForPrompt(shop, { amount: "660" });
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 660.00");
  const desk = await openDesk(await openBrowser(), merchantId);
  for (const width of [360, 1280]) {
    await desk.setViewportSize({ width, height: 800 });
    await desk.goto(`/dashboard/payments/${id}`);
    for (const fold of await desk.locator("summary").all()) await fold.click();
    expect(await desk.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  }
});

test("axe finds no violation in a case file, nor in the search", async ({
  shop,
  sandbox,
  customer,
  merchantId,
  openBrowser,
}) => {
  const id = await askForPrompt(shop, { amount: "670" });
  await sandbox.enterPin(customer.phone);
  await expectPaid(shop, "KSh 670.00");
  const desk = await openDesk(await openBrowser(), merchantId);
  await lookAt(desk, `/dashboard/payments/${id}`);
  await lookAt(desk, `/dashboard/payments?q=${id}`);
});
