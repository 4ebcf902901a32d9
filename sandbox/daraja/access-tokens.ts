import type { SandboxClock } from "@/sandbox/kit/clock";
import type { SeededIds } from "@/sandbox/kit/ids";
import type { SettingsStore } from "@/sandbox/settings";

type TokenDeps = { clock: SandboxClock; ids: () => SeededIds; settings: SettingsStore };

/** The access tokens in use, each with the moment it stops working. */
export class AccessTokens {
  #expiresAtMs = new Map<string, number>();

  constructor(readonly deps: TokenDeps) {}

  issue(): { token: string; lifetimeSeconds: number } {
    const { newTokenKillsOld, tokenLifetimeSeconds } = this.deps.settings.current;
    if (newTokenKillsOld) this.#expiresAtMs.clear();
    const nowMs = this.deps.clock.nowMs();
    this.#dropExpired(nowMs);
    const token = this.deps.ids().token();
    this.#expiresAtMs.set(token, nowMs + tokenLifetimeSeconds * 1_000);
    return { token, lifetimeSeconds: tokenLifetimeSeconds };
  }

  isGood(token: string): boolean {
    return (this.#expiresAtMs.get(token) ?? 0) > this.deps.clock.nowMs();
  }

  /** Ends every token at once. Returns how many there were. */
  expireAll(): number {
    const count = this.#expiresAtMs.size;
    this.#expiresAtMs.clear();
    return count;
  }

  #dropExpired(nowMs: number): void {
    for (const [token, expiresAtMs] of this.#expiresAtMs) {
      if (expiresAtMs <= nowMs) this.#expiresAtMs.delete(token);
    }
  }
}
