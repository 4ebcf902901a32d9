import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { derivedUuid, sha256Hex } from "@/lib/crypto";
import { env } from "@/lib/env";
import { InvalidInputError } from "@/lib/errors";
import type { Deposit } from "@/lib/generated/prisma/client";
import { assert } from "@/lib/kit/assert";
import { decimalFromCents, parseAmount } from "@/lib/kit/money";
import { providers } from "@/lib/providers/registry";
import { newDeposit } from "./open-deposit";
import { PESAVOUCHER_LIMITS } from "./schemas";

const ATTEMPT_KEY_LENGTH_MAX = 100;

/**
 * Opens a Pesa Voucher deposit for the signed-in customer and says where to send them. The row is
 * committed before the address is known to anyone. The same attempt with the same amount, while it is
 * open, gives the same deposit and the same address, so a doubled tap opens one purchase.
 * `amount` is what was typed, in shillings. Throws `InvalidInputError` naming the amount's problem.
 */
export async function createVoucherDeposit(
  ctx: Ctx,
  input: { amount: string; attemptKey: string },
): Promise<{ depositId: string; redirectUrl: string }> {
  assert(ctx.actor.kind === "customer", "only customers deposit");
  const parsed = parseAmount(input.amount, PESAVOUCHER_LIMITS);
  if (!parsed.ok) throw new InvalidInputError({ amount: parsed.problem });
  const attempt = input.attemptKey.slice(0, ATTEMPT_KEY_LENGTH_MAX);
  const deposit = await openOnce(ctx, parsed.amountCents, `${attempt}:${parsed.amountCents}`);
  return { depositId: deposit.id, redirectUrl: purchaseUrl(deposit, parsed.amountCents) };
}

/** The open deposit of this attempt, or a new one. An attempt that has ended opens the next one. */
async function openOnce(
  ctx: Ctx,
  amountCents: bigint,
  attemptKey: string,
): Promise<Pick<Deposit, "id" | "customerId">> {
  const where = { merchantId: ctx.merchantId, customerId: ctx.actor.id, attemptKey };
  return withTransaction(ctx, async (tx) => {
    const row = newDeposit(tx, {
      customerId: tx.actor.id,
      origin: "checkout",
      state: "submitted",
      askedCents: amountCents,
      attemptKey,
    });
    const { count } = await tx.db.deposit.createMany({
      data: [{ ...row, sessionTokenHash: sha256Hex(sessionIdOf(row.id)) }],
      skipDuplicates: true,
    });
    if (count === 1) {
      await recordAudit(tx, {
        action: "deposit.submitted",
        subjectId: row.id,
        after: { method: "pesavoucher", asked: decimalFromCents(amountCents) },
      });
      return row;
    }
    const existing = await tx.db.deposit.findFirstOrThrow({
      where,
      select: { id: true, customerId: true, state: true },
    });
    if (existing.state === "submitted") return existing;
    return openOnce(tx, amountCents, `${attemptKey}:after:${existing.id}`);
  });
}

/** The unguessable session id the provider echoes: derived from our id, so it is never stored. */
export function sessionIdOf(depositId: string): string {
  return derivedUuid("pesavoucher.session", depositId);
}

function purchaseUrl(deposit: Pick<Deposit, "id" | "customerId">, amountCents: bigint): string {
  const { appUrl } = env();
  const sessionId = sessionIdOf(deposit.id);
  return providers.voucher().purchaseUrl({
    amountCents,
    sessionId,
    customerId: deposit.customerId,
    callbackUrl: `${appUrl}/api/pesavoucher/callback`,
    returnUrl: `${appUrl}/deposit?status=success&session_id=${sessionId}`,
    cancelUrl: `${appUrl}/deposit?status=cancelled&session_id=${sessionId}`,
  });
}
