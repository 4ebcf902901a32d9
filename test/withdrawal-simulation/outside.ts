import { setImmediate as nextTurn } from "node:timers/promises";

/** So many turns of the event loop without anything on the wire, and nothing is left to come. */
const QUIET_TURNS = 3;

/** What lies between the shop and its providers: HTTP, which is counted, and lines that are down. */
export class Outside {
  private underWay = 0;
  private readonly unreachable = new Map<string, number>();

  /** True for an address of a simulated provider's API. */
  isProvider(url: string): boolean {
    return /\/pesavoucher\/api\/|\/daraja\/(oauth|mpesa)\//.test(url);
  }

  /** The next `times` calls that name this reference find nobody listening. */
  takeDown(reference: string, times: number): void {
    this.unreachable.set(reference, times);
  }

  putUp(): void {
    this.unreachable.clear();
  }

  isUnreachableFor(body: string): boolean {
    if (this.unreachable.size === 0) return false;
    for (const [reference, times] of this.unreachable) {
      if (!body.includes(reference)) continue;
      if (times > 1) this.unreachable.set(reference, times - 1);
      else this.unreachable.delete(reference);
      return true;
    }
    return false;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
    }
  }

  /** Waits until every callback that was sent off has been answered. */
  async quiet(): Promise<void> {
    let turns = 0;
    while (turns < QUIET_TURNS) {
      await nextTurn();
      turns = this.underWay === 0 ? turns + 1 : 0;
    }
  }
}
