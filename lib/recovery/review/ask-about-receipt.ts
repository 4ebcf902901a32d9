import type { Ctx } from "@/lib/context";
import type { ProviderAccount, ReceiptQuery } from "@/lib/generated/prisma/client";
import { enqueue } from "@/lib/jobs/queue";
import { withTransaction } from "@/lib/context";
import { addMs, SECOND_MS } from "@/lib/kit/time";
import { openPayoutAccount } from "@/lib/merchants/open-payout-account";
import { payoutAddresses } from "@/lib/payments/withdrawals/payout-addresses";
import { callWithAccess } from "@/lib/provider-gate/call-with-access";
import { providers } from "@/lib/providers/registry";
import { mayBeAsked } from "./account-of-deposit";
import { askReceiptJob } from "./jobs";

const TURN_WAIT_MAX_MS = 5 * SECOND_MS;
const AGAIN_AFTER_MS = 10 * SECOND_MS;

/**
 * Asks M-Pesa about the receipt of one stored question, whose id is in the address of the answer. It moves
 * nothing, so one whose worker died is asked again; what was sent and not answered is ended by the sweep.
 */
export async function askAboutReceipt(ctx: Ctx, input: { queryId: string }): Promise<void> {
  const query = await ctx.db.receiptQuery.findFirst({
    where: { id: input.queryId, merchantId: ctx.merchantId, outcome: null, answeredAt: null },
    include: { account: true },
  });
  if (!query) return;
  const { account, receipt } = query;
  if (!mayBeAsked(account)) return end(ctx, query, "no operator may ask");
  const provider = providers.reversal();
  const outcome = await callWithAccess(
    ctx,
    provider,
    openPayoutAccount(account),
    { operation: "tx_status", subjectId: query.id, waitMaxMs: TURN_WAIT_MAX_MS },
    (access) =>
      provider.askTransaction(access, {
        receipt,
        ...payoutAddresses(account, "status", query.id),
      }),
  );
  if (outcome.kind === "refused") return end(ctx, query, outcome.errorCode ?? outcome.refusal);
  if (outcome.kind === "not_sent") await askLater(ctx, query, outcome.retryAt);
}

type Query = ReceiptQuery & { account: ProviderAccount };

async function end(ctx: Ctx, { id }: Query, resultText: string): Promise<void> {
  await ctx.db.receiptQuery.updateMany({
    where: { id, outcome: null },
    data: { outcome: "refused", resultText, answeredAt: ctx.now() },
  });
}

async function askLater(ctx: Ctx, query: Query, retryAt: Date | null): Promise<void> {
  const runAt = retryAt ?? addMs(ctx.now(), AGAIN_AFTER_MS);
  await withTransaction(ctx, (tx) =>
    enqueue(
      tx,
      askReceiptJob,
      { merchantId: tx.merchantId, queryId: query.id },
      { key: `receipt:${query.id}:again`, runAt },
    ),
  );
}
