import fc from "fast-check";
import type { FaultInput } from "@/sandbox/faults";
import { LATENCY_MS } from "./pauses";

const CUT = { kind: "drop" } as const;
const SLOW = { kind: "latency", ms: LATENCY_MS } as const;
const BROKEN = { kind: "error", status: 500 } as const;

const when = fc.constantFrom("before" as const, "after" as const);

/** Neither yes nor no: it may have happened, or not. */
export const voucherFault: fc.Arbitrary<FaultInput> = fc.record({
  endpoint: fc.constantFrom("redeem_voucher", "validate_voucher", "check_payment_status"),
  when,
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
const unclear = fc.constantFrom<FaultInput["effect"][]>(
  CUT,
  CUT,
  BROKEN,
  SLOW,
  { kind: "gateway", form: "waf_403" },
  { kind: "gateway", form: "waf_503" },
  { kind: "gateway", form: "unreachable" },
  { kind: "gateway", form: "soap" },
  { kind: "gateway", form: "empty" },
  { kind: "shape", extraFields: true },
);

/** A clear no of the gateway, which comes before M-Pesa hears of the call. */
const refused = fc.constantFrom<FaultInput["effect"][]>(
  { kind: "gateway", form: "spike_arrest" },
  { kind: "gateway", form: "spike_arrest_apigee" },
  { kind: "gateway", form: "quota" },
  { kind: "gateway", form: "busy" },
  { kind: "envelope", status: 404, errorCode: "404.001.03", errorMessage: "Invalid Access Token" },
  { kind: "envelope", status: 400, errorCode: "400.002.02", errorMessage: "Invalid PhoneNumber" },
);

const times = fc.constantFrom(1, 1, 2, 6);

export const mpesaFault: fc.Arbitrary<FaultInput> = fc.oneof(
  fc.record({
    endpoint: fc.constantFrom("stk_push", "stk_query", "oauth"),
    when,
    effect: unclear,
    times,
  }),
  fc.record({ endpoint: fc.constantFrom("stk_push", "stk_query", "*"), effect: refused, times }),
);

/** What one push meets: mostly a doubt that comes when M-Pesa has accepted it. */
export const pushFault: fc.Arbitrary<FaultInput> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      endpoint: fc.constant("stk_push"),
      when: fc.constantFrom("after" as const, "after" as const, "before" as const),
      effect: unclear,
      times: fc.constant(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      endpoint: fc.constant("stk_push"),
      effect: refused,
      times: fc.constant(1),
    }),
  },
);
