"use client";

import { useEffect } from "react";
import { Ring } from "./elapsed-ring";
import { elapsedText, type ElapsedUnits } from "./elapsed-text";
import { PROMPT_HELP_ID, promptPhase, secondsLeft } from "./prompt-phase";
import { useElapsedSeconds } from "./use-elapsed-seconds";

export interface PromptClockWords extends ElapsedUnits {
  /** With `#` where the seconds go. */
  readonly left: string;
  readonly still: string;
  readonly live: string;
}

/**
 * Counts the minute that a prompt usually stays on a phone, and opens the help when most prompts have
 * long arrived. When the minute is over it says so calmly and goes on: time alone never means failure.
 */
export function PromptClock(props: { secondsAtRender: number; words: PromptClockWords }) {
  const { words } = props;
  const seconds = useElapsedSeconds(props.secondsAtRender);
  const { isLate, isOver } = promptPhase(seconds);
  useEffect(() => {
    if (isLate) document.getElementById(PROMPT_HELP_ID)?.setAttribute("open", "");
  }, [isLate]);

  const left = words.left.replace("#", String(secondsLeft(seconds)));
  return (
    <div className="flex items-center gap-3 text-sm text-soft">
      <Ring seconds={seconds} text={elapsedText(seconds, words)} />
      {/* As high as its longest text, so that nothing below moves when one follows the other. */}
      <div className="grid">
        <span className={`tabular-nums [grid-area:1/1] ${isOver ? "invisible" : ""}`}>
          {left} {words.live}
        </span>
        <span className={`[grid-area:1/1] ${isOver ? "text-ink" : "invisible"}`}>
          {words.still} {words.live}
        </span>
      </div>
    </div>
  );
}
