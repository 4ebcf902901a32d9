import { runUntilCrash, type Moment } from "../simulation/crash-points";
import { permutationsOf } from "./permutations";

/** One thing that may happen to a payment, and the work a process can die in. */
export interface Event<Case> {
  readonly name: string;
  readonly happen: (it: Case) => Promise<unknown>;
}

interface Tried {
  /** Orders of events, each with a process that died at one point of one event, or at none. */
  cases: number;
  crashes: number;
}

/** What fits into a test run: every order, with a process that dies at one await of each event. */
const AWAITS_TRIED = 24;

/**
 * Lets everything happen in every order, and each time a process die at one await of one event; the events
 * after it happen all the same. With `all`, at every database statement and every call to the provider,
 * right before and right after; without, at one of them for each event of each order.
 */
export async function tryEveryOrder<Case>(input: {
  events: readonly Event<Case>[];
  begin: () => Promise<Case>;
  /** Fails unless it is credited exactly once. */
  end: (it: Case, where: string) => Promise<void>;
  all: boolean;
}): Promise<Tried> {
  const tried: Tried = { cases: 0, crashes: 0 };
  const moments: readonly Moment[] = ["before", "after"];
  for (const [number, order] of permutationsOf(input.events).entries()) {
    for (const [place, dying] of order.entries()) {
      if (!input.all) {
        const pick = number * order.length + place;
        const at = 1 + ((pick * 7) % AWAITS_TRIED);
        await tryOne(input, order, { dying, at, moment: moments[pick % 2] ?? "before" }, tried);
        continue;
      }
      for (const moment of moments) {
        let at = 1;
        while (await tryOne(input, order, { dying, at, moment }, tried)) at += 1;
      }
    }
  }
  return tried;
}

/** False when the event was over before its process could die. */
async function tryOne<Case>(
  input: {
    begin: () => Promise<Case>;
    end: (it: Case, where: string) => Promise<void>;
  },
  order: readonly Event<Case>[],
  death: { dying: Event<Case>; at: number; moment: Moment },
  tried: Tried,
): Promise<boolean> {
  const it = await input.begin();
  let hasCrashed = false;
  const where = `${order.map(({ name }) => name).join(", ")}; dies ${death.moment} await ${death.at} of ${death.dying.name}`;
  for (const event of order) {
    const crash = event === death.dying ? { at: death.at, moment: death.moment } : null;
    const { crashed } = await runUntilCrash(() => event.happen(it), crash);
    hasCrashed ||= crashed;
  }
  await input.end(it, where);
  tried.cases += 1;
  if (hasCrashed) tried.crashes += 1;
  return hasCrashed;
}
