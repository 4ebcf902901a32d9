import type { Ctx } from "@/lib/context";
import { env } from "@/lib/env";
import { ConflictError } from "@/lib/errors";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";

/** A prompt without an answer may stand on a phone this long (docs/providers/daraja.md, "Prompt"). */
const PROMPT_OPEN_MS_MAX = 2 * MINUTE_MS;

/**
 * Takes a phone for one prompt, in the caller's transaction. Null when it is taken; the id of the deposit
 * whose prompt may still be open there when that is one of this customer's that still waits. Throws
 * `ConflictError` with the seconds to wait when the phone cannot be prompted now.
 */
export async function takePhone(
  tx: Ctx,
  input: { phoneHash: string; depositId: string; customerId: string },
): Promise<{ openDepositId: string } | null> {
  const { phoneHash, depositId } = input;
  const now = tx.now();
  const taken = await tx.db.$executeRaw`
    INSERT INTO open_prompts AS o (phone_hash, deposit_id, until)
    VALUES (${phoneHash}, ${depositId}, ${addMs(now, openMs())})
    ON CONFLICT (phone_hash) DO UPDATE SET deposit_id = excluded.deposit_id, until = excluded.until
     WHERE o.until <= ${now}`;
  if (taken === 1) return null;
  const open = await tx.db.openPrompt.findUniqueOrThrow({ where: { phoneHash } });
  const holder = await tx.db.deposit.findUnique({
    where: { id: open.depositId },
    select: { id: true, merchantId: true, customerId: true, state: true },
  });
  const isOwn = holder?.merchantId === tx.merchantId && holder.customerId === input.customerId;
  if (isOwn && (holder.state === "pending" || holder.state === "submitted")) {
    return { openDepositId: holder.id };
  }
  throw waitUntil(isOwn ? "phone_prompted_recently" : "prompt_open_elsewhere", open.until, now);
}

/** M-Pesa turns the same amount from the same phone away for two minutes, so nobody is made to try. */
export async function refuseSameAmount(
  tx: Ctx,
  input: { phoneHash: string; amountCents: bigint },
): Promise<void> {
  const { sameAmountIntervalMs } = env().mpesa;
  const now = tx.now();
  const last = await tx.db.stkPush.findFirst({
    where: {
      phoneHash: input.phoneHash,
      pushedAt: { gt: addMs(now, -sameAmountIntervalMs) },
      deposit: { askedCents: input.amountCents },
    },
    orderBy: { pushedAt: "desc" },
    select: { pushedAt: true },
  });
  if (!last?.pushedAt) return;
  throw waitUntil("same_amount_recently", addMs(last.pushedAt, sameAmountIntervalMs), now);
}

/** The prompt has ended: the phone is free as soon as M-Pesa takes another one for it. */
export async function endPrompt(
  tx: Ctx,
  input: { depositId: string; pushedAt: Date | null },
): Promise<void> {
  const until = addMs(input.pushedAt ?? tx.now(), env().mpesa.phoneIntervalMs);
  await tx.db.openPrompt.updateMany({
    where: { depositId: input.depositId, until: { gt: until } },
    data: { until },
  });
}

/** No prompt was sent: the phone is free at once. */
export async function releasePhone(tx: Ctx, input: { depositId: string }): Promise<void> {
  await tx.db.openPrompt.deleteMany({ where: { depositId: input.depositId } });
}

function openMs(): number {
  return Math.max(PROMPT_OPEN_MS_MAX, env().mpesa.phoneIntervalMs);
}

function waitUntil(code: string, until: Date, now: Date): ConflictError {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / SECOND_MS));
  return new ConflictError(code, { wait_seconds: String(seconds) });
}
