import { z } from "zod";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { registerPull } from "@/lib/recovery/pull/register-pull";

const Registration = z.object({ nominated_number: z.string().max(40).optional() });

/** An admin opens M-Pesa's list of a shortcode's payments to us. */
export const POST = withApi({
  route: "POST /dashboard/accounts/[id]/list",
  who: "staff",
  body: Registration,
  form: { name: "list", back: () => "/dashboard/history" },
  handle: async ({ ctx, params, body, fromForm }) => {
    const accountId = paramOf(params, "id");
    // Left empty, the number that is known counts: it is shown masked, and nobody types it twice.
    const nominatedNumber = body.nominated_number?.trim() ? body.nominated_number : undefined;
    const { wasRegistered } = await registerPull(ctx, { accountId, nominatedNumber });
    return fromForm
      ? seeOther("/dashboard/history?notice=opened")
      : jsonAnswer({ success: true, was_registered: wasRegistered });
  },
});
