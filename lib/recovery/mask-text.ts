import { maskEmail } from "@/lib/kit/email";
import { maskName } from "@/lib/kit/mask-name";
import { maskPhone } from "@/lib/kit/phone";
import { maskVoucherCode } from "@/lib/kit/voucher-code";

// Not inside a longer number or one of our ids: a CheckoutRequestID ends with nine digits of the phone,
// and is the one thing M-Pesa's people can search by.
const PHONE = /(?<![\da-f_])(?:\+?254|0)[ -]?([17]\d{2})[ -]?(\d{3})[ -]?(\d{3})(?![\da-f])/g;
const VOUCHER_CODE = /\b[A-Z]{2,6}-[A-Z0-9]{10,24}\b/gi;
// Every part has an end: text from outside may be long, and looked through from each of its letters.
const EMAIL = /[^\s@<>"'(),;:=/\\]{1,64}@[^\s@<>"'(),;:/\\]{1,255}/g;
// Whom M-Pesa paid: the number, whole or masked by then, a dash, and the name.
const RECEIVER = /(0[17]\d{2} \*{3} \d{3}|\d[\d*]{5,20} ?)( ?- ?)(\p{L}[^"\\<>\r\n]{0,99})/gu;
const ADDRESS_SECRET = /(\/callbacks\/[^/\s"']+\/)[^/\s"']+/g;
const ADDRESS_TOKEN = /\b(token=)[^&\s"']+/g;

/**
 * Text from outside, as staff may read it: no phone number can be called, no address written to, no voucher
 * code spent, no name of a stranger learnt, and no address of ours called in somebody's place.
 */
export function maskText(text: string): string {
  return text
    .replace(PHONE, (_, area: string, middle: string, end: string) =>
      maskPhone(`+254${area}${middle}${end}`),
    )
    .replace(VOUCHER_CODE, (code) => maskVoucherCode(code))
    .replace(EMAIL, (address) => maskEmail(address))
    .replace(RECEIVER, (_, number: string, dash: string, name: string) => {
      return `${number}${dash}${maskName(name)}`;
    })
    .replace(ADDRESS_SECRET, "$1…")
    .replace(ADDRESS_TOKEN, "$1…");
}
