import { describe, expect, test } from "vitest";
import { kindOfLine } from "./kind-of-line";
import { readDetails } from "./read-details";

describe("the details of a line", () => {
  test.each([
    [
      "Pay Bill from 2547****111 - ALICE EXAMPLE Acc. 850060",
      "Pay Bill",
      "2547****111 - ALICE EXAMPLE",
      "850060",
    ],
    [
      "Pay Bill Online from 07****222 - Bob Sample Acc. bob shop",
      "Pay Bill Online",
      "07****222 - Bob Sample",
      "bob shop",
    ],
    ["Pay Bill from 2547****777 - GRACE NOACC Acc.", "Pay Bill", "2547****777 - GRACE NOACC", null],
    [
      "FSI to Pay Bill by 999002 - MOCK BANK - BANK TO TILL Acc. Frank via WEB by MOCK\\User1",
      "FSI to Pay Bill",
      "999002 - MOCK BANK - BANK TO TILL",
      "Frank",
    ],
    [
      "Business Payment to 254712345678 - JANE FEE",
      "Business Payment",
      "254712345678 - JANE FEE",
      null,
    ],
    [
      "Merchant Payment from 2547****1 - REVERSAL CHARGE LTD",
      "Merchant Payment",
      "2547****1 - REVERSAL CHARGE LTD",
      null,
    ],
    ["Pay Bill from FEES LIMITED Acc. school fees", "Pay Bill", null, "school fees"],
    ["Pay Bill from 2547****1 - A Acc. 4K7M 2PA9", "Pay Bill", "2547****1 - A", "4K7M 2PA9"],
    ["Pay Bill Online Account No. INV-7", "Pay Bill Online", null, "INV-7"],
    [
      "Utility Account to Organization Settlement Account",
      "Utility Account to Organization Settlement Account",
      null,
      null,
    ],
    [
      "Transfer from Utility Account to Working Account",
      "Transfer from Utility Account to Working Account",
      null,
      null,
    ],
    ["", "", null, null],
  ])("%j are taken apart", (details, operation, otherParty, reference) => {
    expect(readDetails(details)).toMatchObject({ operation, otherParty, reference });
  });

  test.each([
    ["Pay Bill Reversal Original Transaction ID TKL1111111", "TKL1111111"],
    ["Reversal of transaction TKLABCDEFG", "TKLABCDEFG"],
    ["Reversal for TKL1111111 by 254712345678", "TKL1111111"],
    ["Customer Reversal via API, original receipt no.: tkl1111111", "TKL1111111"],
    ["Reversal of TKL1111111 and TKL2222222", "TKL1111111"],
    ["Reversal TKL1111111 TKL2222222", null],
    ["Reversal for ENTERPRISE", null],
    ["Reversal 2547123456", null],
  ])("%j name %s", (details, receipt) => {
    expect(readDetails(details).namedReceipt).toBe(receipt);
  });

  test("of any length are read at once", () => {
    const startedAt = performance.now();
    readDetails("original of ".repeat(10_000));
    readDetails(" to 1234 -".repeat(10_000));
    readDetails(" ".repeat(60_000));
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe("the kind of a line", () => {
  test.each([
    ["Pay Bill", "Pay Utility with OD via STK", 1n, "payment_in"],
    ["Customer Merchant Payment", "", 1n, "payment_in"],
    ["Merchant Pay Utility Received", "", 1n, "payment_in"],
    ["Something", "Customer Buy Goods Online", 1n, "payment_in"],
    ["Pay Bill Charge", "Pay Bill Online", -1n, "charge"],
    ["Pay merchant Charge", "Customer Buy Goods Online", -1n, "charge"],
    ["Fee For B2C Payment", "Business Payment to Customer via API", -1n, "charge"],
    ["Reversal Charge", "", -1n, "charge"],
    ["Business Payment", "Business Payment to Customer Withdrawal Charge Paid", -1n, "payout"],
    ["", "Business Payment to Customer Withdrawal Charge Paid", -1n, "payout"],
    ["B2C Payment", "", -1n, "payout"],
    ["Salary Payment", "Salary Payment via API", -1n, "payout"],
    ["Pay Bill Reversal", "", -1n, "reversal"],
    ["Something", "Organization Reversal via API", -1n, "reversal"],
    ["Business Payment Reversed", "", 1n, "reversal"],
    ["Utility Account to Organization Settlement Account", "", -1n, "transfer"],
    ["Organization Settlement Account to Organization MMF Account", "", 1n, "transfer"],
    ["Agency Withdrawal of funds to Bank", "", -1n, "transfer"],
    ["Utility to MMF", "", -1n, "transfer"],
    ["Organization Settle to Bank", "", -1n, "transfer"],
    ["Charges Paid Account to Utility Account", "", -1n, "transfer"],
    ["Pay Bill", "", -1n, "other"],
    ["Business Payment", "", 1n, "other"],
    ["Irreversible", "", 1n, "other"],
    ["", "", 1n, "other"],
  ] as const)("%j for the reason %j of %s is %s", (operation, reason, amountCents, kind) => {
    expect(kindOfLine({ operation, reason, amountCents })).toBe(kind);
  });
});
