import type { Ctx } from "@/lib/context";
import type { Applied } from "../applied";
import type { TimeoutMessage } from "./apply-b2c-timeout";
import { findAddressed } from "./find-addressed";

/** Works M-Pesa's word that a look-up waited too long in its queue: nothing is learnt, and it is due again anyway. */
export async function applyStatusTimeout(
  ctx: Omit<Ctx, "merchantId">,
  message: TimeoutMessage,
): Promise<Applied> {
  const addressed = await findAddressed(ctx, message);
  if ("outcome" in addressed) return addressed;
  const subjectId = addressed.withdrawal.id;
  return {
    outcome: "applied",
    note: "the look-up waited too long; M-Pesa is asked again",
    subjectId,
  };
}
