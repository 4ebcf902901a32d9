import type { Ctx } from "@/lib/context";
import type { ProviderTransaction } from "@/lib/generated/prisma/client";
import { decimalFromCents } from "@/lib/kit/money";
import type { ReviewActionName } from "./actions";
import { differenceOf } from "./book-line";
import { listCandidates } from "./list-candidates";
import { listOwnCredits } from "./own-credit";
import { situationOf } from "./situations";
import { NO_PARTS, type SubjectPanel } from "./subject-panel";

/** What may be done about a line of the provider's books; null when there is none. */
export async function readTransactionPanel(
  ctx: Ctx,
  transactionId: string,
): Promise<SubjectPanel | null> {
  const line = await ctx.db.providerTransaction.findFirst({
    where: { id: transactionId, merchantId: ctx.merchantId },
    include: { account: { select: { shortcode: true } } },
  });
  if (!line) return null;
  const { cause, standing, amountCents } = line;
  return {
    ...NO_PARTS,
    kind: "transaction",
    isMpesa: true,
    situation: situationOf({ kind: "transaction", state: standing, reason: cause, method: null }),
    amount: decimalFromCents(amountCents < 0n ? -amountCents : amountCents),
    actions: await actionsFor(ctx, line),
    transaction: {
      kind: line.kind,
      standing,
      receipt: line.receipt,
      amount: decimalFromCents(amountCents),
      occurredAt: line.occurredAt,
      shortcode: line.account.shortcode,
      reference: line.reference,
      details: line.details,
      payer: line.payerMasked,
      originalReceipt: line.originalReceipt,
      source: line.source,
      paymentId: line.paymentId,
      notedAt: line.notedAt,
      candidates: await listCandidates(ctx, line),
      ownCredits: await listOwnCredits(ctx, line),
    },
  };
}

async function actionsFor(ctx: Ctx, line: ProviderTransaction): Promise<ReviewActionName[]> {
  const leave = line.notedAt === null ? (["leave"] as const) : [];
  if (line.standing === "suspense")
    return ["assign_customer", "attach_payment", "give_back_money", ...leave];
  return line.standing === "unmatched" ? [...(await endingsOf(ctx, line)), ...leave] : [];
}

/** What ends a line that no payment of ours explains: it is one, or it is booked as what it is. */
async function endingsOf(ctx: Ctx, line: ProviderTransaction): Promise<ReviewActionName[]> {
  const { cause, amountCents } = line;
  if (cause === "payout_unknown") return ["attach_payment", "book_own", "book_cost"];
  if (cause === "reversal_unknown" && amountCents < 0n)
    return ["reversal_take", "reversal_loss", "attach_payment", "book_own", "book_cost"];
  if ((await differenceOf(ctx, line)) !== null) return ["book_difference"];
  return ["book_own", "book_cost"];
}
