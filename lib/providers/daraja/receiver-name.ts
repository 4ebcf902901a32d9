import { parseKenyanPhone } from "@/lib/kit/phone";

const NAME_MAX = 100;
// A number, whole or masked: digits and stars, or the hash that stands for one.
const NUMBER_SHAPE = /^(\+?[\d*•#][\dxX*•#() .]*|[0-9a-f]{64})$/;

/**
 * Reads whom the provider says it paid, `254712345678 - JOHN DOE`. The number is null when it is masked,
 * missing or no Kenyan mobile number, the name when there is none.
 */
export function readReceiver(text: string): { phone: string | null; name: string | null } {
  const [number, name] = partsOf(text.replace(/\s+/g, " ").trim());
  return { phone: number === null ? null : parseKenyanPhone(number), name: nameOf(name) };
}

function partsOf(text: string): [number: string | null, name: string] {
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
