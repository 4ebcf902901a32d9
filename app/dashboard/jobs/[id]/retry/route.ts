import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { retryJob } from "@/lib/recovery/retry-job";

/** A staff member gives a job that gave up another life of tries. */
export const POST = withApi({
  route: "POST /dashboard/jobs/[id]/retry",
  who: "staff",
  body: NoBody,
  form: { name: "attention", back: () => "/dashboard" },
  handle: async ({ ctx, params, fromForm }) => {
    await retryJob(ctx, { jobId: paramOf(params, "id") });
    return fromForm ? seeOther("/dashboard") : jsonAnswer({ success: true });
  },
});
