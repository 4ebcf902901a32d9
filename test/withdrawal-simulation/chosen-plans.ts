import { SECOND_MS } from "@/lib/kit/time";
import { everyPlan, type Deed, type Plan } from "./plan";
import { CUSTOMERS } from "./round";

/** A bug, withdrawals that meet it, and what the simulation says of it. */
export interface Sabotage {
  readonly name: string;
  readonly plans: readonly Plan[];
  readonly plantIt: () => void;
  /** What the simulation must complain about. */
  readonly notice: string;
}

/** Plans that meet one of these, and what is different about them here. */
export function fated(words: readonly string[], change: Partial<Plan> = {}): Plan[] {
  return everyPlan(CUSTOMERS)
    .filter(({ fate, later }) => later.length === 0 && words.includes(fate.name))
    .map((plan, index) => ({ ...plan, posts: 1, number: index + 1, ...change }))
    .flatMap((plan, index) => [plan, { ...plan, number: index + 52 }]);
}

export function afterwards(deed: Deed): Pick<Plan, "later"> {
  return { later: [{ afterMs: 50 * SECOND_MS, deed, crash: null }] };
}

export const LOST = 'after {"kind":"drop"} x1';
export const CUT_BEFORE = 'before {"kind":"drop"} x1';
export const LOST_PHONES = fated([LOST, "magic 08"]).filter(({ method }) => method === "mpesa");
export const LOST_VOUCHERS = fated([LOST, "magic +lost"]).filter(
  ({ method }) => method === "pesavoucher",
);
export const UNHEARD = fated(["magic 04", 'result {"drop":true}']);
export const ORDINARY = fated(["ordinary"]);

export const ONE_PAYOUT = "a withdrawal is paid out once at most";
export const ONE_ORDER = "one order goes out for a withdrawal";
export const GIVEN_BACK = "money is given back only when nothing was paid out";
export const PROVEN = "a withdrawal that is paid in our books was paid by its provider";
