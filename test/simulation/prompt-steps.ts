import fc from "fast-check";
import type { CallbackScript } from "@/sandbox/callbacks/callback-script";
import type { QueryScript } from "@/sandbox/daraja/query-scripts";
import type { FaultInput } from "@/sandbox/faults";
import type { CrashPoint } from "./crash-points";
import { amountCents, rareCrash, which } from "./draws";
import { pushFault } from "./faults";
import type { Pick } from "./pick";

export const PROMPT_FORGERIES = [
  "wrong secret",
  "secret of another merchant",
  "wrong amount",
  "a no",
  "unknown prompt",
  "prompt of another deposit",
  "unknown deposit",
  "another shortcode",
  "receipt of another payment",
  "half a body",
  "alias with success",
  "alias of nobody",
] as const;

export const ANSWERS = ["pin", "wrong_pin", "decline", "time_out", "no_funds"] as const;

export type Answer = (typeof ANSWERS)[number];

export type PromptStep =
  | {
      do: "prompt";
      customer: Pick;
      phone: Pick;
      shortcode: Pick;
      amountCents: bigint;
      /** How the callback about it will look. */
      callback: CallbackScript;
      /** What the push meets on its way; null when nothing. */
      fault: FaultInput | null;
      /** What the person does as soon as the prompt appears; null when they leave it for now. */
      answer: Answer | null;
      crash: CrashPoint | null;
    }
  | { do: "tap again"; form: Pick; sends: "the same" | "another"; crash: CrashPoint | null }
  | { do: "retry"; prompted: Pick; crash: CrashPoint | null }
  | { do: "stop waiting"; prompted: Pick; crash: CrashPoint | null }
  | { do: "answer"; prompted: Pick; answer: Answer }
  | { do: "end"; prompted: Pick; resultCode: string | number }
  | { do: "mislead"; prompted: Pick; script: QueryScript; times: number }
  | { do: "check prompt"; prompted: Pick }
  | { do: "forge prompt"; forgery: (typeof PROMPT_FORGERIES)[number]; prompted: Pick }
  | { do: "end tokens" }
  | { do: "race prompt"; prompted: Pick };

/** An ordinary callback, or one of the forms that ordinary ones have been seen in. */
const callback = fc.constantFrom<CallbackScript[]>(
  {},
  {},
  { beforeAnswer: true },
  { omitMetadata: true },
  { omitSourceHeader: true, maskPhone: true },
  { shuffleItems: true, omitPhone: true, amountDecimals: false, balanceForm: "absent" },
);

const answer = fc.constantFrom<Answer[]>("pin", "pin", "pin", "pin", ...ANSWERS);

/** Final, for the moment only, settling nothing, known to nobody, and wrong settings. */
const resultCode = fc
  .constantFrom(1, 1019, "1025", 1032, 1037, "2001", 17, 26, 8006)
  .map((code): string | number => code);
const oddCode = fc.constantFrom(15, 1036, 9999, "7777", "SFC_IC9999", 2028, "TP40153");

const truth: QueryScript = { answer: "final" };
const script = fc.constantFrom<QueryScript[]>(
  truth,
  { answer: "final", resultCode: "1032" },
  { answer: "final", resultCode: "1032" },
  { answer: "final", resultCode: "1037" },
  { answer: "final", resultCode: "9999" },
  { answer: "final", resultCode: "7777" },
  { answer: "result_4999" },
  { answer: "error_text" },
  { answer: "error_empty" },
  { answer: "unknown_id" },
);

/** What customers, shop, M-Pesa and forgers do about prompts. */
export const PROMPT_STEPS: fc.WeightedArbitrary<PromptStep>[] = [
  {
    weight: 11,
    arbitrary: fc.record({
      do: fc.constant("prompt"),
      customer: which,
      phone: which,
      shortcode: which,
      amountCents: fc.oneof(fc.constant(50_000n), amountCents),
      callback,
      fault: fc.option(pushFault, { freq: 2, nil: null }),
      answer: fc.option(answer, { freq: 4, nil: null }),
      crash: rareCrash,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("tap again"),
      form: which,
      sends: fc.constantFrom("the same", "another"),
      crash: rareCrash,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("retry"), prompted: which, crash: rareCrash }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("stop waiting"), prompted: which, crash: rareCrash }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("answer"),
      prompted: which,
      answer,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("end"),
      prompted: which,
      resultCode: fc.oneof(resultCode, oddCode),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("mislead"),
      prompted: which,
      script,
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("check prompt"), prompted: which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("forge prompt"),
      forgery: fc.constantFrom(...PROMPT_FORGERIES),
      prompted: which,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("end tokens") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("race prompt"), prompted: which }) },
];
