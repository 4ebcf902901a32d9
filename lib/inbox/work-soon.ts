import { workMessage } from "./work-message";

/** Messages this process works at the same time. More would only queue inside the database pool. */
const CONCURRENCY = 6;
/** Beyond this many waiting, the rest is left to the sweep: memory is not a queue. */
const BACKLOG_MAX = 5_000;

const backlog: (() => void)[] = [];
let running = 0;

/** Works a message that was just stored, as soon as this process has a hand free. */
export async function workSoon(messageId: string): Promise<void> {
  if (running >= CONCURRENCY) {
    if (backlog.length >= BACKLOG_MAX) return;
    await new Promise<void>((resolve) => backlog.push(resolve));
  }
  running += 1;
  try {
    await workMessage({ messageId, now: () => new Date() });
  } finally {
    running -= 1;
    backlog.shift()?.();
  }
}
