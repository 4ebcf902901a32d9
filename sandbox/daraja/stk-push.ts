import type { World } from "@/sandbox/world";
import { authorizeMerchant, refuseCall } from "./authorize-call";
import type { DarajaAccount } from "./accounts";
import { fieldOf, type DarajaCall, type DarajaReply } from "./daraja-call";
import { jsonReply, refuse, refuseField } from "./gateway";
import { pushMagicOf } from "./magic";
import type { Push } from "./push";
import { findBadPushField } from "./read-push";

const LOCKED =
  "Unable to lock subscriber, a transaction is already in process for the current subscriber";
const ACCEPTED = "Success. Request accepted for processing";

/**
 * `POST /mpesa/stkpush/v1/processrequest`: queues a prompt for a phone. There is no idempotency:
 * the same body twice is two pushes.
 */
export async function stkPush(call: DarajaCall, world: World): Promise<DarajaReply> {
  const refused = refuseCall(call, world);
  if (refused) return refused;
  const badField = findBadPushField(call, world);
  if (badField !== undefined) return refuseField(world, badField);
  const merchant = authorizeMerchant(call, world, "Wrong credentials");
  if ("refused" in merchant) return merchant.refused;
  if (fieldOf(call, "TransactionType") !== typeFor(merchant.account)) {
    return refuseField(world, "TransactionType");
  }
  const msisdn = fieldOf(call, "PhoneNumber") ?? "";
  if (world.settings.current.stkLockedAnswer === "refused" && world.pushes.isLocked(msisdn)) {
    return refuse(world, 500, "500.001.1001", LOCKED);
  }
  return accept(call, world, merchant.account);
}

async function accept(
  call: DarajaCall,
  world: World,
  account: DarajaAccount,
): Promise<DarajaReply> {
  const push = world.pushes.start({
    account,
    partyB: fieldOf(call, "PartyB") ?? "",
    msisdn: fieldOf(call, "PhoneNumber") ?? "",
    amountCents: BigInt(fieldOf(call, "Amount") ?? "0") * 100n,
    accountReference: fieldOf(call, "AccountReference") ?? "",
    transactionDesc: fieldOf(call, "TransactionDesc") ?? "",
    callbackUrl: fieldOf(call, "CallBackURL") ?? "",
  });
  if (world.pushes.scriptOf(push).beforeAnswer) await world.pushes.settleBeforeAnswer(push);
  return { ...accepted(push), faults: pushMagicOf(push).afterAnswer };
}

function accepted(push: Push): DarajaReply {
  return jsonReply(200, {
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.checkoutRequestId,
    ResponseCode: "0",
    ResponseDescription: ACCEPTED,
    CustomerMessage: ACCEPTED,
  });
}

function typeFor(account: DarajaAccount): string {
  return account.kind === "till" ? "CustomerBuyGoodsOnline" : "CustomerPayBillOnline";
}
