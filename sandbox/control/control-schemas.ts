import { z } from "zod";

import { CALLBACK_KINDS } from "@/sandbox/callbacks/callback-script";
import { emailSchema } from "@/sandbox/kit/email";
import { msisdnSchema } from "@/sandbox/kit/msisdn";

const positiveCents = z.bigint().positive();

export const resetSchema = z.strictObject({ seed: z.string().min(1).optional() });

export const advanceSchema = z.strictObject({
  ms: z
    .number()
    .min(0)
    .max(366 * 86_400_000),
});

export const createVoucherSchema = z.strictObject({
  amountCents: positiveCents,
  /** Whose voucher; left out, the shop under test. */
  merchantId: z.string().min(1).optional(),
  /** Left out, the merchant's own prefix. */
  prefix: z.string().min(1).optional(),
  /** The exact code, for tests that need one they know. */
  code: z.string().min(1).optional(),
  sessionId: z.string().min(1).optional(),
  userRef: z.string().min(1).optional(),
  /** `payout` makes an NLV- code that merchants cannot redeem. */
  state: z.enum(["active", "redeemed", "expired", "payout"]).optional(),
  /** With `payout`: whom it was sent to, and under which reference of the merchant's. */
  email: z.string().min(1).optional(),
  uniqueId: z.string().min(1).optional(),
  /** With an address, the callback goes there, scripts included. */
  callbackUrl: z.url().optional(),
  msisdn: msisdnSchema.optional(),
});

export const startPaymentSchema = z.strictObject({
  amountCents: positiveCents,
  msisdn: msisdnSchema,
  sessionId: z.string().min(1),
  merchantId: z.string().min(1).optional(),
  prefix: z.string().min(1).optional(),
  userRef: z.string().min(1).optional(),
  callbackUrl: z.url().optional(),
  returnUrl: z.url().optional(),
  cancelUrl: z.url().optional(),
});

export const repeatSchema = z.strictObject({
  copies: z.number().int().min(1).max(100).default(1),
  parallel: z.boolean().default(false),
});

export const forgeSchema = z.strictObject({
  url: z.url(),
  /** Sent as JSON; a string is sent as it is. */
  body: z.unknown(),
  /** Left out: the header a real callback has. `null` or another word for a bad forgery. */
  source: z.string().nullable().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

export const phoneChangeSchema = z.strictObject({
  poweredOn: z.boolean().optional(),
  reachable: z.boolean().optional(),
  simTooOld: z.boolean().optional(),
  pinLocked: z.boolean().optional(),
  balanceCents: z.bigint().nonnegative().optional(),
});

export const answerPromptSchema = z.strictObject({
  answer: z.enum(["approve", "decline", "wrong_pin", "time_out"]).default("approve"),
  /** With `approve`: type this PIN, right or wrong, instead of the phone's own. */
  pin: z
    .string()
    .regex(/^\d{1,8}$/)
    .optional(),
});

export const callbackFilterSchema = z.object({
  kind: z.enum(CALLBACK_KINDS).optional(),
  state: z
    .enum(["scheduled", "held", "awaiting_return", "sending", "delivered", "failed", "dropped"])
    .optional(),
  paymentId: z.string().optional(),
  sessionId: z.string().optional(),
  voucherCode: z.string().optional(),
  uniqueId: z.string().optional(),
  email: emailSchema.optional(),
  checkoutRequestId: z.string().optional(),
  originatorConversationId: z.string().optional(),
  receipt: z.string().optional(),
  msisdn: msisdnSchema.optional(),
});

export const journalFilterSchema = z.object({
  direction: z.enum(["in", "out"]).optional(),
  operation: z.string().optional(),
  contains: z.string().optional(),
  afterSeq: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(5_000).optional(),
});

export const listFilterSchema = z.object({
  merchantId: z.string().optional(),
  sessionId: z.string().optional(),
  state: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1_000),
});

export const ledgerFilterSchema = z.object({
  merchantId: z.string().optional(),
  limit: z.coerce.number().int().min(0).max(1_000_000).default(1_000),
});

const resultCode = z.union([z.string().regex(/^\w{1,20}$/), z.number().int().min(0)]);

export const pushFilterSchema = z.object({
  msisdn: msisdnSchema.optional(),
  shortcode: z.string().optional(),
  state: z.enum(["open", "ended"]).optional(),
  accountReference: z.string().optional(),
  callbackUrlContains: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(1_000),
});

export const endPushSchema = z.strictObject({
  /** Any code, listed or not; with 0 the customer pays, if the phone shows the prompt. */
  resultCode: resultCode.transform(String),
  /** Left out: the usual words of the code. */
  resultDesc: z.string().optional(),
});

export const forgeStkSchema = z.strictObject({
  url: z.url(),
  /** Left out: ids nobody knows. */
  checkoutRequestId: z.string().optional(),
  merchantRequestId: z.string().optional(),
  resultCode: resultCode.default("0").transform(String),
  resultDesc: z.string().optional(),
  amountCents: positiveCents.default(10_000n),
  receipt: z.string().optional(),
  msisdn: msisdnSchema.default("254700000000"),
  /** Left out: the shop's shortcode. `null` for no Businessshortcode header. */
  shortcodeHeader: z.string().nullable().optional(),
});

export const deliverSchema = z.strictObject({
  kind: z.enum(CALLBACK_KINDS).optional(),
  uniqueId: z.string().optional(),
  voucherCode: z.string().optional(),
  checkoutRequestId: z.string().optional(),
  originatorConversationId: z.string().optional(),
  receipt: z.string().optional(),
});

export const limitSchema = z.object({
  limit: z.coerce.number().int().min(0).max(1_000_000).default(1_000),
});
