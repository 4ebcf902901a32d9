import { useCallback, useEffect, useRef } from "react";

const EVENTS = [
  "deposit_confirmed",
  "deposit_failed",
  "deposit_changed",
  "deposit_refunded",
  "withdrawal_paid",
  "withdrawal_failed",
  "withdrawal_changed",
  "balance",
] as const;
const SILENT_AFTER_MS = 40_000;

/**
 * Calls `onHint` for each live event while `on`, and whenever the stream begins. Returns a question: was
 * anything heard lately? A proxy that swallows the stream looks like silence, and whoever asks then polls.
 */
export function useEventHints(on: boolean, onHint: () => void): () => boolean {
  const heardAtMs = useRef(-Infinity);
  const latest = useRef(onHint);
  useEffect(() => {
    latest.current = onHint;
  });

  useEffect(() => {
    if (!on || typeof EventSource === "undefined") return;
    const source = new EventSource("/api/events");
    const heard = () => {
      heardAtMs.current = performance.now();
    };
    const hint = () => {
      heard();
      latest.current();
    };
    source.addEventListener("heartbeat", heard);
    // The stream begins at its own moment: what happened between the page and it is asked for.
    source.addEventListener("open", () => latest.current());
    for (const name of EVENTS) source.addEventListener(name, hint);
    return () => {
      source.close();
      heardAtMs.current = -Infinity;
    };
  }, [on]);

  return useCallback(() => performance.now() - heardAtMs.current < SILENT_AFTER_MS, []);
}
