import { db } from "@/lib/db";
import { callbackSecretOf } from "@/lib/merchants/callback-secret";
import type { Deed, Plan } from "./plan";
import type { Round } from "./round";

type Forgery = Extract<Deed, `forge ${string}`>;

/**
 * Somebody who wants money says what no provider said: at the address everybody knows, with a secret or
 * token they made up, or with the right address of another order. None of it may change anything.
 */
export async function forge(
  round: Round,
  plan: Plan,
  forgery: Forgery,
  withdrawalId: string,
): Promise<string> {
  const reference = round.references.get(withdrawalId) ?? "";
  const says = plan.number % 2 === 0 ? "0" : "2040";
  const { appUrl } = round.shop;
  if (plan.method === "pesavoucher") {
    const query = {
      "forge alias": "",
      "forge secret": `?withdrawal=${withdrawalId}&token=${crypto.randomUUID()}`,
      "forge order": `?withdrawal=${withdrawalId}`,
      "forge token": `?withdrawal=${withdrawalId}&token=`,
    }[forgery];
    const url = `${appUrl}/api/pesavoucher/voucher-created-webhook${query}`;
    const amountCents = BigInt(plan.amount) * 100n;
    await round.control.sendForgedVoucherCreated({ url, uniqueId: reference, amountCents });
    return "a voucher nobody made";
  }
  const url = await addressOf(appUrl, forgery, withdrawalId);
  const order = forgery === "forge order" ? crypto.randomUUID() : reference;
  await round.control.sendForgedB2cResult({
    url,
    originatorConversationId: order,
    resultCode: says,
    amountCents: BigInt(plan.amount) * 100n,
  });
  return `a result ${says}`;
}

async function addressOf(appUrl: string, forgery: Forgery, withdrawalId: string): Promise<string> {
  if (forgery === "forge alias") return `${appUrl}/v1/webhooks/mpesa/transactionstatus/result`;
  if (forgery !== "forge order")
    return `${appUrl}/callbacks/daraja/${crypto.randomUUID()}/b2c/result/${withdrawalId}`;
  const { account } = await db().withdrawal.findUniqueOrThrow({
    where: { id: withdrawalId },
    select: { account: { select: { id: true, secretVersion: true } } },
  });
  if (!account) throw new Error("M-Pesa pays from an account");
  return `${appUrl}/callbacks/daraja/${callbackSecretOf(account)}/b2c/result/${withdrawalId}`;
}
