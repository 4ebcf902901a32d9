import type { Ctx } from "@/lib/context";
import type { Deposit, StkPush } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { providerAccount } from "@/lib/ledger/accounts";
import { moveDeposit } from "./move-deposit";
import { endPrompt } from "./open-prompt";
import type { Spent } from "./spent";

export type StkEvidence =
  /** M-Pesa reported the payment to the address that only it was given. */
  | {
      kind: "stk_callback";
      amountCents: bigint;
      /** Null when it told none: never made up, attached when it is known. */
      receipt: string | null;
      paidAt: Date | null;
      payerMasked: string | null;
    }
  /** M-Pesa said, asked by us, that the prompt was paid; the amount is the one it asked for. */
  | { kind: "stk_query"; amountCents: bigint };

/** A line of M-Pesa's own books: what was taken, whichever way the customer paid. */
export interface TransactionEvidence {
  readonly kind: "confirmation" | "pull" | "statement" | "status";
  readonly accountId: string;
  readonly amountCents: bigint;
  readonly receipt: string;
  readonly paidAt: Date | null;
  readonly payerMasked: string | null;
}

/** What people decided, with whatever proof they had; the decision is kept, with its reason. */
export interface PersonEvidence {
  readonly kind: "person";
  readonly decisionId: string;
  readonly amountCents: bigint;
  readonly receipt: string;
  /** The shortcode that took the money, for a deposit that no prompt asked for. */
  readonly accountId: string | null;
}

export type MpesaEvidence = StkEvidence | TransactionEvidence | PersonEvidence;

/**
 * Marks an M-Pesa deposit paid, in the caller's transaction. Null when it was paid before. One deposit is
 * paid once, so it is the reference of its only movement. A paid prompt is off the phone, which may be
 * asked for more.
 */
export async function spendPrompt(
  tx: Ctx,
  depositId: string,
  evidence: MpesaEvidence,
): Promise<Spent | null> {
  const before = await tx.db.deposit.findUniqueOrThrow({
    where: { id: depositId },
    include: { stkPush: { include: { account: { select: { shortcode: true } } } } },
  });
  assert(before.method === "mpesa", "a deposit by M-Pesa is paid by M-Pesa");
  const receipt = evidence.kind === "stk_query" ? null : evidence.receipt;
  const moved = await moveDeposit(tx, depositId, "settle", {
    paidCents: evidence.amountCents,
    settledAt: tx.now(),
    nextCheckAt: null,
    providerReceipt: receipt ?? undefined,
  });
  if (!moved) return null;
  if (before.stkPush) await keepOnPrompt(tx, before.stkPush, evidence);
  return {
    deposit: before,
    receipt: receipt === null ? null : { provider: "mpesa", number: receipt },
    ref: `stk:${depositId}`,
    paidFrom: providerAccount(`mpesa:${await shortcodeOf(tx, before, evidence)}`),
  };
}

async function keepOnPrompt(tx: Ctx, push: StkPush, evidence: MpesaEvidence): Promise<void> {
  await endPrompt(tx, { depositId: push.depositId, pushedAt: push.pushedAt });
  if (!("paidAt" in evidence)) return;
  const { paidAt, payerMasked } = evidence;
  await tx.db.stkPush.update({
    where: { depositId: push.depositId },
    data: { providerPaidAt: paidAt, payerMasked },
    select: { depositId: true },
  });
}

type Before = Deposit & { stkPush: { account: { shortcode: string } } | null };

/** The shortcode that took the money: the one that M-Pesa names, else the one that asked for it. */
async function shortcodeOf(tx: Ctx, before: Before, evidence: MpesaEvidence): Promise<string> {
  if ("accountId" in evidence && evidence.accountId !== null) {
    const { shortcode } = await tx.db.providerAccount.findFirstOrThrow({
      where: { id: evidence.accountId, merchantId: tx.merchantId },
      select: { shortcode: true },
    });
    return shortcode;
  }
  assert(before.stkPush, "only a line of M-Pesa's books pays a deposit that was never prompted");
  return before.stkPush.account.shortcode;
}
