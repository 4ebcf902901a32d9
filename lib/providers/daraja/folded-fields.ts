const CONTROL_CHARACTERS = /\p{Cc}+/gu;
const WORDS_MAX = 500;
const SHORT_TEXT_MAX = 64;
const DEPTH_MAX = 6;

/** Fields of an object under folded names. A name whose values contradict each other has none. */
export type FoldedFields = ReadonlyMap<string, string | null>;

/** `Conversation ID` and `ConversationID` alike: lower case, letters and digits only. */
export function foldKey(key: string): string {
  return key.toLowerCase().replace(/[^0-9a-z]/g, "");
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text or a number as text, fit to be stored; null for anything else and for nothing. */
export function wordsOf(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = String(value).replace(CONTROL_CHARACTERS, " ").trim();
  // Half a character, sent or left by the cut, could not be stored.
  return text === "" ? null : text.slice(0, WORDS_MAX).toWellFormed();
}

/** Pairs of name and value as fields. A pair without a value does not contradict one that has it. */
export function foldPairs(pairs: Iterable<readonly [key: string, value: unknown]>): FoldedFields {
  const fields = new Map<string, string | null>();
  const contradicted = new Set<string>();
  for (const [name, value] of pairs) {
    const key = foldKey(name);
    const text = wordsOf(value);
    const before = fields.get(key) ?? null;
    if (before !== null && text !== null && before !== text) contradicted.add(key);
    fields.set(key, before ?? text);
  }
  for (const key of contradicted) fields.set(key, null);
  return fields;
}

/** A field's text, no longer than a number, a name or a hash. Null where there is none. */
export function shortTextOf(fields: FoldedFields, name: string): string | null {
  return fields.get(name)?.slice(0, SHORT_TEXT_MAX).toWellFormed() ?? null;
}

/** What is found under a folded name among an object's own keys; undefined where there is none. */
export function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(record).find(([key]) => foldKey(key) === name)?.[1];
}

/**
 * The value of the first of these folded names anywhere in a body whose form nobody knows, the one
 * nearest the surface first. Null where there is none, and where two at the same depth disagree.
 */
export function findAnywhere(body: unknown, names: readonly string[]): string | null {
  let level: unknown[] = [body];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth += 1) {
    const records = level.filter(isRecord);
    const found = foldPairs(
      records.flatMap(pairsOf).filter(([key]) => names.includes(foldKey(key))),
    );
    const values = new Set([...found.values()]);
    const [value] = values;
    if (value !== undefined) return values.size === 1 ? value : null;
    level = level.flatMap((one) =>
      Array.isArray(one) ? one : isRecord(one) ? Object.values(one) : [],
    );
  }
  return null;
}

/** An object's fields, and the one it is itself when it is a pair of `Key` and `Value`. */
function pairsOf(record: Readonly<Record<string, unknown>>): [string, unknown][] {
  const key = fieldOf(record, "key") ?? fieldOf(record, "name");
  const own = Object.entries(record);
  return typeof key === "string" ? [...own, [key, fieldOf(record, "value")]] : own;
}
