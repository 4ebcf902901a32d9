import { z } from "zod";

/** The switches of reversals. */
export const reversalSettingsShape = {
  reversalResultDelayMs: z
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .describe(
      "M-Pesa, choice. How long an accepted reversal stays pending before its money moves and its result goes. With explicit delivery it ends at once.",
    ),
  reversalPartial: z
    .boolean()
    .describe("M-Pesa, choice. A part of a payment can be reversed, and the rest later."),
  reversalPartialCode: z
    .string()
    .regex(/^\w{1,20}$/)
    .describe(
      "M-Pesa, choice. The result of a reversal of any other amount than what was paid (or is left of it); no document gives one.",
    ),
  reversalPermission: z
    .boolean()
    .describe("M-Pesa. Operators have the role to reverse; off, every reversal ends with 21."),
};

type ReversalSettings = z.infer<z.ZodObject<typeof reversalSettingsShape>>;

export const REVERSAL_SETTINGS: Readonly<ReversalSettings> = {
  reversalResultDelayMs: 1_000,
  reversalPartial: false,
  reversalPartialCode: "R000002",
  reversalPermission: true,
};
