import { db } from "@/lib/db";
import type { WithdrawalMethod } from "@/lib/generated/prisma/client";
import { forEachAtOnce } from "@/lib/kit/for-each-at-once";
import { customerAvailable } from "@/lib/ledger/accounts";
import { postMovement } from "@/lib/ledger/post-movement";
import type { Ask } from "../programs/withdrawer";
import { makeCustomers } from "./sign-in";

/** What each withdrawal of the bench pays, in shillings as it is typed, and in cents. */
export const PAYOUT = { amount: "100", cents: 10_000n } as const;

const AT_ONCE = 8;
let destinations = 0;

/** Makes customers who each have money for `payouts` withdrawals, from nowhere a provider would know of. */
export async function makePayers(
  merchantId: string,
  count: number,
  { payouts }: { payouts: number },
): Promise<string[]> {
  const customers = await makeCustomers(merchantId, count);
  const cents = PAYOUT.cents * BigInt(payouts);
  await forEachAtOnce(customers, AT_ONCE, async ({ id }) => {
    const lines = [
      { account: { kind: "suspense", owner: "bench" } as const, amountCents: -cents },
      { account: customerAvailable(id), amountCents: cents },
    ];
    await postMovement(db(), { merchantId, kind: "bench", ref: id, now: new Date(), lines });
  });
  return customers.map(({ id }) => id);
}

/** A destination nobody else was given, and none that makes the sandbox act by itself. */
export function freshDestination(method: WithdrawalMethod): string {
  destinations += 1;
  if (method === "pesavoucher") return `bench${destinations}@example.com`;
  return `+25479${String(Math.floor(destinations / 60)).padStart(5, "0")}${30 + (destinations % 60)}`;
}

/** One withdrawal of each of these customers, to a destination of its own. */
export function asksOf(
  merchantId: string,
  customerIds: readonly string[],
  method: WithdrawalMethod,
): Ask[] {
  return customerIds.map((customerId) => {
    return { merchantId, customerId, method, amount: PAYOUT.amount, to: freshDestination(method) };
  });
}
