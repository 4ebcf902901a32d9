import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { isId } from "@/lib/kit/ids";
import { cancelMpesaDeposit } from "@/lib/payments/cancel-mpesa-deposit";
import { cancelWithdrawal } from "@/lib/payments/withdrawals/cancel-withdrawal";

/**
 * Money coming in: closes the page's wait for a prompt, and what is paid after all is still credited. Money
 * going out: takes the order back, as long as no provider was asked; later it is refused.
 */
export const POST = withApi({
  route: "POST /payments/[id]/cancel",
  who: "customer",
  body: NoBody,
  form: { name: "cancel", back: ({ params }) => `/payments/${paramOf(params, "id")}` },
  handle: async ({ ctx, params, fromForm }) => {
    const paymentId = paramOf(params, "id");
    if (isId("withdrawal", paymentId)) {
      const isTakenBack = await cancelWithdrawal(ctx, { withdrawalId: paymentId });
      if (!isTakenBack) throw new ConflictError("too_late_to_cancel");
    } else {
      await cancelMpesaDeposit(ctx, { paymentId });
    }
    return fromForm ? seeOther(`/payments/${paymentId}`) : jsonAnswer({ success: true });
  },
});
