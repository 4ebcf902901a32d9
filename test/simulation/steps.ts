import fc from "fast-check";
import { PROMPT_STEPS, type PromptStep } from "./prompt-steps";
import { SHOP_STEPS, type ShopStep } from "./shop-steps";
import { VOUCHER_STEPS, type VoucherStep } from "./voucher-steps";

export type Step = VoucherStep | PromptStep | ShopStep;

/** Something is there from the beginning, or most steps would find nothing to happen to. */
const BEGINNING: readonly Step[] = [
  { do: "open", customer: 0, amountCents: 50_000n },
  { do: "buy", purchase: 0, editedCents: null },
  {
    do: "prompt",
    customer: 0,
    phone: 0,
    shortcode: 0,
    amountCents: 50_000n,
    callback: {},
    fault: null,
    answer: null,
    crash: null,
  },
];

const step = fc.oneof<fc.WeightedArbitrary<Step>[]>(
  ...VOUCHER_STEPS,
  ...PROMPT_STEPS,
  ...SHOP_STEPS,
);

/** What may happen, by both methods, to the same few customers in one go. */
export const stepsArbitrary: fc.Arbitrary<Step[]> = fc
  .array(step, { minLength: 6, maxLength: 20, size: "max" })
  .map((steps) => [...BEGINNING, ...steps]);
