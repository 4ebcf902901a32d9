import type { Page } from "@playwright/test";
import { db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { createStaff } from "@/prisma/factories/create-staff";
import { sessionCookie } from "@/prisma/factories/session-cookie";
import {
  accountOf,
  lineOfPayment,
  momentsOf,
  receiptOf,
  seedPayments,
  statementCsv,
} from "@/test/statements";
import { expectSwahili } from "./expect-swahili";
import { APP_URL, expect, test as base, unusedPhone } from "./fixtures";
import { lookAt } from "./look-with-axe";

/** A shop of its own with a day of payments, and the file M-Pesa has of it. */
interface Day {
  readonly file: { name: string; mimeType: string; buffer: Buffer };
  readonly strangers: { name: string; mimeType: string; buffer: Buffer };
  readonly customer: User;
  readonly lostId: string;
  readonly merchantId: string;
  open(options?: { javaScriptEnabled?: boolean }): Promise<Page>;
}

const test = base.extend<{ day: Day }>({
  day: async ({ openBrowser }, give) => {
    const { id: merchantId } = await createMerchant();
    const customer = await createCustomer({
      merchantId,
      phone: `+254${unusedPhone().slice(1)}`,
      name: "Wanjiku Kamau",
    });
    const series = crypto.randomUUID().slice(0, 4).toUpperCase();
    const receipt = (place: number) => receiptOf(series, place);
    const payments = await seedPayments(
      [customer],
      momentsOf(3).map((at, i) => ({
        state: i === 2 ? "submitted" : "paid",
        amountCents: BigInt(100_000 + i * 5_050),
        receipt: i === 2 ? null : receipt(i),
        at,
      })),
    );
    const [first, , lost] = payments;
    if (!first || !lost) throw new Error("three payments were seeded");
    const { shortcode } = await accountOf(merchantId);
    const lines = [
      ...payments.map((payment, i) => lineOfPayment(payment, receipt(i))),
      { receipt: receipt(0), at: first.at, details: "Pay Bill Charge", amountCents: -500n },
      { ...lineOfPayment(first, receipt(9), "KAMAU77"), amountCents: 25_000n },
      { ...lineOfPayment(first, receipt(10)), status: "Failed" },
    ];
    const fileOf = (name: string, of: string) => ({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from(statementCsv({ shortcode: of, lines, openingCents: 1_000_000n })),
    });
    await give({
      ...{ customer, merchantId, lostId: lost.id },
      file: fileOf("statement.csv", shortcode),
      strangers: fileOf("theirs.csv", "999111"),
      async open(options) {
        const staff = await createStaff({ merchantId });
        const context = await openBrowser(options);
        const [name = "", value = ""] = (await sessionCookie(staff)).split("=", 2);
        await context.addCookies([{ name, value, url: APP_URL }]);
        return context.newPage();
      },
    });
  },
});

async function handIn(page: Page, file: Day["file"]): Promise<void> {
  await page.goto("/dashboard/statements");
  await page.getByLabel("Statement file").setInputFiles(file);
  await page.getByRole("button", { name: "Read it" }).click();
}

/** Everything of the shop that an import could change. */
async function books({ merchantId }: Day) {
  const where = { merchantId };
  const [deposits, movements, lines, accounts] = await Promise.all([
    db().deposit.findMany({ where, orderBy: { id: "asc" }, select: { id: true, state: true } }),
    db().ledgerMovement.count({ where }),
    db().providerTransaction.findMany({
      where,
      orderBy: { id: "asc" },
      select: { receipt: true, standing: true, paymentId: true },
    }),
    db().ledgerAccount.findMany({ where, orderBy: { id: "asc" }, select: { balanceCents: true } }),
  ]);
  return { deposits, movements, lines, accounts };
}

test("a statement is read, then booked, and its report names what is left; again changes nothing", async ({
  day,
}) => {
  const page = await day.open();
  await page.goto("/dashboard");
  await page.getByRole("link", { name: "Statements and balances" }).click();
  await expect(page.getByText("Each statement you hand in will be listed here")).toBeVisible();

  await handIn(page, day.strangers);
  await expect(page.getByRole("main").getByRole("alert")).toContainText("of another shortcode");
  await handIn(page, { name: "letter.csv", mimeType: "text/csv", buffer: Buffer.from("Dear Sir") });
  await expect(page.getByRole("main").getByRole("alert")).toContainText(
    "There is no table of transactions in it",
  );
  expect(await db().statementImport.count({ where: { merchantId: day.merchantId } })).toBe(0);

  const before = await books(day);
  await handIn(page, day.file);
  await expect(page.getByText("Nothing of this file is booked yet.")).toBeVisible();
  const forecast = page.getByRole("region", { name: "What will become of the lines" });
  await expect(forecast.getByRole("row", { name: /Known by their receipt/ })).toContainText("2");
  await expect(forecast.getByRole("row", { name: /Name a deposit/ })).toContainText("KSh 1,101.00");
  await expect(forecast.getByRole("row", { name: /booked to suspense/ })).toContainText(
    "KSh 250.00",
  );
  await expect(page.getByText("One line was never completed")).toBeVisible();
  expect(await books(day)).toEqual(before);

  await page.getByRole("button", { name: "Book 5 lines" }).click();
  await expect(page.getByText("Books = M-Pesa + in flight, to the cent")).toBeVisible({
    timeout: 30_000,
  });
  const suspense = page.getByText("In suspense, booked for nobody yet: one, KSh 250.00");
  await expect(suspense.first()).toBeVisible();
  await expect(page.getByText(/Before the books began: KSh.10,000.00/)).toBeVisible();
  const paid = await db().deposit.findUniqueOrThrow({ where: { id: day.lostId } });
  expect(paid.state).toBe("paid");

  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("button", { name: "Print the report" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeHidden();
  // What is folded on a screen stands on the paper.
  await expect(page.getByRole("table", { name: /^In suspense/ })).toContainText("KSh 250.00");
  await expect(page.getByText("Books = M-Pesa + in flight, to the cent")).toBeVisible();
  expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
  await page.emulateMedia({ media: null });

  const after = await books(day);
  await handIn(page, day.file);
  await expect(page.getByText("This file was handed in before.")).toBeVisible();
  await page.getByRole("button", { name: "Compare again" }).click();
  await expect(page.getByText("Books = M-Pesa + in flight, to the cent")).toBeVisible();
  expect(await books(day)).toEqual(after);

  await page.goto("/dashboard/transactions");
  await expect(page.getByText("KSh 250.00 came in from ***111 for “KAMAU77”")).toBeVisible();
  await expect(page.getByText("The account number is nobody’s.")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Decide about/ })).toHaveAttribute(
    "href",
    /\/dashboard\/review\/ptx_/,
  );
  await page.getByRole("link", { name: "Matched", exact: true }).click();
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(3);
  await page.getByLabel("Find a line").fill("kamau77");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
});

test("works without scripts, in Kiswahili, and for everybody's eyes", async ({ day }) => {
  // Three pages in two languages, each in two sizes and colour schemes.
  test.slow();
  const plain = await day.open({ javaScriptEnabled: false });
  await handIn(plain, day.file);
  await plain.getByRole("button", { name: "Book 5 lines" }).click();
  // The page looks again by itself until it is done.
  await expect(plain.getByText("Books = M-Pesa + in flight, to the cent")).toBeVisible({
    timeout: 30_000,
  });

  const page = await day.open();
  const { id } = await db().statementImport.findFirstOrThrow({
    where: { merchantId: day.merchantId },
  });
  for (const path of [
    "/dashboard/statements",
    `/dashboard/statements/${id}`,
    "/dashboard/transactions?view=all",
  ]) {
    await lookAt(page, path);
    await expectSwahili(page);
  }
});
