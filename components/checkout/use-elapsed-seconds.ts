import { useEffect, useState } from "react";

/** Seconds that were already over when the server rendered the page, and every one since. */
export function useElapsedSeconds(secondsAtRender: number): number {
  const [seconds, setSeconds] = useState(secondsAtRender);
  useEffect(() => {
    const startedAtMs = performance.now();
    const timer = setInterval(() => {
      setSeconds(secondsAtRender + Math.floor((performance.now() - startedAtMs) / 1_000));
    }, 1_000);
    return () => clearInterval(timer);
  }, [secondsAtRender]);
  return seconds;
}
