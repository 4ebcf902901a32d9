import fc from "fast-check";
import type { CrashPoint } from "./crash-points";

/** Draws that steps of both methods share. */
export const which = fc.nat({ max: 20 });

export const amountCents = fc
  .integer({ min: 50, max: 5_000 })
  .map((shillings) => BigInt(shillings) * 100n);

const crashPoint: fc.Arbitrary<CrashPoint> = fc.record({
  at: fc.integer({ min: 1, max: 55 }),
  moment: fc.constantFrom("before" as const, "after" as const),
});

/** Every other time; verbs that are over before it live on. */
export const crash = fc.option(crashPoint, { freq: 2, nil: null });

/** For what has to come to its end now and then, or nothing would follow from it. */
export const rareCrash = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: crashPoint },
);
