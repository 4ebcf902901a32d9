"use client";

import { useEffect, useState } from "react";

const AROUND = 2 * Math.PI * 26;

export interface ElapsedWords {
  /** Each with `#` where the number goes. */
  readonly seconds: string;
  readonly minutes: string;
  readonly hours: string;
  readonly days: string;
  readonly since: string;
}

/**
 * How long the payment has been under way, and that something is still going on. It counts up
 * without end: time alone never means failure.
 */
export function ElapsedRing(props: { secondsAtRender: number; words: ElapsedWords }) {
  const { secondsAtRender, words } = props;
  const [seconds, setSeconds] = useState(secondsAtRender);
  useEffect(() => {
    const startedAtMs = performance.now();
    const timer = setInterval(() => {
      setSeconds(secondsAtRender + Math.floor((performance.now() - startedAtMs) / 1_000));
    }, 1_000);
    return () => clearInterval(timer);
  }, [secondsAtRender]);

  return (
    <div className="flex items-center gap-3 text-sm text-soft">
      <div className="relative size-18 shrink-0">
        <svg viewBox="0 0 60 60" className="size-18 -rotate-90" fill="none" aria-hidden="true">
          <circle cx="30" cy="30" r="26" strokeWidth="5" className="stroke-line" />
          <circle
            cx="30"
            cy="30"
            r="26"
            strokeWidth="5"
            strokeLinecap="round"
            strokeDasharray={AROUND}
            strokeDashoffset={AROUND * (1 - ((seconds % 60) + 1) / 60)}
            className="stroke-action"
          />
        </svg>
        <span className="absolute inset-0 flex items-center justify-center text-ink tabular-nums">
          {elapsedText(seconds, words)}
        </span>
      </div>
      <span>{words.since}</span>
    </div>
  );
}

/** The time in its largest unit: `12 s`, `3 min`, `2 h`, `4 d`. */
export function elapsedText(seconds: number, words: ElapsedWords): string {
  const count = Math.max(0, seconds);
  const [text, amount] =
    count < 60
      ? [words.seconds, count]
      : count < 3_600
        ? [words.minutes, count / 60]
        : count < 86_400
          ? [words.hours, count / 3_600]
          : [words.days, count / 86_400];
  return text.replace("#", String(Math.floor(amount)));
}
