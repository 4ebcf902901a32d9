import type { Ctx } from "@/lib/context";
import { mayAsk } from "@/lib/payments/withdrawals/check-withdrawal";
import { END_KIND, HOLD_KIND } from "@/lib/payments/withdrawals/hold-money";
import { toWithdrawalResource } from "@/lib/payments/withdrawals/withdrawal-resource";
import type { PaymentResource } from "@/lib/payments/schemas";
import { answerOf } from "./answer-of";
import { maskText } from "./mask-text";
import { nextStepOfWithdrawal } from "./next-step-of-withdrawal";
import { readCaseLists } from "./read-case-lists";
import { CONTRADICTION_KIND } from "./review/end-contradiction";
import { readFloatHint } from "./read-float-hint";
import type { CaseFile, CasePayout } from "./schemas";

/** The case file of one of the merchant's withdrawals; null when there is none. */
export async function readWithdrawalCase(ctx: Ctx, withdrawalId: string): Promise<CaseFile | null> {
  const withdrawal = await findWithdrawal(ctx, withdrawalId);
  if (!withdrawal) return null;
  const { id, customer, customerId, accountId } = withdrawal;
  const [lists, payout] = await Promise.all([
    readCaseLists(ctx, {
      paymentId: id,
      movements: { kinds: [HOLD_KIND, END_KIND, CONTRADICTION_KIND], refs: [id] },
      alsoAbout: {
        subjectIds: [ctx.merchantId, customerId, ...(accountId === null ? [] : [accountId])],
        from: withdrawal.createdAt,
        until: withdrawal.settledAt ?? withdrawal.failedAt ?? ctx.now(),
      },
    }),
    payoutOf(ctx, withdrawal),
  ]);
  return {
    payment: masked(toWithdrawalResource(withdrawal, ctx.now())),
    customer,
    nextStep: nextStepOfWithdrawal(withdrawal),
    canAsk: mayAsk(withdrawal),
    nextCheckAt: withdrawal.nextCheckAt,
    deadlineAt: withdrawal.deadlineAt,
    checksDone: null,
    failedAt: withdrawal.failedAt,
    prompt: null,
    voucher: null,
    payout,
    ...lists,
  };
}

type CaseWithdrawal = NonNullable<Awaited<ReturnType<typeof findWithdrawal>>>;

function findWithdrawal(ctx: Ctx, id: string) {
  return ctx.db.withdrawal.findFirst({
    where: { id, merchantId: ctx.merchantId },
    include: {
      customer: { select: { id: true, name: true } },
      account: { select: { shortcode: true, environment: true } },
    },
  });
}

async function payoutOf(ctx: Ctx, withdrawal: CaseWithdrawal): Promise<CasePayout> {
  const { account, requestedById, customerId, decidedById, decisionNote } = withdrawal;
  const [names, floatHint] = await Promise.all([
    namesOf(ctx, [requestedById, decidedById ?? requestedById]),
    readFloatHint(ctx, withdrawal),
  ]);
  const nameOf = (id: string) => names.get(id) ?? id;
  return {
    shortcode: account?.shortcode ?? null,
    environment: account?.environment ?? null,
    providerRef: withdrawal.providerRef,
    conversationId: withdrawal.conversationId,
    sentAt: withdrawal.sentAt,
    submittedAt: withdrawal.submittedAt,
    result: answerOf(withdrawal.resultCode, withdrawal.resultText, withdrawal.resultAt),
    timedOutAt: withdrawal.timedOutAt,
    status: answerOf(withdrawal.statusCode, withdrawal.statusText, withdrawal.statusAt),
    statusAsks: withdrawal.statusAsks,
    askedBy: requestedById === customerId ? null : nameOf(requestedById),
    decision:
      decidedById === null
        ? null
        : {
            by: nameOf(decidedById),
            at: withdrawal.decidedAt,
            note: maskText(decisionNote ?? ""),
          },
    floatHint,
  };
}

async function namesOf(ctx: Ctx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const people = await ctx.db.user.findMany({
    where: { id: { in: [...ids] }, merchantId: ctx.merchantId },
    select: { id: true, name: true },
  });
  return new Map(people.map(({ id, name }) => [id, name]));
}

/** What the customer wrote to the receiver may hold anything. */
function masked(payment: PaymentResource): PaymentResource {
  const { payout } = payment;
  if (!payout?.message) return payment;
  return { ...payment, payout: { ...payout, message: maskText(payout.message) } };
}
