import { z } from "zod";
import { reviewPath } from "@/components/dashboard/review-path";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { askReceipt } from "@/lib/recovery/review/ask-receipt";

/** A member of staff has M-Pesa asked about a receipt that a customer showed. */
export const POST = withApi({
  route: "POST /dashboard/review/[id]/ask-receipt",
  who: "staff",
  body: z.object({ receipt: typedText, reason: z.string().default("") }),
  form: { name: "ask-receipt", back: ({ params }) => reviewPath(paramOf(params, "id")) },
  handle: async ({ ctx, params, body, fromForm }) => {
    const depositId = paramOf(params, "id");
    const { queryId } = await askReceipt(ctx, { depositId, ...body });
    return fromForm
      ? seeOther(`${reviewPath(depositId)}?notice=receipt-asked`)
      : jsonAnswer({ success: true, query: queryId });
  },
});
