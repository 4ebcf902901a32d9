import fc from "fast-check";
import type { FaultInput } from "@/sandbox/faults";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { CrashPoint } from "./crash-points";

/** Which of the things that exist: reduced to their number, so every sequence makes sense. */
type Pick = number;

export const FORGERIES = [
  "code nobody sold",
  "code of another purchase",
  "bare failure",
  "failure with another payment",
  "failure with a payment nobody knows",
  "success without a code",
  "redemption without its token",
  "no mark",
  "unknown session",
] as const;

export type Step =
  | { do: "open"; customer: Pick; amountCents: bigint }
  | { do: "buy"; purchase: Pick; editedCents: bigint | null }
  | { do: "decline"; purchase: Pick; succeedsLater: boolean }
  | { do: "deliver"; callback: Pick; copies: number; crash: CrashPoint | null }
  | {
      do: "return";
      purchase: Pick;
      carries: "both" | "voucher" | "payment_id" | "none";
      crash: CrashPoint | null;
    }
  | { do: "paste"; customer: Pick; voucher: Pick; crash: CrashPoint | null }
  | { do: "cancel"; purchase: Pick }
  | { do: "check"; purchase: Pick }
  | { do: "work"; crash: CrashPoint | null }
  | { do: "jump"; ms: number }
  | { do: "fault"; fault: FaultInput }
  | { do: "forge"; forgery: (typeof FORGERIES)[number]; purchase: Pick }
  | { do: "race"; purchase: Pick };

const pick = fc.nat({ max: 20 });
const amountCents = fc
  .integer({ min: 50, max: 5_000 })
  .map((shillings) => BigInt(shillings) * 100n);
const crash: fc.Arbitrary<CrashPoint | null> = fc.option(
  fc.record({
    at: fc.integer({ min: 1, max: 55 }),
    moment: fc.constantFrom("before" as const, "after" as const),
  }),
  { freq: 2 },
);

/** Longer than the client waits (`PV_TIMEOUT_MS` of the simulation). */
export const PROVIDER_TIMEOUT_MS = 400;
const fault: fc.Arbitrary<FaultInput> = fc.record({
  endpoint: fc.constantFrom("redeem_voucher", "validate_voucher", "check_payment_status"),
  when: fc.constantFrom("before" as const, "after" as const),
  effect: fc.constantFrom(
    { kind: "drop" as const },
    { kind: "error" as const, status: 500 },
    { kind: "html" as const, status: 200 },
    { kind: "latency" as const, ms: PROVIDER_TIMEOUT_MS + 100 },
    { kind: "shape" as const, amounts: "string" as const, statusWords: "lower" as const },
    { kind: "shape" as const, extraFields: true, statusWords: "unknown" as const },
  ),
  times: fc.integer({ min: 1, max: 2 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("open"), customer: pick, amountCents }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("buy"),
      purchase: pick,
      editedCents: fc.option(amountCents, { freq: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("decline"),
      purchase: pick,
      succeedsLater: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("deliver"),
      callback: pick,
      copies: fc.integer({ min: 1, max: 3 }),
      crash,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("return"),
      purchase: pick,
      carries: fc.constantFrom("both", "voucher", "payment_id", "none"),
      crash,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("paste"), customer: pick, voucher: pick, crash }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel"), purchase: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("check"), purchase: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("work"), crash }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("jump"),
      ms: fc.constantFrom(SECOND_MS, 40 * SECOND_MS, 5 * MINUTE_MS, 2 * HOUR_MS, DAY_MS + HOUR_MS),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("fault"), fault }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("forge"),
      forgery: fc.constantFrom(...FORGERIES),
      purchase: pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("race"), purchase: pick }) },
);

/** What may happen to a few customers in one go. It begins with a purchase, or nothing would happen. */
export const stepsArbitrary: fc.Arbitrary<Step[]> = fc
  .array(step, { minLength: 4, maxLength: 16, size: "max" })
  .map((steps) => [
    { do: "open", customer: 0, amountCents: 50_000n },
    { do: "buy", purchase: 0, editedCents: null },
    ...steps,
  ]);
