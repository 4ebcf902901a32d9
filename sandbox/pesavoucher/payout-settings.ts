import { z } from "zod";

/** What `create_voucher` had to invent, as named switches. */
export const voucherPayoutSettingsShape = {
  unknownEmail: z
    .enum(["user_not_found", "create_account"])
    .describe(
      "Both are documented. create_voucher for an e-mail nobody registered: “User not found”, or an account is made for it.",
    ),
  duplicateUniqueId: z
    .enum(["second_voucher", "refuse", "replay"])
    .describe(
      "Choice. create_voucher with a unique_id used before: pays a second time (the dangerous reading), refuses with “Duplicate unique_id”, or gives the first answer again.",
    ),
  createVoucherRefusalStatus: z
    .union([z.literal(200), z.literal(400), z.literal(404), z.literal(409), z.literal(422)])
    .describe("Choice. The HTTP status of a refused create_voucher."),
  createVoucherCallbacks: z
    .boolean()
    .describe(
      "Choice. create_voucher posts voucher.created, and later voucher.redeemed, to the given callback_url; the real payload is unknown.",
    ),
  voucherCreatedDelayMs: z
    .number()
    .int()
    .min(0)
    .max(86_400_000)
    .describe("Choice. How long after its creation a voucher's callback goes."),
};

export const VOUCHER_PAYOUT_SETTINGS: Readonly<
  z.output<z.ZodObject<typeof voucherPayoutSettingsShape>>
> = {
  unknownEmail: "user_not_found",
  duplicateUniqueId: "second_voucher",
  createVoucherRefusalStatus: 400,
  createVoucherCallbacks: true,
  voucherCreatedDelayMs: 500,
};
