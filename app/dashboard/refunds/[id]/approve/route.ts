import { z } from "zod";
import { pageOfWhatGoesBack } from "@/components/dashboard/refund-path";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { approveRefund } from "@/lib/payments/refunds/approve-refund";
import { WHY_MAX } from "@/lib/payments/refunds/schemas";

/** A member of staff lets a refund go out that somebody else asked for. */
export const POST = withApi({
  route: "POST /dashboard/refunds/[id]/approve",
  who: "staff",
  body: z.object({ of: z.string().default(""), note: z.string().max(WHY_MAX).default("") }),
  form: { name: "refund-approve", back: ({ values }) => pageOfWhatGoesBack(values.of ?? "") },
  handle: async ({ ctx, params, body, fromForm }) => {
    const refundId = paramOf(params, "id");
    const isFirst = await approveRefund(ctx, { refundId, note: body.note });
    if (!isFirst) throw new ConflictError("refund_no_longer");
    return fromForm
      ? seeOther(`${pageOfWhatGoesBack(body.of)}?notice=refund-approved#refunds`)
      : jsonAnswer({ success: true });
  },
});
