import type { Page } from "@playwright/test";
import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { customerAvailable } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { requestWithdrawal } from "@/lib/payments/withdrawals/request-withdrawal";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import { APP_URL, expect, test as base, unusedPhone } from "./fixtures";
import { lookAt } from "./look-with-axe";
import { tabTo } from "./tab-to";

/** A shop of its own, for rules and lists that no other test sees. */
interface Desk {
  readonly customer: User;
  /** Opens a browser with one more of the shop's people in it. */
  open(role?: "staff" | "admin", options?: { javaScriptEnabled?: boolean }): Promise<Page>;
  /** The customer's own withdrawal of KSh 60,000, which waits for a second person. */
  ask(to?: string): Promise<string>;
}

const test = base.extend<{ desk: Desk }>({
  desk: async ({ openBrowser }, give) => {
    const { id: merchantId } = await createMerchant();
    const phone = `+254${unusedPhone().slice(1)}`;
    const customer = await createCustomer({ merchantId, phone, name: "Wanjiku Kamau" });
    await fund(customer, 50_000_000n);
    await give({
      customer,
      async open(role = "staff", options) {
        const staff = await createStaff({ merchantId, role });
        const context = await openBrowser(options);
        const [name = "", value = ""] = (await sessionCookie(staff)).split("=", 2);
        await context.addCookies([{ name, value, url: APP_URL }]);
        return context.newPage();
      },
      async ask(to = phone) {
        const ctx = makeCtx(merchantId, { kind: "customer", id: customer.id });
        const asked = await requestWithdrawal(ctx, {
          method: "mpesa",
          amount: "60000",
          to,
          attemptKey: crypto.randomUUID(),
          passwordConfirmed: true,
        });
        return asked.withdrawalId;
      },
    });
  },
});

async function fund(user: User, amountCents: bigint): Promise<void> {
  await postMovement(db(), {
    merchantId: user.merchantId,
    kind: "test",
    ref: crypto.randomUUID(),
    now: new Date(),
    lines: [
      { account: { kind: "suspense", owner: "test" }, amountCents: -amountCents },
      { account: customerAvailable(user.id), amountCents },
    ],
  });
}

function masked(phone: string | null): string {
  const local = `0${phone?.slice(4)}`;
  return `${local.slice(0, 4)} *** ${local.slice(-3)}`;
}

test.describe("staff without scripts", () => {
  test("read what an approval will do, approve, and follow the payout to its receipt", async ({
    desk,
  }) => {
    const id = await desk.ask();
    const page = await desk.open("staff", { javaScriptEnabled: false });
    await page.goto("/dashboard");
    const to = masked(desk.customer.phone);
    const sentence = `Wanjiku Kamau wants to take out KSh 60,000.00 by M-Pesa to ${to}, their own number.`;
    await expect(page.getByRole("main")).toContainText(sentence);
    await page.getByRole("link", { name: "Withdrawals", exact: true }).click();

    const approve = page.getByRole("button", { name: "Approve and pay KSh 60,000.00" });
    await expect(approve).toBeHidden();
    await page.getByText("Approve", { exact: true }).click();
    await expect(page.getByRole("main")).toContainText(`KSh 60,000.00 goes to ${to} by M-Pesa`);
    await approve.click();

    await expect(page.getByRole("status")).toContainText("Approved. It is sent now.");
    await expect(page.getByRole("main")).toContainText("No withdrawal waits for approval.");
    await expect(async () => {
      await page.goto(`/dashboard/payments/${id}`);
      await expect(page.getByRole("main")).toContainText("The receiver has the money.", {
        timeout: 1_000,
      });
    }).toPass();
    const story = page.getByRole("region", { name: "What happened" });
    await expect(story).toContainText("It was approved");
    await expect(story).toContainText("We ordered the payout from M-Pesa");
    await expect(page.getByRole("region", { name: "In the books" })).toContainText("Paid out");
    expect(await page.content()).not.toContain(desk.customer.phone?.slice(-9));
  });

  test("cannot reject without a reason, and the money is back once there is one", async ({
    desk,
  }) => {
    await desk.ask();
    const page = await desk.open("staff", { javaScriptEnabled: false });
    await page.goto("/dashboard/withdrawals");
    await page.getByText("Reject", { exact: true }).click();
    await page.getByRole("button", { name: "Reject and give back KSh 60,000.00" }).click();

    await expect(page.getByRole("alert")).toContainText("Write why you reject it.");
    const reason = page.getByRole("textbox", { name: "Reason" });
    await expect(reason).toBeVisible();
    await expect(reason).toHaveAccessibleDescription(/Write why you reject it\./);
    await reason.fill("The customer does not know of it");
    await page.getByRole("button", { name: "Reject and give back KSh 60,000.00" }).click();
    await expect(page.getByRole("status")).toContainText("Rejected.");
    await page.getByRole("link", { name: "See its case file" }).click();
    await expect(page.getByRole("main")).toContainText("The customer does not know of it");
    await expect(page.getByRole("region", { name: "In the books" })).toContainText("Given back");
  });

  test("pay out for a customer, and another person has to decide", async ({ desk }) => {
    const page = await desk.open("admin", { javaScriptEnabled: false });
    await page.goto("/dashboard/withdrawals");
    await page.getByRole("link", { name: "Pay out for a customer" }).click();
    await page.getByLabel("Customer").fill("0799");
    await page.getByRole("button", { name: "Find the customer" }).click();
    await expect(page.getByRole("alert")).toContainText("No customer of yours has exactly this");
    await page.getByLabel("Customer").fill(desk.customer.phone ?? "");
    await page.getByRole("button", { name: "Find the customer" }).click();
    await expect(page.getByRole("main")).toContainText("Wanjiku Kamau");
    await expect(page.getByRole("main")).toContainText("KSh 500,000.00");
    expect(page.url()).not.toContain(desk.customer.phone?.slice(-9));
    await page.getByRole("link", { name: /^M-Pesa/ }).click();
    await page.getByLabel("Amount").fill("700");
    await page.getByRole("button", { name: "Ask for this payout" }).click();
    await expect(page.getByRole("alert")).toContainText("Enter the phone number that is paid.");
    await expect(page.getByLabel("Amount")).toHaveValue("700");
    await page.getByLabel("Phone that is paid").fill(unusedPhone());
    await page.getByRole("button", { name: "Ask for this payout" }).click();

    await expect(page.getByRole("status")).toContainText("It waits for another person now.");
    const main = page.getByRole("main");
    await expect(main).toContainText("You asked for this one, so another person has to decide.");
    await expect(page.getByText("Approve", { exact: true })).toHaveCount(0);
    const other = await desk.open("staff", { javaScriptEnabled: false });
    await other.goto("/dashboard/withdrawals");
    await expect(other.getByText("Approve", { exact: true })).toHaveCount(1);
  });

  test("read the rules, and an admin changes them with errors beside the fields", async ({
    desk,
  }) => {
    const staff = await desk.open("staff", { javaScriptEnabled: false });
    await staff.goto("/dashboard/withdrawals/rules");
    await expect(staff.getByRole("main")).toContainText("Only an admin can change them.");
    await expect(staff.getByRole("textbox")).toHaveCount(0);

    const admin = await desk.open("admin", { javaScriptEnabled: false });
    await admin.goto("/dashboard/withdrawals/rules");
    await admin.getByLabel("Within 24 hours").fill("10");
    await admin.getByRole("group", { name: "What you keep" }).getByLabel("By M-Pesa").fill("15");
    await admin.getByRole("button", { name: "Save the rules" }).click();
    await expect(admin.getByLabel("Within 24 hours")).toHaveAccessibleDescription(
      "A day has to allow at least one whole payment.",
    );
    await expect(admin.getByLabel("By M-Pesa")).toHaveValue("15");
    await admin.getByLabel("Within 24 hours").fill("300,000");
    await admin.getByRole("button", { name: "Save the rules" }).click();
    await expect(admin.getByRole("status")).toContainText("The rules are saved.");
    await staff.reload();
    await expect(staff.getByRole("main")).toContainText("KSh 15.00");
  });
});

test("approves by keyboard only", async ({ desk }) => {
  await desk.ask();
  const page = await desk.open();
  await page.goto("/dashboard/withdrawals");
  await tabTo(page, page.locator("summary", { hasText: "Approve" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Approve and pay KSh 60,000.00" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status")).toContainText("Approved. It is sent now.");
});

const open = async (page: Page) => {
  await expect(page.getByRole("main")).toBeVisible();
  for (const fold of await page.locator("main summary").all()) await fold.click();
};

test("every page of withdrawals fits a phone and a desk, in both languages", async ({ desk }) => {
  const id = await desk.ask("0722000131");
  const page = await desk.open("admin");
  const pages = [
    "/dashboard",
    "/dashboard/withdrawals",
    "/dashboard/withdrawals/rules",
    "/dashboard/withdrawals/new",
    `/dashboard/withdrawals/new?customer=${desk.customer.id}&method=mpesa`,
    `/dashboard/payments/${id}`,
  ];
  for (const locale of ["en", "sw"]) {
    await page.context().addCookies([{ name: "malipo.locale", value: locale, url: APP_URL }]);
    for (const path of pages) {
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(path);
        await open(page);
        const found = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(found, `${path} ${locale}`).toBe(width);
      }
    }
  }
});

test("axe finds no violation where staff decide, with payouts stopped", async ({ desk }) => {
  test.setTimeout(120_000);
  await desk.ask("0722000131");
  const page = await desk.open("admin");
  await db().providerAccount.updateMany({
    where: { merchantId: desk.customer.merchantId },
    data: { payoutsStopped: "8006" },
  });
  await lookAt(page, "/dashboard/withdrawals", open);
  await lookAt(page, "/dashboard/withdrawals/rules");
});

test("axe finds no violation in a withdrawal's case file, nor in a payout for a customer", async ({
  desk,
}) => {
  test.setTimeout(120_000);
  const id = await desk.ask("0722000131");
  const page = await desk.open("admin");
  await lookAt(page, `/dashboard/withdrawals/new?customer=${desk.customer.id}`);
  await lookAt(page, `/dashboard/payments/${id}`);
});
