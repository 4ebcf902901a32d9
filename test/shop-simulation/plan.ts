import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { CrashPoint } from "../simulation/crash-points";
import { Chance } from "../withdrawal-simulation/chance";
import { drawCrash } from "../withdrawal-simulation/plan";

/** How money comes or goes: each payment of a seed takes one of these roads. */
export type Road = "prompt" | "voucher" | "hand" | "withdrawal";

/** What people do about one payment. */
export type Deed =
  | "begin"
  | "begin again"
  | "pay"
  | "pay by hand"
  | "slip"
  | "come back"
  | "paste"
  | "look now"
  | "stop waiting"
  | "forge"
  | "hear again"
  | "race"
  | "give back"
  | "give back again"
  | "take refund back"
  | "reverse in portal"
  | "decide"
  | "ask receipt";

/** What the merchants' people and the machines do about the whole shop. */
export type ShopDeed = "pull" | "statement" | "case work" | "trouble" | "outage" | "compare";

export interface Payment {
  readonly number: number;
  readonly road: Road;
  readonly customer: number;
  readonly shillings: number;
  /** Names the draws of this payment, which nothing else takes from. */
  readonly name: string;
}

export type Event = { readonly atMs: number; readonly name: string } & (
  | { readonly payment: Payment; readonly deed: Deed; readonly crash: CrashPoint | null }
  | { readonly payment: null; readonly deed: ShopDeed; readonly crash: CrashPoint | null }
);

export interface Plan {
  /** Somebody chose it: nothing is drawn, and nothing goes wrong by itself. */
  readonly isChosen?: boolean;
  /** M-Pesa turns down every way back. */
  readonly backFails?: boolean;
  readonly payments: readonly Payment[];
  /** In order of time. */
  readonly events: readonly Event[];
}

const SPAN_DAYS = 3;
const PAYMENTS_PER_SPAN = 12;

/** Draws a shop's days from a seed: the same seed and number of payments give the same. */
export function drawPlan(seed: number, count: number, customers: number): Plan {
  const spanMs = Math.ceil(count / PAYMENTS_PER_SPAN) * SPAN_DAYS * DAY_MS;
  const payments: Payment[] = [];
  const events: Event[] = [];
  for (let number = 1; number <= count; number += 1) {
    const name = `${seed}:${number}`;
    const chance = new Chance(name);
    // Money goes out when some has come in.
    const road = chance.weighted<Road>([
      [5, "prompt"],
      [3, "voucher"],
      [1, "hand"],
      [number > 2 ? 3 : 0, "withdrawal"],
    ]);
    const payment: Payment = {
      number,
      road,
      name,
      customer: chance.between(0, customers - 1),
      shillings: chance.weighted([
        [6, chance.between(60, 900)],
        [3, chance.between(900, 4_900)],
        [1, chance.between(5_100, 9_000)],
      ]),
    };
    payments.push(payment);
    const share = road === "withdrawal" ? [0.3, 0.8] : [0, 0.6];
    const atMs = chance.between((share[0] ?? 0) * spanMs, (share[1] ?? 1) * spanMs);
    events.push(...drawDeeds(chance, payment, atMs));
  }
  events.push(...drawShopDeeds(new Chance(`${seed}:shop`), seed, spanMs));
  return { payments, events: events.sort((a, b) => a.atMs - b.atMs) };
}

function drawDeeds(chance: Chance, payment: Payment, startMs: number): Event[] {
  const events: Event[] = [];
  let serial = 0;
  const add = (share: number, deed: Deed, least: number, most: number) => {
    serial += 1;
    const happens = chance.happens(share);
    const atMs = startMs + chance.between(least, most);
    const crash = chance.happens(0.08) ? drawCrash(chance, 30) : null;
    if (!happens) return;
    events.push({ atMs, deed, payment, crash, name: `${payment.name}:${serial}` });
  };
  add(1, "begin", 0, 0);
  switch (payment.road) {
    case "prompt":
      add(0.12, "begin again", 0, MINUTE_MS);
      add(0.85, "pay", 5 * SECOND_MS, 50 * SECOND_MS);
      add(0.3, "pay by hand", 20 * SECOND_MS, 30 * HOUR_MS);
      add(0.12, "pay by hand", MINUTE_MS, 40 * HOUR_MS);
      add(0.12, "slip", MINUTE_MS, 20 * HOUR_MS);
      add(0.15, "look now", 10 * SECOND_MS, HOUR_MS);
      add(0.1, "stop waiting", 10 * SECOND_MS, 10 * MINUTE_MS);
      add(0.25, "forge", 0, HOUR_MS);
      add(0.2, "hear again", MINUTE_MS, DAY_MS);
      add(0.12, "race", 30 * SECOND_MS, HOUR_MS);
      add(0.2, "ask receipt", HOUR_MS, 30 * HOUR_MS);
      break;
    case "voucher":
      add(0.9, "pay", 10 * SECOND_MS, 5 * MINUTE_MS);
      add(0.5, "come back", 20 * SECOND_MS, 6 * MINUTE_MS);
      add(0.2, "paste", MINUTE_MS, 20 * HOUR_MS);
      add(0.15, "look now", MINUTE_MS, HOUR_MS);
      add(0.1, "stop waiting", 20 * SECOND_MS, HOUR_MS);
      add(0.25, "forge", 0, HOUR_MS);
      add(0.2, "hear again", MINUTE_MS, DAY_MS);
      add(0.12, "race", MINUTE_MS, HOUR_MS);
      break;
    case "hand":
      add(0.2, "hear again", MINUTE_MS, DAY_MS);
      add(0.2, "forge", MINUTE_MS, HOUR_MS);
      break;
    case "withdrawal":
      add(0.15, "begin again", 0, MINUTE_MS);
      add(0.8, "decide", MINUTE_MS, 20 * HOUR_MS);
      add(0.12, "stop waiting", 0, HOUR_MS);
      add(0.15, "look now", MINUTE_MS, HOUR_MS);
      add(0.15, "hear again", MINUTE_MS, DAY_MS);
      return events;
  }
  add(0.15, "reverse in portal", HOUR_MS, 40 * HOUR_MS);
  add(0.35, "give back", HOUR_MS, 36 * HOUR_MS);
  add(0.15, "give back again", HOUR_MS, 40 * HOUR_MS);
  add(0.08, "take refund back", 2 * HOUR_MS, 38 * HOUR_MS);
  // What waits for a second person ends after a day.
  for (const least of [2, 14, 26]) add(0.5, "decide", least * HOUR_MS, (least + 16) * HOUR_MS);
  return events;
}

function drawShopDeeds(chance: Chance, seed: number, spanMs: number): Event[] {
  const events: Event[] = [];
  const everySoOften = (deed: ShopDeed, leastMs: number, mostMs: number) => {
    let atMs = chance.between(0, mostMs);
    for (let serial = 1; atMs < spanMs; serial += 1) {
      const crash = chance.happens(0.1) ? drawCrash(chance, 40) : null;
      events.push({ atMs, deed, payment: null, crash, name: `${seed}:${deed}:${serial}` });
      atMs += chance.between(leastMs, mostMs);
    }
  };
  everySoOften("pull", 8 * HOUR_MS, 30 * HOUR_MS);
  everySoOften("statement", 20 * HOUR_MS, 50 * HOUR_MS);
  everySoOften("case work", 5 * HOUR_MS, 20 * HOUR_MS);
  everySoOften("trouble", 4 * HOUR_MS, 24 * HOUR_MS);
  everySoOften("outage", 30 * HOUR_MS, 120 * HOUR_MS);
  everySoOften("compare", 20 * HOUR_MS, 30 * HOUR_MS);
  return events;
}
