import type { Ctx } from "@/lib/context";
import type { parseTimeout } from "@/lib/providers/daraja/initiator-result";
import type { Applied } from "../applied";
import { askSoon } from "./ask-soon";
import { findAddressed } from "./find-addressed";

export interface TimeoutMessage {
  readonly timeout: ReturnType<typeof parseTimeout>;
  readonly withdrawalId: string;
  readonly secretHash: string;
  readonly receivedAt: Date;
}

/**
 * Works M-Pesa's word that an order waited too long in its queue. That says nothing about the money
 * (docs/providers/daraja.md, "Result"): nothing is given back and nothing sent again, M-Pesa is asked. A
 * result that comes later counts as ever.
 */
export async function applyB2cTimeout(
  ctx: Omit<Ctx, "merchantId">,
  message: TimeoutMessage,
): Promise<Applied> {
  const addressed = await findAddressed(ctx, message);
  if ("outcome" in addressed) return addressed;
  const { own, withdrawal } = addressed;
  const subjectId = withdrawal.id;
  const { originatorConversationId: reference } = message.timeout;
  if (reference !== null && reference !== withdrawal.providerRef) {
    return {
      outcome: "quarantined",
      note: "names another order than this withdrawal's",
      subjectId,
    };
  }
  const { count } = await own.db.withdrawal.updateMany({
    where: { id: subjectId, timedOutAt: null },
    data: { timedOutAt: own.now() },
  });
  await askSoon(own, subjectId);
  return count === 1
    ? { outcome: "applied", note: "waited too long in M-Pesa's queue; asking M-Pesa", subjectId }
    : { outcome: "duplicate", note: "told before", subjectId };
}
