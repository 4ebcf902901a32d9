import type { Ctx } from "@/lib/context";
import type { MessageOutcome, ProviderAccount } from "@/lib/generated/prisma/client";
import { unreachable } from "@/lib/kit/assert";
import { isSecretOf } from "@/lib/merchants/is-secret-of";
import type { Applied } from "@/lib/payments/applied";
import type { C2bMessage } from "@/lib/providers/daraja/c2b";
import { matchTransaction, type Matched } from "./match-transaction";
import { noteAddress } from "./note-address";
import { recordTransaction } from "./record-transaction";

export interface C2bArrival {
  readonly c2b: C2bMessage;
  /** SHA-256 of the secret in the address. */
  readonly secretHash: string;
  readonly receivedAt: Date;
}

/**
 * Works M-Pesa's word that a shortcode was paid, by hand or by prompt. It is believed when it came to the
 * address that only M-Pesa was given for that shortcode. The line is stored first and matched then, so it
 * survives whatever the matching meets; again, or after a callback or a list that told the same, it
 * changes nothing.
 */
export async function applyC2bConfirmation(
  ctx: Omit<Ctx, "merchantId">,
  arrival: C2bArrival,
): Promise<Applied> {
  const account = await findAddressedAccount(ctx, arrival);
  if (!account) return ended("quarantined", "the secret is retired, or no account has it");
  const { c2b } = arrival;
  if (!isOwnNumber(account, c2b.shortcode)) {
    return ended("quarantined", `sent for shortcode ${c2b.shortcode}`);
  }
  const own: Ctx = { ...ctx, merchantId: account.merchantId };
  await noteAddress(own, account, arrival.secretHash);
  const { transactionId } = await recordTransaction(own, {
    accountId: account.id,
    kind: "payment_in",
    receipt: c2b.receipt,
    amountCents: c2b.amountCents,
    occurredAt: c2b.paidAt,
    reference: c2b.reference,
    details: [c2b.transactionType, c2b.payerName].filter(Boolean).join(", "),
    payer: c2b.payer,
    originalReceipt: null,
    source: "confirmation",
  });
  return appliedOf(await matchTransaction(own, { transactionId }), transactionId);
}

/**
 * The account whose address a message came to; null when the secret is nobody's, or was retired by then. The
 * one that M-Pesa was given when the shortcode was registered counts until it is told another.
 */
export async function findAddressedAccount(
  ctx: Pick<Ctx, "db">,
  message: { secretHash: string; receivedAt: Date },
): Promise<ProviderAccount | null> {
  const secret = await ctx.db.callbackSecret.findUnique({
    where: { hash: message.secretHash },
    include: { account: true },
  });
  if (!secret) return null;
  const { account, version } = secret;
  const isRegistered = account.c2bSince !== null && account.c2bSecretVersion === version;
  return isRegistered || isSecretOf([secret], message) ? account : null;
}

/** A till's payments name the till, or the store behind it. */
export function isOwnNumber(
  account: Pick<ProviderAccount, "shortcode" | "tillNumber">,
  shortcode: string,
): boolean {
  return shortcode === account.shortcode || shortcode === account.tillNumber;
}

function appliedOf(matched: Matched, transactionId: string): Applied {
  switch (matched.kind) {
    case "paid":
      return ended("applied", "paid", matched.depositId);
    case "attached":
      return ended("applied", "paid before; the receipt is attached", matched.paymentId);
    case "known":
      return ended("duplicate", "paid before", matched.paymentId);
    case "before":
      return ended("duplicate", "told before", transactionId);
    case "suspense":
      return ended("applied", `money in suspense: ${matched.cause}`, transactionId);
    case "unmatched":
      return ended("applied", `a person looks: ${matched.cause}`, transactionId);
    case "booked":
      return ended("applied", "booked", transactionId);
    default:
      return unreachable(matched);
  }
}

function ended(outcome: MessageOutcome, note: string, subjectId: string | null = null): Applied {
  return { outcome, note, subjectId };
}
