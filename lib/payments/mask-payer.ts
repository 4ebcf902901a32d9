import { maskPhone } from "@/lib/kit/phone";

/** Who paid, as M-Pesa wrote it, without what would let one call: some numbers come masked already. */
export function maskPayer(payer: string): string {
  if (/^254[17]\d{8}$/.test(payer)) return maskPhone(`+${payer}`);
  const digits = payer.replace(/\D/g, "");
  // A number in a form we do not know, or a hash of one: its end tells two payers apart.
  return digits.length > 6 || payer.length > 20 ? `***${payer.slice(-3)}` : payer;
}
