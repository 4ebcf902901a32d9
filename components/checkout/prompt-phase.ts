/** How long M-Pesa usually keeps a prompt on the phone. Nothing happens when it is over. */
const PROMPT_SECONDS = 60;

/** By then most prompts have arrived, and whoever has none needs help. */
const LATE_AFTER_SECONDS = 30;

/** The details element with the help, opened where it stands when it is needed. */
export const PROMPT_HELP_ID = "prompt-help";

/** Where in its usual minute a prompt is. Neither of the two means that it failed. */
export function promptPhase(seconds: number): { isLate: boolean; isOver: boolean } {
  return { isLate: seconds >= LATE_AFTER_SECONDS, isOver: seconds >= PROMPT_SECONDS };
}

/** What is left of that minute; zero when it is over. */
export function secondsLeft(seconds: number): number {
  return Math.min(PROMPT_SECONDS, Math.max(0, PROMPT_SECONDS - seconds));
}
