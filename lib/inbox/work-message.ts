import { db } from "@/lib/db";
import { decrypt } from "@/lib/crypto";
import type { Message, MessageOutcome } from "@/lib/generated/prisma/client";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { applyMessage } from "./apply-message";

/** Longer than the provider calls one message can cause. */
export const MESSAGE_LEASE_MS = 45 * SECOND_MS;
export const MESSAGE_ATTEMPTS_MAX = 12;
const RETRY_DELAY_MS = 2 * SECOND_MS;
const RETRY_DELAY_MS_MAX = 30 * MINUTE_MS;

/**
 * Works one stored message: claims it, has the verb of its kind act, notes the outcome. False when it is
 * worked already or someone else holds it. When the work breaks, the message is due again later and, after
 * its last try, shown to staff; it is never dropped.
 */
export async function workMessage(input: { messageId: string; now: () => Date }): Promise<boolean> {
  const now = input.now();
  const claimed = await db().message.updateManyAndReturn({
    where: {
      id: input.messageId,
      workedAt: null,
      OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }],
    },
    data: { leaseUntil: addMs(now, MESSAGE_LEASE_MS), attempts: { increment: 1 } },
  });
  const [message] = claimed;
  if (!message) return false;
  try {
    const applied = await applyMessage({ ...message, body: decrypt(message.body) }, input.now);
    await finish(message, input.now(), applied);
  } catch (error) {
    log().error(
      { err: error, messageId: message.id, attempts: message.attempts },
      "message not worked",
    );
    await postpone(message, input.now());
  }
  return true;
}

async function finish(
  message: Message,
  now: Date,
  applied: { outcome: MessageOutcome; note: string; subjectId: string | null },
): Promise<void> {
  await db().message.updateMany({
    where: { id: message.id, workedAt: null },
    data: { ...applied, workedAt: now, leaseUntil: null },
  });
}

async function postpone(message: Message, now: Date): Promise<void> {
  const spent = message.attempts >= MESSAGE_ATTEMPTS_MAX;
  const delayMs = Math.min(RETRY_DELAY_MS * 2 ** message.attempts, RETRY_DELAY_MS_MAX);
  await db().message.updateMany({
    where: { id: message.id, workedAt: null },
    data: spent
      ? { outcome: "stuck", note: "the work kept failing", workedAt: now, leaseUntil: null }
      : { leaseUntil: null, nextAttemptAt: addMs(now, delayMs) },
  });
}
