import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { cancelMpesaDeposit } from "@/lib/payments/cancel-mpesa-deposit";

/** "Stop waiting": closes the page's wait for a prompt. Money that is paid after all is still credited. */
export const POST = withApi({
  route: "POST /payments/[id]/cancel",
  who: "customer",
  body: NoBody,
  form: { name: "cancel", back: ({ params }) => `/payments/${paramOf(params, "id")}` },
  handle: async ({ ctx, params, fromForm }) => {
    const paymentId = paramOf(params, "id");
    await cancelMpesaDeposit(ctx, { paymentId });
    return fromForm ? seeOther(`/payments/${paymentId}`) : jsonAnswer({ success: true });
  },
});
