import { z } from "zod";

const resultCode = z.union([z.string().regex(/^\w{1,20}$/), z.number().int().min(0)]);

export const reversalFilterSchema = z.object({
  /** Of the payment that goes back. */
  originalReceipt: z.string().optional(),
  originatorConversationId: z.string().optional(),
  shortcode: z.string().optional(),
  state: z.enum(["pending", "completed", "failed"]).optional(),
  resultUrlContains: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
});

export const endReversalSchema = z.strictObject({
  /** Left out, what would have come of it anyway; with 0 the money goes back, if it can. */
  resultCode: resultCode.transform(String).optional(),
  resultDesc: z.string().optional(),
});

export const forgeReversalResultSchema = z.strictObject({
  url: z.url(),
  /** Left out: ids nobody knows. */
  originatorConversationId: z.string().optional(),
  conversationId: z.string().optional(),
  originalReceipt: z.string().min(1).optional(),
  /** The receipt of the reversal itself. */
  receipt: z.string().min(1).optional(),
  amountCents: z.bigint().positive().default(10_000n),
  resultCode: resultCode.default("0").transform(String),
  resultDesc: z.string().optional(),
});
