/** Somebody else was first with a part of what was to be done for many at once: none of it may be committed. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}
