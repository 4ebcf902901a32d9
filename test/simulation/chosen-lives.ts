import { MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import { PROMPT_FORGERIES } from "./prompt-steps";
import { ANSWERED, PROMPTED } from "./sabotages";
import type { Step } from "./steps";

const forgeEach = PROMPT_FORGERIES.map((forgery): Step => {
  return { do: "forge prompt", forgery, prompted: 0 };
});
const deny: Step = {
  do: "mislead",
  prompted: 0,
  script: { answer: "final", resultCode: "1032" },
  times: 1,
};
const pass = (ms: number): Step => ({ do: "jump", ms, works: true });

/** Lives that chance draws too seldom for a short run. */
export const CHOSEN_LIVES: readonly { readonly name: string; readonly life: readonly Step[] }[] = [
  { name: "every forgery about a prompt that is open", life: [...PROMPTED, ...forgeEach] },
  { name: "every forgery about a prompt that was paid", life: [...ANSWERED, ...forgeEach] },
  {
    name: "one look-up that denies a payment",
    life: [...ANSWERED, deny, pass(30 * SECOND_MS), pass(6 * MINUTE_MS)],
  },
  {
    name: "a callback that denies a payment, and look-ups that do not",
    life: [...ANSWERED, { do: "forge prompt", forgery: "a no", prompted: 0 }, pass(2 * MINUTE_MS)],
  },
];
