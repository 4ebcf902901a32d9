const PREFIXES = {
  merchant: "mer",
  user: "usr",
  deposit: "dep",
  withdrawal: "wdr",
  redemption: "rdm",
  movement: "mov",
  account: "acc",
  message: "msg",
  call: "cal",
  request: "req",
  providerAccount: "pra",
  transaction: "ptx",
  statement: "stm",
  pullRun: "pul",
  receiptQuery: "rcq",
  refund: "rfd",
  decision: "dcn",
} as const;

export type IdKind = keyof typeof PREFIXES;

/**
 * Makes a prefixed, sortable id such as `dep_0195f3a2…`: a UUIDv7 without dashes behind the noun's
 * prefix, so ids sort by the millisecond they were made and say what they are.
 */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(nowMs / 0x10000));
  view.setUint16(4, nowMs % 0x10000);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  return `${PREFIXES[kind]}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** True when `value` has the form of an id of this kind. */
export function isId(kind: IdKind, value: string): boolean {
  return new RegExp(`^${PREFIXES[kind]}_[0-9a-f]{32}$`).test(value);
}

/** The id another noun would have, had it been made with this one: ids of two nouns then sort as one list. */
export function idOfKind(kind: IdKind, id: string): string {
  return `${PREFIXES[kind]}_${id.slice(id.indexOf("_") + 1)}`;
}

/** The UUID inside an id, with its dashes: for providers that know ids in this form. */
export function uuidOfId(id: string): string {
  const hex = id.slice(id.indexOf("_") + 1);
  return [8, 12, 16, 20, 32]
    .map((end, index, ends) => hex.slice(ends[index - 1] ?? 0, end))
    .join("-");
}

/** A short code that is easy to read aloud: no vowels, no digits that look like letters. */
export function newPublicCode(): string {
  const alphabet = "23456789BCDFGHJKMNPQRSTVWXYZ";
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  // 28 symbols do not divide 256; the bias is below half a bit and the code is only a look-up key.
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");
}
