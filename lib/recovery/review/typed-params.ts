import { z } from "zod";
import { decimalFromCents, parseAmount } from "@/lib/kit/money";
import { readReceiptNumber } from "@/lib/providers/daraja/receipt-number";

const AMOUNT_LIMITS = { minCents: 1n, maxCents: 10_000_000_000n };
const TEXT_MAX = 300;

/** A receipt as staff copied it from an SMS, in capitals. */
export const TypedReceipt = z
  .string({ message: "empty" })
  .max(TEXT_MAX, { message: "bad_shape" })
  .transform((text, context) => {
    const number = readReceiptNumber(text.replace(/\s/g, ""));
    if (number !== null) return number;
    const message = text.trim() === "" ? "empty" : "bad_shape";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** The same where there may be none. */
export const MaybeReceipt = z
  .string()
  .optional()
  .transform((text) => (text?.trim() ? text : null))
  .nullable()
  .pipe(TypedReceipt.nullable());

/** An amount as staff typed it, written with two decimals. */
export const TypedAmount = z
  .string({ message: "empty" })
  .max(TEXT_MAX, { message: "not_a_number" })
  .transform((text, context) => {
    const parsed = parseAmount(text, AMOUNT_LIMITS);
    if (parsed.ok) return decimalFromCents(parsed.amountCents);
    context.addIssue({ code: "custom", message: parsed.problem });
    return z.NEVER;
  });

/** The cents of an amount that `TypedAmount` wrote. */
export function centsOf(decimal: string): bigint {
  return BigInt(decimal.replace(".", ""));
}

/** A box that staff tick; kept as it is posted, `yes`. */
export const TypedTick = z
  .string()
  .max(TEXT_MAX)
  .optional()
  .transform((ticked) => (ticked === "yes" ? "yes" : "no"));

/** An id that a form carries. */
export const TypedId = z
  .string({ message: "empty" })
  .min(1, { message: "empty" })
  .max(TEXT_MAX, { message: "bad_shape" });
