import { z } from "zod";

import { msisdnSchema } from "@/sandbox/kit/msisdn";

const resultCode = z.union([z.string().regex(/^\w{1,20}$/), z.number().int().min(0)]);

export const payoutFilterSchema = z.object({
  msisdn: msisdnSchema.optional(),
  originatorConversationId: z.string().optional(),
  state: z.enum(["pending", "completed", "failed"]).optional(),
  resultUrlContains: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
});

export const endPayoutSchema = z.strictObject({
  /** Left out, what would have come of it anyway; with 0 it pays, if the organisation can. */
  resultCode: resultCode.transform(String).optional(),
  resultDesc: z.string().optional(),
});

export const forgeB2cResultSchema = z.strictObject({
  url: z.url(),
  /** Left out: ids nobody knows. */
  originatorConversationId: z.string().optional(),
  conversationId: z.string().optional(),
  resultCode: resultCode.default("0").transform(String),
  resultDesc: z.string().optional(),
  amountCents: z.bigint().positive().default(10_000n),
  receipt: z.string().optional(),
  msisdn: msisdnSchema.default("254700000000"),
});

export const organisationFundsSchema = z.strictObject({
  /** Left out: the organisation of the shop under test. */
  shortcode: z.string().optional(),
  utilityCents: z.bigint().nonnegative().optional(),
  workingCents: z.bigint().nonnegative().optional(),
});
