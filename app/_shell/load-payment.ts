import { notFound } from "next/navigation";
import { cache } from "react";
import { requireCustomer } from "@/lib/auth/page-session";
import { NotFoundError } from "@/lib/errors";
import { getPayment } from "@/lib/payments/get-payment";
import type { PaymentResource } from "@/lib/payments/schemas";

/**
 * The signed-in customer's payment, read once per request. Somebody else's shows the same page as one
 * that does not exist.
 */
export const loadPayment = cache(async (id: string): Promise<PaymentResource> => {
  const { ctx } = await requireCustomer();
  try {
    return await getPayment(ctx, { paymentId: id });
  } catch (error) {
    if (error instanceof NotFoundError) notFound();
    throw error;
  }
});
