import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { env } from "./env";

const KEY_ID = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

let key: KeyObject | undefined;

/** Made once: given plain bytes, Node would make it anew at every use. */
function encryptionKey(): KeyObject {
  return (key ??= createSecretKey(env().encryptionKey));
}

/** Encrypts with AES-256-GCM. The result is `key id · iv · tag · cipher text`, so keys can be replaced. */
export function encrypt(plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", encryptionKey(), iv);
  const body = cipher.update(plain);
  const rest = cipher.final();
  return new Uint8Array(Buffer.concat([Buffer.of(KEY_ID), iv, cipher.getAuthTag(), body, rest]));
}

/** Undoes `encrypt`. Throws when the bytes were changed or belong to another key. */
export function decrypt(sealed: Uint8Array): Buffer {
  if (sealed[0] !== KEY_ID) throw new Error(`no key with id ${String(sealed[0])}`);
  const iv = sealed.subarray(1, 1 + IV_BYTES);
  const tag = sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", encryptionKey(), iv);
  decipher.setAuthTag(tag);
  return Buffer.concat([
    decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES)),
    decipher.final(),
  ]);
}

/** A keyed hash for look-up columns: equal inputs find each other, and the table alone reveals nothing. */
export function keyedHash(purpose: string, value: string): string {
  return createHmac("sha256", encryptionKey()).update(`${purpose}\0${value}`).digest("hex");
}

/** A plain SHA-256 in hex, for unguessable tokens and content fingerprints. */
export function sha256Hex(value: string | Uint8Array): string {
  return createHash("sha256").update(value).digest("hex");
}

/**
 * An unguessable token in UUID form, derived from our own id: the same id always gives the same
 * token, so a repeated request can show the first address again without storing the token itself.
 */
export function derivedUuid(purpose: string, id: string): string {
  const bytes = createHmac("sha256", encryptionKey()).update(`${purpose}\0${id}`).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.subarray(0, 16).toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
