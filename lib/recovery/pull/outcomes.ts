/** How the reading of a window of M-Pesa's list ended; a run without an outcome died with its process. */
export const PULL_OUTCOMES = [
  /** To its end. */
  "complete",
  /** To its end, and what came before it and after the last one is out of M-Pesa's reach. */
  "after_gap",
  /** M-Pesa turned us away. */
  "refused",
  /** No answer, or none that can be read. */
  "no_answer",
  /** Nothing was asked: our own gate is shut, or there is no access to be had. */
  "not_asked",
  /** Each page began anew: nobody knows whether there is more. */
  "endless",
] as const;
export type PullOutcomeWord = (typeof PULL_OUTCOMES)[number];
