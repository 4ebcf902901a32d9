/** Something the simulation found that must never be: what, and which withdrawals show it. */
export class Broken extends Error {
  override readonly name = "Broken";
  constructor(
    readonly promise: string,
    readonly shownBy: readonly string[],
  ) {
    super(`${promise}: ${shownBy.slice(0, 5).join(", ")}`);
  }
}

/** Fails unless nothing breaks the promise. */
export function expectNone(promise: string, shownBy: readonly string[]): void {
  if (shownBy.length > 0) throw new Broken(promise, shownBy);
}
