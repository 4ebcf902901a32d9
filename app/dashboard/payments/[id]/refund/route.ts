import { z } from "zod";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { requestRefund } from "@/lib/payments/refunds/request-refund";

const page = (id: string) => `/dashboard/payments/${id}`;

/** A member of staff asks for a deposit to be given back, whole or, by voucher, in part. */
export const POST = withApi({
  route: "POST /dashboard/payments/[id]/refund",
  who: "staff",
  body: z.object({
    amount: z.string().max(100),
    why: z.string().default(""),
    email: z.string().max(300).default(""),
    attempt: z.string().min(1).max(100),
  }),
  form: { name: "refund", back: ({ params }) => page(paramOf(params, "id")) },
  handle: async ({ ctx, params, body, fromForm }) => {
    const depositId = paramOf(params, "id");
    const { amount, why, email, attempt: attemptKey } = body;
    const { refundId } = await requestRefund(ctx, { depositId, amount, why, email, attemptKey });
    return fromForm
      ? seeOther(`${page(depositId)}?notice=refund-asked#refunds`)
      : jsonAnswer({ success: true, data: { refund_id: refundId } });
  },
});
