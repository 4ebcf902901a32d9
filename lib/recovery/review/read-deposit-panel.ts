import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import type { ReviewCase } from "./review-case";
import { accountOfDeposit, mayBeAsked } from "./account-of-deposit";
import type { ReviewActionName } from "./actions";
import { mayBeProven } from "./ask-receipt";
import { mayBeCredited, mayBeMarkedNotPaid, type DepositToReview } from "./find-deposit-to-review";
import { situationOf } from "./situations";
import { NO_PARTS, type SubjectPanel } from "./subject-panel";
import { readTold } from "./told";

/** Answers that prove a payment to us and leave it to people whether it is this one. */
const FOR_PEOPLE = ["other_amount", "for_decision", "waiting"];
const TOLD_NOTHING = ["unanswered", "refused", "unclear"];

/** What may be done about a deposit; null when there is none. */
export async function readDepositPanel(ctx: Ctx, depositId: string): Promise<SubjectPanel | null> {
  const deposit = await ctx.db.deposit.findFirst({
    where: { id: depositId, merchantId: ctx.merchantId },
    include: {
      stkPush: { select: { accountId: true, phoneHash: true } },
      redemptions: {
        where: { state: { in: ["redeeming", "unknown"] } },
        select: { id: true, state: true },
      },
    },
  });
  if (!deposit) return null;
  const { askedCents, state, reason, method } = deposit;
  const amount = askedCents === null ? null : decimalFromCents(askedCents);
  const base = {
    kind: "deposit",
    situation: situationOf({ kind: "deposit", state, reason, method }),
    isMpesa: method === "mpesa",
    amount,
  } as const;
  if (!isForPeople(deposit, ctx.now())) return { ...NO_PARTS, ...base, actions: [] };
  const account = method === "mpesa" ? await accountOfDeposit(ctx, deposit) : null;
  const isAsked = mayBeAsked(account);
  const queries = await ctx.db.receiptQuery.findMany({
    where: { depositId, merchantId: ctx.merchantId },
    orderBy: { askedAt: "desc" },
  });
  const toldNothing = queries.some(({ outcome }) => TOLD_NOTHING.includes(outcome ?? ""));
  const byPerson = method === "mpesa" ? !isAsked || toldNothing : hasOneBurntCode(deposit);
  const proofs: ReviewCase["proofs"] = mayBeCredited(deposit)
    ? queries
        .filter(({ outcome }) => FOR_PEOPLE.includes(outcome ?? ""))
        .flatMap(({ id, receipt, told }) => {
          const read = readTold(told);
          return read ? [{ queryId: id, receipt, amount: decimalFromCents(read.amountCents) }] : [];
        })
    : [];
  const actions: ReviewActionName[] = [
    ...(proofs.length > 0 ? (["credit_proven"] as const) : []),
    ...(mayBeCredited(deposit) && byPerson ? (["credit_by_person"] as const) : []),
    ...(mayBeMarkedNotPaid(deposit, ctx.now()) ? (["mark_not_paid"] as const) : []),
  ];
  const isUnanswered = state === "failed" && queries[0]?.outcome === "unanswered";
  return {
    ...{ ...NO_PARTS, ...base, actions, proofs },
    ...(isUnanswered && { situation: "receipt_unanswered" as const }),
    canAskReceipt: isAsked && mayBeProven(deposit),
  };
}

/** While machines still work on it, nobody is asked to. */
function isForPeople(deposit: DepositToReview, now: Date): boolean {
  const { state, method, providerReceipt } = deposit;
  if (mayBeMarkedNotPaid(deposit, now)) return true;
  if (method !== "mpesa") return false;
  if (state === "paid") return providerReceipt === null;
  return state === "failed";
}

function hasOneBurntCode({ state, redemptions }: DepositToReview): boolean {
  const unknown = redemptions.filter((claim) => claim.state === "unknown");
  return state === "needs_review" && unknown.length === 1;
}
