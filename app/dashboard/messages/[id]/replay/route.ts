import { z } from "zod";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { isId } from "@/lib/kit/ids";
import { replayMessage } from "@/lib/recovery/replay-message";

/** The page the button stood on: a payment's case file, or the dashboard. */
function pageOf(payment = ""): string {
  const isPayment = isId("deposit", payment) || isId("withdrawal", payment);
  return isPayment ? `/dashboard/payments/${payment}` : "/dashboard";
}

/** A staff member has a kept message worked again. */
export const POST = withApi({
  route: "POST /dashboard/messages/[id]/replay",
  who: "staff",
  body: z.object({ payment: z.string().optional() }),
  form: { name: "attention", back: ({ values }) => pageOf(values.payment) },
  handle: async ({ ctx, params, body, fromForm }) => {
    await replayMessage(ctx, { messageId: paramOf(params, "id") });
    return fromForm ? seeOther(pageOf(body.payment)) : jsonAnswer({ success: true });
  },
});
