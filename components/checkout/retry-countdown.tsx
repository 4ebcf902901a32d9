"use client";

import { useElapsedSeconds } from "./use-elapsed-seconds";

/** Says how long a new prompt has to wait, and when it has waited long enough. */
export function RetryCountdown(props: {
  secondsAtRender: number;
  /** With `#` where the seconds go. */
  wait: string;
  now: string;
}) {
  const left = props.secondsAtRender - useElapsedSeconds(0);
  return (
    <p className="tabular-nums">{left > 0 ? props.wait.replace("#", String(left)) : props.now}</p>
  );
}
