import { toDayFirstTime } from "@/sandbox/kit/nairobi-time";

/**
 * `ws_CO_180920261803512708374149`: the time in Nairobi, the milliseconds without leading zeros,
 * the last nine digits of the phone. Moves on by a millisecond while the id is taken.
 */
export function checkoutRequestIdOf(
  msisdn: string,
  nowMs: number,
  isTaken: (id: string) => boolean,
): string {
  for (let atMs = Math.floor(nowMs); ; atMs += 1) {
    const id = `ws_CO_${toDayFirstTime(atMs)}${atMs % 1_000}${msisdn.slice(-9)}`;
    if (!isTaken(id)) return id;
  }
}
