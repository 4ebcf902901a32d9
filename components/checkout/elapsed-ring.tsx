"use client";

import { elapsedText, type ElapsedUnits } from "./elapsed-text";
import { useElapsedSeconds } from "./use-elapsed-seconds";

const AROUND = 2 * Math.PI * 26;

export interface ElapsedWords extends ElapsedUnits {
  readonly since: string;
}

/**
 * How long the payment has been under way, and that something is still going on. It counts up
 * without end: time alone never means failure.
 */
export function ElapsedRing(props: { secondsAtRender: number; words: ElapsedWords }) {
  const seconds = useElapsedSeconds(props.secondsAtRender);
  return (
    <div className="flex items-center gap-3 text-sm text-soft">
      <Ring seconds={seconds} text={elapsedText(seconds, props.words)} />
      <span>{props.words.since}</span>
    </div>
  );
}

/** One turn a minute, with the time in the middle. */
export function Ring({ seconds, text }: { seconds: number; text: string }) {
  return (
    <div className="relative size-18 shrink-0 text-sm">
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
        {text}
      </span>
    </div>
  );
}
