import fc from "fast-check";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { FaultInput } from "@/sandbox/faults";
import type { CrashPoint } from "./crash-points";
import { crash, which } from "./draws";
import { mpesaFault, voucherFault } from "./faults";
import type { Pick } from "./pick";

export type ShopStep =
  | { do: "deliver"; callback: Pick; copies: number; crash: CrashPoint | null }
  | { do: "work"; on: "jobs" | "messages" | "deposits"; crash: CrashPoint | null }
  | { do: "jump"; ms: number; works: boolean }
  | { do: "fault"; fault: FaultInput };

const JUMPS_MS = [
  SECOND_MS,
  10 * SECOND_MS,
  40 * SECOND_MS,
  65 * SECOND_MS,
  3 * MINUTE_MS,
  6 * MINUTE_MS,
  2 * HOUR_MS,
  DAY_MS + HOUR_MS,
  50 * HOUR_MS,
] as const;

/** What happens to the shop and its providers whatever the method. */
export const SHOP_STEPS: fc.WeightedArbitrary<ShopStep>[] = [
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("deliver"),
      callback: which,
      copies: fc.integer({ min: 1, max: 3 }),
      crash,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant("work"),
      on: fc.constantFrom("jobs", "messages", "deposits"),
      crash,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("jump"),
      ms: fc.constantFrom(...JUMPS_MS),
      // Whether a worker is there when the time has passed.
      works: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("fault"),
      fault: fc.oneof(voucherFault, mpesaFault),
    }),
  },
];
