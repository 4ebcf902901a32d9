import type { Ctx } from "@/lib/context";
import { decimalFromCents } from "@/lib/kit/money";
import { findDrift } from "./drift";
import { NO_PARTS, type SubjectPanel } from "./subject-panel";

/** What may be done about a difference between the books and a provider's balance. Throws `NotFoundError`. */
export async function readDriftPanel(ctx: Ctx, subjectId: string): Promise<SubjectPanel> {
  const drift = await findDrift(ctx, subjectId);
  return {
    ...NO_PARTS,
    kind: "drift",
    situation: "drift",
    isMpesa: false,
    amount: decimalFromCents(drift.driftCents < 0n ? -drift.driftCents : drift.driftCents),
    actions: drift.isExplained ? [] : ["leave"],
    drift: {
      name: drift.name,
      comparedAt: drift.comparedAt,
      booked: decimalFromCents(drift.bookedCents),
      atProvider: decimalFromCents(drift.providerCents),
      inFlight: decimalFromCents(drift.inFlightCents),
      changed: decimalFromCents(drift.driftCents),
    },
  };
}
