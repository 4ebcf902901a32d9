import { z } from "zod";

// Loose on purpose: providers add fields without warning, and only what we read is required.

const text = z.union([z.string(), z.number()]).transform(String);
const optionalText = text.nullish().transform((value) => value ?? null);

// What an answer says in words only explains its flags: absent, null or of another type, it must not
// hide them. A redemption that succeeded and says `"error": null` has succeeded.
const words = z.string().nullish().catch(undefined);
const listOfWords = z
  .union([z.array(z.string()), z.string().transform((one) => [one])])
  .nullish()
  .catch(undefined);

/** Answer of `validate_voucher` (docs/providers/pesavoucher.md, "Validate"). */
export const ValidateAnswer = z.looseObject({
  success: z.boolean(),
  valid: z.boolean().nullish(),
  validation_errors: listOfWords,
  error: words,
  message: words,
});

/** Answer of `redeem_voucher` (docs/providers/pesavoucher.md, "Redeem"). */
export const RedeemAnswer = z.looseObject({
  success: z.boolean(),
  redemption: z.looseObject({ amount: z.unknown().optional() }).nullish().catch(undefined),
  error: words,
  message: words,
});

/** Answer of `check_payment_status` (docs/providers/pesavoucher.md, "Status"). */
export const StatusAnswer = z.looseObject({
  success: z.boolean(),
  payment: z
    .looseObject({
      payment_status: z.string().nullish(),
      status: z.string().nullish(),
      is_success: z.boolean().nullish(),
    })
    .nullish(),
  error: words,
  message: words,
});

/** Body of the purchase callback. Only `success` and `session_id` are promised in every case. */
export const PurchaseCallbackBody = z.looseObject({
  success: z.boolean(),
  session_id: text.pipe(z.string().min(1).max(128)),
  voucher_code: optionalText,
  payment_id: optionalText.pipe(z.string().max(128).nullable()),
  mpesa_receipt: optionalText.pipe(z.string().max(64).nullable()),
  /** The other name the provider uses for the same thing. */
  mpesa_receipt_number: optionalText.pipe(z.string().max(64).nullable()),
  amount: z.unknown().optional(),
  currency: optionalText,
});

export type PurchaseCallbackBody = z.infer<typeof PurchaseCallbackBody>;

/** Body of the redemption callback. Its form is undocumented: the code is all we insist on. */
export const RedemptionCallbackBody = z.looseObject({
  success: z.boolean().optional(),
  voucher_code: text,
  amount: z.unknown().optional(),
  currency: optionalText,
});

const loose = z.unknown().optional();

/** Answer of `create_voucher` (docs/providers/pesavoucher.md, "Create voucher"). */
export const IssueAnswer = z.looseObject({
  success: loose,
  voucher_code: loose,
  amount: loose,
  currency: loose,
  transaction_id: loose,
  unique_id: loose,
  error: words,
  message: words,
});

export type IssueAnswer = z.infer<typeof IssueAnswer>;

/** Answer of `query_balance` (docs/providers/pesavoucher.md, "Balance"). */
export const BalanceAnswer = z.looseObject({
  success: z.boolean(),
  balance: loose,
  currency: loose,
  error: words,
  message: words,
});

/** Body of the callback about a voucher we issued. Its form is undocumented, so nothing is insisted on. */
export const VoucherCreatedBody = z.looseObject({
  success: loose,
  event: loose,
  status: loose,
  unique_id: loose,
  transaction_id: loose,
  voucher_code: loose,
  amount: loose,
});
