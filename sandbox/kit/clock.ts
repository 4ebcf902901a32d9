type Timer = {
  dueMs: number;
  action: () => void;
  handle: NodeJS.Timeout | undefined;
};

const LONGEST_NODE_TIMER_MS = 2_000_000_000;

/**
 * The sandbox's own time. It runs with the machine's clock, can be moved forward by any amount,
 * and can be frozen so that only `advance` moves it. Every delay in the simulated world (prompt
 * time-outs, callback delays and retries) is scheduled here; delays a caller really waits for
 * (latency faults) are not.
 */
export class SandboxClock {
  #offsetMs = 0;
  #frozenAtMs: number | undefined;
  #timers = new Set<Timer>();

  nowMs(): number {
    return this.#frozenAtMs ?? Date.now() + this.#offsetMs;
  }

  get isFrozen(): boolean {
    return this.#frozenAtMs !== undefined;
  }

  /** Runs `action` once, `delayMs` from now. The returned function cancels it. */
  schedule(delayMs: number, action: () => void): () => void {
    const timer: Timer = { dueMs: this.nowMs() + Math.max(0, delayMs), action, handle: undefined };
    this.#timers.add(timer);
    this.#arm(timer);
    return () => this.#disarm(timer);
  }

  /** Moves time forward; everything that falls due on the way runs in order, at its own moment. */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError("The clock only moves forward");
    const targetMs = this.nowMs() + ms;
    for (;;) {
      const next = this.#earliestDueBy(targetMs);
      if (!next) break;
      this.#setNow(Math.max(next.dueMs, this.nowMs()));
      this.#disarm(next);
      next.action();
    }
    this.#setNow(Math.max(targetMs, this.nowMs()));
    this.#rearmAll();
  }

  freeze(): void {
    this.#frozenAtMs ??= this.nowMs();
    this.#rearmAll();
  }

  resume(): void {
    if (this.#frozenAtMs === undefined) return;
    this.#offsetMs = this.#frozenAtMs - Date.now();
    this.#frozenAtMs = undefined;
    this.#rearmAll();
  }

  /** Forgets every scheduled action and returns to the machine's time. */
  reset(): void {
    for (const timer of this.#timers) clearTimeout(timer.handle);
    this.#timers.clear();
    this.#offsetMs = 0;
    this.#frozenAtMs = undefined;
  }

  #setNow(nowMs: number): void {
    if (this.#frozenAtMs === undefined) this.#offsetMs = nowMs - Date.now();
    else this.#frozenAtMs = nowMs;
  }

  #earliestDueBy(limitMs: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= limitMs && (!earliest || timer.dueMs < earliest.dueMs)) earliest = timer;
    }
    return earliest;
  }

  #arm(timer: Timer): void {
    clearTimeout(timer.handle);
    timer.handle = undefined;
    if (this.#frozenAtMs !== undefined) {
      // What is due already still runs, so that a frozen world answers at once and only waits freeze.
      if (timer.dueMs > this.#frozenAtMs) return;
    }
    const waitMs = Math.min(Math.max(0, timer.dueMs - this.nowMs()), LONGEST_NODE_TIMER_MS);
    timer.handle = setTimeout(() => this.#fire(timer), waitMs);
  }

  #fire(timer: Timer): void {
    if (!this.#timers.has(timer)) return;
    if (timer.dueMs > this.nowMs()) {
      this.#arm(timer);
      return;
    }
    this.#timers.delete(timer);
    timer.action();
  }

  #disarm(timer: Timer): void {
    clearTimeout(timer.handle);
    this.#timers.delete(timer);
  }

  #rearmAll(): void {
    for (const timer of this.#timers) this.#arm(timer);
  }
}
