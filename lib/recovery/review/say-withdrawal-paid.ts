import { z } from "zod";
import { decrypt, encrypt } from "@/lib/crypto";
import type { Ctx } from "@/lib/context";
import { ConflictError, InvalidInputError } from "@/lib/errors";
import type { Withdrawal } from "@/lib/generated/prisma/client";
import { parseVoucherCode } from "@/lib/kit/voucher-code";
import { isCodeOfAnother } from "@/lib/payments/withdrawals/is-code-of-another";
import { isReceiptOfAnother } from "@/lib/payments/withdrawals/is-receipt-of-another";
import { settleWithdrawal } from "@/lib/payments/withdrawals/settle-withdrawal";
import { findWithdrawalInReview } from "./find-withdrawal-in-review";
import { reviewAction, SubjectEnded } from "./review-action";
import { tickOutgoing } from "./tick-outgoing";
import { MaybeReceipt } from "./typed-params";

/** A code is money, so what is kept of a typed one is its cipher. */
export const MaybeCode = z.object({
  code: z.string().max(100, { message: "bad_shape" }).optional(),
  codeCipher: z.string().optional(),
});

/** What a person knows of a payout that went out. */
export const PayoutProof = MaybeCode.extend({ receipt: MaybeReceipt }).transform(
  ({ code, codeCipher, receipt }, context) => {
    if (!code?.trim()) return { receipt, ...(codeCipher !== undefined && { codeCipher }) };
    const parsed = parseVoucherCode(code);
    if (parsed !== null) {
      return { receipt, codeCipher: Buffer.from(encrypt(Buffer.from(parsed))).toString("base64") };
    }
    context.addIssue({ code: "custom", path: ["code"], message: "bad_shape" });
    return z.NEVER;
  },
);
export type PayoutProof = z.infer<typeof PayoutProof>;

/** Ends a withdrawal in review as paid, with a person's proof: what was held leaves the books. */
export const sayWithdrawalPaid = reviewAction<PayoutProof>({
  params: PayoutProof,
  async weigh(ctx, subjectId, proof) {
    const withdrawal = await findWithdrawalInReview(ctx, subjectId, { isContradiction: false });
    await refuseBadProof(ctx, withdrawal, proof);
    const { amountCents, destinationHash } = withdrawal;
    return { amountCents, customerId: null, parties: [destinationHash] };
  },
  async carryOut(tx, { id: decisionId, subjectId }, proof) {
    const settled = await settleWithdrawal(tx, {
      withdrawalId: subjectId,
      evidence: {
        kind: "person",
        decisionId,
        namesAmount: true,
        receipt: proof.receipt,
        code: codeOf(proof),
      },
    });
    if (settled !== "settled") throw new SubjectEnded();
    await tickOutgoing(tx, proof.receipt);
  },
});

/** A voucher that was paid has a code, and neither code nor receipt may be another payment's. */
export async function refuseBadProof(
  ctx: Ctx,
  withdrawal: Withdrawal,
  proof: PayoutProof,
): Promise<void> {
  const code = codeOf(proof);
  const needsCode = withdrawal.method === "pesavoucher" && withdrawal.voucherCodeCipher === null;
  if (needsCode && code === null) throw new InvalidInputError({ code: "empty" });
  if (code !== null && (await isCodeOfAnother(ctx, withdrawal, code)))
    throw new ConflictError("code_taken");
  const { receipt } = proof;
  if (receipt !== null && (await isReceiptOfAnother(ctx, withdrawal, receipt)))
    throw new ConflictError("receipt_taken");
}

/** The code of a proof, in clear; null for none. */
export function codeOf({ codeCipher }: PayoutProof): string | null {
  return codeCipher ? decrypt(Buffer.from(codeCipher, "base64")).toString("utf8") : null;
}
