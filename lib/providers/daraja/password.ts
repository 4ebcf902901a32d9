import { nairobiDigits } from "./nairobi-time";

/**
 * What proves that a call for a shortcode is the merchant's. The gateway undoes the Base64 and compares
 * the time inside with the one beside it, so both are made from one reading of the clock.
 */
export function stkPassword(input: { shortcode: string; passkey: string; at: Date }): {
  password: string;
  timestamp: string;
} {
  const timestamp = nairobiDigits(input.at);
  const plain = `${input.shortcode}${input.passkey}${timestamp}`;
  return { password: Buffer.from(plain, "utf8").toString("base64"), timestamp };
}
