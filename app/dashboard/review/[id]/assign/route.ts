import { z } from "zod";
import { reviewPath } from "@/components/dashboard/review-path";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { assignCase } from "@/lib/recovery/review/assign-case";

/** A member of staff takes a case, or gives it to somebody. */
export const POST = withApi({
  route: "POST /dashboard/review/[id]/assign",
  who: "staff",
  body: z.object({ assignee: typedText }),
  form: { name: "assign", back: ({ params }) => reviewPath(paramOf(params, "id")) },
  handle: async ({ ctx, params, body, fromForm }) => {
    const subjectId = paramOf(params, "id");
    await assignCase(ctx, { subjectId, assigneeId: body.assignee });
    return fromForm
      ? seeOther(`${reviewPath(subjectId)}?notice=assigned`)
      : jsonAnswer({ success: true });
  },
});
