import { z } from "zod";
import { pageOfWhatGoesBack } from "@/components/dashboard/refund-path";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { rejectRefund } from "@/lib/payments/refunds/reject-refund";

/** A member of staff turns down a refund that somebody else asked for, and says why. */
export const POST = withApi({
  route: "POST /dashboard/refunds/[id]/reject",
  who: "staff",
  body: z.object({ of: z.string().default(""), note: z.string().default("") }),
  form: { name: "refund-reject", back: ({ values }) => pageOfWhatGoesBack(values.of ?? "") },
  handle: async ({ ctx, params, body, fromForm }) => {
    const refundId = paramOf(params, "id");
    const isFirst = await rejectRefund(ctx, { refundId, note: body.note });
    if (!isFirst) throw new ConflictError("refund_no_longer");
    return fromForm
      ? seeOther(`${pageOfWhatGoesBack(body.of)}?notice=refund-rejected#refunds`)
      : jsonAnswer({ success: true });
  },
});
