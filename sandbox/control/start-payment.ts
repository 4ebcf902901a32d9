import type { z } from "zod";

import type { Purchase } from "@/sandbox/pesavoucher/purchase";
import type { World } from "@/sandbox/world";
import type { startPaymentSchema } from "./control-schemas";
import { findMerchant } from "./find-merchant";

/** Starts a purchase as the hosted page does, without the page: the prompt goes to the phone. */
export function startPayment(world: World, input: z.output<typeof startPaymentSchema>): Purchase {
  const merchant = findMerchant(world, input.merchantId);
  return world.desk.start({
    merchant,
    sessionId: input.sessionId,
    userRef: input.userRef ?? null,
    prefix: input.prefix ?? merchant.prefixes[0] ?? "",
    requestedCents: input.amountCents,
    amountCents: input.amountCents,
    msisdn: input.msisdn,
    callbackUrl: input.callbackUrl ?? null,
    returnUrl: input.returnUrl ?? null,
    cancelUrl: input.cancelUrl ?? null,
  });
}
