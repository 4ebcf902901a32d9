import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { checkPaymentNow } from "@/lib/recovery/check-payment-now";

/** "I have paid, check again". */
export const POST = withApi({
  route: "POST /payments/[id]/check",
  who: "customer",
  body: NoBody,
  form: { name: "check", back: ({ params }) => `/payments/${paramOf(params, "id")}` },
  handle: async ({ ctx, params, fromForm }) => {
    const paymentId = paramOf(params, "id");
    await checkPaymentNow(ctx, { paymentId });
    return fromForm ? seeOther(`/payments/${paymentId}`) : jsonAnswer({ success: true });
  },
});
