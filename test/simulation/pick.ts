/** Which of the things that exist: reduced to their number, so every sequence of steps makes sense. */
export type Pick = number;

export function pick<T>(list: readonly T[], which: Pick): T {
  const item = list[which % list.length];
  if (item === undefined) throw new Error("a step needs something to pick from");
  return item;
}
