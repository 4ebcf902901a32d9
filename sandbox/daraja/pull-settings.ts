import { z } from "zod";

/** The switches of Pull Transactions. */
export const pullSettingsShape = {
  pullKeys: z
    .enum(["spaced", "plain"])
    .describe(
      "M-Pesa. How a registration for Pull spells its answer: `Response Status` as reported, or `ResponseStatus` as documented.",
    ),
  pullPageSize: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .describe("M-Pesa, choice. How many payments one page of Pull has."),
  pullDelayMs: z
    .number()
    .int()
    .min(0)
    .max(172_800_000)
    .describe("M-Pesa, choice. How long after a payment Pull knows of it."),
  pullDateForm: z
    .enum(["eat_as_z", "utc"])
    .describe(
      "M-Pesa, choice. `trxDate` ends with Z; what stands before it is Nairobi time all the same, or truly UTC.",
    ),
  pullMsisdnForm: z
    .enum(["number", "masked"])
    .describe("M-Pesa, choice. The payer in Pull: `722000000`, or `2547 ***** 000` as text."),
  pullNeedsRegistration: z
    .boolean()
    .describe(
      "M-Pesa, choice. A shortcode that was never registered for Pull is refused with 400.001; in strict mode it always is.",
    ),
};

type PullSettings = z.infer<z.ZodObject<typeof pullSettingsShape>>;

export const PULL_SETTINGS: Readonly<PullSettings> = {
  pullKeys: "spaced",
  pullPageSize: 100,
  pullDelayMs: 0,
  pullDateForm: "eat_as_z",
  pullMsisdnForm: "number",
  pullNeedsRegistration: false,
};
