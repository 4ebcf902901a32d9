import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import { mayStillChange } from "@/lib/payments/check-stk-deposit";
import { PARTS_OF_PAYMENT, toPaymentResource } from "@/lib/payments/payment-resource";
import { answerOf } from "./answer-of";
import { nextStepOf } from "./next-step";
import { readCaseLists } from "./read-case-lists";
import type { CaseFile, CasePrompt } from "./schemas";

const CLAIMS_MAX = 50;
const RELATED_MAX = 50;

/** The case file of one of the merchant's deposits; null when there is none. */
export async function readDepositCase(ctx: Ctx, depositId: string): Promise<CaseFile | null> {
  const deposit = await findDeposit(ctx, depositId);
  if (!deposit) return null;
  const lists = await readCaseLists(ctx, {
    paymentId: deposit.id,
    relatedIds: await relatedIdsOf(ctx, deposit.id),
    movements: {
      kinds: ["deposit"],
      refs: [
        `stk:${deposit.id}`,
        ...deposit.redemptions.map(({ codeHash }) => `voucher:${codeHash}`),
      ],
    },
    alsoAbout: null,
  });
  return {
    payment: toPaymentResource(deposit, ctx.now()),
    customer: deposit.customer,
    nextStep: nextStepOf(deposit),
    canAsk: canAsk(deposit),
    nextCheckAt: deposit.nextCheckAt,
    deadlineAt: deposit.deadlineAt,
    checksDone: deposit.checksDone,
    failedAt: deposit.failedAt,
    prompt: promptOf(deposit),
    voucher: deposit.stkPush ? null : voucherOf(deposit),
    payout: null,
    ...lists,
  };
}

/** Questions about receipts and refunds: what they asked and moved belongs to the deposit's story. */
async function relatedIdsOf(ctx: Ctx, depositId: string): Promise<string[]> {
  const query = {
    where: { depositId, merchantId: ctx.merchantId },
    select: { id: true },
    take: RELATED_MAX,
  } as const;
  const [queries, refunds] = await Promise.all([
    ctx.db.receiptQuery.findMany({ ...query, orderBy: { askedAt: "desc" } }),
    ctx.db.refund.findMany({ ...query, orderBy: { createdAt: "desc" } }),
  ]);
  return [...queries, ...refunds].map(({ id }) => id);
}

type CaseDeposit = NonNullable<Awaited<ReturnType<typeof findDeposit>>>;

function findDeposit(ctx: Ctx, id: string) {
  return ctx.db.deposit.findFirst({
    where: { id, merchantId: ctx.merchantId },
    include: {
      customer: { select: { id: true, name: true } },
      redemptions: { orderBy: { createdAt: "desc" }, take: CLAIMS_MAX },
      refunds: PARTS_OF_PAYMENT.refunds,
      stkPush: {
        include: {
          account: {
            select: { shortcode: true, kind: true, tillNumber: true, environment: true },
          },
        },
      },
    },
  });
}

/** Where no answer could change anything, staff are not offered to ask. */
function canAsk(deposit: CaseDeposit): boolean {
  if (deposit.stkPush) return deposit.stkPush.checkoutRequestId !== null && mayStillChange(deposit);
  if (deposit.state === "redeeming") return true;
  const isOpen = deposit.state === "submitted" || deposit.state === "failed";
  return isOpen && deposit.providerPaymentId !== null;
}

function promptOf({ stkPush: push }: CaseDeposit): CasePrompt | null {
  if (!push) return null;
  const { shortcode, tillNumber, environment } = push.account;
  return {
    shortcode,
    tillNumber,
    environment,
    sentAt: push.pushedAt,
    checkoutRequestId: push.checkoutRequestId,
    merchantRequestId: push.merchantRequestId,
    callback: answerOf(push.callbackCode, push.callbackText, push.callbackAt),
    query: answerOf(push.queryCode, push.queryText, push.queriedAt),
    noes: push.noes,
    payer: push.payerMasked,
  };
}

function voucherOf(deposit: CaseDeposit): NonNullable<CaseFile["voucher"]> {
  return {
    providerPaymentId: deposit.providerPaymentId,
    providerPaidAt: deposit.providerPaidAt,
    claims: deposit.redemptions.map((claim) => ({
      id: claim.id,
      code: claim.codeMasked,
      state: claim.state,
      refusal: claim.refusal,
      amount: claim.amountCents === null ? null : decimalFromCents(claim.amountCents),
      redeemSentAt: claim.redeemSentAt,
    })),
  };
}
