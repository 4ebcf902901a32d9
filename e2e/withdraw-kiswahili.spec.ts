import { ageWithdrawal } from "@/prisma/factories/age-withdrawal";
import { expectSwahili } from "./expect-swahili";
import { APP_URL, expect, test, unusedPhone } from "./fixtures";
import { fact } from "./mpesa-journey";
import {
  ASKED_BY_THEN_MS,
  confirm,
  expectAsked,
  FOR_A_PERSON_MS,
  fund,
  giveEmail,
  HOUR_MS,
  loseResults,
  onlyVoucher,
  withdrawalIdOf,
} from "./withdraw-journey";

test.beforeEach(async ({ context }) => {
  await context.addCookies([{ name: "malipo.locale", value: "sw", url: APP_URL }]);
});

test("Kiswahili by M-Pesa: from the form to the receipt and the history, and no English left", async ({
  shop,
  customer,
  sandbox,
}) => {
  await shop.goto("/withdraw?method=mpesa");
  await expect(shop.getByText("Salio lako ni dogo mno kwa hili")).toBeVisible();
  await expectSwahili(shop);
  await fund(shop, sandbox, 100_000n);
  await shop.goto("/withdraw?method=mpesa");
  await shop.getByLabel("Kiasi", { exact: true }).fill("9");
  await shop.getByLabel("Namba ya simu").fill("0712");
  await shop.getByRole("button", { name: "Endelea" }).click();
  await expect(shop.locator("#amount-problem")).toHaveText(
    "Kiasi cha chini cha kutoa kwa M-Pesa ni KSh 10.",
  );
  await shop.getByText("Viwango vyako vya juu", { exact: true }).click();
  await expectSwahili(shop);

  await shop.getByLabel("Kiasi", { exact: true }).fill("500");
  await shop.getByLabel("Namba ya simu").fill(unusedPhone());
  await shop.getByRole("button", { name: "Endelea" }).click();
  await expect(shop.getByRole("heading", { name: "Toa KSh 500?" })).toBeVisible();
  await shop.getByLabel("Nenosiri lako").fill("si nenosiri langu");
  await shop.getByRole("button", { name: "Toa KSh 500" }).click();
  await expect(shop.locator("#password-problem")).toHaveText("Hili si nenosiri lako. Jaribu tena.");
  await expectSwahili(shop);
  await shop.getByLabel("Nenosiri lako").fill(customer.password);
  await shop.getByRole("button", { name: "Toa KSh 500" }).click();
  await expect(shop.getByRole("heading", { name: "Imelipwa" })).toBeVisible();
  await expectSwahili(shop);
  await shop.getByRole("link", { name: "Ona risiti" }).click();
  await expect(fact(shop, "Risiti ya M-Pesa")).toHaveText(/^[A-Z0-9]{10}$/);
  await expectSwahili(shop);
  await shop.goto("/payments");
  await expect(shop.getByRole("listitem").filter({ hasText: "Kutoa" })).toContainText("ada KSh 10");
  await expectSwahili(shop);
});

test("Kiswahili by Pesa Voucher: paid with its code, refused, and limits of one's own", async ({
  shop,
  customer,
  sandbox,
}) => {
  const email = await giveEmail(customer);
  await fund(shop, sandbox, 100_000n);
  const take = async (amount: string) => {
    await shop.goto(`/withdraw?amount=${amount}`);
    await shop.getByRole("button", { name: "Endelea" }).click();
    await expect(shop.getByRole("heading", { name: `Toa KSh ${amount}?` })).toBeVisible();
    await expectSwahili(shop);
    await confirm(shop);
  };
  await take("500");
  await expect(shop.getByRole("heading", { name: "Imelipwa" })).toBeVisible();
  await shop.locator("summary", { hasText: "Namba ya vocha" }).click();
  await expect(shop.getByText((await onlyVoucher(sandbox, email)).code)).toBeVisible();
  await expectSwahili(shop);

  await giveEmail(customer, { start: "unknown" });
  await take("100");
  const back = "KSh 100 zimerudi kwenye salio lako";
  await expect(shop.getByRole("heading", { name: back })).toBeVisible();
  await expectSwahili(shop);

  await shop.goto("/account");
  for (const [amount, saved] of [
    ["300", "Kiwango chako kimehifadhiwa."],
    ["400", "Kimehifadhiwa. Kiwango cha juu zaidi kitaanza"],
  ] as const) {
    await shop.locator("summary", { hasText: "Badilisha: Kutoa mara moja" }).click();
    await shop.getByLabel("Kiwango kipya").first().fill(amount);
    await shop.getByRole("button", { name: "Hifadhi kiwango hiki" }).first().click();
    await expect(shop.getByText(saved)).toBeVisible();
    await expectSwahili(shop);
  }
});

test("Kiswahili while a withdrawal is open: waiting for approval, asked about, being checked", async ({
  shop,
  customer,
  sandbox,
}) => {
  await fund(shop, sandbox, 6_100_000n);
  await loseResults(sandbox, customer.phone, "not_found");
  const take = async (amount: string) => {
    await shop.goto(`/withdraw?method=mpesa&amount=${amount}`);
    await shop.getByRole("button", { name: "Endelea" }).click();
    await shop.getByRole("button", { name: /^Toa KSh/ }).click();
    return withdrawalIdOf(shop);
  };
  const large = await take("60000");
  await expect(shop.getByRole("heading", { name: "Inasubiri kuidhinishwa" })).toBeVisible();
  await expectSwahili(shop);
  await ageWithdrawal(large, 24 * HOUR_MS);
  await expect(shop.getByText("Hakuna aliyeidhinisha kwa wakati.")).toBeVisible();
  await expectSwahili(shop);

  const id = await take("500");
  await expect(shop.getByRole("heading", { name: "Tunatuma pesa zako" })).toBeVisible();
  await shop.getByText("Unahitaji msaada?").click();
  await expectSwahili(shop);
  await ageWithdrawal(id, ASKED_BY_THEN_MS);
  await shop.reload();
  await expect(shop.getByRole("heading", { name: "Tunaiuliza M-Pesa" })).toBeVisible();
  await expectSwahili(shop);
  await expectAsked(id);
  await ageWithdrawal(id, FOR_A_PERSON_MS);
  await expect(shop.getByRole("heading", { name: "Pesa zako ziko salama" })).toBeVisible();
  await expectSwahili(shop);
});
