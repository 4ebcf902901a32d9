import { z } from "zod";

/** How a result is written, where real ones differ from each other. */
export const resultShapeSchema = z.strictObject({
  /** ResultCode and ResultType; left out, numbers, and text in an account balance. */
  codes: z.enum(["number", "string"]).optional(),
  /** `object` leaves the most telling parameter alone, without its array. */
  parameters: z.enum(["array", "object", "absent"]).optional(),
  referenceItem: z.enum(["object", "array"]).optional(),
  amounts: z.enum(["number", "string"]).optional(),
  /** InitiatedTime and FinalisedTime. */
  times: z.enum(["number", "string"]).optional(),
  /** Parameters that come without a Value. */
  withoutValue: z.array(z.string().min(1)).max(20).optional(),
  /** `Conversation ID`, `Originator Conversation ID`, `Transaction ID`, and FinalizedTime. */
  spacedKeys: z.boolean().optional(),
  extraFields: z.boolean().optional(),
});

export type ResultShape = z.output<typeof resultShapeSchema>;
