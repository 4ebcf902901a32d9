const STREAMS_MAX = 6;

const openStreams = new Map<string, number>();

/**
 * Takes one of a customer's places for live streams in this process, or null when all are taken.
 * Call the result once the stream is over; calling it again does nothing.
 */
export function takeStreamPlace(customerId: string): (() => void) | null {
  const taken = openStreams.get(customerId) ?? 0;
  if (taken >= STREAMS_MAX) return null;
  openStreams.set(customerId, taken + 1);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    const left = (openStreams.get(customerId) ?? 1) - 1;
    if (left > 0) openStreams.set(customerId, left);
    else openStreams.delete(customerId);
  };
}
