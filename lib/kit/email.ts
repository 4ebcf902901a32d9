const ADDRESS_MAX = 254;
const LOCAL_PART_MAX = 64;

const LOCAL_PART_SHAPE = /^[0-9a-z!#$%&'*+/=?^_`{|}~-]+(\.[0-9a-z!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN_SHAPE = /^([0-9a-z]([0-9a-z-]{0,61}[0-9a-z])?\.)+([a-z]{2,63}|xn--[0-9a-z-]{1,59})$/;

/**
 * Reads a bare e-mail address into lower case. Null when it is none: names in front of it, quoted parts,
 * several addresses and letters outside ASCII are no part of an address that money is sent to.
 */
export function parseEmail(text: string): string | null {
  // Only A to Z: `toLowerCase` would make a letter of an address out of one no address has (K, the kelvin).
  const address = text.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (address.length > ADDRESS_MAX) return null;
  const at = address.indexOf("@");
  const localPart = address.slice(0, Math.max(at, 0));
  if (localPart.length > LOCAL_PART_MAX || !LOCAL_PART_SHAPE.test(localPart)) return null;
  return DOMAIN_SHAPE.test(address.slice(at + 1)) ? address : null;
}

/** `a***@duka.co.ke`: enough to recognise one's own address, not enough to write to it. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf("@");
  const [first = ""] = address.slice(0, Math.max(at, 0));
  return `${first}***${at < 0 ? "" : address.slice(at)}`;
}
