// PesaVoucher shows codes of 14 and 16 characters behind prefixes of three letters, and says neither
// is the rule, so the shape is generous and the provider's validation decides.
const CODE_SHAPE = /^[A-Z]{2,6}-[A-Z0-9]{10,24}$/;

/**
 * Reads a voucher code as people paste it (spaces, lower case and typographic dashes are
 * forgiven). Null when it cannot be a code. The digit 0 and the letter O both occur in codes, so no
 * look-alikes are folded.
 */
export function parseVoucherCode(text: string): string | null {
  if (text.length > 100) return null;
  const compact = text
    .replace(/[\s\u00a0\u200b]/g, "")
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    // Only a to z: `toUpperCase` would also make letters of a code out of ones no code has (ı, ſ, ß).
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return CODE_SHAPE.test(compact) ? compact : null;
}

/** `MLP-****GH78`: the prefix and the last four, for screens, logs and the audit trail. */
export function maskVoucherCode(code: string): string {
  const dash = code.indexOf("-");
  return `${code.slice(0, dash + 1)}****${code.slice(-4)}`;
}
