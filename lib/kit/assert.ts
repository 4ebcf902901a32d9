/** Throws when a condition that the code guarantees does not hold: a bug, never a user's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** A broken guarantee. It ends the request with a 500 and is logged; nobody catches it on purpose. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Gives the compiler an error when a case of a union is not handled. */
export function unreachable(value: never): never {
  throw new AssertionError(`unhandled case: ${JSON.stringify(value)}`);
}
