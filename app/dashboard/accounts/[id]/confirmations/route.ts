import { z } from "zod";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { registerCollectionUrls } from "@/lib/recovery/pull/register-collection-urls";

const Registration = z.object({ version: z.string().max(10).optional() });

/** An admin has M-Pesa tell us of every payment to a shortcode. */
export const POST = withApi({
  route: "POST /dashboard/accounts/[id]/confirmations",
  who: "staff",
  body: Registration,
  form: { name: "confirmations", back: () => "/dashboard/history" },
  handle: async ({ ctx, params, body, fromForm }) => {
    const accountId = paramOf(params, "id");
    const { wasRegistered } = await registerCollectionUrls(ctx, { accountId, ...body });
    const notice = wasRegistered ? "registered-before" : "registered";
    return fromForm
      ? seeOther(`/dashboard/history?notice=${notice}`)
      : jsonAnswer({ success: true, was_registered: wasRegistered });
  },
});
