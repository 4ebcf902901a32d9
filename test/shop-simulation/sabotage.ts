import type { Plan } from "./plan";

/** A bug that somebody planted, and the short life of a shop in which it has to be noticed. */
export interface Sabotage {
  readonly name: string;
  readonly plan: Plan;
  /** What the simulation says when it notices. */
  readonly notice: RegExp;
  readonly plantIt: () => void;
}
