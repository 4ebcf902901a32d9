/**
 * JSON of the control API. Amounts are integer cents under names that end in `Cents`; they travel
 * as strings of digits (JSON numbers are read too) and are bigint on both ends.
 */
export function writeControlJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "bigint" ? member.toString() : member,
  );
}

/** Reads control JSON; every whole number under a name ending in `Cents` becomes a bigint. */
export function readControlJson(text: string): unknown {
  return JSON.parse(text, (name: string, member: unknown) => {
    if (!name.endsWith("Cents")) return member;
    if (typeof member === "number" && Number.isSafeInteger(member)) return BigInt(member);
    return typeof member === "string" && /^-?\d{1,18}$/.test(member) ? BigInt(member) : member;
  });
}
