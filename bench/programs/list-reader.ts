import { makeCtx } from "@/lib/context";
import { db } from "@/lib/db";
import { listPayments } from "@/lib/payments/list-payments";
import { listForApproval } from "@/lib/payments/withdrawals/list-for-approval";
import { findPayment } from "@/lib/recovery/find-payment";
import { listTransactions } from "@/lib/recovery/transactions/list-transactions";

export interface ListOrder {
  readonly merchantId: string;
  readonly staffId: string;
  readonly rounds: number;
}

/** Milliseconds of each call, by what was asked. */
export type ListResult = Readonly<Record<string, number[]>>;

/** Asks for each list again and again, each time for another page, customer or receipt. */
async function readLists(order: ListOrder): Promise<ListResult> {
  const { merchantId } = order;
  const staff = makeCtx(merchantId, { kind: "staff", id: order.staffId, role: "staff" });
  const customers = await db().user.findMany({
    where: { merchantId, role: "customer" },
    select: { id: true },
    take: 100,
  });
  const samples = await db().$queryRaw<{ id: string; receipt: string; reference: string }[]>`
    SELECT id, receipt, reference FROM provider_transactions TABLESAMPLE BERNOULLI (5)
     WHERE merchant_id = ${merchantId} AND kind = 'payment_in' LIMIT 300`;
  const pick = <T>(list: readonly T[], i: number): T => {
    const item = list[i % list.length];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const asks: Readonly<Record<string, (i: number) => Promise<unknown>>> = {
    "a customer’s payments": (i) => {
      const id = pick(customers, i).id;
      return listPayments(makeCtx(merchantId, { kind: "customer", id }), {});
    },
    "a payment by its receipt": (i) => findPayment(staff, { text: pick(samples, i).receipt }),
    "withdrawals to approve": () => listForApproval(staff),
    "lines that need somebody": () => listTransactions(staff, {}),
    "all lines, a page further on": (i) =>
      listTransactions(staff, { view: "all", cursor: pick(samples, i).id }),
    "lines of one standing and road": (i) =>
      listTransactions(staff, { view: "matched", source: i % 2 === 0 ? "pull" : "status" }),
    "a line by its receipt": (i) =>
      listTransactions(staff, { view: "all", text: pick(samples, i).receipt }),
    "a line by its account number": (i) =>
      listTransactions(staff, { view: "all", text: pick(samples, i).reference }),
  };
  const found: Record<string, number[]> = {};
  for (const [name, ask] of Object.entries(asks)) {
    // The first ones meet cold code and cold pages.
    for (let i = 0; i < 20; i += 1) await ask(i + order.rounds);
    const times: number[] = [];
    for (let i = 0; i < order.rounds; i += 1) {
      const startedAt = performance.now();
      await ask(i);
      times.push(performance.now() - startedAt);
    }
    found[name] = times;
  }
  return found;
}

process.on("message", (order: ListOrder) => {
  readLists(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
