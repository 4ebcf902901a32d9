import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

/** Something that can be killed, and asked whether it is back. */
export interface Victim {
  readonly name: string;
  readonly pid: () => number | undefined;
  readonly isBack: () => Promise<boolean>;
}

export interface Killing {
  readonly name: string;
  readonly backAfterMs: number;
}

const BETWEEN_MS = 7_500;
const LOOK_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * Kills one of them every few seconds, as `kill -9` does, in an order of chance in which each has its turn
 * before any has another, and waits until it answers again.
 */
export async function killAtRandom(
  victims: readonly Victim[],
  endsAt: number,
  onKilled: (killing: Killing) => void,
): Promise<Killing[]> {
  const done: Killing[] = [];
  let turn: Victim[] = [];
  while (performance.now() + BETWEEN_MS < endsAt) {
    if (turn.length === 0) turn = [...victims];
    const [victim] = turn.splice(randomInt(turn.length), 1);
    if (!victim) break;
    const nextAt = performance.now() + BETWEEN_MS;
    const killing = { name: victim.name, backAfterMs: await kill(victim) };
    done.push(killing);
    onKilled(killing);
    await pause(Math.max(0, nextAt - performance.now()));
  }
  return done;
}

async function kill({ name, pid, isBack }: Victim): Promise<number> {
  const old = pid();
  if (old === undefined)
    throw new Error(`${name} does not run, so nothing can be learnt from killing it`);
  const startedAt = performance.now();
  process.kill(old, "SIGKILL");
  for (;;) {
    const passedMs = performance.now() - startedAt;
    if (passedMs > PATIENCE_MS) throw new Error(`${name} has not come back within a minute`);
    const current = pid();
    if (current !== undefined && current !== old && (await isBack())) {
      return Math.round(performance.now() - startedAt);
    }
    await pause(LOOK_MS);
  }
}
