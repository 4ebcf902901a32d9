import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import { env } from "@/lib/env";

/** What a PKCS #8 file of an Ed25519 key begins with; the 32 bytes of the key follow. */
const PKCS8_START = Buffer.from("302e020100300506032b657004220420", "hex");
const KEY_BYTES = 32;

export interface AuditKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as people hand it on: 32 bytes in base64. */
  readonly publicText: string;
  /** Which key signed: the beginning of the public key's SHA-256. */
  readonly id: string;
}

/**
 * The key that signs the audit log's heads. It follows from ENCRYPTION_KEY, so nothing more has to be kept,
 * and whoever has only the database cannot sign.
 */
export function auditKey(): AuditKey {
  const seed = hkdfSync("sha256", env().encryptionKey, "", "malipo audit head", KEY_BYTES);
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_START, Buffer.from(seed)]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = createPublicKey(privateKey);
  const bytes = publicKey.export({ format: "der", type: "spki" }).subarray(-KEY_BYTES);
  return {
    privateKey,
    publicKey,
    publicText: bytes.toString("base64"),
    id: createHash("sha256").update(bytes).digest("hex").slice(0, 16),
  };
}
