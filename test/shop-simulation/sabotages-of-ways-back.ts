import { db } from "@/lib/db";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { customerAvailable, providerAccount } from "@/lib/ledger/accounts";
import type { bookReversalByHand } from "@/lib/payments/refunds/book-reversal-by-hand";
import type { followWithdrawal } from "@/lib/payments/refunds/follow-withdrawal";
import type { reverseWhenAllIsBack } from "@/lib/payments/refunds/refund-share";
import type { storeLines } from "@/lib/recovery/statements/store-lines";
import type { matchTransaction } from "@/lib/recovery/transactions/match-transaction";
import { plant } from "../withdrawal-simulation/plant";
import { chosen } from "./chosen-plans";
import { postAgain } from "./post-again";
import type { Sabotage } from "./sabotage";

const PAID = [
  [1, "begin", 0],
  [1, "pay", 10 * SECOND_MS],
] as const;
/** Somebody takes the payment back in M-Pesa's portal, and the statement tells the shop. Other money pays the charge. */
const TAKEN_BACK = [
  ...PAID,
  [2, "begin", MINUTE_MS],
  [1, "reverse in portal", HOUR_MS],
  [0, "statement", 2 * HOUR_MS],
] as const;

const GIVEN_BACK_BY_VOUCHER = [
  ...PAID,
  [1, "give back", HOUR_MS],
  [1, "decide", 2 * HOUR_MS],
] as const;

/** Bugs of refunds and of statements. */
export const SABOTAGES_OF_WAYS_BACK: readonly Sabotage[] = [
  {
    name: "a statement that loses its charges",
    plan: chosen(["prompt"], PAID),
    notice: /is in our books, or a person is told/,
    plantIt: () =>
      plant<typeof storeLines>("storeLines", {
        wrap: (real) => (tx, statement, lines) =>
          real(
            tx,
            statement,
            lines.filter(({ kind }) => kind !== "charge"),
          ),
      }),
  },
  {
    name: "a statement that takes what went out for what came in",
    plan: chosen(["prompt", "hand"], TAKEN_BACK),
    notice: /what we booked moved|is in our books, or a person is told/,
    plantIt: () =>
      plant<typeof storeLines>("storeLines", {
        wrap: (real) => (tx, statement, lines) =>
          real(
            tx,
            statement,
            lines.map((line) =>
              line.kind === "reversal"
                ? { ...line, kind: "payment_in", amountCents: -line.amountCents }
                : line,
            ),
          ),
      }),
  },
  {
    name: "a payment taken back in the portal that nobody is told of",
    plan: chosen(["prompt", "hand"], TAKEN_BACK),
    notice: /money in suspense has a task|is in our books, or a person is told/,
    plantIt: () =>
      plant<typeof matchTransaction>("matchTransaction", {
        wrap:
          (real) =>
          async (ctx, { transactionId: id }) => {
            const matched = await real(ctx, { transactionId: id });
            await db().providerTransaction.updateMany({
              where: { id, standing: "unmatched" },
              data: { notedAt: ctx.now() },
            });
            return matched;
          },
      }),
  },
  {
    name: "a payment taken back in the portal that is booked twice",
    plan: chosen(["prompt", "hand"], [...TAKEN_BACK, [0, "case work", 3 * HOUR_MS]]),
    notice: /what we booked moved/,
    plantIt: () =>
      plant<typeof bookReversalByHand>("bookReversalByHand", {
        wrap: (real) => async (tx, it) => {
          const refundId = await real(tx, it);
          const provider = providerAccount(`mpesa:${it.account.shortcode}`);
          await postAgain(tx, [
            { account: customerAvailable(it.customerId), amountCents: -it.amountCents },
            { account: provider, amountCents: it.amountCents },
          ]);
          return refundId;
        },
      }),
  },
  {
    name: "a refund by voucher that does not hear what became of it",
    plan: chosen(["voucher"], GIVEN_BACK_BY_VOUCHER),
    notice: /refund/,
    plantIt: () =>
      plant<typeof followWithdrawal>("followWithdrawal", { wrap: () => () => Promise.resolve() }),
  },
  {
    name: "a payment given back whole that counts as paid",
    plan: chosen(["voucher"], GIVEN_BACK_BY_VOUCHER),
    notice: /what is promised back is what its refunds say/,
    plantIt: () =>
      plant<typeof reverseWhenAllIsBack>("reverseWhenAllIsBack", {
        wrap: () => () => Promise.resolve(false),
      }),
  },
];
