import { UnreadableFile } from "./unreadable-file";

const TEXT_BYTES_LOOKED_AT = 4_096;
const OLD_OFFICE = [0xd0, 0xcf, 0x11, 0xe0];
const ZIP = [0x50, 0x4b];

/** What kind of file the bytes are, whatever it is called. Throws `UnreadableFile` for what is never read. */
export function sniffFile(bytes: Uint8Array): "text" | "workbook" {
  if (startsWith(bytes, ZIP)) return "workbook";
  if (startsWith(bytes, OLD_OFFICE)) {
    // A workbook with a password is wrapped in the old container, under a name in two-byte letters.
    const isLocked = Buffer.from(bytes).includes(Buffer.from("EncryptedPackage", "utf16le"));
    throw new UnreadableFile(isLocked ? "encrypted" : "old_excel");
  }
  const head = Buffer.from(bytes.subarray(0, TEXT_BYTES_LOOKED_AT)).toString("latin1");
  const start = head
    .replaceAll("\0", "")
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)?\s*/, "");
  if (start.startsWith("%PDF") || start.startsWith("<"))
    throw new UnreadableFile("not_a_statement");
  return "text";
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
