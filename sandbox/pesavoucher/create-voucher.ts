import type { FaultPlan } from "@/sandbox/faults";
import { isEmail } from "@/sandbox/kit/email";
import { parseShillings } from "@/sandbox/kit/money";
import { Shillings } from "@/sandbox/kit/wire-json";
import type { World } from "@/sandbox/world";
import { textOf, type ApiAnswer, type ApiCall } from "./api-call";
import { authenticate } from "./authenticate";
import type { Merchant } from "./merchants";
import type { PayoutOrder } from "./payout-desk";
import { payoutMagicOf } from "./payout-magic";
import { refusal } from "./refusal";
import type { VoucherPayout } from "./voucher-payout";

const MIN_CENTS = 5_000n;
const MAX_CENTS = 15_000_000n;

/**
 * `POST /create_voucher`: debits the merchant's wallet, makes a code only the customer can redeem
 * and mails it. There is no idempotency key: `unique_id` is echoed, and what a second use of it
 * does is a setting.
 */
export async function createVoucher(
  call: ApiCall,
  world: World,
  plan: FaultPlan,
): Promise<ApiAnswer | "dropped"> {
  const auth = authenticate(call, world, { allowBody: true });
  if ("refused" in auth) return auth.refused;
  if (!auth.merchant.hasAccount) return refusal(world, 404, "Merchant account not found");
  if (!call.bodyIsReadable) return refuse(world, "Invalid JSON body");
  const read = readOrder(call, world, auth.merchant);
  if ("error" in read) return refuse(world, read.error);
  const { order } = read;
  const earlier = findEarlier(world, order);
  if (earlier !== undefined) {
    const { duplicateUniqueId } = world.settings.current;
    if (duplicateUniqueId === "refuse") return refuse(world, "Duplicate unique_id");
    if (duplicateUniqueId === "replay") return describePayout(earlier);
  }
  const magic = payoutMagicOf(order.email);
  const { walletCents } = world.ledger.booksOf(auth.merchant.id);
  if (magic.noFunds || walletCents < order.amountCents) {
    return refuse(world, "Insufficient balance");
  }
  const isFirstTry = world.voucherPayouts.isFirstTry(auth.merchant.id, order.uniqueId);
  if (magic.cutBefore && isFirstTry) return "dropped";
  world.customers.register(order.email);
  const payout = world.voucherPayouts.issue(order);
  if (magic.afterwards && isFirstTry) plan.after.push(magic.afterwards);
  await world.voucherPayouts.announceCreated(payout);
  return describePayout(payout);
}

/** What the call asks for, or the first thing wrong with it in the provider's words. */
function readOrder(
  call: ApiCall,
  world: World,
  merchant: Merchant,
): { order: PayoutOrder } | { error: string } {
  const email = textOf(call.body.email);
  const currency = textOf(call.body.currency);
  if (email === undefined || textOf(call.body.amount) === undefined || currency === undefined) {
    return { error: "Missing required fields: email, amount, currency" };
  }
  if (currency !== "KES") return { error: "Currency must be KES" };
  const amountCents = parseShillings(call.body.amount);
  if (amountCents === undefined) return { error: "Invalid amount" };
  if (amountCents < MIN_CENTS) return { error: "Minimum voucher amount is KES 50" };
  if (amountCents > MAX_CENTS) return { error: "Maximum voucher amount is KES 150,000" };
  if (!mayReceive(world, email)) return { error: "User not found" };
  return {
    order: {
      merchant,
      email,
      amountCents,
      uniqueId: textOf(call.body.unique_id) ?? null,
      message: textOf(call.body.message) ?? null,
      callbackUrl: textOf(call.body.callback_url) ?? null,
    },
  };
}

function mayReceive(world: World, email: string): boolean {
  if (!isEmail(email)) return false;
  return world.customers.knows(email) || world.settings.current.unknownEmail === "create_account";
}

function findEarlier(world: World, order: PayoutOrder): VoucherPayout | undefined {
  if (order.uniqueId === null) return undefined;
  return world.voucherPayouts.findByReference(order.merchant.id, order.uniqueId);
}

/** The documented refusal, which unlike the other endpoints' carries no timestamp. */
function refuse(world: World, error: string): ApiAnswer {
  const { createVoucherRefusalStatus } = world.settings.current;
  return { status: createVoucherRefusalStatus, body: { success: false, error } };
}

function describePayout(payout: VoucherPayout): ApiAnswer {
  return {
    status: 200,
    body: {
      success: true,
      voucher_code: payout.code,
      currency: "KES",
      amount: new Shillings(payout.amountCents),
      transaction_id: payout.transactionId,
      unique_id: payout.uniqueId ?? undefined,
    },
  };
}
