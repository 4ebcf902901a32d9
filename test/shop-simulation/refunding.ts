import { db } from "@/lib/db";
import { decimalFromCents } from "@/lib/kit/money";
import { approveRefund } from "@/lib/payments/refunds/approve-refund";
import { cancelRefund } from "@/lib/payments/refunds/cancel-refund";
import { rejectRefund } from "@/lib/payments/refunds/reject-refund";
import { requestRefund } from "@/lib/payments/refunds/request-refund";
import { approveWithdrawal } from "@/lib/payments/withdrawals/approve-withdrawal";
import { rejectWithdrawal } from "@/lib/payments/withdrawals/reject-withdrawal";
import type { Chance } from "../withdrawal-simulation/chance";
import type { Payment } from "./plan";
import { callTrick, inWords, kindOf } from "./tricks";
import type { World } from "./world";

/** Staff give a payment back: whole, a part of a voucher, or with an amount that cannot be. */
export async function giveBack(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { merchant } = world.customerOf(payment);
  const depositId = world.of(payment).depositIds[0];
  if (depositId === undefined) return "no deposit";
  const { paidCents, method, providerReceipt } = await db().deposit.findUniqueOrThrow({
    where: { id: depositId },
  });
  const wholeCents = paidCents ?? BigInt(payment.shillings) * 100n;
  const amountCents = chance.weighted([
    [6, wholeCents],
    [method === "pesavoucher" ? 6 : 1, (wholeCents / 200n) * 100n],
    [1, wholeCents + 100n],
  ]);
  const fault = method === "mpesa" && providerReceipt ? callTrick(chance, "reversal") : null;
  if (fault) {
    await world.control.addFault({ ...fault, receipt: providerReceipt ?? "" });
    world.note(payment, "M-Pesa", `to the order of a way back: ${inWords(fault)}`);
  }
  if (method === "mpesa") world.count(`call: ${kindOf(fault)}`);
  const isPart = paidCents !== null && amountCents < paidCents;
  world.count(`asked back: ${isPart ? "a part" : "all or more"} of a ${method} payment`);
  const form = {
    ...{ depositId, amount: decimalFromCents(amountCents), why: "ordered twice" },
    email: `refund${payment.number}@example.com`,
    attemptKey: `refund ${payment.number} ${chance.between(1, 2)}`,
  };
  const posts = chance.happens(0.2) ? 2 : 1;
  const asked = await Promise.allSettled(
    Array.from({ length: posts }, () => requestRefund(merchant.maker, form)),
  );
  const told = asked.map((one) =>
    one.status === "fulfilled" ? `${one.value.refundId} ${one.value.existing}` : String(one.reason),
  );
  const done = asked.find((one) => one.status === "fulfilled");
  const failed = asked.find((one) => one.status === "rejected");
  if (!done && failed) throw failed.reason;
  return `asks for ${form.amount} back: ${told.join("; ")}`;
}

export async function takeRefundBack(world: World, payment: Payment): Promise<string> {
  const { maker } = world.customerOf(payment).merchant;
  const told: string[] = [];
  for (const refundId of world.of(payment).refundIds)
    told.push(String(await cancelRefund(maker, { refundId })));
  return `took back: ${told.join(", ")}`;
}

/** A second person decides about what waits for one: perhaps twice at once, perhaps both ways at once. */
export async function decide(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { checker } = world.customerOf(payment).merchant;
  const { refundIds, withdrawalIds } = world.of(payment);
  const [refunds, withdrawals] = await Promise.all([
    db().refund.findMany({ where: { id: { in: refundIds }, state: "awaiting_approval" } }),
    db().withdrawal.findMany({ where: { id: { in: withdrawalIds }, state: "awaiting_approval" } }),
  ]);
  const way = chance.weighted([
    [6, "approve"],
    [2, "turn down"],
    [1, "both"],
    [1, "twice"],
  ] as const);
  const told: string[] = [];
  const waiting = [
    ...refunds.map(({ id: refundId }) => ({
      yes: () => approveRefund(checker, { refundId }),
      no: () => rejectRefund(checker, { refundId, note: "not this one" }),
    })),
    ...withdrawals.map(({ id: withdrawalId }) => ({
      yes: () => approveWithdrawal(checker, { withdrawalId }),
      no: () => rejectWithdrawal(checker, { withdrawalId, note: "not this one" }),
    })),
  ];
  for (const { yes, no } of waiting) {
    const acts = { approve: [yes], "turn down": [no], both: [yes, no], twice: [yes, yes] }[way];
    const ended = await Promise.all(acts.map((act) => act()));
    told.push(`${way}: ${ended.join(", ")}`);
  }
  return told.join("; ") || "nothing waits";
}
