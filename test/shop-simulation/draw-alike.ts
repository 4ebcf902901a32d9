import { createHash } from "node:crypto";
import { vi } from "vitest";
import { processName } from "../withdrawal-simulation/processes";

const BYTES_OF_DIGEST = 32;

/**
 * From here on ids, account numbers and everything else that the shop draws come of this name, for each
 * process its own: who is quicker in Postgres changes nothing about what the others draw.
 */
export function drawAlike(name: string): void {
  const counts = new Map<string, number>();
  const digest = () => {
    const process = processName();
    const count = (counts.get(process) ?? 0) + 1;
    counts.set(process, count);
    return createHash("sha256").update(`${name}:${process}:${count}`).digest();
  };
  vi.spyOn(Math, "random").mockImplementation(() => digest().readUInt32BE(0) / 2 ** 32);
  vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((array) => {
    if (array === null) return array;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += BYTES_OF_DIGEST)
      bytes.set(digest().subarray(0, bytes.length - at), at);
    return array;
  });
}
