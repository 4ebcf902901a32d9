import fc from "fast-check";
import type { CrashPoint } from "./crash-points";

/** Draws that steps of both methods share. */
export const which = fc.nat({ max: 20 });

export const amountCents = fc
  .integer({ min: 50, max: 5_000 })
  .map((shillings) => BigInt(shillings) * 100n);

export const crash: fc.Arbitrary<CrashPoint | null> = fc.option(
  fc.record({
    at: fc.integer({ min: 1, max: 55 }),
    moment: fc.constantFrom("before" as const, "after" as const),
  }),
  { freq: 2 },
);
