import { Chance } from "../withdrawal-simulation/chance";

/** Draws in which nothing out of the ordinary happens: for plans that somebody chose. */
export class Sure extends Chance {
  override happens(): boolean {
    return false;
  }

  override between(least: number): number {
    return least;
  }

  override weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    return this.pick(choices)[1];
  }

  override pick<T>(list: readonly T[]): T {
    const [first] = list;
    if (first === undefined) throw new Error("there is nothing to choose from");
    return first;
  }
}
