import { MINUTE_MS, SECOND_MS } from "@/lib/kit/time";
import type { CrashPoint } from "../simulation/crash-points";
import type { Chance } from "./chance";
import { drawFate, everyFate, type Fate, type Method } from "./fates";

export const DEEDS = [
  "cancel",
  "approve",
  "approve twice",
  "approve and reject",
  "approve own",
  "reject",
  "submit again",
  "look now",
  "redeem",
  "forge alias",
  "forge secret",
  "forge order",
  "forge token",
] as const;
export type Deed = (typeof DEEDS)[number];

/** Something people do about a withdrawal, some time after it was asked for. */
export interface LaterDeed {
  readonly afterMs: number;
  readonly deed: Deed;
  readonly crash: CrashPoint | null;
}

/** All that is drawn about one withdrawal before it exists. */
export interface Plan {
  /** In its round, from 1. */
  readonly number: number;
  readonly atMs: number;
  readonly customer: number;
  readonly method: Method;
  readonly amount: string;
  /** To the customer's own phone. */
  readonly toOwnPhone: boolean;
  readonly byStaff: boolean;
  /** So many posts of the same form at the same moment. */
  readonly posts: number;
  readonly passwordConfirmed: boolean;
  /** The customer was shown another fee. */
  readonly feeHasChanged: boolean;
  readonly crash: CrashPoint | null;
  readonly fate: Fate;
  readonly later: readonly LaterDeed[];
}

/** Draws one withdrawal of a round. */
export function drawPlan(
  chance: Chance,
  round: { number: number; spanMs: number; customers: number },
): Plan {
  const method = chance.weighted<Method>([
    [6, "mpesa"],
    [4, "pesavoucher"],
  ]);
  const isFirst = round.number <= round.customers;
  const toOwnPhone = isFirst && method === "mpesa";
  const fate = drawFate(chance, method);
  const amount = drawAmount(chance, method);
  const byStaff = chance.happens(0.05);
  return {
    number: round.number,
    atMs: chance.between(0, round.spanMs),
    customer: isFirst ? round.number - 1 : chance.between(0, round.customers - 1),
    method,
    amount,
    toOwnPhone,
    byStaff,
    posts: chance.weighted([
      [85, 1],
      [10, 2],
      [5, 3],
    ]),
    passwordConfirmed: !chance.happens(0.01),
    feeHasChanged: chance.happens(0.01),
    crash: chance.happens(0.06) ? drawCrash(chance, 40) : null,
    fate: toOwnPhone ? { ...fate, ending: "" } : fate,
    later: drawLater(chance, byStaff || Number(amount) > 4_000 || chance.happens(0.4)),
  };
}

/** Mostly small; some that need approval, some that no balance or limit has room for, a few that are none. */
function drawAmount(chance: Chance, method: Method): string {
  const least = method === "mpesa" ? 10 : 50;
  const [from, to] = chance.weighted([
    [70, [least, 900]],
    [18, [900, 3_900]],
    [8, [4_100, 8_900]],
    [3, [20_000, 60_000]],
    [1, [1, least - 1]],
  ]);
  return String(chance.between(from ?? least, to ?? least));
}

function drawLater(chance: Chance, needsDecision: boolean): LaterDeed[] {
  const later: LaterDeed[] = [];
  const add = (share: number, deed: Deed, afterMs: number) => {
    if (!chance.happens(share)) return;
    const crash = chance.happens(0.1) ? drawCrash(chance, 30) : null;
    later.push({ afterMs: chance.between(0, afterMs), deed, crash });
  };
  add(0.06, "cancel", 40 * SECOND_MS);
  add(0.06, "submit again", 3 * MINUTE_MS);
  add(0.05, "look now", 5 * MINUTE_MS);
  add(0.15, "redeem", 5 * MINUTE_MS);
  add(0.03, "forge alias", 3 * MINUTE_MS);
  add(0.03, "forge secret", 3 * MINUTE_MS);
  add(0.03, "forge order", 3 * MINUTE_MS);
  add(0.03, "forge token", 3 * MINUTE_MS);
  if (needsDecision) add(0.3, "approve own", MINUTE_MS);
  const decision = chance.weighted<Deed | null>([
    [8, "approve"],
    [2, "approve twice"],
    [2, "approve and reject"],
    [3, "reject"],
    [3, null],
  ]);
  if (decision !== null && needsDecision) add(1, decision, 6 * MINUTE_MS);
  return later;
}

export function drawCrash(chance: Chance, most: number): CrashPoint {
  return { at: chance.between(1, most), moment: chance.pick(["before", "after"] as const) };
}

/** Every fate and every deed once, and what else a short run must not miss. */
export function everyPlan(customers: number): readonly Plan[] {
  const ordinary = everyFate().map(({ method, fate }, index): Plan => ({
    number: index + 1,
    atMs: index * 2 * SECOND_MS,
    customer: index % customers,
    method,
    amount: String(200 + index),
    toOwnPhone: false,
    byStaff: false,
    posts: index % 9 === 0 ? 2 : 1,
    passwordConfirmed: true,
    feeHasChanged: false,
    crash: null,
    fate,
    later: [],
  }));
  const plain = ordinary.filter(({ fate }) => fate.name === "ordinary");
  const large = { amount: "8500" };
  return [
    ...ordinary,
    ...DEEDS.flatMap((deed) =>
      plain.flatMap((plan) =>
        [0, 1, 30].map((seconds): Plan => {
          const needsDecision = /approve|reject/.test(deed);
          const afterMs = seconds * SECOND_MS;
          return {
            ...plan,
            ...(needsDecision && large),
            later: [{ afterMs, deed, crash: null }],
          };
        }),
      ),
    ),
    ...plain.map((plan) => ({ ...plan, ...large })),
    ...plain.map((plan) => ({ ...plan, byStaff: true })),
    ...plain.map((plan) => ({ ...plan, amount: "90000" })),
  ].map((plan, index) => ({
    ...plan,
    number: index + 1,
    atMs: index * 2 * SECOND_MS,
    customer: index % customers,
  }));
}
