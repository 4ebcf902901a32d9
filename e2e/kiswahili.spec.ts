import { expectSwahili, foreign } from "./expect-swahili";
import { expect, test } from "./fixtures";
import { buyVoucher } from "./journey";

test("Kiswahili: the whole journey, and no English left", async ({ page, customer }) => {
  expect(foreign.length).toBeGreaterThan(100);
  await page.goto("/sign-in?next=%2Fdeposit");
  await page.getByRole("button", { name: "Kiswahili" }).click();
  await expect(page.getByRole("heading", { name: "Ingia" })).toBeVisible();
  await expectSwahili(page);
  await page.getByLabel("Namba ya simu").fill(customer.phone);
  await page.getByLabel("Nenosiri", { exact: true }).fill(customer.password);
  await page.getByRole("button", { name: "Ingia" }).click();

  await expect(page.getByText("Salio", { exact: true })).toBeVisible();
  await page.getByLabel("Kiasi").fill("20");
  await page.getByRole("button", { name: "Nunua Vocha Sasa" }).click();
  await expect(page.locator("#amount-problem")).toHaveText("Kiasi cha chini cha kuweka ni KSh 50.");
  await expectSwahili(page);

  await page.getByLabel("Kiasi").fill("500");
  await page.getByRole("button", { name: "Nunua Vocha Sasa · KSh 500" }).click();
  await page.getByRole("link", { name: /^Cancel, back to/ }).click();
  await expect(page.getByText("Umeghairi malipo kwenye Pesa Voucher.")).toBeVisible();
  await expectSwahili(page);
  await page.getByRole("link", { name: "Jaribu tena kwa KSh 500" }).click();
  await page.getByRole("button", { name: "Nunua Vocha Sasa · KSh 500" }).click();
  await buyVoucher(page, customer.phone);
  await page.getByRole("link", { name: /^Return to/ }).click();

  await expect(page.getByRole("heading", { name: "Imelipwa" })).toBeVisible();
  await expect(page.getByRole("definition").first()).toHaveText("KSh 500.00");
  await expectSwahili(page);
  await page.getByRole("link", { name: "Ona risiti" }).click();
  await expect(page.getByRole("article")).toContainText("Mteja");
  await expectSwahili(page);
  await page.getByRole("link", { name: "Akaunti yangu" }).click();
  await expect(page.getByRole("heading", { name: "Akaunti yangu" })).toBeVisible();
  await expectSwahili(page);
  await page.getByRole("button", { name: "Toka", exact: true }).click();
  await expect(page.getByText("Umetoka.")).toBeVisible();
  await expectSwahili(page);
});

test("Kiswahili: the pages beside the journey", async ({ shop, sandbox, expectedErrors }) => {
  expectedErrors.push(/status of 404/);
  await shop.goto("/payments");
  await shop.getByRole("button", { name: "Kiswahili" }).click();
  await expect(shop.getByRole("heading", { name: "Bado hakuna miamala" })).toBeVisible();
  await expectSwahili(shop);
  for (const [path, heading] of [
    ["/deposit?method=mpesa", "Weka pesa"],
    ["/deposit?notice=not-yours", "Weka pesa"],
    ["/withdraw", "Salio lako ni dogo mno kwa hili"],
    ["/r/BCDFGHJKMNPQ", "Hakuna risiti kama hii"],
    ["/no-such-page", "Ukurasa huu haupo"],
  ] as const) {
    await shop.goto(path);
    await expect(shop.getByRole("heading", { name: heading }).first()).toBeAttached();
    await expectSwahili(shop);
  }

  await shop.goto("/deposit");
  await shop.getByLabel("Namba ya vocha").fill("NLV-DEMOPAYOUT000600");
  await shop.getByRole("button", { name: "Tumia namba hii" }).click();
  await expect(shop.locator("#code-problem")).toHaveText(
    "Namba hii ni ya kutoa pesa. Haiwezi kutumika kuweka pesa.",
  );
  await expectSwahili(shop);

  await shop.getByLabel("Kiasi").fill("500");
  await shop.getByRole("button", { name: "Nunua Vocha Sasa" }).click();
  await expect(shop.getByLabel("Amount in Kenyan shillings")).toHaveValue("500.00");
  await shop.goto("/payments");
  await shop.getByRole("listitem").getByRole("link").first().click();
  await expect(shop.getByRole("heading", { name: "Lipia vocha yako" })).toBeVisible();
  await shop.getByText("Kuna tatizo?").click();
  await expectSwahili(shop);
  await shop.getByRole("link", { name: "Weka namba ya vocha" }).click();
  const { voucher } = await sandbox.createVoucher({ amountCents: 60_000n });
  await shop.getByLabel("Namba ya vocha").fill(voucher.code);
  await shop.getByRole("button", { name: "Tumia namba hii" }).click();
  await expect(shop.getByText("Uliomba KSh 500.00. Vocha ilikuwa na KSh 600.00")).toBeVisible();
  await expectSwahili(shop);
});
