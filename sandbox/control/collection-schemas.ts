import { z } from "zod";

import { msisdnSchema } from "@/sandbox/kit/msisdn";

const positiveCents = z.bigint().positive();

export const payByHandSchema = z.strictObject({
  phone: msisdnSchema,
  /** A PayBill, or the number of a till; left out, the PayBill of the shop under test. */
  shortcode: z.string().optional(),
  /** What the customer types as the account number; no till asks for one. */
  reference: z.string().max(20).default(""),
  amountCents: positiveCents,
  /** Left out, the phone's own. */
  pin: z.string().optional(),
});

export const paymentFilterSchema = z.object({
  shortcode: z.string().optional(),
  msisdn: msisdnSchema.optional(),
  reference: z.string().optional(),
  via: z.enum(["push", "hand", "simulate"]).optional(),
  state: z.enum(["validating", "completed", "refused"]).optional(),
  checkoutRequestId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
});

export const collectionUrlsSchema = z.strictObject({
  /** Left out: the PayBill of the shop under test. */
  shortcode: z.string().optional(),
  version: z.enum(["v1", "v2"]).default("v2"),
  confirmationUrl: z.url(),
  validationUrl: z.url(),
  responseType: z.enum(["Completed", "Cancelled"]).default("Completed"),
});

export const externalValidationSchema = z.strictObject({
  shortcode: z.string().optional(),
  on: z.boolean(),
});

export const forgeConfirmationSchema = z.strictObject({
  url: z.url(),
  /** Left out: a receipt nobody knows. */
  receipt: z.string().min(1).optional(),
  shortcode: z.string().optional(),
  reference: z.string().default("FORGED"),
  amountCents: positiveCents.default(10_000n),
  msisdn: msisdnSchema.default("254700000000"),
  version: z.enum(["v1", "v2"]).default("v2"),
  /** A validation has no balance. */
  kind: z.enum(["c2b_validation", "c2b_confirmation"]).default("c2b_confirmation"),
});
