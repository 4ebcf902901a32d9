import { createHash } from "node:crypto";
import fc from "fast-check";

/** A name of ten digits for what happens in a life: the same steps again give the same name. */
export function nameOf(steps: readonly unknown[], repetition: number): string {
  const digest = createHash("sha256")
    .update(`${fc.stringify(steps)} ${repetition}`)
    .digest();
  return String(digest.readUIntBE(0, 6) % 10_000_000_000).padStart(10, "0");
}

/** Numbers from 0 to 1 that repeat exactly for the same name: a short congruential generator. */
export function seededRandom(name: string): () => number {
  let state = createHash("sha256").update(name).digest().readUInt32BE(0);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
