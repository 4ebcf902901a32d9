import { z } from "zod";
import { pageOfWhatGoesBack } from "@/components/dashboard/refund-path";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { cancelRefund } from "@/lib/payments/refunds/cancel-refund";

/** Whoever asked for a refund takes it back while nothing was ordered. */
export const POST = withApi({
  route: "POST /dashboard/refunds/[id]/cancel",
  who: "staff",
  body: z.object({ of: z.string().default("") }),
  form: { name: "refund-cancel", back: ({ values }) => pageOfWhatGoesBack(values.of ?? "") },
  handle: async ({ ctx, params, body, fromForm }) => {
    const refundId = paramOf(params, "id");
    const isFirst = await cancelRefund(ctx, { refundId });
    if (!isFirst) throw new ConflictError("refund_no_longer");
    return fromForm
      ? seeOther(`${pageOfWhatGoesBack(body.of)}?notice=refund-cancelled#refunds`)
      : jsonAnswer({ success: true });
  },
});
