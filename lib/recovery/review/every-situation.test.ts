import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ctx } from "@/lib/context";
import { db } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";
import { openPayoutShop, setPayoutsAside } from "@/test/payouts";
import { sentRefund, setRefundsAside } from "@/test/refunds";
import { bookLine, depositInReview, twoPeople, withdrawalInReview } from "@/test/review";
import type { Shop } from "@/test/shop";
import { expectInvariants } from "@/test/simulation/compare-books";
import { getReviewCase } from "./get-review-case";
import type { ReviewCase } from "./review-case";
import { SITUATIONS, type Situation } from "./situations";

let shop: Shop;
const rows = {
  deposit: "",
  purchase: "",
  withdrawal: "",
  voucher: "",
  refund: "",
  suspense: "",
  unmatched: "",
};

beforeAll(async () => {
  shop = await openPayoutShop();
  const { user, ctx, depositId } = await depositInReview(shop);
  const { transactionId } = await bookLine(user.merchantId, { amountCents: 30_000n });
  const other = await bookLine(user.merchantId, { amountCents: -30_000n, kind: "payout" });
  rows.deposit = depositId;
  rows.purchase = (await shop.purchase(ctx)).depositId;
  rows.withdrawal = (await withdrawalInReview(shop)).id;
  rows.voucher = (await withdrawalInReview(shop, { method: "pesavoucher" })).id;
  rows.refund = (await sentRefund(shop)).id;
  rows.suspense = transactionId;
  rows.unmatched = other.transactionId;
});
afterAll(async () => {
  // Nothing that a case was made of is left.
  await expectInvariants();
  await setPayoutsAside();
  await setRefundsAside();
  await shop.close();
});

type Arrange = (tx: Prisma.TransactionClient) => Promise<{ id: string; merchantId: string }>;

const select = { id: true, merchantId: true } as const;
const waits = { state: "needs_review" } as const;
const past = new Date(0);

const deposit =
  (data: Prisma.DepositUpdateInput, which: "deposit" | "purchase" = "deposit"): Arrange =>
  (tx) =>
    tx.deposit.update({ where: { id: rows[which] }, data, select });
const withdrawal =
  (data: Prisma.WithdrawalUpdateInput, which: "withdrawal" | "voucher" = "withdrawal"): Arrange =>
  (tx) =>
    tx.withdrawal.update({ where: { id: rows[which] }, data, select });
const refund =
  (data: Prisma.RefundUpdateInput): Arrange =>
  (tx) =>
    tx.refund.update({ where: { id: rows.refund }, data, select });
const line =
  (cause: string, which: "suspense" | "unmatched" = "unmatched"): Arrange =>
  (tx) =>
    tx.providerTransaction.update({ where: { id: rows[which] }, data: { cause }, select });
const drift: Arrange = async (tx) => {
  const { merchantId } = await tx.deposit.findUniqueOrThrow({
    where: { id: rows.deposit },
    select,
  });
  await tx.balanceComparison.create({
    data: {
      ...{ merchantId, name: "pesavoucher", day: new Date("2026-01-02"), comparedAt: new Date() },
      ...{ bookedCents: 1n, providerCents: 0n, inFlightCents: 0n, driftCents: 1n },
    },
  });
  return { id: "drift:pesavoucher:2026-01-02", merchantId };
};

/** What puts a row where its case is about this; null for what machines, or other pages, end. */
const CASES: Readonly<Record<Situation, Arrange | null>> = {
  push_unconfirmed: deposit({ ...waits, reason: "push_unconfirmed" }),
  unconfirmed: deposit({ ...waits, reason: "unconfirmed" }),
  unclear_result: deposit({ ...waits, reason: "unclear_result" }),
  unknown_code: deposit({ ...waits, reason: "unknown_code" }),
  contradiction: deposit({ ...waits, reason: "contradiction" }),
  amount_mismatch: deposit({ ...waits, reason: "amount_mismatch" }),
  receipt_reused: deposit({ ...waits, reason: "receipt_reused" }),
  redeem_unconfirmed: deposit({ ...waits, reason: "redeem_unconfirmed" }, "purchase"),
  bought_not_redeemed: deposit({ ...waits, reason: "bought_not_redeemed" }, "purchase"),
  deposit_other: deposit({ ...waits, reason: "of a kind to come" }),
  receipt_unanswered: null,
  deposit_late: deposit({ state: "submitted", reason: null, deadlineAt: past }),
  payout_unconfirmed: withdrawal({ ...waits, reason: "unconfirmed" }),
  payout_voucher_unconfirmed: withdrawal(
    { ...waits, reason: "unconfirmed", settledAt: null },
    "voucher",
  ),
  payout_unknown_code: withdrawal({ ...waits, reason: "unknown_code" }),
  payout_contradiction: withdrawal({ ...waits, reason: "contradiction" }),
  payout_amount_mismatch: withdrawal({ ...waits, reason: "amount_mismatch" }),
  payout_receipt_reused: withdrawal({ ...waits, reason: "receipt_reused" }),
  payout_other: withdrawal({ ...waits, reason: "of a kind to come" }),
  // The next look-up ends it, or hands it to people: no open withdrawal or refund is without one.
  payout_late: null,
  refund_review: refund({ ...waits, reason: "unconfirmed" }),
  refund_mismatch: refund({ ...waits, reason: "receipt_mismatch" }),
  refund_contradiction: refund({ ...waits, reason: "contradiction", failedAt: past }),
  refund_late: null,
  no_reference: line("no_reference", "suspense"),
  unknown_reference: line("unknown_reference", "suspense"),
  paid_twice: line("paid_twice", "suspense"),
  deposit_reversed: line("deposit_reversed", "suspense"),
  amount_differs: line("amount_differs"),
  payout_unknown: line("payout_unknown"),
  reversal_unknown: line("reversal_unknown"),
  transaction_other: line("kind_unknown"),
  transaction_stuck: null,
  drift,
  // No money: `queue-machines.test.ts` ends them, and the two above.
  message_stuck: null,
  message_not_believed: null,
  job_failed: null,
  statement_stuck: null,
  statement_waits: null,
  history_gap: null,
  history_late: null,
  address_dead: null,
  // A second person agrees, or turns it down.
  decision_waits: null,
};

/** Carries what was read out of a transaction that is undone, so that the books stay whole. */
class Undone extends Error {
  constructor(readonly panel: ReviewCase) {
    super("undone");
  }
}

async function panelOf(arrange: Arrange): Promise<ReviewCase> {
  const read = db().$transaction(async (tx) => {
    const { id: subjectId, merchantId } = await arrange(tx);
    const ctx: Ctx = { ...(await twoPeople(merchantId)).maker, db: tx };
    throw new Undone(await getReviewCase(ctx, { subjectId }));
  });
  const ended: unknown = await read.catch((error: unknown) => error);
  if (ended instanceof Undone) return ended.panel;
  throw ended;
}

test.each(SITUATIONS.filter((name) => CASES[name] !== null))(
  "%s offers an ending, and not only a note",
  async (situation) => {
    const arrange = CASES[situation];
    if (!arrange) throw new Error("filtered above");
    const panel = await panelOf(arrange);
    expect(panel).toMatchObject({ situation });
    // A difference to the provider is no row of money: what explains it ends it.
    const endings = panel.actions.filter((action) => action !== "leave" || situation === "drift");
    const asks = situation === "deposit_late" && panel.canAskReceipt;
    expect(endings.length > 0 || asks, situation).toBe(true);
  },
);

test("what a person cannot end has a next look of a machine's, or another person", () => {
  const others = SITUATIONS.filter((name) => CASES[name] === null);
  expect(others).toEqual([
    ...["receipt_unanswered", "payout_late", "refund_late", "transaction_stuck"],
    ...["message_stuck", "message_not_believed", "job_failed", "statement_stuck"],
    ...["statement_waits", "history_gap", "history_late", "address_dead", "decision_waits"],
  ]);
});
