import type { z } from "zod";

import type { CustomerPayment } from "@/sandbox/daraja/customer-payment";
import { payBusiness } from "@/sandbox/daraja/pay-business";
import type { World } from "@/sandbox/world";
import type { payByHandSchema } from "./collection-schemas";
import { ControlError } from "./control-error";

const WHY = {
  unknown_business: "nobody has this business number",
  bad_reference: "a PayBill wants an account number of at most 20 characters",
  bad_amount: "only whole shillings from 1 to 250,000 can be paid",
  phone_off: "the phone is switched off",
  no_service: "the phone has no signal",
  pin_locked: "the M-Pesa PIN is locked",
  wrong_pin: "the PIN is wrong",
  no_funds: "the phone has not enough money",
} as const;

/**
 * Pays a business on a phone's own menu. Where the shop is asked first, this waits for its answer,
 * unless a script or explicit delivery keeps the question back.
 */
export async function payByHand(
  world: World,
  input: z.output<typeof payByHandSchema>,
): Promise<CustomerPayment> {
  const outcome = payBusiness(world, {
    msisdn: input.phone,
    businessNumber: input.shortcode ?? world.darajaAccounts.credentials.shortcode,
    reference: input.reference,
    amountCents: input.amountCents,
    pin: input.pin ?? world.settings.current.pin,
  });
  if (outcome.kind === "refused") {
    throw new ControlError(outcome.why === "unknown_business" ? 404 : 409, WHY[outcome.why]);
  }
  if (world.collections.isBeingAsked(outcome.payment)) await outcome.decided;
  return outcome.payment;
}
