import { db } from "@/lib/db";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { customerAvailable, FEES, providerAccount, SUSPENSE } from "@/lib/ledger/accounts";
import type { applyReversalResult } from "@/lib/payments/refunds/apply-reversal-result";
import type { takeRefundShare } from "@/lib/payments/refunds/refund-share";
import type { settleRefund } from "@/lib/payments/refunds/settle-refund";
import type { settleDeposit } from "@/lib/payments/settle-deposit";
import type { ownerOfReceipt, takeReceipt } from "@/lib/payments/take-receipt";
import type { decide } from "@/lib/recovery/review/decide";
import type { bookCosts } from "@/lib/recovery/statements/book-costs";
import type { storeLines } from "@/lib/recovery/statements/store-lines";
import type { findByReference } from "@/lib/recovery/transactions/find-by-reference";
import type { matchLines } from "@/lib/recovery/transactions/match-lines";
import type { matchTransaction } from "@/lib/recovery/transactions/match-transaction";
import type { recordTransaction } from "@/lib/recovery/transactions/record-transaction";
import { plant } from "../withdrawal-simulation/plant";
import { chosen } from "./chosen-plans";
import { postAgain } from "./post-again";
import type { Sabotage } from "./sabotage";
import { SABOTAGES_OF_WAYS_BACK } from "./sabotages-of-ways-back";

const PROMPT_PAID = [
  [1, "begin", 0],
  [1, "pay", 10 * SECOND_MS],
] as const;
/** The shortcode has more than the one payment, so that it can give that one back whole. */
const GIVEN_BACK = [...PROMPT_PAID, [2, "begin", MINUTE_MS], [1, "give back", HOUR_MS]] as const;
const STRAY = [[1, "begin", 0]] as const;
const CASE_WORK = [0, "case work", HOUR_MS] as const;

const MOVED = /what we booked moved at the provider/;
const OWNER = /a payment is its owner's, once/;
const IN_SUSPENSE = /money in suspense is that of the lines that wait/;

/** Bugs that the simulation has to notice, each in a short life that somebody chose. */
export const SABOTAGES: readonly Sabotage[] = [
  {
    name: "money in suspense that is credited from the provider a second time",
    plan: chosen(["hand"], [...STRAY, CASE_WORK]),
    notice: /money in suspense is that|what we booked moved/,
    plantIt: () =>
      plant<typeof takeReceipt>("takeReceipt", {
        wrap: (real) => async (tx, input) => {
          const taken = await real(tx, input);
          return taken.kind === "suspense" ? { kind: "new" } : taken;
        },
      }),
  },
  {
    name: "a list that knows nothing of receipts",
    plan: chosen(["prompt"], PROMPT_PAID),
    notice: MOVED,
    plantIt: () =>
      plant<typeof recordTransaction>("recordTransaction", {
        wrap: (real) => (ctx, line) => {
          const isListed = line.source === "pull";
          return real(ctx, isListed ? { ...line, receipt: `${line.receipt}P` } : line);
        },
      }),
  },
  {
    name: "a payer recognised by the phone",
    plan: chosen(
      ["prompt", "hand"],
      [
        [1, "begin", 0],
        [2, "begin", MINUTE_MS],
      ],
    ),
    notice: OWNER,
    plantIt: () =>
      plant<typeof findByReference>("findByReference", {
        wrap: (real) => async (ctx, line) => {
          const where = { merchantId: ctx.merchantId, method: "mpesa", paidCents: null } as const;
          return (await real(ctx, line)) ?? ctx.db.deposit.findFirst({ where });
        },
      }),
  },
  {
    name: "an account number that is read without its check symbol",
    plan: chosen(
      ["prompt"],
      [
        [1, "begin", 0],
        [1, "slip", MINUTE_MS],
      ],
    ),
    notice: OWNER,
    plantIt: () =>
      plant<typeof findByReference>("findByReference", {
        wrap: (real) => async (ctx, line) => {
          const found = await real(ctx, line);
          const typed = line.reference ?? "";
          if (found || typed.length < 8) return found;
          const payReference = { startsWith: typed.charAt(0), endsWith: typed.slice(2) };
          return ctx.db.deposit.findFirst({
            where: { merchantId: ctx.merchantId, payReference },
          });
        },
      }),
  },
  {
    name: "refunds without a bound",
    plan: chosen(["prompt", "hand"], GIVEN_BACK),
    // The database itself refuses what follows, so its line is never done with.
    notice: /what is promised back|every line of the provider's books was looked at/,
    plantIt: () =>
      plant<typeof takeRefundShare>("takeRefundShare", { wrap: () => () => Promise.resolve() }),
  },
  {
    name: "a refund that is credited back when it is done",
    plan: chosen(["prompt", "hand"], GIVEN_BACK),
    notice: MOVED,
    plantIt: () =>
      plant<typeof settleRefund>("settleRefund", {
        wrap: (real) => async (ctx, input) => {
          const settled = await real(ctx, input);
          if (settled !== "settled") return settled;
          const refund = await db().refund.findUniqueOrThrow({
            where: { id: input.refundId },
            include: { account: true },
          });
          const { account, amountCents, customerId } = refund;
          await postAgain(ctx, [
            {
              account: providerAccount(`mpesa:${account?.shortcode}`),
              amountCents: -amountCents,
            },
            { account: customerAvailable(customerId ?? ""), amountCents },
          ]);
          return settled;
        },
      }),
  },
  {
    name: "a way back that failed taken for one that came",
    plan: chosen(["prompt"], [...PROMPT_PAID, [1, "give back", HOUR_MS]], { backFails: true }),
    notice: MOVED,
    plantIt: () =>
      plant<typeof applyReversalResult>("applyReversalResult", {
        wrap: (real) => (ctx, message) =>
          real(ctx, { ...message, result: { ...message.result, resultCode: "0" } }),
      }),
  },
  {
    name: "a statement that books what is known once more",
    plan: chosen(["prompt"], [...PROMPT_PAID, [0, "statement", HOUR_MS]]),
    notice: MOVED,
    plantIt: () =>
      plant<typeof storeLines>("storeLines", {
        wrap: (real) => (tx, statement, lines) =>
          real(
            tx,
            statement,
            lines.map((line) => ({ ...line, receipt: line.receipt.replace(/.$/, "#") })),
          ),
      }),
  },
  {
    name: "a charge that is booked twice",
    plan: chosen(["prompt"], PROMPT_PAID),
    notice: MOVED,
    plantIt: () =>
      plant<typeof bookCosts>("bookCosts", {
        wrap: (real) => async (tx, statement, receipts) => {
          await real(tx, statement, receipts);
          await postAgain(tx, [
            { account: providerAccount(`mpesa:${statement.shortcode}`), amountCents: 500n },
            { account: FEES, amountCents: -500n },
          ]);
        },
      }),
  },
  {
    name: "a decision that is carried out twice",
    plan: chosen(["hand"], [...STRAY, CASE_WORK]),
    notice: IN_SUSPENSE,
    plantIt: () =>
      plant<typeof decide>("decide", {
        wrap: (real) => async (ctx, input) => {
          const decided = await real(ctx, input);
          const [customer] = await db().user.findMany({
            where: { merchantId: ctx.merchantId, role: "customer" },
            take: 1,
          });
          await postAgain(ctx, [
            { account: SUSPENSE, amountCents: -6_000n },
            { account: customerAvailable(customer?.id ?? ""), amountCents: 6_000n },
          ]);
          return decided;
        },
      }),
  },
  {
    name: "a receipt that pays two deposits",
    plan: chosen(
      ["prompt", "prompt"],
      [...PROMPT_PAID, [2, "begin", 10 * MINUTE_MS], [2, "ask receipt", HOUR_MS]],
    ),
    // The database refuses the second one, so the answer is never done with.
    notice: /credited dep_|held by one payment|what we booked moved|every message was worked/,
    plantIt: () => {
      plant<typeof ownerOfReceipt>("ownerOfReceipt", { wrap: () => () => Promise.resolve(null) });
      plant<typeof takeReceipt>("takeReceipt", {
        wrap: (real) => async (tx, input) => {
          await real(tx, input);
          return { kind: "new" };
        },
      });
    },
  },
  {
    name: "money in suspense that nobody is told of",
    plan: chosen(["hand"], STRAY),
    notice: /money in suspense has a task or a decision/,
    plantIt: () =>
      plant<typeof matchTransaction>("matchTransaction", {
        wrap:
          (real) =>
          async (ctx, { transactionId: id }) => {
            const matched = await real(ctx, { transactionId: id });
            await db().providerTransaction.updateMany({
              where: { id, standing: "suspense" },
              data: { notedAt: ctx.now() },
            });
            return matched;
          },
      }),
  },
  {
    name: "a line that is stored and never looked at",
    plan: chosen(["hand"], STRAY),
    notice: /every line of the provider's books was looked at|is in our books, or a person is told/,
    plantIt: () => {
      plant<typeof matchLines>("matchLines", { wrap: () => () => Promise.resolve(0) });
      plant<typeof matchTransaction>("matchTransaction", {
        wrap: () => () => Promise.resolve({ kind: "before" }),
      });
    },
  },
  {
    name: "a shilling more than M-Pesa took",
    plan: chosen(["prompt"], PROMPT_PAID),
    notice: MOVED,
    plantIt: () =>
      plant<typeof settleDeposit>("settleDeposit", {
        wrap:
          (real) =>
          (ctx, { depositId, evidence }) => {
            if (!("amountCents" in evidence)) return real(ctx, { depositId, evidence });
            const amountCents = evidence.amountCents + 100n;
            return real(ctx, { depositId, evidence: { ...evidence, amountCents } });
          },
      }),
  },
  ...SABOTAGES_OF_WAYS_BACK,
];
