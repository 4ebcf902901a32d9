import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { NoBody, withApi } from "@/lib/http/with-api";
import { getPayment } from "@/lib/payments/get-payment";

/** One payment of the signed-in customer. */
export const GET = withApi({
  route: "GET /api/payments/[id]",
  who: "customer",
  body: NoBody,
  handle: async ({ ctx, params }) =>
    jsonAnswer(await getPayment(ctx, { paymentId: paramOf(params, "id") })),
});
