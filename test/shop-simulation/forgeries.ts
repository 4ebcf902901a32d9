import { db } from "@/lib/db";
import type { Chance } from "../withdrawal-simulation/chance";
import type { Payment } from "./plan";
import type { World } from "./world";

/** Somebody who wants money says what no provider said, with a secret they made up. None of it may count. */
export async function forge(world: World, payment: Payment, chance: Chance): Promise<string> {
  const { control, shop } = world;
  const secret = crypto.randomUUID();
  const { depositIds, refundIds } = world.of(payment);
  const depositId = depositIds[0];
  const amountCents = BigInt(payment.shillings) * 100n;
  if (payment.road === "voucher") {
    const { sessionId, callbackUrl } = world.of(payment);
    if (sessionId === "") return "nothing to forge";
    await control.forgeCallback({
      url: callbackUrl,
      body: { session_id: sessionId, voucher: "MLP-AAAA-BBBB-CCCC", amount: payment.shillings },
    });
    return "a voucher nobody sold";
  }
  if (refundIds[0] !== undefined && chance.happens(0.5)) {
    const url = `${shop.appUrl}/callbacks/daraja/${secret}/reversal/result/${refundIds[0]}`;
    await control.sendForgedReversalResult({ url, amountCents });
    return "a way back nobody ordered";
  }
  if (depositId === undefined || chance.happens(0.5)) {
    const reference = depositId === undefined ? "FORGED" : await referenceOf(depositId);
    await control.sendForgedConfirmation({
      url: `${shop.appUrl}/callbacks/daraja/${secret}/c2b/confirmation`,
      ...{ reference, amountCents },
    });
    return "a payment by hand nobody made";
  }
  const [push] = await control.listPushes({ callbackUrlContains: depositId });
  if (!push) return "nothing to forge";
  const url = push.callbackUrl.replace(/\/daraja\/[^/]+\//, `/daraja/${secret}/`);
  const { checkoutRequestId, merchantRequestId, msisdn } = push;
  await control.sendForgedStk({ url, checkoutRequestId, merchantRequestId, msisdn, amountCents });
  return "a prompt nobody paid";
}

async function referenceOf(depositId: string): Promise<string> {
  const deposit = await db().deposit.findUniqueOrThrow({ where: { id: depositId } });
  return deposit.payReference ?? deposit.publicCode;
}
