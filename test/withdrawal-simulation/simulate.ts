import { HOUR_MS, SECOND_MS } from "@/lib/kit/time";
import type { Shop } from "../shop";
import { Broken } from "./broken";
import { Chance } from "./chance";
import { endRound } from "./end";
import { liveThrough } from "./live";
import type { Outside } from "./outside";
import { drawPlan, type Plan } from "./plan";
import { CUSTOMERS, Round, type TakeWork } from "./round";
import { tellTrace } from "./tell-trace";
import type { Tally } from "./tally";

/** So many withdrawals share customers, books and troubles; then everything begins anew. */
export const ROUND_SIZE = 250;
const SPAN_MS_PER_WITHDRAWAL = 4 * SECOND_MS;

export interface Place {
  readonly shop: Shop;
  readonly outside: Outside;
  readonly takeWork: TakeWork;
}

/** One round whose every choice is drawn from seed and number, so that it can be had again. */
export async function simulateRound(
  place: Place,
  input: { seed: number; round: number; withdrawals: number; tally: Tally },
): Promise<void> {
  const { seed, round, withdrawals } = input;
  const chance = new Chance(`${seed}:${round}`);
  const spanMs = Math.min(HOUR_MS, withdrawals * SPAN_MS_PER_WITHDRAWAL);
  const plans = Array.from({ length: withdrawals }, (_, index) =>
    drawPlan(chance, { number: index + 1, spanMs, customers: CUSTOMERS }),
  );
  const settings = `SIMULATION_SEED=${seed} SIMULATION_ROUND=${round} SIMULATION_ROUND_SIZE=${withdrawals}`;
  const again = `${settings} npm run simulate -- -t "none is paid out twice"`;
  await live(place, { name: `${seed}:${round}`, again, plans, tally: input.tally });
}

/** Lives through these plans and ends them. What breaks is told with its trace. */
export async function live(
  place: Place,
  input: { name: string; again: string; plans: readonly Plan[]; tally: Tally },
): Promise<void> {
  const { name, again, plans, tally } = input;
  const round = await Round.open(place, name, plans);
  try {
    await liveThrough(round);
    tally.add(await endRound(round), { forms: plans.length, refusals: round.refusals });
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    throw new Error(
      [error.message, `Have it again: ${again}`, ...(await tellTrace(round, error))].join("\n"),
      { cause: error },
    );
  }
}
