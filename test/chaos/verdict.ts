import { db } from "@/lib/db";
import { runInvariantChecks } from "@/lib/recovery/run-invariant-checks";
import type { Killing } from "./killer";
import type { Truth } from "./truth";

export const BACK_WITHIN_MS = 10_000;

/** Everything that must be true after it; each sentence is a promise that was broken. */
export async function findBroken(truth: Truth, killings: readonly Killing[]): Promise<string[]> {
  return [
    ...killings
      .filter(({ backAfterMs }) => backAfterMs > BACK_WITHIN_MS)
      .map(({ name, backAfterMs }) => `${name} was back after ${backAfterMs} ms only`),
    ...(await wrongCredits(truth)),
    ...(await brokenInvariants()),
  ];
}

/** True once every payment the shop said it had is credited. */
export async function isAllCredited(truth: Truth): Promise<boolean> {
  const paid = await db().deposit.count({
    where: { id: { in: truth.told.map(({ depositId }) => depositId) }, state: "paid" },
  });
  return paid === truth.told.length;
}

async function wrongCredits(truth: Truth): Promise<string[]> {
  const deposits = await db().deposit.findMany({
    select: { id: true, state: true, paidCents: true, providerReceipt: true },
  });
  const byId = new Map(deposits.map((deposit) => [deposit.id, deposit]));
  const told = new Map(truth.told.map((payment) => [payment.depositId, payment]));
  const lost = truth.told.filter(({ depositId }) => byId.get(depositId)?.state !== "paid");
  const odd = deposits.filter(({ id, state, paidCents, providerReceipt }) => {
    const payment = told.get(id);
    if (state !== "paid") return false;
    return payment?.amountCents !== paidCents || payment?.receipt !== providerReceipt;
  });
  const posted = await db().ledgerMovement.count({ where: { kind: "deposit" } });
  return [
    ...lost.map(({ depositId }) => `${depositId} was acknowledged and is not credited`),
    ...odd.map(({ id }) => `${id} is credited, and M-Pesa never said so`),
    ...(posted === truth.told.length
      ? []
      : [`${posted} credits were posted for ${truth.told.length} payments`]),
  ];
}

async function brokenInvariants(): Promise<string[]> {
  const results = await runInvariantChecks({ now: () => new Date() });
  return results.filter(({ holds }) => !holds).map(({ name, detail }) => `${name}: ${detail}`);
}
