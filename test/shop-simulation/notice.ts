import { decrypt, keyedHash } from "@/lib/crypto";
import { db } from "@/lib/db";
import { sessionIdOf } from "@/lib/payments/create-voucher-deposit";
import { arrange, drawFate, mayDeny } from "../withdrawal-simulation/fates";
import type { Payment } from "./plan";
import type { World } from "./world";

/** Finds the rows that came to exist, by the forms they came of, and scripts what providers do about payouts. */
export async function noticeNew(world: World): Promise<void> {
  await noticeDeposits(world);
  await noticeRefunds(world);
  await noticeWithdrawals(world);
}

async function noticeDeposits(world: World): Promise<void> {
  const known = world.plan.payments.flatMap((payment) => world.of(payment).depositIds);
  const rows = await db().deposit.findMany({
    where: { id: { notIn: known }, origin: { not: "assigned" } },
    include: { stkPush: { select: { phoneHash: true } } },
    orderBy: { createdAt: "asc" },
  });
  for (const row of rows) {
    const payment = world.plan.payments.find((one) =>
      row.stkPush
        ? keyedHash("phone", world.phoneOf(one)) === row.stkPush.phoneHash
        : row.attemptKey?.startsWith(`form ${one.number}:`),
    );
    // One that somebody opened with a pasted code is no plan's own.
    if (!payment) continue;
    const own = world.of(payment);
    own.depositIds.push(row.id);
    if (row.method === "pesavoucher") {
      own.sessionId = sessionIdOf(row.id);
      own.callbackUrl = `${world.shop.appUrl}/api/pesavoucher/callback`;
    }
    world.note(payment, "shop", `${row.id} is ${row.state}`);
  }
}

async function noticeRefunds(world: World): Promise<void> {
  const known = world.plan.payments.flatMap((payment) => world.of(payment).refundIds);
  const rows = await db().refund.findMany({ where: { id: { notIn: known } } });
  for (const { id, depositId, state } of rows) {
    const payment = depositId === null ? undefined : paymentOf(world, depositId);
    if (!payment) continue;
    world.of(payment).refundIds.push(id);
    world.note(payment, "shop", `${id} is ${state}`);
  }
}

async function noticeWithdrawals(world: World): Promise<void> {
  const rows = await db().withdrawal.findMany({
    where: { id: { notIn: [...world.arranged] } },
    orderBy: { createdAt: "asc" },
  });
  for (const row of rows) {
    world.arranged.add(row.id);
    const to = decrypt(row.destinationCipher).toString("utf8");
    const payment = world.plan.payments.find((one) =>
      [
        world.phoneOf(one),
        `customer${one.number}@example.com`,
        `refund${one.number}@example.com`,
      ].includes(to),
    );
    if (!payment) throw new Error(`nobody planned a withdrawal to ${to}`);
    world.of(payment).withdrawalIds.push(row.id);
    const { length: count } = world.of(payment).withdrawalIds;
    const chance = world.draws(`${payment.name}:payout:${count}`);
    const fate = { ...drawFate(chance, row.method), ending: "" };
    if (mayDeny(fate)) world.denied.add(row.id);
    await arrange(world.control, { method: row.method, reference: row.providerRef }, fate);
    world.note(payment, "provider", `${row.id} will meet ${fate.name}`);
  }
}

/** The payment that one of its rows came of. */
export function paymentOf(world: World, id: string): Payment | undefined {
  return world.plan.payments.find((payment) => {
    const { depositIds, withdrawalIds, refundIds } = world.of(payment);
    return [...depositIds, ...withdrawalIds, ...refundIds].includes(id);
  });
}
