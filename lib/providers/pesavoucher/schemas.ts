import { z } from "zod";

// Loose on purpose: providers add fields without warning, and only what we read is required.

const text = z.union([z.string(), z.number()]).transform(String);
const optionalText = text.nullish().transform((value) => value ?? null);

/** Answer of `validate_voucher` (docs/providers/pesavoucher.md, "Validate"). */
export const ValidateAnswer = z.looseObject({
  success: z.boolean(),
  valid: z.boolean().optional(),
  validation_errors: z.array(z.string()).optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

/** Answer of `redeem_voucher` (docs/providers/pesavoucher.md, "Redeem"). */
export const RedeemAnswer = z.looseObject({
  success: z.boolean(),
  redemption: z.looseObject({ amount: z.unknown() }).optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});

/** Answer of `check_payment_status` (docs/providers/pesavoucher.md, "Status"). */
export const StatusAnswer = z.looseObject({
  success: z.boolean(),
  payment: z
    .looseObject({
      payment_status: z.string().optional(),
      status: z.string().optional(),
      is_success: z.boolean().optional(),
    })
    .optional(),
  error: z.string().optional(),
});

/** Body of the purchase callback. Only `success` and `session_id` are promised in every case. */
export const PurchaseCallbackBody = z.looseObject({
  success: z.boolean(),
  session_id: text.pipe(z.string().min(1).max(128)),
  voucher_code: optionalText,
  payment_id: optionalText.pipe(z.string().max(128).nullable()),
  mpesa_receipt: optionalText.pipe(z.string().max(64).nullable()),
  amount: z.unknown(),
  currency: optionalText,
});

/** Body of the redemption callback. Its form is undocumented: the code is all we insist on. */
export const RedemptionCallbackBody = z.looseObject({
  success: z.boolean().optional(),
  voucher_code: text,
  amount: z.unknown(),
  currency: optionalText,
});
