import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { askProviderNow } from "@/lib/recovery/ask-provider-now";

/** A staff member has the provider asked about a payment now. */
export const POST = withApi({
  route: "POST /dashboard/payments/[id]/check",
  who: "staff",
  body: NoBody,
  form: { name: "check", back: ({ params }) => `/dashboard/payments/${paramOf(params, "id")}` },
  handle: async ({ ctx, params, fromForm }) => {
    const paymentId = paramOf(params, "id");
    await askProviderNow(ctx, { paymentId });
    return fromForm
      ? seeOther(`/dashboard/payments/${paymentId}?notice=asked`)
      : jsonAnswer({ success: true });
  },
});
