import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { resumePayouts } from "@/lib/merchants/resume-payouts";

/** An admin says that M-Pesa takes the account's operator again. */
export const POST = withApi({
  route: "POST /dashboard/accounts/[id]/resume",
  who: "staff",
  body: NoBody,
  form: { name: "resume", back: () => "/dashboard/withdrawals" },
  handle: async ({ ctx, params, fromForm }) => {
    const wasStopped = await resumePayouts(ctx, { accountId: paramOf(params, "id") });
    if (!wasStopped) throw new ConflictError("payouts_not_stopped");
    return fromForm
      ? seeOther("/dashboard/withdrawals?notice=resumed")
      : jsonAnswer({ success: true });
  },
});
