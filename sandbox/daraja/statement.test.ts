import { parse } from "csv-parse/sync";
import readExcelFile from "read-excel-file/node";
import { describe, expect, it } from "vitest";

import type { StatementOrder } from "@/sandbox/control/statement-control";
import { openCollections } from "@/sandbox/testing/open-collections";

const { daraja, byHand, reverse, paid, pass } = openCollections();
const control = () => daraja.sandbox.control;

const HEADER_ROWS = 9;
const COLUMNS = [
  "Receipt No.",
  "Completion Time",
  "Initiation Time",
  "Details",
  "Transaction Status",
  "Paid In",
  "Withdrawn",
  "Balance",
  "Balance Confirmed",
  "Reason Type",
  "Other Party Info",
  "A/C No.",
];

async function csv(order: Partial<StatementOrder> = {}): Promise<string[][]> {
  const { bytes } = await control().statement({ format: "csv", ...order });
  return parse(new TextDecoder().decode(bytes), {
    relax_column_count: true,
    skip_empty_lines: false,
  });
}

/** The rows of the table by the names of its columns, newest first. */
async function rows(order: Partial<StatementOrder> = {}): Promise<Record<string, string>[]> {
  const table = (await csv(order)).slice(HEADER_ROWS);
  return table.map((cells) =>
    Object.fromEntries(COLUMNS.map((name, at) => [name, cells[at] ?? ""])),
  );
}

const cents = (text = ""): bigint => BigInt(text.replace(/[,.]/g, "") || "0");

/** A moment in Nairobi, so many milliseconds from the sandbox's now, as the portal is asked. */
async function at(offsetMs: number): Promise<string> {
  const { nowMs } = await control().clock();
  const iso = new Date(nowMs + offsetMs + 3 * 3_600_000).toISOString();
  return iso.slice(0, 19).replace("T", " ");
}

describe("the statement of a PayBill", () => {
  it("says whose it is and of when, above a table with the portal's columns", async () => {
    await byHand({ amountCents: 125_000n });
    const table = await csv({ from: "2020-01-01", to: "2099-12-31" });
    expect(table.slice(0, HEADER_ROWS)).toEqual([
      ["M-PESA Organization Statement"],
      ["Organization Name:", "Duka la Mwanga"],
      ["Short Code:", "174379"],
      ["Account:", "Utility Account"],
      ["Time Period:", "From 01-01-2020 00:00:00 To 31-12-2099 23:59:59"],
      ["Opening Balance:", "0.00"],
      ["Closing Balance:", "1,250.00"],
      [""],
      COLUMNS,
    ]);
  });

  it("has one row for each payment, newest first, by hand and by push", async () => {
    const { receipt } = await byHand({ amountCents: 125_000n, reference: 'INV, "7"' });
    await daraja.pushed({ AccountReference: "DEP-9" });
    await pass(3_000);
    await control().enterPin("0712345678");
    const pushed = (await control().customerPayments({ via: "push" }))[0]?.receipt;
    const asDashed = async (ms: number) =>
      (await at(ms)).replace(/^(\d{4})-(\d{2})-(\d{2})/, "$3-$2-$1");
    expect(await rows()).toEqual([
      {
        "Receipt No.": pushed,
        "Completion Time": await asDashed(0),
        "Initiation Time": await asDashed(-3_000),
        Details: expect.stringMatching(
          /^Pay Bill Online from 2547 \*{5} 678 - [A-Z]+ [A-Z]+ Acc\. DEP-9$/,
        ),
        "Transaction Status": "Completed",
        "Paid In": "500.00",
        Withdrawn: "",
        Balance: "1,750.00",
        "Balance Confirmed": "TRUE",
        "Reason Type": "Pay Utility",
        "Other Party Info": expect.stringMatching(/^2547 \*{5} 678 - [A-Z]+ [A-Z]+$/),
        "A/C No.": "DEP-9",
      },
      expect.objectContaining({
        "Receipt No.": receipt,
        "Completion Time": await asDashed(-3_000),
        "Paid In": "1,250.00",
        Balance: "1,250.00",
        "A/C No.": 'INV, "7"',
      }),
    ]);
  });

  it("shows a reversal under its own receipt and a charge under its payment's", async () => {
    await control().changeSettings({ c2bChargeCents: 550n });
    const { receipt } = await byHand();
    await byHand({ reference: "INV-2" });
    await reverse(receipt);
    await pass();
    const [reversal] = await control().reversals();
    const found = await rows();
    expect(found[0]).toMatchObject({
      "Receipt No.": reversal?.receipt,
      Details: expect.stringContaining(`Payment Reversal of ${receipt} to 2547`),
      "Paid In": "",
      Withdrawn: "-500.00",
      Balance: "489.00",
    });
    expect(found[0]?.["Initiation Time"]).not.toBe(found[0]?.["Completion Time"]);
    expect(found.filter((row) => row["Receipt No."] === receipt)).toMatchObject([
      { Details: "Pay Bill Charge", Withdrawn: "-5.50", "Reason Type": "Pay Utility" },
      { Details: expect.stringContaining("Pay Bill from"), "Paid In": "500.00" },
    ]);
    await control().changeSettings({ statementWithdrawnSign: "plain" });
    expect((await rows())[0]?.Withdrawn).toBe("500.00");
  });

  it("adds up: every balance is the one below it and its own amount, from opening to closing", async () => {
    await control().changeSettings({ c2bChargeCents: 70n });
    for (let turn = 1; turn <= 6; turn += 1) {
      const { receipt } = await byHand({ amountCents: BigInt(turn) * 123_400n });
      if (turn % 3 === 0) await reverse(receipt, { Amount: turn * 1_234 });
      await pass(1_000);
    }
    const order = { from: await at(-4_000), to: await at(-2_000) };
    const table = await csv(order);
    const part = (await rows(order)).reverse();
    expect(part.length).toBeGreaterThan(3);
    let balanceCents = cents(table[5]?.[1]);
    expect(balanceCents).toBeGreaterThan(0n);
    for (const row of part) {
      balanceCents += cents(row["Paid In"]) + cents(row.Withdrawn);
      expect(cents(row.Balance)).toBe(balanceCents);
    }
    expect(cents(table[6]?.[1])).toBe(balanceCents);
    const { shortcodes } = await control().mpesaLedger();
    expect(cents((await csv())[6]?.[1])).toBe(shortcodes[0]?.balanceCents);
  });

  it("of a period has both its ends in it, and nothing of before or after", async () => {
    const references: string[] = [];
    for (const reference of ["A", "B", "C", "D"]) {
      await byHand({ reference });
      await pass(10_000);
    }
    const order = { from: await at(-30_000), to: await at(-20_000) };
    for (const row of await rows(order)) references.push(row["A/C No."] ?? "");
    expect(references).toEqual(["C", "B"]);
    expect((await csv(order))[5]).toEqual(["Opening Balance:", "500.00"]);
  });

  it("knows a till's sales without account numbers", async () => {
    await byHand({ shortcode: "300981" });
    expect(await rows({ shortcode: "600981" })).toMatchObject([
      { Details: expect.stringMatching(/^Merchant Payment from/), "A/C No.": "" },
    ]);
    expect(await rows()).toEqual([]);
  });
});

describe("the statement of an organisation that pays out", () => {
  it("has its payouts, and their charges on the account that pays them", async () => {
    await paid();
    await pass();
    const [payout] = await control().payouts();
    const own = { shortcode: "600998" };
    const [row] = await rows(own);
    expect(row?.["Initiation Time"]).not.toBe(row?.["Completion Time"]);
    expect(await rows(own)).toMatchObject([
      {
        "Receipt No.": payout?.receipt,
        Details: expect.stringMatching(
          /^Business Payment to 2547 \*{5} 678 .* via API\. Withdrawal$/,
        ),
        Withdrawn: "-500.00",
        Balance: "4,999,500.00",
        "Reason Type": "Business Payment to Customer via API",
      },
    ]);
    expect(await rows({ ...own, account: "charges" })).toMatchObject([
      { "Receipt No.": payout?.receipt, Withdrawn: "-22.40", Balance: "-22.40" },
    ]);
    await control().changeSettings({ b2cChargeAccount: "utility" });
    await paid({ PartyB: 254712345679 });
    await pass();
    const [charge, payment] = await rows(own);
    expect(charge).toMatchObject({ Details: "Business Payment Charge", Withdrawn: "-22.40" });
    expect(payment?.["Receipt No."]).toBe(charge?.["Receipt No."]);
  });

  it("opens with what it started with, and shows money put in or taken out by hand", async () => {
    await control().setOrganisationFunds({ utilityCents: 400_000_000n });
    await control().setOrganisationFunds({ utilityCents: 450_000_000n });
    const table = await csv({ shortcode: "600998" });
    expect(table[5]).toEqual(["Opening Balance:", "5,000,000.00"]);
    const found = await rows({ shortcode: "600998" });
    expect(found.map((row) => [row["Paid In"], row.Withdrawn])).toEqual([
      ["500,000.00", ""],
      ["", "-1,000,000.00"],
    ]);
    const receipts = new Set(found.map((row) => row["Receipt No."]));
    expect(receipts.size).toBe(2);
    for (const receipt of receipts) expect(receipt).toMatch(/^[A-Z0-9]{10}$/);
  });
});

describe("the file", () => {
  it("says the same as a workbook, read by somebody else's reader", async () => {
    await byHand({ reference: "A & B <c>", amountCents: 125_000n });
    const { bytes, filename, contentType } = await control().statement({ format: "xlsx" });
    expect(filename).toMatch(/^ORG_174379_UtilityAccount_\d{8}_\d{8}\.xlsx$/);
    expect(contentType).toContain("spreadsheetml");
    const [sheet] = await readExcelFile(Buffer.from(bytes));
    const text = sheet?.data.map((cells) =>
      cells.map((cell) => (cell === null ? "" : String(cell))),
    );
    const wide = (cells: string[]) => [...cells, ...Array<string>(12).fill("")].slice(0, 12);
    expect(text).toEqual((await csv()).map(wide));
  });

  it("as text has Windows line ends and a name of its own", async () => {
    const { bytes, filename, contentType } = await control().statement({ format: "csv" });
    expect(filename).toMatch(/\.csv$/);
    expect(contentType).toBe("text/csv; charset=utf-8");
    expect(new TextDecoder().decode(bytes)).toMatch(/^M-PESA Organization Statement\r\n/);
  });

  it.each([
    ["/daraja/organisation/999999/statement", 404],
    ["/daraja/organisation/174379/statement?from=yesterday", 400],
    ["/daraja/organisation/174379/statement?format=pdf", 400],
    ["/daraja/organisation/174379/statement?account=other", 400],
  ])("is refused at %s", async (path, status) => {
    const response = await fetch(daraja.sandbox.url + path);
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty("error");
  });
});
