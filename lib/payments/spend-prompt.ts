import type { Ctx } from "@/lib/context";
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

/**
 * Marks the deposit of a prompt paid, in the caller's transaction. Null when it was paid before. One
 * prompt can be paid once, so its deposit is the reference of its only movement. A paid prompt is off the
 * phone, which may be asked for more.
 */
export async function spendPrompt(
  tx: Ctx,
  depositId: string,
  evidence: StkEvidence,
): Promise<Spent | null> {
  const before = await tx.db.deposit.findUniqueOrThrow({
    where: { id: depositId },
    include: { stkPush: { include: { account: { select: { shortcode: true } } } } },
  });
  const push = before.stkPush;
  assert(push, "only the deposit of a prompt is paid by a prompt");
  const receipt = evidence.kind === "stk_callback" ? evidence.receipt : null;
  const moved = await moveDeposit(tx, depositId, "settle", {
    paidCents: evidence.amountCents,
    settledAt: tx.now(),
    nextCheckAt: null,
    providerReceipt: receipt ?? undefined,
  });
  if (!moved) return null;
  await endPrompt(tx, { depositId, pushedAt: push.pushedAt });
  if (evidence.kind === "stk_callback") {
    const { paidAt, payerMasked } = evidence;
    await tx.db.stkPush.update({
      where: { depositId },
      data: { providerPaidAt: paidAt, payerMasked },
      select: { depositId: true },
    });
  }
  return {
    deposit: before,
    receipt: receipt === null ? null : { provider: "mpesa", number: receipt },
    ref: `stk:${depositId}`,
    paidFrom: providerAccount(`mpesa:${push.account.shortcode}`),
  };
}
