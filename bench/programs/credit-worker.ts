import { makeCtx } from "@/lib/context";
import { settleDeposit } from "@/lib/payments/settle-deposit";

/** One deposit whose voucher was redeemed and is still to be credited. */
export interface OwedCredit {
  readonly merchantId: string;
  readonly depositId: string;
  readonly redemptionId: string;
}

export interface CreditOrder {
  readonly owed: readonly OwedCredit[];
  readonly amountCents: bigint;
  /** Credits under way at the same time. */
  readonly concurrency: number;
}

export interface CreditResult {
  readonly settled: number;
  readonly latenciesMs: number[];
}

/** Credits everything that is owed with the verb the shop uses, several at a time. */
async function credit(order: CreditOrder): Promise<CreditResult> {
  const left = [...order.owed];
  const latenciesMs: number[] = [];
  let settled = 0;
  const work = async () => {
    for (let owed = left.pop(); owed; owed = left.pop()) {
      const startedAt = performance.now();
      const result = await settleDeposit(
        makeCtx(owed.merchantId, { kind: "system", id: "bench" }),
        {
          depositId: owed.depositId,
          evidence: {
            kind: "voucher_redeemed",
            redemptionId: owed.redemptionId,
            amountCents: order.amountCents,
          },
        },
      );
      latenciesMs.push(performance.now() - startedAt);
      if (result.kind === "settled") settled += 1;
    }
  };
  await Promise.all(Array.from({ length: order.concurrency }, work));
  return { settled, latenciesMs };
}

process.on("message", (order: CreditOrder) => {
  credit(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
