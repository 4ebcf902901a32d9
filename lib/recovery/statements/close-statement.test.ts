import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import type { User } from "@/lib/generated/prisma/client";
import { newId, newPublicCode } from "@/lib/kit/ids";
import { addMs, DAY_MS, MINUTE_MS } from "@/lib/kit/time";
import { customerHeld, providerAccount } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { setWithdrawalRules } from "@/prisma/factories/set-withdrawal-rules";
import { staffOf, workerOf } from "@/test/payouts";
import { press } from "@/test/review";
import {
  accountOf,
  lineOfPayment,
  receiptOf,
  seedPayments,
  statementCsv,
  type MadeLine,
} from "@/test/statements";
import { closeStatement } from "./close-statement";
import { getStatement } from "./get-statement";
import { importStatement } from "./import-statement";
import { previewStatement } from "./preview-statement";
import { workStatement } from "./work-statement";

const SHORTCODE = "174379";
/** A whole day a week ago: its statement is complete. */
const NOON = new Date(Math.floor((Date.now() - 7 * DAY_MS) / DAY_MS) * DAY_MS + DAY_MS / 2);
const DAY = { from: addMs(NOON, -DAY_MS / 4), until: addMs(NOON, DAY_MS / 4) };

let merchantId: string;
let customer: User;
let staff: Ctx;
let series = 0;

beforeEach(async () => {
  ({ id: merchantId } = await createMerchant());
  customer = await createCustomer({ merchantId });
  staff = (await staffOf(merchantId)).ctx;
  await setWithdrawalRules(merchantId, { reviewAboveCents: null });
  series += 1;
});
afterAll(() => closeDb());

const receipt = (place: number) => receiptOf(`C${series.toString(36).toUpperCase()}`, place);
const at = (minutes: number) => addMs(NOON, minutes * MINUTE_MS);

function paid(place: number, amountCents: bigint, minutes = place) {
  return { state: "paid" as const, amountCents, receipt: receipt(place), at: at(minutes) };
}

async function importAll(
  lines: readonly MadeLine[],
  file: Partial<Parameters<typeof statementCsv>[0]> = {},
) {
  const bytes = statementCsv({ shortcode: SHORTCODE, ...DAY, lines, ...file });
  const { statementId } = await previewStatement(staff, { fileName: "day.csv", bytes });
  await importStatement(staff, { statementId });
  await workStatement(workerOf(merchantId), { statementId });
  const { report } = await getStatement(staff, { statementId });
  if (!report) throw new Error("a statement that was worked has a report");
  return { statementId, report };
}

/** A withdrawal that M-Pesa confirmed, as the verbs leave it. */
async function paidOut(place: number, amountCents: bigint): Promise<void> {
  const account = await accountOf(merchantId);
  const id = newId("withdrawal");
  const when = at(place);
  const owner = customerHeld(customer.id);
  await postMovement(db(), {
    merchantId,
    kind: "test",
    ref: id,
    now: when,
    lines: [
      { account: { kind: "suspense", owner: "test" }, amountCents: -amountCents },
      { account: owner, amountCents },
    ],
  });
  await db().withdrawal.create({
    data: {
      ...{ id, merchantId, customerId: customer.id, method: "mpesa", state: "paid", amountCents },
      ...{ attemptKey: id, requestedById: customer.id, destinationHash: id, accountId: account.id },
      ...{ destinationCipher: new Uint8Array([1]), destinationMasked: "0712 *** 001" },
      ...{ isOwnDestination: true, providerRef: id, providerReceipt: receipt(place) },
      ...{ publicCode: newPublicCode(), deadlineAt: when, createdAt: when, sentAt: when },
      ...{ submittedAt: when, settledAt: when },
    },
  });
  await db().receipt.create({
    data: {
      ...{ provider: "mpesa", number: receipt(place), merchantId, paymentId: id, createdAt: when },
    },
  });
  await postMovement(db(), {
    merchantId,
    kind: "withdrawal_end",
    ref: id,
    now: when,
    lines: [
      { account: owner, amountCents: -amountCents },
      { account: providerAccount(`mpesa:${SHORTCODE}`), amountCents },
    ],
  });
}

describe("the closing report", () => {
  test("names every kind of difference, each to the cent, and nothing else", async () => {
    const seeded = await seedPayments(
      [customer],
      [
        paid(1, 100_000n),
        // Booked here as 700.00; M-Pesa's line says 650.00.
        paid(2, 70_000n),
        // Booked, within the period, and not in their file.
        paid(3, 33_300n),
        // Booked before the period, and after it.
        paid(4, 11_100n, -DAY_MS / MINUTE_MS),
        paid(5, 22_200n, DAY_MS / MINUTE_MS),
        // Its callback is lost.
        { state: "submitted", amountCents: 44_400n, receipt: null, at: at(6) },
      ],
    );
    await paidOut(7, 20_000n);
    const [known, differing, , , , lost] = seeded.map((payment, i) =>
      lineOfPayment(payment, receipt(i + 1)),
    );
    if (!known || !differing || !lost) throw new Error("six were seeded");
    const { report } = await importAll(
      [
        known,
        { ...differing, amountCents: 65_000n },
        lost,
        { ...known, receipt: receipt(20), reference: "NOBODY77", amountCents: 5_500n },
        { ...known, receipt: receipt(21), reference: "", amountCents: 1_100n },
        { ...known, receipt: receipt(22), amountCents: 100_000n },
        {
          receipt: receipt(7),
          at: at(7),
          details: "Business Payment to 254712***001",
          amountCents: -20_000n,
        },
        {
          receipt: receipt(7),
          at: at(7),
          details: "Business Payment Charge",
          amountCents: -1_300n,
        },
        {
          receipt: receipt(23),
          at: at(8),
          details: "Business Payment to 254700***009",
          amountCents: -9_900n,
        },
        { receipt: receipt(24), at: at(9), details: "Reversal of Pay Bill", amountCents: -7_700n },
        {
          receipt: receipt(25),
          at: at(10),
          details: "Utility to Working Account Transfer",
          amountCents: -30_000n,
        },
        { receipt: receipt(26), at: at(11), details: "Something new", amountCents: 123n },
        { ...known, receipt: receipt(27), status: "Failed", amountCents: 99_900n },
      ],
      { openingCents: 500_000n },
    );

    const differences = report.differences.map(({ cause, count, amount }) => [
      cause,
      count,
      amount,
    ]);
    expect(differences).toEqual([
      ["amount_differs", 1, "50.00"],
      ["payout_unknown", 1, "99.00"],
      ["reversal_unknown", 1, "77.00"],
      ["kind_unknown", 1, "-1.23"],
    ]);
    expect(report.difference).toBe("224.77");
    expect(report.inFlight).toMatchObject({
      count: 1,
      amount: "333.00",
      rows: [{ receipt: receipt(3), amount: "333.00" }],
    });
    // Nobody's, without a number, and a second payment of a deposit that was paid.
    expect(report.suspense).toMatchObject({ count: 3, amount: "1066.00" });
    expect(report).toMatchObject({
      opening: "5000.00",
      isFirst: true,
      // What was there before, less the one payment that was booked the day before.
      beforeBooks: "4889.00",
      gapBefore: null,
      provider: { net: "2472.23" },
      books: { net: "3030.00" },
    });
    expect(report.books.kinds).toEqual([
      { kind: "payment_in", count: 7, in: "3543.00", out: "0.00" },
      { kind: "payout", count: 1, in: "0.00", out: "200.00" },
      { kind: "charge", count: 1, in: "0.00", out: "13.00" },
      { kind: "transfer", count: 1, in: "0.00", out: "300.00" },
    ]);
  });

  test("agrees to the cent once people have ended what no payment of ours explained", async () => {
    const seeded = await seedPayments(
      [customer],
      [paid(1, 100_000n), paid(2, 70_000n), paid(3, 5_000n), paid(4, 9_000n, -DAY_MS / MINUTE_MS)],
    );
    const [first, , third, fourth] = seeded;
    if (!first || !third || !fourth) throw new Error("four were seeded");
    const line = (place: number, details: string, amountCents: bigint, linked?: string) => ({
      ...{ receipt: receipt(place), at: at(place), details, amountCents, linked },
    });
    const { statementId, report } = await importAll([
      lineOfPayment(first),
      { ...lineOfPayment(third), amountCents: 4_500n },
      // One that came in within the period, and one that had come in the day before.
      lineOfPayment(seeded[1] ?? first),
      line(20, "Pay Bill Reversal", -70_000n, receipt(2)),
      line(21, "Pay Bill Reversal", -9_000n, receipt(4)),
      line(22, "Business Payment to 254700***009", -9_900n),
      line(23, "Something new", 123n),
    ]);
    expect(report.difference).toBe("892.77");
    expect(report.differences.map(({ cause, amount }) => [cause, amount])).toEqual([
      ["amount_differs", "5.00"],
      ["payout_unknown", "99.00"],
      ["reversal_unknown", "790.00"],
      ["kind_unknown", "-1.23"],
    ]);
    const open = await db().providerTransaction.findMany({
      where: { merchantId, standing: "unmatched" },
    });
    const decided: Readonly<Record<string, readonly [string, string?]>> = {
      [receipt(3)]: ["book_difference"],
      [receipt(20)]: ["reversal_take", receipt(2)],
      [receipt(21)]: ["reversal_loss", fourth.id],
      [receipt(22)]: ["book_own"],
      [receipt(23)]: ["book_cost"],
    };
    for (const { id, receipt: number } of open) {
      const [action = "", payment] = decided[number] ?? [];
      await press(staff, id, action, payment === undefined ? {} : { payment });
    }
    expect(open).toHaveLength(5);
    const again = await closeStatement(staff, { statementId });
    expect(again).toMatchObject({ difference: "0.00", differences: [], inFlight: { count: 0 } });
  });

  test("agrees to the cent when everything is in both, and says what was there before", async () => {
    const seeded = await seedPayments([customer], [paid(1, 100_000n), paid(2, 5_050n)]);
    const lines = seeded.map((payment) => lineOfPayment(payment));
    const { report } = await importAll(lines, { openingCents: 12_345n });
    expect(report).toMatchObject({
      difference: "0.00",
      differences: [],
      inFlight: { count: 0 },
      suspense: { count: 0 },
      beforeBooks: "123.45",
      closing: "1173.95",
    });
  });

  test("follows what is decided and comes in later when it is closed again", async () => {
    const seeded = await seedPayments([customer], [paid(1, 100_000n), paid(2, 5_000n)]);
    const lines = seeded.map((payment) => lineOfPayment(payment));
    const { statementId, report } = await importAll(lines.slice(0, 1));
    expect(report.inFlight).toMatchObject({ count: 1, amount: "50.00" });
    expect(report.difference).toBe("0.00");
    await importAll(lines, { until: addMs(DAY.until, MINUTE_MS) });
    const again = await closeStatement(staff, { statementId });
    // The line is in M-Pesa's books after all, and was not in this file.
    expect(again.differences).toMatchObject([{ cause: "other", amount: "50.00" }]);
  });

  test("is made once at a time for one merchant, and says so to who presses again", async () => {
    const seeded = await seedPayments([customer], [paid(1, 100_000n)]);
    const { statementId } = await importAll(seeded.map((payment) => lineOfPayment(payment)));
    const close = () => closeStatement(staff, { statementId });
    await db().$transaction(async (tx) => {
      // As another process does while it makes one.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`reports of ${merchantId}`}, 0))`;
      await expect(close()).rejects.toMatchObject({ code: "report_being_made" });
    });
    expect((await closeStatement(staff, { statementId })).difference).toBe("0.00");
  });

  test("says when balances moved by more than the lines, and when days are missing between two", async () => {
    const seeded = await seedPayments([customer], [paid(1, 100_000n)]);
    const lines = seeded.map((payment) => lineOfPayment(payment));
    const { report } = await importAll(lines, { openingCents: 0n, closingCents: 107_000n });
    expect(report.differences).toMatchObject([{ cause: "rows_missing", amount: "-70.00" }]);
    expect(report.difference).toBe("-70.00");
    const next = await importAll([], {
      from: addMs(DAY.until, DAY_MS),
      until: addMs(DAY.until, 2 * DAY_MS),
      openingCents: 117_000n,
    });
    expect(next.report).toMatchObject({ isFirst: false, gapBefore: "100.00", difference: "0.00" });
  });

  test("leaves another account of the same shortcode out", async () => {
    const seeded = await seedPayments([customer], [paid(1, 100_000n)]);
    const charges = {
      receipt: receipt(1),
      at: at(1),
      details: "Pay Bill Charge",
      amountCents: -500n,
    };
    const other = await importAll([charges], {
      account: "Charges Paid Account",
      openingCents: 900n,
    });
    expect(other.report).toMatchObject({ difference: "0.00", inFlight: { count: 1 } });
    const { report } = await importAll(
      seeded.map((payment) => lineOfPayment(payment)),
      { account: "Utility Account", openingCents: 0n },
    );
    expect(report).toMatchObject({
      difference: "0.00",
      books: { net: "1000.00" },
      beforeBooks: "0.00",
    });
  });
});
