import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { closeDb, db } from "@/lib/db";
import { createCustomer } from "@/prisma/factories/create-customer";
import { createMerchant } from "@/prisma/factories/create-merchant";
import { staffOf, workerOf } from "@/test/payouts";
import { accountOf, receiptOf } from "@/test/statements";
import { listTransactions, type TransactionQuery } from "./list-transactions";
import { matchTransaction } from "./match-transaction";
import { recordTransaction, type TransactionLine } from "./record-transaction";

const LINES = 60;

let staff: Ctx;
let accountId: string;

beforeAll(async () => {
  const { id: merchantId } = await createMerchant();
  staff = (await staffOf(merchantId)).ctx;
  ({ id: accountId } = await accountOf(merchantId));
  const worker = workerOf(merchantId);
  for (let i = 0; i < LINES; i += 1) {
    const { transactionId } = await recordTransaction(worker, lineOf(i));
    if (i < LINES - 1) await matchTransaction(worker, { transactionId });
  }
});
afterAll(() => closeDb());

/** In turns a payment for nobody, a charge and a payout that nobody ordered; the last one stays fresh. */
function lineOf(i: number): TransactionLine {
  const kind = (["payment_in", "charge", "payout"] as const)[i % 3] ?? "other";
  return {
    ...{ accountId, kind, receipt: receiptOf("LST", i) },
    amountCents: kind === "payment_in" ? 10_000n + BigInt(i) : -500n - BigInt(i),
    occurredAt: new Date(),
    reference: kind === "payment_in" ? `Kamau${i % 2}` : null,
    ...{ details: "a line", payer: "2547****111", originalReceipt: null },
    source: i % 2 === 0 ? "statement" : "pull",
  };
}

async function everyPage(query: TransactionQuery) {
  const found = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await listTransactions(staff, { ...query, cursor });
    found.push(...page.transactions);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

describe("the list of M-Pesa's lines", () => {
  test("shows each line once over all its pages, the newest first", async () => {
    const found = await everyPage({ view: "all" });
    const ids = found.map(({ id }) => id);
    expect(new Set(ids).size).toBe(LINES);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });

  test.each([
    ["needs", 40],
    ["suspense", 20],
    ["unmatched", 19],
    ["booked", 20],
    ["matched", 0],
    ["returned", 0],
    ["anything else is what needs somebody", 40],
  ])("with the view %s has those lines alone", async (view, count) => {
    const found = await everyPage({ view });
    expect(found).toHaveLength(count);
    if (count === 20)
      expect(new Set(found.map(({ standing }) => standing))).toEqual(new Set([view]));
  });

  test("is narrowed by road and by shortcode, and both at once", async () => {
    expect(await everyPage({ view: "all", source: "pull" })).toHaveLength(LINES / 2);
    expect(await everyPage({ view: "all", accountId })).toHaveLength(LINES);
    expect(await everyPage({ view: "suspense", source: "pull", accountId })).toHaveLength(10);
    expect(await everyPage({ view: "all", accountId: "pra_0" })).toEqual([]);
  });

  test("finds a line by its receipt and by its account number, in whatever case", async () => {
    const [line] = await everyPage({ view: "all", text: ` ${receiptOf("LST", 3).toLowerCase()} ` });
    expect(line).toMatchObject({ receipt: receiptOf("LST", 3), amount: "100.03", payer: "***111" });
    expect(await everyPage({ view: "all", text: "kamau1" })).toHaveLength(10);
    expect(await everyPage({ view: "all", text: "kam" })).toEqual([]);
    expect(await everyPage({ view: "all", text: "%" })).toEqual([]);
  });

  test("what a person has left as it is needs nobody any more", async () => {
    const [first] = (await listTransactions(staff, {})).transactions;
    await db().providerTransaction.update({
      where: { id: first?.id ?? "" },
      data: { notedAt: new Date() },
    });
    expect((await everyPage({})).map(({ id }) => id)).not.toContain(first?.id);
    expect(await everyPage({ view: "all" })).toHaveLength(LINES);
  });

  test("is another merchant's own, and nobody's but staff's", async () => {
    const other = (await staffOf((await createMerchant()).id)).ctx;
    for (const text of ["", receiptOf("LST", 3), "kamau1"]) {
      expect((await listTransactions(other, { view: "all", text })).transactions).toEqual([]);
    }
    const { id, merchantId } = await createCustomer();
    const customer: Ctx = { ...staff, merchantId, actor: { kind: "customer", id } };
    await expect(listTransactions(customer, {})).rejects.toMatchObject({ status: 403 });
    await expect(listTransactions(staff, { cursor: "ptx_x" })).rejects.toMatchObject({
      status: 422,
    });
  });
});
