import { db } from "@/lib/db";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { log } from "@/lib/log";
import { metrics } from "@/lib/metrics";

/** Faults of the provider in a row that shut the breaker, and for how long. */
export const FAULTS_MAX = 5;
export const SHUT_MS = MINUTE_MS;

const THROTTLED_PAUSE_MS = 2 * SECOND_MS;
const QUOTA_PAUSE_MS = 5 * MINUTE_MS;

/** How a call ended, as far as the breaker and the pace care. */
export type TurnResult =
  /** The provider answered, with yes or with no. */
  | "answered"
  /** Its fault: no answer, a broken one, or an error of its own. */
  | "fault"
  /** We were too fast. */
  | "throttled"
  /** We were too many today. */
  | "quota_used";

/**
 * Tells the gate how a turn ended. Only the provider's own faults count towards the breaker: five in a
 * row shut it for a minute, one answer opens it. Being told to slow down moves the pace of everybody.
 */
export async function reportTurn(input: {
  name: string;
  result: TurnResult;
  /** What the turn said; an answer while nothing was counted needs no write. */
  faultsBefore: number;
  now: Date;
}): Promise<void> {
  const { name, now } = input;
  switch (input.result) {
    case "fault":
      return countFault(name, now);
    case "throttled":
      return pause(name, addMs(now, THROTTLED_PAUSE_MS));
    case "quota_used":
      return pause(name, addMs(now, QUOTA_PAUSE_MS));
    case "answered":
      if (input.faultsBefore === 0) return;
      await db().providerGate.updateMany({
        where: { name },
        data: { faults: 0, openUntil: null, trialUntil: null },
      });
  }
}

async function countFault(name: string, now: Date): Promise<void> {
  const [gate] = await db().$queryRaw<{ faults: number }[]>`
    UPDATE provider_gates
       SET faults = faults + 1, trial_until = NULL,
           open_until = CASE WHEN faults + 1 >= ${FAULTS_MAX} THEN ${addMs(now, SHUT_MS)}::timestamptz END
     WHERE name = ${name} RETURNING faults`;
  if (!gate || gate.faults < FAULTS_MAX) return;
  metrics.breakersShut.inc({ gate: gateLabel(name) });
  log().warn({ gate: gateLabel(name), faults: gate.faults }, "a provider keeps failing: paused");
}

/** Provider and operation, without the app. */
function gateLabel(name: string): string {
  return name.split(":").slice(0, 2).join(":");
}

async function pause(name: string, until: Date): Promise<void> {
  await db().providerGate.updateMany({
    where: { name, nextFreeAt: { lt: until } },
    data: { nextFreeAt: until },
  });
}
