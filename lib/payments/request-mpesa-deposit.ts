import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { encrypt, keyedHash, sha256Hex } from "@/lib/crypto";
import { InvalidInputError, NotFoundError, UnavailableError } from "@/lib/errors";
import type { ProviderAccount } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents, parseAmount } from "@/lib/kit/money";
import { newPayReference } from "@/lib/kit/pay-reference";
import { maskPhone, parseKenyanPhone } from "@/lib/kit/phone";
import { findCollectionAccount } from "@/lib/merchants/open-provider-account";
import { newDeposit } from "./open-deposit";
import { refuseSameAmount, takePhone } from "./open-prompt";
import { MPESA_LIMITS } from "./schemas";
import { sendPrompt } from "./send-prompt";
import { CHECK_ENDS_AFTER_MS, firstCheckAt } from "./stk-times";

const ATTEMPT_KEY_LENGTH_MAX = 100;

export interface MpesaDepositRequest {
  /** As typed. */
  readonly phone: string;
  /** As typed, in shillings. */
  readonly amount: string;
  readonly attemptKey: string;
  /** One of the merchant's shortcodes; its default one when left out. */
  readonly shortcode?: string;
}

/**
 * Opens an M-Pesa deposit for the signed-in customer and sends one prompt to the phone. The row, with our
 * own id in the callback's address, is committed before the call, so no answer and no callback can be
 * lost on us. The same form again, or a phone that still shows this customer's prompt, gives the first
 * deposit and sends nothing. Whatever M-Pesa answers is on the row when this returns.
 *
 * Throws `InvalidInputError` naming the field's problem, `ConflictError` with `wait_seconds` when the
 * phone cannot be prompted yet, and `UnavailableError` when the merchant takes no M-Pesa.
 */
export async function requestMpesaDeposit(
  ctx: Ctx,
  request: MpesaDepositRequest,
): Promise<{ depositId: string; existing: boolean }> {
  assert(ctx.actor.kind === "customer", "only customers deposit");
  const { phone, amountCents } = parseRequest(request);
  const account = await findCollectionAccount(ctx, { shortcode: request.shortcode });
  if (!account && request.shortcode) throw new NotFoundError("shortcode_not_found");
  if (!account) throw new UnavailableError("mpesa_not_set_up");
  const phoneHash = keyedHash("phone", phone);
  const form = `${request.attemptKey.slice(0, ATTEMPT_KEY_LENGTH_MAX)}:${phone}:${amountCents}`;
  const opened = await withTransaction(ctx, async (tx) => {
    const attempt = await findAttempt(tx, sha256Hex(form));
    if (attempt.depositId) return { depositId: attempt.depositId, existing: true };
    const { attemptKey } = attempt;
    const row = newDeposit(tx, {
      customerId: tx.actor.id,
      method: "mpesa",
      origin: "checkout",
      state: "pending",
      askedCents: amountCents,
      attemptKey,
      openMs: CHECK_ENDS_AFTER_MS,
    });
    const taken = await takePhone(tx, { phoneHash, depositId: row.id, customerId: tx.actor.id });
    if (taken) return { depositId: taken.openDepositId, existing: true };
    await refuseSameAmount(tx, { phoneHash, amountCents });
    const payReference = canBePaidByHand(account) ? await freePayReference(tx) : null;
    await tx.db.deposit.create({
      data: { ...row, payReference, submittedAt: null, nextCheckAt: firstCheckAt(tx.now()) },
      select: { id: true },
    });
    await tx.db.stkPush.create({
      data: {
        depositId: row.id,
        merchantId: tx.merchantId,
        accountId: account.id,
        phoneHash,
        phoneCipher: encrypt(Buffer.from(phone)),
        phoneMasked: maskPhone(phone),
      },
      select: { depositId: true },
    });
    await recordAudit(tx, {
      action: "deposit.requested",
      subjectId: row.id,
      after: {
        method: "mpesa",
        asked: decimalFromCents(amountCents),
        phone: maskPhone(phone),
        shortcode: account.shortcode,
      },
    });
    return { depositId: row.id, existing: false };
  });
  if (!opened.existing) await sendPrompt(ctx, { depositId: opened.depositId });
  return opened;
}

/**
 * True where a payment by hand finds its way to its deposit: the payer can type an account number, which a
 * till has none of, and M-Pesa tells us of the payment or lists it.
 */
function canBePaidByHand({ kind, c2bSince, pullSince }: ProviderAccount): boolean {
  return kind === "paybill" && (c2bSince !== null || pullSince !== null);
}

/** A reference that no deposit of the merchant has; the unique index refuses what two draw at once. */
async function freePayReference(tx: Ctx): Promise<string> {
  for (;;) {
    const payReference = newPayReference();
    const taken = await tx.db.deposit.findFirst({
      where: { merchantId: tx.merchantId, payReference },
      select: { id: true },
    });
    if (!taken) return payReference;
  }
}

/**
 * The deposit of this form that is not over, or the key for a new one. A form that is sent again after
 * its deposit failed asks anew.
 */
async function findAttempt(
  tx: Ctx,
  attemptKey: string,
): Promise<{ attemptKey: string; depositId: string | null }> {
  const earlier = await tx.db.deposit.findUnique({
    where: {
      merchantId_customerId_attemptKey: {
        merchantId: tx.merchantId,
        customerId: tx.actor.id,
        attemptKey,
      },
    },
    select: { id: true, state: true },
  });
  if (!earlier) return { attemptKey, depositId: null };
  if (earlier.state !== "failed") return { attemptKey, depositId: earlier.id };
  return findAttempt(tx, sha256Hex(`${attemptKey}:after:${earlier.id}`));
}

function parseRequest(request: MpesaDepositRequest): { phone: string; amountCents: bigint } {
  const problems: Record<string, string> = {};
  const phone = parseKenyanPhone(request.phone);
  const amount = parseAmount(request.amount, MPESA_LIMITS);
  // M-Pesa moves whole shillings; cents are refused, never rounded.
  if (!amount.ok) problems.amount = MPESA_WORDING[amount.problem] ?? amount.problem;
  else if (amount.amountCents % 100n !== 0n) problems.amount = "not_whole_shillings";
  if (phone === null) problems.phone = request.phone.trim() === "" ? "empty" : "bad_shape";
  if (phone === null || !amount.ok || problems.amount) throw new InvalidInputError(problems);
  return { phone, amountCents: amount.amountCents };
}

/** Problems whose sentence names M-Pesa's own rules. */
const MPESA_WORDING: Readonly<Record<string, string>> = {
  too_small: "below_mpesa_limit",
  too_large: "above_mpesa_limit",
  too_many_decimals: "not_whole_shillings",
};
