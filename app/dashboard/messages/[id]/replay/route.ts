import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { replayMessage } from "@/lib/recovery/replay-message";

/** A staff member has a kept message worked again. */
export const POST = withApi({
  route: "POST /dashboard/messages/[id]/replay",
  who: "staff",
  body: NoBody,
  form: { name: "attention", back: () => "/dashboard" },
  handle: async ({ ctx, params, fromForm }) => {
    await replayMessage(ctx, { messageId: paramOf(params, "id") });
    return fromForm ? seeOther("/dashboard") : jsonAnswer({ success: true });
  },
});
