import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { LIMITS } from "./limits";
import { UnreadableFile } from "./unreadable-file";

const inflate = promisify(inflateRaw);

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const NOT_HERE = 0xffffffff;
const WIDE = 0x0001;

/** A part of an archive, unpacked. */
export interface ZipPart {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Unpacks the parts of an archive whose names are asked for, and stops with `UnreadableFile` as soon
 * as they come to more than a statement has: an archive's own word on its sizes is not believed.
 */
export async function unzipWithin(
  archive: Buffer,
  isWanted: (name: string) => boolean,
): Promise<ZipPart[]> {
  const parts: ZipPart[] = [];
  const names = new Set<string>();
  let bytesLeft: number = LIMITS.unzippedBytes;
  for (const entry of listEntries(archive)) {
    if (entry.isLocked) throw new UnreadableFile("encrypted");
    if (!isWanted(entry.name)) continue;
    // Two parts of one name: two programs could see two different statements.
    if (names.has(entry.name)) throw new UnreadableFile("damaged");
    names.add(entry.name);
    const bytes = await unpack(archive, entry, bytesLeft);
    bytesLeft -= bytes.length;
    parts.push({ name: entry.name, bytes });
  }
  return parts;
}

interface Entry {
  readonly name: string;
  readonly isLocked: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly offset: number;
}

function listEntries(archive: Buffer): Entry[] {
  const end = endOfDirectory(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > LIMITS.zipEntries) throw new UnreadableFile("too_large");
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== ENTRY) {
      throw new UnreadableFile("damaged");
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      archive.readUInt16LE(at + field),
    );
    const nameEnd = at + 46 + (nameBytes ?? 0);
    const extra = archive.subarray(nameEnd, nameEnd + (extraBytes ?? 0));
    const [unpackedBytes, packedBytes, offset] = wideNumbers(
      [24, 20, 42].map((field) => archive.readUInt32LE(at + field)),
      extra,
    );
    if ((unpackedBytes ?? 0) > LIMITS.unzippedBytes) throw new UnreadableFile("too_large");
    entries.push({
      name: archive.toString("utf8", at + 46, nameEnd),
      isLocked: (archive.readUInt16LE(at + 8) & 1) === 1,
      method: archive.readUInt16LE(at + 10),
      crc: archive.readUInt32LE(at + 16),
      packedBytes: packedBytes ?? 0,
      offset: offset ?? 0,
    });
    at = nameEnd + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return entries;
}

/** Numbers that do not fit are kept aside, in 64 bits; some programs keep all of them there. */
function wideNumbers(narrow: readonly number[], extra: Buffer): number[] {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== WIDE) {
    at += 4 + extra.readUInt16LE(at + 2);
  }
  at += 4;
  return narrow.map((number) => {
    if (number !== NOT_HERE) return number;
    if (at + 8 > extra.length) throw new UnreadableFile("damaged");
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  });
}

function endOfDirectory(archive: Buffer): number {
  const first = Math.max(0, archive.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = archive.length - END_BYTES; at >= first; at -= 1) {
    if (archive.readUInt32LE(at) === END) return at;
  }
  throw new UnreadableFile("damaged");
}

async function unpack(archive: Buffer, entry: Entry, bytesMax: number): Promise<Buffer> {
  const { offset, packedBytes } = entry;
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== LOCAL) {
    throw new UnreadableFile("damaged");
  }
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const packed = archive.subarray(start, start + packedBytes);
  if (packed.length < packedBytes) throw new UnreadableFile("damaged");
  const bytes = await inflated(packed, entry.method, bytesMax);
  if (crc32(bytes) !== entry.crc) throw new UnreadableFile("damaged");
  return bytes;
}

async function inflated(packed: Buffer, method: number, bytesMax: number): Promise<Buffer> {
  if (method === STORED && packed.length > bytesMax) throw new UnreadableFile("too_large");
  if (method === STORED) return packed;
  if (method !== DEFLATED) throw new UnreadableFile("damaged");
  try {
    return await inflate(packed, { maxOutputLength: Math.max(1, bytesMax) });
  } catch (error) {
    const isTooLong = error instanceof RangeError;
    throw new UnreadableFile(isTooLong ? "too_large" : "damaged");
  }
}
