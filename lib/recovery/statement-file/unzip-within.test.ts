import { deflateRawSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { LIMITS } from "./limits";
import { unzipWithin } from "./unzip-within";
import { zipStored } from "./zip-stored";

const PARTS = { "xl/a.xml": strToU8("<a/>".repeat(1_000)), "xl/b.xml": strToU8("<b/>") };
const ARCHIVE = Buffer.from(zipSync(PARTS));
const ENTRY = "PK\u0001\u0002";

async function namesIn(archive: Buffer): Promise<string[]> {
  return (await unzipWithin(archive, () => true)).map((part) => part.name);
}

/** The archive with something changed in the directory's word on its last part. */
function changed(change: (archive: Buffer, entry: number) => void): Buffer {
  const archive = Buffer.from(ARCHIVE);
  change(archive, archive.lastIndexOf(ENTRY));
  return archive;
}

/** The same archive as programs write it that keep every size in 64 bits. */
function widened(archive: Buffer): Buffer {
  const end = archive.lastIndexOf("PK\u0005\u0006");
  const start = archive.readUInt32LE(end + 16);
  const entries: Buffer[] = [];
  for (let at = start; at < end;) {
    const entry = Buffer.from(archive.subarray(at, at + 46 + archive.readUInt16LE(at + 28)));
    const extra = Buffer.alloc(6 + 28);
    // Something else comes first.
    extra.writeUInt16LE(0x5455, 0);
    extra.writeUInt16LE(2, 2);
    extra.writeUInt16LE(0x0001, 6);
    extra.writeUInt16LE(24, 8);
    [24, 20, 42].forEach((field, index) => {
      extra.writeBigUInt64LE(BigInt(entry.readUInt32LE(field)), 10 + 8 * index);
      entry.writeUInt32LE(0xffffffff, field);
    });
    entry.writeUInt16LE(extra.length, 30);
    entries.push(entry, extra);
    at += entry.length;
  }
  return Buffer.concat([archive.subarray(0, start), ...entries, archive.subarray(end)]);
}

describe("an archive", () => {
  test("is unpacked to what was packed, the parts that are asked for alone", async () => {
    const [part, ...others] = await unzipWithin(ARCHIVE, (name) => name === "xl/a.xml");
    expect(others).toEqual([]);
    expect(part?.bytes.equals(PARTS["xl/a.xml"])).toBe(true);
  });

  test("is unpacked when its sizes are kept in 64 bits", async () => {
    expect(await namesIn(widened(ARCHIVE))).toEqual(["xl/a.xml", "xl/b.xml"]);
  });

  test("put together here is unpacked to the same", async () => {
    const parts = await unzipWithin(ARCHIVE, () => true);
    const again = await unzipWithin(zipStored(parts), () => true);
    expect(again).toEqual(parts);
  });

  test("that unpacks to more than it may is stopped, whatever it says of itself", async () => {
    const packed = deflateRawSync(Buffer.alloc(LIMITS.unzippedBytes + 1), { level: 1 });
    expect(packed.length).toBeLessThan(2_000_000);
    const bomb = zipStored([{ name: "xl/a.xml", bytes: packed }]);
    bomb.writeUInt16LE(8, bomb.lastIndexOf(ENTRY) + 10);
    await expect(unzipWithin(bomb, () => true)).rejects.toMatchObject({ problem: "too_large" });
  });

  test.each([
    [
      "damaged",
      "a part's sum is another",
      (bytes: Buffer, at: number) => bytes.writeUInt32LE(1, at + 16),
    ],
    [
      "damaged",
      "a part is packed in another way",
      (bytes: Buffer, at: number) => bytes.writeUInt16LE(12, at + 10),
    ],
    [
      "damaged",
      "a part lies outside",
      (bytes: Buffer, at: number) => bytes.writeUInt32LE(1e9, at + 42),
    ],
    [
      "damaged",
      "two parts have one name",
      (bytes: Buffer, at: number) => bytes.write("xl/a", at + 46),
    ],
    [
      "damaged",
      "a size is said to be kept aside and is not",
      (bytes: Buffer, at: number) => bytes.writeUInt32LE(0xffffffff, at + 20),
    ],
    [
      "damaged",
      "its directory is elsewhere",
      (bytes: Buffer) => bytes.writeUInt32LE(3, bytes.length - 6),
    ],
    [
      "encrypted",
      "a part is locked",
      (bytes: Buffer, at: number) => bytes.writeUInt16LE(1, at + 8),
    ],
    [
      "too_large",
      "it has parts without end",
      (bytes: Buffer) => bytes.writeUInt16LE(LIMITS.zipEntries + 1, bytes.length - 12),
    ],
    [
      "too_large",
      "a part says it is huge",
      (bytes: Buffer, at: number) => bytes.writeUInt32LE(LIMITS.unzippedBytes + 1, at + 24),
    ],
  ])("is %s when %s", async (problem, _, change) => {
    await expect(unzipWithin(changed(change), () => true)).rejects.toMatchObject({ problem });
  });
});
