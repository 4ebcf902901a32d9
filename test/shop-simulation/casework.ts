import { db } from "@/lib/db";
import { AppError } from "@/lib/errors";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import { orderRefundAgain } from "@/lib/payments/refunds/order-refund-again";
import { requestRefundOfTransaction } from "@/lib/payments/refunds/request-refund-of-transaction";
import { approveDecision } from "@/lib/recovery/review/approve-decision";
import { askReceipt } from "@/lib/recovery/review/ask-receipt";
import { decide } from "@/lib/recovery/review/decide";
import { listQueue } from "@/lib/recovery/review/list-queue";
import type { QueueRow } from "@/lib/recovery/review/review-case";
import { turnDownDecision } from "@/lib/recovery/review/turn-down-decision";
import type { CrashPoint } from "../simulation/crash-points";
import type { Chance } from "../withdrawal-simulation/chance";
import { tried } from "./deeds";
import { paymentOf } from "./notice";
import type { Merchant, World } from "./world";

const ROWS_MAX = 1_000;

/** Staff look through what waits for a person. They tell the truth as they see it, and sometimes press twice. */
export async function caseWork(
  world: World,
  name: string,
  crash: CrashPoint | null,
): Promise<void> {
  for (const [index, merchant] of world.merchants.entries()) {
    const chance = world.draws(`${name}:${index}`);
    const { rows } = await listQueue(merchant.maker, { rowsMax: ROWS_MAX });
    for (const [at, row] of rows.entries()) {
      // Some of it is left for another day.
      if (chance.happens(0.3)) continue;
      const payment = paymentOf(world, row.subjectId) ?? null;
      const who = { payment, who: "staff", deed: `${row.situation} ${row.subjectId}` };
      await tried(world, { ...who, crash: at === 0 ? crash : null }, () =>
        workRow(world, merchant, row, chance),
      );
    }
  }
}

async function workRow(
  world: World,
  merchant: Merchant,
  row: QueueRow,
  chance: Chance,
): Promise<string> {
  if (row.decision) return lookAgain(merchant, row.decision.id, chance);
  switch (row.kind) {
    case "transaction":
      return workTransaction(world, merchant, row, chance);
    case "deposit":
      return workDeposit(world, merchant, row, chance);
    case "withdrawal":
      return workWithdrawal(world, merchant, row);
    case "refund":
      return workRefund(world, merchant, row, chance);
    case "drift":
      return press(merchant, row.subjectId, "leave", {}, chance);
    case "message":
    case "job":
    case "statement":
    case "history":
      return "left to the machines";
  }
}

/** The second person approves, now and then twice at once, or turns it down. */
async function lookAgain(merchant: Merchant, decisionId: string, chance: Chance): Promise<string> {
  const { checker } = merchant;
  const approve = () => approveDecision(checker, { decisionId });
  if (chance.happens(0.2)) {
    return `turned down: ${await turnDownDecision(checker, { decisionId, reason: "no" })}`;
  }
  if (chance.happens(0.3)) return told(await Promise.allSettled([approve(), approve()]));
  return `approved: ${await approve()}`;
}

async function press(
  { maker, checker }: Merchant,
  subjectId: string,
  action: string,
  params: Readonly<Record<string, string>>,
  chance: Chance,
): Promise<string> {
  const input = { subjectId, action, params, reason: "seen in M-Pesa's portal" };
  if (!chance.happens(0.25)) return `${action}: ${(await decide(maker, input)).kind}`;
  // Two people at the same row.
  return `${action} twice: ${told(await Promise.allSettled([decide(maker, input), decide(checker, input)]))}`;
}

function told(ended: readonly PromiseSettledResult<unknown>[]): string {
  const strange = ended.find(
    (one) => one.status === "rejected" && !(one.reason instanceof AppError),
  );
  if (strange?.status === "rejected") throw strange.reason;
  return ended
    .map((one) => (one.status === "fulfilled" ? JSON.stringify(one.value) : String(one.reason)))
    .join(", ");
}

/** A way back that nobody can tell the end of: staff look whether M-Pesa took the payment back. */
async function workRefund(
  world: World,
  merchant: Merchant,
  { subjectId, situation }: QueueRow,
  chance: Chance,
): Promise<string> {
  const refund = await db().refund.findUniqueOrThrow({ where: { id: subjectId } });
  const originalReceipt = refund.receipt ?? "";
  const reversals = await world.control.reversals({ originalReceipt });
  if (reversals.some(({ state }) => state === "pending")) return "waits on";
  const done = reversals.find(({ state }) => state === "completed");
  if (situation === "refund_contradiction") {
    const action = chance.pick([
      "refund_contradiction_same",
      "refund_contradiction_take",
      "refund_contradiction_loss",
    ]);
    return press(merchant, subjectId, action, {}, chance);
  }
  if (chance.happens(0.4)) {
    const order = { refundId: subjectId, note: "again" };
    return `ordered again: ${await orderRefundAgain(merchant.maker, order)}`;
  }
  if (!done) return press(merchant, subjectId, "refund_failed", {}, chance);
  const receipt = chance.happens(0.5) ? (done.receipt ?? "") : "";
  return press(merchant, subjectId, "refund_done", { receipt }, chance);
}

/** A line that no payment of ours explains: a way back nobody here ordered, or another amount than ours. */
async function workStrangeLine(
  world: World,
  merchant: Merchant,
  { id, cause, receipt }: ProviderTransaction,
  chance: Chance,
): Promise<string> {
  if (chance.happens(0.2)) return press(merchant, id, "leave", {}, chance);
  if (chance.happens(0.3)) return "waits on";
  if (cause === "amount_differs") return press(merchant, id, "book_difference", {}, chance);
  if (cause !== "reversal_unknown") return "waits on";
  // The portal shows whose payment it was.
  const back = await world.control.reversals({ shortcode: merchant.shortcode });
  const payment = back.find((one) => one.receipt === receipt)?.originalReceipt ?? receipt;
  const action = chance.pick(["reversal_take", "reversal_take", "reversal_loss"]);
  return press(merchant, id, action, { payment }, chance);
}

async function workTransaction(
  world: World,
  merchant: Merchant,
  { subjectId }: QueueRow,
  chance: Chance,
): Promise<string> {
  const line = await db().providerTransaction.findUniqueOrThrow({ where: { id: subjectId } });
  if (line.standing !== "suspense") return workStrangeLine(world, merchant, line, chance);
  const customers = world.customers.filter((one) => one.merchant.id === merchant.id);
  const way = chance.weighted([
    [3, "assign"],
    [3, "attach"],
    [3, "give back"],
    [1, "leave"],
    [1, "assign and give back"],
  ] as const);
  const giveBack = () =>
    requestRefundOfTransaction(merchant.maker, {
      transactionId: subjectId,
      why: "nobody knows whose it is",
      attemptKey: `back ${subjectId}`,
    });
  const customerId = chance.pick(customers).user.id;
  const assign = () => press(merchant, subjectId, "assign_customer", { customerId }, chance);
  switch (way) {
    case "assign":
      return assign();
    case "attach": {
      const open = await db().deposit.findMany({
        where: { merchantId: merchant.id, method: "mpesa" },
        orderBy: { createdAt: "asc" },
        select: { id: true },
      });
      if (open.length === 0) return "nothing to attach it to";
      const paymentId = chance.pick(open).id;
      return `${paymentId}, ${await press(merchant, subjectId, "attach_payment", { paymentId }, chance)}`;
    }
    case "give back":
      return `asks ${(await giveBack()).refundId}`;
    case "leave":
      return press(merchant, subjectId, "leave", {}, chance);
    case "assign and give back":
      return told(await Promise.allSettled([assign(), giveBack()]));
  }
}

/** What the payer's SMS shows decides: a receipt is asked about, or nothing was paid. */
async function workDeposit(
  world: World,
  merchant: Merchant,
  { subjectId, method }: QueueRow,
  chance: Chance,
): Promise<string> {
  const payment = paymentOf(world, subjectId);
  if (method !== "mpesa" || !payment) return "waits on";
  const msisdn = world.phoneOf(payment).slice(1);
  const [paid] = await world.control.customerPayments({ msisdn, via: "push", state: "completed" });
  if (!paid) return press(merchant, subjectId, "mark_not_paid", {}, chance);
  const proof = await db().receiptQuery.findFirst({
    where: { depositId: subjectId, outcome: "other_amount" },
  });
  if (proof) return press(merchant, subjectId, "credit_proven", { queryId: proof.id }, chance);
  if (chance.happens(0.6)) {
    const form = { depositId: subjectId, receipt: paid.receipt, reason: "the customer's SMS" };
    const { queryId } = await askReceipt(merchant.maker, form);
    return `asked about ${paid.receipt}: ${queryId}`;
  }
  const params = { receipt: paid.receipt, creditAmount: decimalFromCents(paid.amountCents) };
  return press(merchant, subjectId, "credit_by_person", params, chance);
}

async function workWithdrawal(
  world: World,
  merchant: Merchant,
  { subjectId, method, situation }: QueueRow,
): Promise<string> {
  const chance = world.draws(`${world.name}:${situation}`);
  if (situation === "payout_contradiction") {
    const action = chance.pick(["contradiction_take", "contradiction_loss"]);
    return press(merchant, subjectId, action, {}, chance);
  }
  if (method !== "mpesa") return "waits on";
  const payouts = await world.control.payouts({ limit: 1_000 });
  const own = payouts.filter(({ resultUrl }) => resultUrl.includes(subjectId));
  if (own.some(({ state }) => state === "pending")) return "waits on";
  const paid = own.find(({ state }) => state === "completed");
  if (!paid)
    return press(merchant, subjectId, "withdrawal_give_back", { certainty: "statement" }, chance);
  return press(merchant, subjectId, "withdrawal_paid", { receipt: paid.receipt ?? "" }, chance);
}
