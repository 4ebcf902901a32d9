/** A name the provider gave to something: opaque, printable, of bounded length. Null for anything else. */
export function opaqueOf(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = String(value).trim();
  return /^[\x21-\x7e]{1,128}$/.test(text) ? text : null;
}
