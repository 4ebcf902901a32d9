import type { Ctx } from "@/lib/context";
import type { TransactionKind, TransactionSource } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { newId } from "@/lib/kit/ids";
import { maskPayer } from "@/lib/payments/mask-payer";

/** One line of a provider's own books, as a road of ours read it. */
export interface TransactionLine {
  readonly accountId: string;
  readonly kind: TransactionKind;
  readonly receipt: string;
  /** Positive into the merchant's account, negative out of it. */
  readonly amountCents: bigint;
  readonly occurredAt: Date;
  /** As the payer typed it; null where none was. */
  readonly reference: string | null;
  readonly details: string;
  /** As the provider wrote it: a number, a masked number or a hash of one. */
  readonly payer: string | null;
  /** Of a reversal: what it takes back. */
  readonly originalReceipt: string | null;
  readonly source: TransactionSource;
}

const TEXT_MAX = 200;

/**
 * Stores one line of a provider's books, once, whichever road it comes by and however often; each road
 * leaves its mark. Nothing is matched here, so a line survives whatever happens next. Returns its id, and
 * whether it still has to be matched.
 */
export async function recordTransaction(
  ctx: Ctx,
  line: TransactionLine,
): Promise<{ transactionId: string; isNew: boolean; isFresh: boolean }> {
  assert(line.amountCents !== 0n, "a line of a provider's books moves money");
  const now = ctx.now();
  const key = {
    accountId: line.accountId,
    receipt: line.receipt,
    kind: line.kind,
    amountCents: line.amountCents,
  };
  const id = newId("transaction", now.getTime());
  const marks = marksOf(line.source, now);
  const { count } = await ctx.db.providerTransaction.createMany({
    data: {
      ...{ id, ...key, ...marks },
      merchantId: ctx.merchantId,
      occurredAt: line.occurredAt,
      reference: line.reference?.slice(0, TEXT_MAX) ?? null,
      details: line.details.slice(0, TEXT_MAX),
      payerMasked: line.payer === null ? null : maskPayer(line.payer),
      originalReceipt: line.originalReceipt,
      standing: "fresh",
      source: line.source,
      createdAt: now,
    },
    skipDuplicates: true,
  });
  if (count === 1) return { transactionId: id, isNew: true, isFresh: true };
  const known = await ctx.db.providerTransaction.update({
    where: { accountId_receipt_kind_amountCents: key },
    data: marks,
    select: { id: true, standing: true },
  });
  return { transactionId: known.id, isNew: false, isFresh: known.standing === "fresh" };
}

function marksOf(source: TransactionSource, now: Date) {
  switch (source) {
    case "confirmation":
      return { confirmedAt: now };
    case "pull":
      return { pulledAt: now };
    case "statement":
    case "status":
      return {};
  }
}
