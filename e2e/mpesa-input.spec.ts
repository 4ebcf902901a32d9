import { APP_URL, expect, test } from "./fixtures";
import { paymentsOf } from "./journey";
import { expectPrompted, fillMpesaForm, onlyPush, payButton } from "./mpesa-journey";

const KENYAN = "Enter a Kenyan phone number, for example 0712 345 678.";
const NUMBERS = "Enter the amount in numbers, for example 500.";
const ABOVE_ZERO = "Enter an amount above zero.";
const WHOLE = "Enter whole shillings, without cents.";
const LARGEST = "The largest amount by M-Pesa is KSh 250,000 at once.";

const BAD_PHONES = [
  ["nothing", "", "Enter your phone number."],
  ["a Ugandan number", "+256 772 123 456", KENYAN],
  ["a landline", "020 222 2222", KENYAN],
  ["nine digits", "071234567", KENYAN],
  ["eleven digits", "07123456789", KENYAN],
  ["letters", "0712 abc 678", KENYAN],
  ["Arabic digits", "٠٧١٢٣٤٥٦٧٨", KENYAN],
  ["two numbers", "0712345678 0722000111", KENYAN],
] as const;

for (const [what, typed, sentence] of BAD_PHONES) {
  test(`phone, ${what}: one clear sentence, the text kept, no phone asked`, async ({
    shop,
    customer,
    sandbox,
  }) => {
    await fillMpesaForm(shop, { amount: "500", phone: typed });
    await payButton(shop).click();
    const alert = shop.getByRole("alert").filter({ hasText: "One thing to correct" });
    await expect(alert.getByRole("link", { name: sentence })).toBeVisible();
    const field = shop.getByLabel("Phone number");
    await expect(field).toHaveValue(typed);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(`The prompt comes here. ${sentence}`);
    await expect(shop.locator("#phone-problem")).toHaveText(sentence);
    await expect(shop.getByLabel("Amount", { exact: true })).toHaveValue("500");
    await expect(shop.getByLabel("Amount", { exact: true })).not.toHaveAttribute("aria-invalid");
    expect(await paymentsOf(shop)).toEqual([]);
    expect(await sandbox.listPushes({ msisdn: customer.phone })).toEqual([]);
  });
}

const BAD_AMOUNTS = [
  ["nothing", "", "Enter an amount."],
  ["zero", "0", ABOVE_ZERO],
  ["a negative amount", "-500", ABOVE_ZERO],
  ["cents", "500.50", WHOLE],
  ["three decimals", "500.125", WHOLE],
  ["one shilling too much", "250001", LARGEST],
  ["a huge number", "999999999999999999999999", LARGEST],
  ["less than a shilling", "0.50", "The smallest amount by M-Pesa is KSh 1."],
  ["letters", "five hundred", NUMBERS],
  ["Arabic digits", "٥٠٠", NUMBERS],
  ["a currency", "KSh 500", NUMBERS],
  ["a currency sign", "$500", NUMBERS],
] as const;

for (const [what, typed, sentence] of BAD_AMOUNTS) {
  test(`M-Pesa amount, ${what}: one clear sentence, the text kept, no phone asked`, async ({
    shop,
    customer,
    sandbox,
  }) => {
    await fillMpesaForm(shop, { amount: typed });
    const phone = await shop.getByLabel("Phone number").inputValue();
    await payButton(shop).click();
    const alert = shop.getByRole("alert").filter({ hasText: "One thing to correct" });
    await expect(alert.getByRole("link", { name: sentence })).toBeVisible();
    const field = shop.getByLabel("Amount", { exact: true });
    await expect(field).toHaveValue(typed);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(`From KSh 1 to KSh 250,000. ${sentence}`);
    await expect(shop.locator("#amount-problem")).toHaveText(sentence);
    await expect(shop.getByLabel("Phone number")).toHaveValue(phone);
    expect(await paymentsOf(shop)).toEqual([]);
    expect(await sandbox.listPushes({ msisdn: customer.phone })).toEqual([]);
  });
}

test("both wrong: both are said at once, each beside its field", async ({ shop }) => {
  await fillMpesaForm(shop, { amount: "0", phone: "12" });
  await payButton(shop).click();
  const alert = shop.getByRole("alert").filter({ hasText: "2 things to correct" });
  await expect(alert.getByRole("link")).toHaveText([ABOVE_ZERO, KENYAN]);
  await alert.getByRole("link", { name: KENYAN }).click();
  await expect(shop.getByLabel("Phone number")).toBeFocused();
});

const GOOD = [
  ["1", (line: string) => `0${line}`, 100n],
  ["1,250", (line: string) => `+254 ${line}`, 125_000n],
  [" 250 000 ", (line: string) => `254${line}`, 25_000_000n],
  ["500.00", (line: string) => `0${line.slice(0, 3)}-${line.slice(3)}`, 50_000n],
] as const;

for (const [amount, spell, amountCents] of GOOD) {
  test(`"${amount}" for ${spell("712345678")} is asked of that phone`, async ({
    shop,
    customer,
    sandbox,
  }) => {
    await fillMpesaForm(shop, { amount, phone: spell(customer.phone.slice(1)) });
    await payButton(shop).click();
    await expectPrompted(shop);
    expect((await onlyPush(sandbox, customer.phone)).amountCents).toBe(amountCents);
  });
}

test("ten kilobytes instead of a phone or an amount are refused like any other text", async ({
  shop,
}) => {
  const novel = "7".repeat(10_240);
  await shop.goto("/deposit?method=mpesa");
  const csrf = await shop.locator("form input[name=csrf]").first().inputValue();
  for (const [field, sentence] of [
    ["phone", KENYAN],
    ["amount", LARGEST],
  ] as const) {
    const form = { csrf, attempt: "novel", phone: "0712345678", amount: "500", [field]: novel };
    const address = `${APP_URL}/api/deposit/initiate-mpesa`;
    const refused = await shop.request.post(address, { form, maxRedirects: 0 });
    expect(refused.status()).toBe(303);
    await shop.goto(refused.headers().location ?? "");
    await expect(shop.locator(`#${field}-problem`)).toHaveText(sentence);
  }
  expect(await paymentsOf(shop)).toEqual([]);
});
