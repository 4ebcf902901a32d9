import { expect, test, unusedPhone } from "./fixtures";

test("sign up with a phone number, and deposit at once", async ({ page }) => {
  const phone = unusedPhone();
  await page.goto("/sign-in?next=%2Fpayments");
  await page.getByRole("link", { name: "Make an account" }).click();
  await expect(page.getByRole("heading", { name: "Make an account" })).toBeVisible();
  await page.getByLabel("Phone number").fill(`+254 ${phone.slice(1)}`);
  await page.getByLabel("Your name").fill("Njeri Mwangi");
  await page.getByLabel("Password", { exact: true }).fill("nyumbani kwetu 7");
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page).toHaveURL("/payments");
  await expect(page.getByRole("heading", { name: "No payments yet" })).toBeVisible();
  await page.getByRole("link", { name: "Make your first deposit" }).click();
  await expect(page.getByRole("button", { name: "Buy Voucher Now" })).toBeVisible();
  await page.getByRole("link", { name: "My account" }).click();
  await expect(page.getByText("Njeri Mwangi")).toBeVisible();
});

test("sign up says beside each field what is wrong, and keeps what was typed", async ({
  page,
  customer,
}) => {
  await page.goto("/sign-up");
  await page.getByLabel("Phone number").fill("0812");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "3 things to correct" })).toBeVisible();
  await expect(page.locator("#phone-problem")).toHaveText(
    "Enter a Kenyan phone number, for example 0712 345 678.",
  );
  await expect(page.locator("#name-problem")).toHaveText("Enter your name.");
  await expect(page.locator("#password-problem")).toHaveText("Use at least 8 characters.");
  await expect(page.getByLabel("Phone number")).toHaveValue("0812");

  await page.getByLabel("Phone number").fill(customer.phone);
  await page.getByLabel("Your name").fill("Somebody Else");
  await page.getByLabel("Password", { exact: true }).fill("nyumbani kwetu 7");
  await page.getByRole("button", { name: "Make an account" }).click();
  await expect(page.locator("#phone-problem")).toHaveText(
    "This number already has an account. Sign in instead.",
  );
  await expect(page.getByLabel("Your name")).toHaveValue("Somebody Else");
});

test("a wrong password keeps the number and says no more than needed", async ({
  page,
  customer,
}) => {
  await page.goto("/sign-in");
  await page.getByLabel("Phone number").fill(customer.phone);
  await page.getByLabel("Password", { exact: true }).fill("not this one");
  await page.getByRole("button", { name: "Sign in" }).click();
  const sentence = "These sign-in details are not right. Check them and try again.";
  await expect(page.locator("#password-problem")).toHaveText(sentence);
  await expect(page.getByLabel("Phone number")).toHaveValue(customer.phone);
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
});

test("after signing in one is where one wanted to go, but never on another site", async ({
  page,
  customer,
}) => {
  for (const [next, place] of [
    ["/account", "/account"],
    ["//evil.example/", "/deposit"],
    ["https://evil.example/", "/deposit"],
  ] as const) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel("Phone number").fill(customer.phone);
    await page.getByLabel("Password", { exact: true }).fill(customer.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(place);
  }
});

test("the balance can be hidden from a neighbour, and the password looked at", async ({
  shop,
  openBrowser,
}) => {
  await shop.goto("/deposit");
  const balance = shop.getByRole("banner").getByText("KSh 0.00");
  await expect(balance).toBeVisible();
  await balance.click();
  await expect(balance).toBeHidden();
  await expect(shop.getByRole("checkbox", { name: "Hide the balance" })).toBeChecked();

  const visitor = await (await openBrowser()).newPage();
  await visitor.goto("/sign-in");
  const password = visitor.getByLabel("Password", { exact: true });
  await password.fill("look at me");
  await visitor.getByRole("button", { name: "Show" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await visitor.getByRole("button", { name: "Hide" }).click();
  await expect(password).toHaveAttribute("type", "password");
});
