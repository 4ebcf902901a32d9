import { toTwoDecimals } from "./money";

/** An amount inside a JSON body, kept apart from numbers so that it is written digit by digit. */
export class Shillings {
  constructor(readonly cents: bigint) {}
}

export type WireValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Shillings
  | WireValue[]
  | { [name: string]: WireValue };

export type WireObject = { [name: string]: WireValue };

/** How amounts are spelled: `500.00`, `"500.00"`, or `500` where no cents are lost by it. */
export type AmountSpelling = "two_decimals" | "string" | "integer";

/**
 * Writes a body as JSON with amounts spelled exactly as asked. JSON.stringify cannot do it: it
 * would write 500.00 as 500.
 */
export function writeJson(value: WireValue, amounts: AmountSpelling = "two_decimals"): string {
  if (value instanceof Shillings) return writeAmount(value.cents, amounts);
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, amounts)).join(",")}]`;
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    members.push(`${JSON.stringify(name)}:${writeJson(member, amounts)}`);
  }
  return `{${members.join(",")}}`;
}

function writeAmount(cents: bigint, spelling: AmountSpelling): string {
  const text = toTwoDecimals(cents);
  if (spelling === "string") return `"${text}"`;
  if (spelling === "integer" && cents % 100n === 0n) return (cents / 100n).toString();
  return text;
}
