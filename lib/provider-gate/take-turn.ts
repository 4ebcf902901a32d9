import { db } from "@/lib/db";
import { addMs, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";

/** Whoever tries whether a provider is back is given this long before another one may. */
const TRIAL_MS = 30 * SECOND_MS;

/** No pause and no line is as long as this: a clock that was ahead once must not shut a gate for good. */
const AHEAD_MAX_MS = 15 * MINUTE_MS;

export type Turn =
  /** Call, `waitMs` from now. `faults` is what the breaker has counted so far. */
  | { readonly kind: "go"; readonly waitMs: number; readonly faults: number }
  /** The provider has failed too often in a row: nobody calls before `retryAt`. */
  | { readonly kind: "shut"; readonly retryAt: Date }
  /** The pace is used up further ahead than the caller would wait. */
  | { readonly kind: "too_busy"; readonly retryAt: Date };

/**
 * Takes the next free moment to call one operation of a provider: one statement that keeps the pace of
 * all processes together and lets one trial call through when the breaker's pause is over. What it
 * returns has to be told back with `reportTurn`.
 */
export async function takeTurn(input: {
  /** Provider, operation and app; calls under one name share pace and breaker. */
  name: string;
  callsPerSecond: number;
  /** The longest the caller would wait. */
  waitMaxMs: number;
  now: Date;
}): Promise<Turn> {
  const { name, now } = input;
  const spacingMs = SECOND_MS / input.callsPerSecond;
  const tooFarAhead = addMs(now, AHEAD_MAX_MS);
  const [taken] = await db().$queryRaw<{ startsAt: Date; faults: number }[]>`
    INSERT INTO provider_gates AS g (name, next_free_at) VALUES (${name}, ${addMs(now, spacingMs)})
    ON CONFLICT (name) DO UPDATE
       SET next_free_at = greatest(CASE WHEN g.next_free_at < ${tooFarAhead} THEN g.next_free_at END, ${now}) + ${spacingMs} * interval '1 millisecond',
           trial_until = CASE WHEN g.open_until IS NULL THEN NULL ELSE ${addMs(now, TRIAL_MS)}::timestamptz END
     WHERE (g.open_until IS NULL OR g.open_until <= ${now} AND coalesce(g.trial_until, ${now}) <= ${now})
       AND (g.next_free_at <= ${addMs(now, input.waitMaxMs)} OR g.next_free_at >= ${tooFarAhead})
    RETURNING g.next_free_at - ${spacingMs} * interval '1 millisecond' AS "startsAt", g.faults`;
  if (taken) {
    const waitMs = Math.max(0, taken.startsAt.getTime() - now.getTime());
    return { kind: "go", waitMs, faults: taken.faults };
  }
  const gate = await db().providerGate.findUniqueOrThrow({ where: { name } });
  if (gate.openUntil) {
    const retryAt = gate.trialUntil && gate.trialUntil > now ? gate.trialUntil : gate.openUntil;
    return { kind: "shut", retryAt };
  }
  return { kind: "too_busy", retryAt: gate.nextFreeAt };
}
