import { maskName } from "@/lib/kit/mask-name";
import { maskPhone, parseKenyanPhone } from "@/lib/kit/phone";

const NAME_MAX = 100;
const SHORTCODE_SHAPE = /^\d{5,7}$/;
// A number, whole or masked: digits and stars, or the hash that stands for one.
const NUMBER_SHAPE = /^(\+?[\d*•#][\dxX*•#() .]*|[0-9a-f]{64})$/;

/**
 * Reads whom the provider says it paid, `254712345678 - JOHN DOE`. The number is null when it is masked,
 * missing or no Kenyan mobile number, the name when there is none.
 */
export function readReceiver(text: string): { phone: string | null; name: string | null } {
  const [number, name] = partsOf(text);
  return { phone: number === null ? null : parseKenyanPhone(number), name: nameOf(name) };
}

/** The shortcode of an organisation that is named as `600998 - Duka`. Null when it is no organisation. */
export function readShortcode(party: string): string | null {
  const [number] = partsOf(party);
  return number !== null && SHORTCODE_SHAPE.test(number) ? number : null;
}

/**
 * A party as it may be kept and shown: `0712 *** 678 - J*** D**`. An organisation has nothing to hide, and
 * what is no number we can mask is left out. Null when nothing remains.
 */
export function maskParty(party: string): string | null {
  const [number, text] = partsOf(party);
  const name = nameOf(text);
  const isShop = number !== null && SHORTCODE_SHAPE.test(number);
  const shown = isShop ? [number, name] : [maskNumber(number), name && maskName(name)];
  return shown.filter((part) => part !== null).join(" - ") || null;
}

/** A number that arrives masked stays so, as long as it hides enough. */
function maskNumber(number: string | null): string | null {
  const phone = number === null ? null : parseKenyanPhone(number);
  if (phone !== null) return maskPhone(phone);
  const isMasked =
    number !== null && /[*•xX]/.test(number) && number.replace(/\D/g, "").length <= 7;
  return isMasked ? number : null;
}

function partsOf(party: string): [number: string | null, name: string] {
  const text = party.replace(/\s+/g, " ").trim();
  const dash = /\s?[-–—:|]\s?/.exec(text);
  const before = dash ? text.slice(0, dash.index) : text;
  if (NUMBER_SHAPE.test(before)) {
    return [before, dash ? text.slice(dash.index + dash[0].length) : ""];
  }
  const bare = /^(\+?\d{9,12}) (\D+)$/.exec(text);
  return bare ? [bare[1] ?? null, bare[2] ?? ""] : [null, text];
}

function nameOf(text: string): string | null {
  const name = text
    .replace(/^[\s\p{P}]*(?=[\p{L}])/u, "")
    .slice(0, NAME_MAX)
    .trim();
  return /\p{L}/u.test(name) ? name : null;
}
