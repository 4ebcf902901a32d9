import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { decrypt, encrypt } from "@/lib/crypto";
import { LIMITS } from "../statement-file/limits";

// A CSV shrinks to a tenth, and much of one is alike: the quickest way finds nearly all of it.
const QUICKEST = { level: 1 };
const GZIP_MARK = [0x1f, 0x8b];

/** A statement file as it is kept: packed, because it is large, and encrypted. */
export async function sealContent(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return encrypt(await promisify(gzip)(bytes, QUICKEST));
}

/** The bytes of the file again. Neither a CSV nor a workbook begins like what is packed. */
export async function openContent(content: Uint8Array): Promise<Uint8Array> {
  const bytes = decrypt(content);
  const isPacked = GZIP_MARK.every((byte, at) => bytes[at] === byte);
  if (!isPacked) return bytes;
  return promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)(bytes, {
    maxOutputLength: LIMITS.fileBytes,
  });
}
