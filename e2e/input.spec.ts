import { APP_URL, expect, test } from "./fixtures";
import { balanceOf, paymentsOf } from "./journey";

const NUMBERS = "Enter the amount in numbers, for example 500.";
const ABOVE_ZERO = "Enter an amount above zero.";
const TWO_DIGITS = "Enter at most two digits after the point.";
const SMALLEST = "The smallest deposit is KSh 50.";
const LARGEST = "The largest deposit is KSh 150,000.";

const BAD_AMOUNTS = [
  ["nothing", "", "Enter an amount."],
  ["spaces", "   ", "Enter an amount."],
  ["zero", "0", ABOVE_ZERO],
  ["a negative amount", "-500", ABOVE_ZERO],
  ["letters", "five hundred", NUMBERS],
  ["a currency", "KSh 500", NUMBERS],
  ["an exponent", "5e3", NUMBERS],
  ["misplaced commas", "5,00", NUMBERS],
  ["three decimals", "500.125", TWO_DIGITS],
  ["too little", "49.99", SMALLEST],
  ["too much", "150000.01", LARGEST],
  ["a huge number", "999999999999999999999999", LARGEST],
  ["Arabic digits", "٥٠٠", NUMBERS],
  ["a formula", "=500+1", NUMBERS],
] as const;

for (const [what, typed, sentence] of BAD_AMOUNTS) {
  test(`amount, ${what}: one clear sentence, the text kept, nothing changed`, async ({ shop }) => {
    await shop.goto("/deposit");
    await shop.getByLabel("Amount", { exact: true }).fill(typed);
    await shop.getByRole("button", { name: "Buy Voucher Now" }).click();

    const alert = shop.getByRole("alert").filter({ hasText: "One thing to correct" });
    await expect(alert.getByRole("link", { name: sentence })).toBeVisible();
    const field = shop.getByLabel("Amount", { exact: true });
    await expect(field).toHaveValue(typed);
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(`From KSh 50 to KSh 150,000. ${sentence}`);
    await expect(shop.locator("#amount-problem")).toHaveText(sentence);
    await expect(shop.getByLabel("Voucher code")).not.toHaveAttribute("aria-invalid");
    expect(await paymentsOf(shop)).toEqual([]);
  });
}

const GOOD_AMOUNTS = [
  ["1,250", "1250.00"],
  [" 2 500.50 ", "2500.50"],
  ["50", "50.00"],
  ["150,000.00", "150000.00"],
] as const;

for (const [typed, asked] of GOOD_AMOUNTS) {
  test(`amount "${typed}" is understood as ${asked}`, async ({ shop }) => {
    await shop.goto("/deposit");
    await shop.getByLabel("Amount", { exact: true }).fill(typed);
    await shop.getByRole("button", { name: "Buy Voucher Now" }).click();
    await expect(shop.getByLabel("Amount in Kenyan shillings")).toHaveValue(asked);
    expect(await paymentsOf(shop)).toMatchObject([{ amount_asked: asked, status: "waiting" }]);
  });
}

const BAD_SHAPE = "This is not a whole voucher code. Copy it from your SMS or e-mail.";
const ELSEWHERE = "This code is for another merchant. It is still worth its money there.";

const BAD_CODES = [
  ["nothing", "", "Enter a voucher code."],
  ["half a code", "MLP-ABCD", BAD_SHAPE],
  ["SQL", "MLP-1'; DROP TABLE deposits; --", BAD_SHAPE],
  ["an emoji", "MLP-💸💸💸💸💸💸💸💸", BAD_SHAPE],
  ["markup", "<script>alert(1)</script>", BAD_SHAPE],
  [
    "a code nobody sold",
    "MLP-NEVERSOLD0000000",
    "This code is not valid. Check each letter and number.",
  ],
  [
    "an expired code",
    "MLP-DEMOEXPIRED00750",
    "This code has expired. Ask Pesa Voucher about your money.",
  ],
  ["a code used elsewhere", "MLP-DEMOUSED00000300", "This code was already used."],
  ["a code of another merchant", "ZED-DEMOVALID0000400", ELSEWHERE],
  [
    "a payout code",
    "NLV-DEMOPAYOUT000600",
    "This code is for taking money out. It cannot be deposited.",
  ],
] as const;

for (const [what, typed, sentence] of BAD_CODES) {
  test(`code, ${what}: one clear sentence, the text kept, nothing changed`, async ({ shop }) => {
    await shop.goto("/deposit");
    await shop.getByLabel("Voucher code").fill(typed);
    await shop.getByRole("button", { name: "Use this code" }).click();

    const alert = shop.getByRole("alert").filter({ hasText: "One thing to correct" });
    await expect(alert.getByRole("link", { name: sentence })).toBeVisible();
    const field = shop.getByLabel("Voucher code");
    await expect(field).toHaveValue(typed);
    await expect(shop.locator("#code-problem")).toHaveText(sentence);
    await expect(field).toHaveAccessibleDescription(`It looks like MLP-7Q2K9D4TXW38. ${sentence}`);
    await expect(shop.getByLabel("Amount", { exact: true })).not.toHaveAttribute("aria-invalid");
    expect(await paymentsOf(shop)).toEqual([]);
    expect(await balanceOf(shop)).toBe("0.00");
  });
}

test("a code with spaces and small letters is the code", async ({ shop, sandbox }) => {
  const { voucher } = await sandbox.createVoucher({ amountCents: 12_345n });
  await shop.goto("/deposit");
  const spaced = voucher.code.toLowerCase().replace(/.{4}/g, "$& ");
  await shop.getByLabel("Voucher code").fill(`  ${spaced} `);
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
  expect(await balanceOf(shop)).toBe("123.45");
});

test("one's own used code leads to the payment it was used for", async ({ shop, sandbox }) => {
  const { voucher } = await sandbox.createVoucher({ amountCents: 50_000n });
  const use = async () => {
    await shop.goto("/deposit");
    await shop.getByLabel("Voucher code").fill(voucher.code);
    await shop.getByRole("button", { name: "Use this code" }).click();
  };
  await use();
  await expect(shop.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
  const paid = shop.url();
  await use();
  await expect(shop.locator("#code-problem")).toHaveText("This code was already used.");
  await shop.getByRole("link", { name: "See the payment this code was used for" }).click();
  await expect(shop).toHaveURL(paid);
  expect(await balanceOf(shop)).toBe("500.00");
});

test("ten kilobytes instead of a code or an amount are refused like any other text", async ({
  shop,
}) => {
  const novel = "M".repeat(10_240);
  await shop.goto("/deposit");
  await shop.getByLabel("Voucher code").fill(novel);
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expect(shop.locator("#code-problem")).toHaveText(BAD_SHAPE);

  const csrf = await shop.locator("form input[name=csrf]").first().inputValue();
  for (const [path, field, sentence] of [
    ["/api/deposit/paste-voucher", "code", BAD_SHAPE],
    ["/api/deposit/initiate-voucher", "amount", NUMBERS],
  ] as const) {
    const form = { csrf, [field]: novel };
    const refused = await shop.request.post(APP_URL + path, { form, maxRedirects: 0 });
    expect(refused.status()).toBe(303);
    await shop.goto(refused.headers().location ?? "");
    await expect(shop.locator(`#${field}-problem`)).toHaveText(sentence);
  }
  expect(await paymentsOf(shop)).toEqual([]);
});

test("too many wrong codes: told to wait, and a code is never guessed", async ({ shop }) => {
  await shop.goto("/deposit");
  for (let guess = 0; guess < 10; guess += 1) {
    const code = `MLP-GUESSED00000000${guess}`;
    const answer = await shop.request.post(`${APP_URL}/api/deposit/paste-voucher`, {
      data: { code },
    });
    expect(answer.status()).toBe(422);
  }
  await shop.getByLabel("Voucher code").fill("MLP-GUESSED0000000010");
  await shop.getByRole("button", { name: "Use this code" }).click();
  await expect(shop.getByRole("main").getByRole("alert")).toContainText(
    "Too many tries. Wait a few minutes, then try again.",
  );
  await expect(shop.getByLabel("Voucher code")).toHaveValue("MLP-GUESSED0000000010");
});
