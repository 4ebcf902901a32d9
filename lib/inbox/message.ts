import { sha256Hex } from "@/lib/crypto";
import { newId } from "@/lib/kit/ids";

/** A callback as it arrived, before anyone has read it. */
export interface Arrival {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  readonly dedupeKey: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly source: string;
  readonly query: string;
  /** The payment its address was made for; null where one address serves all. */
  readonly addressee: string | null;
  /** SHA-256 of the secret in its address; null where the address has none. */
  readonly secretHash: string | null;
  readonly receivedAt: Date;
  /** Not proven to come from the provider: stored and shown, never worked on its own. */
  readonly quarantine: string | null;
}

const KEPT_HEADERS = [
  "content-type",
  "user-agent",
  "x-callback-source",
  "businessshortcode",
  "x-forwarded-for",
];
const HEADER_LENGTH_MAX = 256;

/**
 * Makes the arrival of one callback. Its key covers the whole content and our verdict on its origin: the
 * same message twice is a repeat, and nobody can block a genuine message by sending something like it
 * first.
 */
export function makeArrival(input: {
  provider: string;
  kind: string;
  body: Uint8Array;
  headers: Headers;
  source: string;
  query: string;
  addressee?: string | null;
  secretHash?: string | null;
  receivedAt: Date;
  quarantine: string | null;
}): Arrival {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = input.headers.get(name);
    return value === null ? [] : [[name, value.slice(0, HEADER_LENGTH_MAX)] as const];
  });
  const trust = input.quarantine === null ? "trusted" : "doubtful";
  const { addressee = null, secretHash = null } = input;
  const address = [input.query, addressee ?? "", secretHash ?? ""].join("\0");
  return {
    ...input,
    addressee,
    secretHash,
    id: newId("message", input.receivedAt.getTime()),
    dedupeKey: sha256Hex(
      Buffer.concat([Buffer.from(`${input.kind}\0${trust}\0${address}\0`), input.body]),
    ),
    headers: Object.fromEntries(kept),
  };
}
