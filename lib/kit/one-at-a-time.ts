const lines = new Map<string, Promise<void>>();

/**
 * Runs works of one key one after the other, in the order they came, within this process. For works that
 * would wait for one row of the database anyway: waiting here, they hold no connection that others need.
 */
export function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (lines.get(key) ?? Promise.resolve()).then(work);
  const over = turn.then(
    () => undefined,
    () => undefined,
  );
  lines.set(key, over);
  void over.then(() => {
    if (lines.get(key) === over) lines.delete(key);
  });
  return turn;
}
