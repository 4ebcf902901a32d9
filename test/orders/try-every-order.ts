import { runUntilCrash, type CrashPoint, type Moment } from "../simulation/crash-points";
import { permutationsOf } from "./permutations";

/** One thing that may happen to a payment, and the work a process can die in. */
export interface Event<Case> {
  readonly name: string;
  readonly happen: (it: Case) => Promise<unknown>;
}

interface Death<Case> extends CrashPoint {
  readonly dying: Event<Case>;
}

/** An order of events, and the death that happens in it. */
interface Life<Case> {
  readonly order: readonly Event<Case>[];
  readonly death: Death<Case> | null;
}

interface Lived<Case> extends Life<Case> {
  readonly it: Case;
  readonly crashed: boolean;
  /** How often each event waited for the database or a provider. */
  readonly awaits: ReadonlyMap<Event<Case>, number>;
}

interface Tried {
  /** Payments, each with its order of events. */
  cases: number;
  /** How many of them had a process that died at one point of one event. */
  crashes: number;
}

export interface EveryOrder<Case> {
  readonly events: readonly Event<Case>[];
  readonly begin: () => Promise<Case>;
  /** Time passes, and the sweeps run once for all payments of a batch. */
  readonly sweep: () => Promise<void>;
  /** Fails unless it is credited exactly once. */
  readonly end: (it: Case, where: string) => Promise<void>;
  readonly all: boolean;
  /** Where a long run that was broken off goes on: the orders before this one (the first is 1) are left out. */
  readonly firstOrder?: number;
  /** Told now and then, because every death takes its time. */
  readonly say?: (text: string) => void;
}

const MOMENTS: readonly Moment[] = ["before", "after"];
/** How many payments wait for the same sweep. */
const BATCH = 48;
/** An event that starts over may wait a little more often than the undisturbed one did. */
const AWAITS_MORE = 2;

/**
 * Lets everything happen in every order: once undisturbed, and then with a process that dies at one await of
 * one event; the events after it happen all the same. With `all`, at every database statement and every call
 * to the provider, right before and right after; without, at one of them for each event of each order.
 */
export async function tryEveryOrder<Case>(input: EveryOrder<Case>): Promise<Tried> {
  const tried: Tried = { cases: 0, crashes: 0 };
  const orders = permutationsOf(input.events);
  const undisturbed = await liveAll(
    input,
    orders.map((order) => ({ order, death: null })),
    tried,
  );
  for (const [number, { order, awaits }] of undisturbed.entries()) {
    if (number + 1 < (input.firstOrder ?? 1)) continue;
    const deaths = input.all ? everyDeath(order, awaits) : oneDeathEach(order, awaits, number);
    const lived = await liveAll(
      input,
      deaths.map((death) => ({ order, death })),
      tried,
    );
    if (input.all) await goOn(input, lived, tried);
    input.say?.(`${number + 1} of ${orders.length} orders, ${tried.cases} payments`);
  }
  return tried;
}

function everyDeath<Case>(
  order: readonly Event<Case>[],
  awaits: Lived<Case>["awaits"],
): Death<Case>[] {
  return order.flatMap((dying) =>
    MOMENTS.flatMap((moment) =>
      Array.from({ length: (awaits.get(dying) ?? 0) + AWAITS_MORE }, (_, index) => {
        return { dying, moment, at: index + 1 };
      }),
    ),
  );
}

/** Others in each order, so that many points have their turn. */
function oneDeathEach<Case>(
  order: readonly Event<Case>[],
  awaits: Lived<Case>["awaits"],
  number: number,
): Death<Case>[] {
  return order.map((dying, place) => {
    const pick = number * order.length + place;
    const at = 1 + ((pick * 7) % Math.max(1, awaits.get(dying) ?? 0));
    return { dying, at, moment: MOMENTS[pick % 2] ?? "before" };
  });
}

/** Where the last death that was tried still happened, the event goes on: further, until it is over. */
async function goOn<Case>(
  input: EveryOrder<Case>,
  lived: readonly Lived<Case>[],
  tried: Tried,
): Promise<void> {
  let last = lived.filter(
    ({ order, death, crashed }) =>
      crashed &&
      !lived.some(
        (other) =>
          other.order === order &&
          other.death?.dying === death?.dying &&
          other.death?.moment === death?.moment &&
          (other.death?.at ?? 0) > (death?.at ?? 0),
      ),
  );
  while (last.length > 0) {
    const further = last.map(({ order, death }) => ({
      order,
      death: death && { ...death, at: death.at + 1 },
    }));
    last = (await liveAll(input, further, tried)).filter(({ crashed }) => crashed);
  }
}

async function liveAll<Case>(
  input: EveryOrder<Case>,
  lives: readonly Life<Case>[],
  tried: Tried,
): Promise<Lived<Case>[]> {
  const all: Lived<Case>[] = [];
  for (let first = 0; first < lives.length; first += BATCH) {
    const batch: Lived<Case>[] = [];
    for (const life of lives.slice(first, first + BATCH))
      batch.push(await live<Case>(await input.begin(), life));
    await input.sweep();
    for (const lived of batch) await input.end(lived.it, whereOf(lived));
    all.push(...batch);
  }
  tried.cases += all.length;
  tried.crashes += all.filter(({ crashed }) => crashed).length;
  return all;
}

async function live<Case>(it: Case, { order, death }: Life<Case>): Promise<Lived<Case>> {
  const awaits = new Map<Event<Case>, number>();
  let crashed = false;
  for (const event of order) {
    const run = await runUntilCrash(() => event.happen(it), event === death?.dying ? death : null);
    awaits.set(event, run.points.length);
    crashed ||= run.crashed;
  }
  return { it, order, death, crashed, awaits };
}

function whereOf<Case>({ order, death }: Life<Case>): string {
  const names = order.map(({ name }) => name).join(", ");
  if (!death) return `${names}; nobody dies`;
  return `${names}; dies ${death.moment} await ${death.at} of ${death.dying.name}`;
}
