import fc from "fast-check";
import type { CrashPoint } from "./crash-points";
import { amountCents, crash, which } from "./draws";
import type { Pick } from "./pick";

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

export type VoucherStep =
  | { do: "open"; customer: Pick; amountCents: bigint }
  | { do: "buy"; purchase: Pick; editedCents: bigint | null }
  | { do: "decline"; purchase: Pick; succeedsLater: boolean }
  | {
      do: "return";
      purchase: Pick;
      carries: "both" | "voucher" | "payment_id" | "none";
      crash: CrashPoint | null;
    }
  | { do: "paste"; customer: Pick; voucher: Pick; crash: CrashPoint | null }
  | { do: "cancel"; purchase: Pick }
  | { do: "check"; purchase: Pick }
  | { do: "forge"; forgery: (typeof FORGERIES)[number]; purchase: Pick }
  | { do: "race"; purchase: Pick };

/** What customers, shop and forgers do about Pesa Vouchers. */
export const VOUCHER_STEPS: fc.WeightedArbitrary<VoucherStep>[] = [
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("open"), customer: which, amountCents }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("buy"),
      purchase: which,
      editedCents: fc.option(amountCents, { freq: 3, nil: null }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("decline"),
      purchase: which,
      succeedsLater: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("return"),
      purchase: which,
      carries: fc.constantFrom("both", "voucher", "payment_id", "none"),
      crash,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("paste"), customer: which, voucher: which, crash }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel"), purchase: which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("check"), purchase: which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("forge"),
      forgery: fc.constantFrom(...FORGERIES),
      purchase: which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("race"), purchase: which }) },
];
