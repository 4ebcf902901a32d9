import type { Ctx } from "@/lib/context";
import type { Deposit } from "@/lib/generated/prisma/client";
import { findAddressedAccount, isOwnNumber, type C2bArrival } from "./apply-c2b-confirmation";
import { findByReference, isPayReferenceOf } from "./find-by-reference";

/** What M-Pesa may do with a payment somebody is making by hand; `accept`, or its own code for why not. */
export type Verdict = "accept" | "C2B00012" | "C2B00013" | "C2B00015";

const UNKNOWN_REFERENCE = "C2B00012";
const OTHER_AMOUNT = "C2B00013";
const OTHER_SHORTCODE = "C2B00015";

/**
 * Says whether a payment by hand is taken, before it is made. The account number has to be that of a deposit
 * that can still be paid and, where it is the one we show for paying by hand, the amount the one that was
 * asked for; a till has no account number and takes everything. Stores nothing: the confirmation does.
 */
export async function judgePayment(
  ctx: Omit<Ctx, "merchantId">,
  arrival: C2bArrival,
): Promise<Verdict> {
  const account = await findAddressedAccount(ctx, arrival);
  // An address of ours that has run out: the money is found later, and nobody is turned away for it.
  if (!account) return "accept";
  const { c2b } = arrival;
  if (!isOwnNumber(account, c2b.shortcode)) return OTHER_SHORTCODE;
  if (account.kind === "till") return "accept";
  const own: Ctx = { ...ctx, merchantId: account.merchantId };
  const deposit = await findByReference(own, c2b);
  if (!deposit || !isPayable(deposit)) return UNKNOWN_REFERENCE;
  return isAmountAsked(deposit, c2b) ? "accept" : OTHER_AMOUNT;
}

/** "Not paid" is said to the customer's screen alone: such a deposit can still be paid. */
function isPayable({ state }: Deposit): boolean {
  return state !== "paid" && state !== "reversed";
}

function isAmountAsked(deposit: Deposit, c2b: C2bArrival["c2b"]): boolean {
  const { askedCents } = deposit;
  return !isPayReferenceOf(deposit, c2b) || askedCents === null || askedCents === c2b.amountCents;
}
