import { seededRandom } from "../simulation/seeded-random";

/** Draws that repeat exactly for the same name. */
export class Chance {
  private readonly random: () => number;

  constructor(name: string) {
    this.random = seededRandom(name);
  }

  /** True in `share` of the cases. */
  happens(share: number): boolean {
    return this.random() < share;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.random() * list.length)];
    if (item === undefined) throw new Error("there is nothing to draw from");
    return item;
  }

  /** One of several, as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let rest = this.random() * total;
    for (const [weight, value] of choices) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return this.pick(choices)[1];
  }
}
