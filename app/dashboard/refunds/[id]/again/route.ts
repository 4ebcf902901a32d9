import { z } from "zod";
import { pageOfWhatGoesBack } from "@/components/dashboard/refund-path";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { orderRefundAgain } from "@/lib/payments/refunds/order-refund-again";

/** A member of staff orders a refund once more of which nobody could tell what became. */
export const POST = withApi({
  route: "POST /dashboard/refunds/[id]/again",
  who: "staff",
  body: z.object({ of: z.string().default(""), note: z.string().default("") }),
  form: { name: "refund-again", back: ({ values }) => pageOfWhatGoesBack(values.of ?? "") },
  handle: async ({ ctx, params, body, fromForm }) => {
    const refundId = paramOf(params, "id");
    const isFirst = await orderRefundAgain(ctx, { refundId, note: body.note });
    if (!isFirst) throw new ConflictError("refund_no_longer");
    return fromForm
      ? seeOther(`${pageOfWhatGoesBack(body.of)}?notice=refund-again#refunds`)
      : jsonAnswer({ success: true });
  },
});
