import { db } from "@/lib/db";
import type { Chance } from "../withdrawal-simulation/chance";
import type { Payment } from "./plan";
import { typedReadably, typedWrong } from "./tricks";
import type { World } from "./world";

/** Somebody pays the PayBill by hand with the account number that the shop shows for a deposit. */
export async function payByHand(
  world: World,
  payment: Payment,
  chance: Chance,
  { slips }: { slips: boolean },
): Promise<string> {
  const depositId = world.of(payment).depositIds[0];
  if (depositId === undefined) return "no deposit";
  const deposit = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
  const shown = deposit.payReference ?? deposit.publicCode;
  const reference = slips ? typedWrong(chance, shown) : typedReadably(chance, shown);
  const shillings = payment.shillings + (chance.happens(0.2) ? chance.between(1, 40) : 0);
  const phone = chance.happens(0.3) ? "+254790099944" : world.phoneOf(payment);
  const { merchant } = world.customerOf(payment);
  const paid = await world.control.payByHand({
    ...{ phone, reference, shortcode: merchant.shortcode },
    amountCents: BigInt(shillings) * 100n,
  });
  world.meant.set(paid.receipt, slips ? null : depositId);
  world.count(`by hand: ${slips ? "with a slip" : howTyped(reference, shown)}`);
  return `pays ${shillings} by hand to "${reference}" (${shown}): ${paid.receipt}`;
}

function howTyped(typed: string, shown: string): string {
  if (typed === shown) return "as shown";
  return /[OIS]/.test(typed) ? "with look-alike letters" : "in another way";
}

/** Somebody pays for nobody in particular, from the phone of a customer as like as not. */
export async function payStray(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { merchant, user } = world.customerOf(payment);
  const reference = chance.pick(["X", "rent", "0000 0000", "JOHN", "12345678", "4K7M2PA"]);
  const phone = chance.happens(0.5) ? (user.phone ?? "") : world.phoneOf(payment);
  const paid = await world.control.payByHand({
    ...{ phone, reference, shortcode: merchant.shortcode },
    amountCents: BigInt(payment.shillings) * 100n,
  });
  world.meant.set(paid.receipt, null);
  return `pays ${payment.shillings} by hand to "${reference}": ${paid.receipt}`;
}
