import fc from "fast-check";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { FaultInput } from "@/sandbox/faults";
import type { CrashPoint } from "./crash-points";
import { crash, which } from "./draws";
import { LATENCY_MS } from "./pauses";
import type { Pick } from "./pick";

export type ShopStep =
  | { do: "deliver"; callback: Pick; copies: number; crash: CrashPoint | null }
  | { do: "work"; on: "jobs" | "messages" | "deposits"; crash: CrashPoint | null }
  | { do: "jump"; ms: number }
  | { do: "fault"; fault: FaultInput };

const CUT = { kind: "drop" } as const;
const SLOW = { kind: "latency", ms: LATENCY_MS } as const;
const BROKEN = { kind: "error", status: 500 } as const;

/** Neither yes nor no: it may have happened, or not. */
const voucherFault: fc.Arbitrary<FaultInput> = fc.record({
  endpoint: fc.constantFrom("redeem_voucher", "validate_voucher", "check_payment_status"),
  when: fc.constantFrom("before" as const, "after" as const),
  effect: fc.constantFrom(
    CUT,
    BROKEN,
    SLOW,
    { kind: "html" as const, status: 200 },
    { kind: "shape" as const, amounts: "string" as const, statusWords: "lower" as const },
    { kind: "shape" as const, extraFields: true, statusWords: "unknown" as const },
  ),
  times: fc.integer({ min: 1, max: 2 }),
});

/** The same of M-Pesa: whoever stands before the gateway, and the gateway itself. */
const unclearMpesaFault: fc.Arbitrary<FaultInput> = fc.record({
  endpoint: fc.constantFrom("stk_push", "stk_push", "stk_query", "oauth"),
  when: fc.constantFrom("before" as const, "after" as const),
  effect: fc.constantFrom(
    CUT,
    BROKEN,
    SLOW,
    { kind: "gateway" as const, form: "waf_403" as const },
    { kind: "gateway" as const, form: "waf_503" as const },
    { kind: "gateway" as const, form: "unreachable" as const },
    { kind: "gateway" as const, form: "soap" as const },
    { kind: "gateway" as const, form: "empty" as const },
    { kind: "shape" as const, extraFields: true },
  ),
  times: fc.constantFrom(1, 1, 2, 6),
});

/** A clear no of the gateway comes before M-Pesa hears of the call. */
const refusedMpesaFault: fc.Arbitrary<FaultInput> = fc.record({
  endpoint: fc.constantFrom("stk_push", "stk_query", "*"),
  effect: fc.constantFrom(
    { kind: "gateway" as const, form: "spike_arrest" as const },
    { kind: "gateway" as const, form: "spike_arrest_apigee" as const },
    { kind: "gateway" as const, form: "quota" as const },
    { kind: "gateway" as const, form: "busy" as const },
    {
      kind: "envelope" as const,
      status: 404,
      errorCode: "404.001.03",
      errorMessage: "Invalid Access Token",
    },
    {
      kind: "envelope" as const,
      status: 400,
      errorCode: "400.002.02",
      errorMessage: "Bad Request - Invalid PhoneNumber",
    },
  ),
  times: fc.constantFrom(1, 2),
});

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
    arbitrary: fc.record({ do: fc.constant("jump"), ms: fc.constantFrom(...JUMPS_MS) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("fault"),
      fault: fc.oneof(voucherFault, unclearMpesaFault, refusedMpesaFault),
    }),
  },
];
