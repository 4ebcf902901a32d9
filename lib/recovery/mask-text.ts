import { maskPhone } from "@/lib/kit/phone";
import { maskVoucherCode } from "@/lib/kit/voucher-code";

// Not inside a longer number or one of our ids: a CheckoutRequestID ends with nine digits of the phone,
// and is the one thing M-Pesa's people can search by.
const PHONE = /(?<![\da-f_])(?:\+?254|0)[ -]?([17]\d{2})[ -]?(\d{3})[ -]?(\d{3})(?![\da-f])/g;
const VOUCHER_CODE = /\b[A-Z]{2,6}-[A-Z0-9]{10,24}\b/gi;

/** Text from outside, as staff may read it: no phone number can be called and no voucher code spent. */
export function maskText(text: string): string {
  return text
    .replace(PHONE, (_, area: string, middle: string, end: string) =>
      maskPhone(`+254${area}${middle}${end}`),
    )
    .replace(VOUCHER_CODE, (code) => maskVoucherCode(code));
}
