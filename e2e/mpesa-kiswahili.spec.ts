import { ageDeposit } from "@/prisma/factories/age-deposit";
import { expectSwahili } from "./expect-swahili";
import { APP_URL, expect, test } from "./fixtures";
import { paymentIdOf } from "./journey";
import { expectLookedUp, fact, MINUTE_MS, onlyPush } from "./mpesa-journey";

test.beforeEach(async ({ context }) => {
  await context.addCookies([{ name: "malipo.locale", value: "sw", url: APP_URL }]);
});

const CHECK_PHONE = "Angalia simu yako na uweke PIN yako ya M-Pesa";
const MONEY_STAYED = "Hakuna pesa iliyotoka kwenye M-Pesa yako";

test("Kiswahili by M-Pesa: from the form to the receipt, and no English left", async ({
  shop,
  customer,
  sandbox,
}) => {
  await shop.goto("/deposit");
  await shop.getByRole("link", { name: /^M-Pesa/ }).click();
  await expectSwahili(shop);
  await shop.getByLabel("Kiasi", { exact: true }).fill("99.50");
  await shop.getByLabel("Namba ya simu").fill("0712");
  await shop.getByRole("button", { name: /^Lipa / }).click();
  await expect(shop.locator("#phone-problem")).toHaveText(
    "Weka namba ya simu ya Kenya, kwa mfano 0712 345 678.",
  );
  await expect(shop.locator("#amount-problem")).toBeVisible();
  await expectSwahili(shop);

  await shop.getByLabel("Kiasi", { exact: true }).fill("500");
  await shop.getByLabel("Namba ya simu").fill(customer.phone);
  await shop.getByRole("button", { name: "Lipa KSh 500" }).click();
  await expect(shop.getByRole("heading", { name: CHECK_PHONE })).toBeVisible();
  await shop.getByText("Hujapata ombi?").click();
  await expectSwahili(shop);
  const id = paymentIdOf(shop);

  await shop.goto("/deposit?method=mpesa&amount=300");
  await shop.getByRole("button", { name: "Lipa KSh 300" }).click();
  await expect(shop.getByText(/^Tulituma ombi kwa .* Jibu hilo\.$/)).toBeVisible();
  await expectSwahili(shop);

  await sandbox.answerPrompt(customer.phone, "decline");
  await expect(shop.getByRole("heading", { name: MONEY_STAYED })).toBeVisible();
  await expectSwahili(shop);
  await ageDeposit(id, -MINUTE_MS);
  await shop.getByRole("button", { name: "Jaribu tena kwa KSh 500" }).click();
  await expect(shop.getByRole("main").getByRole("alert")).toBeVisible();
  await expect(shop.getByText(/^Unaweza kujaribu tena baada ya sekunde \d+\.$/)).toBeVisible();
  await expectSwahili(shop);

  await ageDeposit(id, 3 * MINUTE_MS);
  await shop.getByRole("button", { name: "Jaribu tena kwa KSh 500" }).click();
  await expect(shop.getByRole("heading", { name: CHECK_PHONE })).toBeVisible();
  await sandbox.enterPin(customer.phone);
  await expect(shop.getByRole("heading", { name: "Imelipwa" })).toBeVisible();
  await expectSwahili(shop);
  await shop.getByRole("link", { name: "Ona risiti" }).click();
  await expect(fact(shop, "Risiti ya M-Pesa")).toHaveText(/^[A-Z0-9]{10}$/);
  await expectSwahili(shop);
  await shop.goto("/payments");
  await expect(shop.getByRole("listitem").filter({ hasText: "KSh 500.00" })).toHaveCount(2);
  await expectSwahili(shop);
});

test("Kiswahili by M-Pesa: asked and not known yet, being checked, stopped", async ({
  shop,
  customer,
  sandbox,
}) => {
  const msisdn = customer.phone;
  await sandbox.scriptCallbacks({ kind: "stk", msisdn, script: { drop: true } });
  await sandbox.scriptQueries({ msisdn, script: { answer: "error_empty" } });
  const ask = async (amount: string) => {
    await shop.goto(`/deposit?method=mpesa&amount=${amount}`);
    await shop.getByRole("button", { name: `Lipa KSh ${amount}` }).click();
    await expect(shop.getByRole("heading", { name: CHECK_PHONE })).toBeVisible();
    return paymentIdOf(shop);
  };
  const first = await ask("500");
  await ageDeposit(first, 10 * MINUTE_MS);
  await shop.reload();
  await expect(shop.getByRole("heading", { name: "Tunaiuliza M-Pesa" })).toBeVisible();
  await shop.getByText("Ungependa kuacha kusubiri?").click();
  await expectSwahili(shop);
  await expectLookedUp(first);
  await ageDeposit(first, 2_880 * MINUTE_MS);
  await expect(shop.getByText("Usilipe tena.", { exact: true })).toBeVisible();
  await expectSwahili(shop);

  const { checkoutRequestId } = await onlyPush(sandbox, msisdn);
  await sandbox.endPush(checkoutRequestId, { resultCode: 1032 });
  const second = await ask("300");
  await shop.getByRole("button", { name: "Acha kusubiri" }).click();
  await expect(shop.getByRole("button", { name: "Jaribu tena kwa KSh 300" })).toBeVisible();
  await expectSwahili(shop);
  expect(paymentIdOf(shop)).toBe(second);
});
