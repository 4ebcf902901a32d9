import { z } from "zod";

const limit = z.coerce.number().int().min(1).max(100_000).default(1_000);

export const payoutVoucherFilterSchema = z.object({
  uniqueId: z.string().optional(),
  email: z.string().optional(),
  state: z.enum(["active", "redeemed", "expired"]).optional(),
  /** Left out, those of the shop under test. */
  merchantId: z.string().optional(),
  limit,
});

export const emailFilterSchema = z.object({ to: z.string().optional(), limit });

export const emailAddressSchema = z.strictObject({ email: z.string().min(1) });

export const merchantBalanceSchema = z.strictObject({
  /** Left out, the shop under test. */
  merchantId: z.string().min(1).optional(),
  balanceCents: z.bigint().nonnegative(),
});

export const forgeVoucherCreatedSchema = z.strictObject({
  url: z.url(),
  event: z.enum(["voucher.created", "voucher.redeemed"]).default("voucher.created"),
  /** Left out: ids and a code nobody knows. */
  uniqueId: z.string().optional(),
  transactionId: z.string().optional(),
  voucherCode: z.string().optional(),
  amountCents: z.bigint().positive().default(10_000n),
  email: z.string().default("nobody@example.com"),
  /** Left out: the header a real callback has; `null` for none. */
  source: z.string().nullable().optional(),
});
