import { isUtf8 } from "node:buffer";
import { UnreadableFile } from "./unreadable-file";

const BYTES_LOOKED_AT = 4_096;

/**
 * A text file as UTF-8 without its mark: from UTF-8, from UTF-16 of either order (what Excel calls
 * "Unicode text"), or from Windows-1252, in which every byte means something.
 */
export function textOfFile(bytes: Uint8Array): Buffer {
  const encoding = encodingOf(bytes);
  const text =
    encoding === "utf-8"
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : Buffer.from(new TextDecoder(encoding).decode(bytes), "utf8");
  const unmarked = text.subarray(0, 3).equals(Buffer.from("\ufeff")) ? text.subarray(3) : text;
  if (unmarked.subarray(0, BYTES_LOOKED_AT).includes(0))
    throw new UnreadableFile("not_a_statement");
  return unmarked;
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  // Without a mark: in UTF-16 every other byte of a table in English is zero.
  const head = bytes.subarray(0, BYTES_LOOKED_AT);
  const zeros = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (odd > head.length / 4 && even < odd / 8) return "utf-16le";
  if (even > head.length / 4 && odd < even / 8) return "utf-16be";
  return isUtf8(bytes) ? "utf-8" : "windows-1252";
}
