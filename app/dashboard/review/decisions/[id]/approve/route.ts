import { z } from "zod";
import { reviewPath } from "@/components/dashboard/review-path";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { approveDecision } from "@/lib/recovery/review/approve-decision";

/** A second member of staff carries out what the first decided. */
export const POST = withApi({
  route: "POST /dashboard/review/decisions/[id]/approve",
  who: "staff",
  body: z.object({ subject: typedText }),
  form: { name: "approve", back: ({ values }) => reviewPath(values.subject ?? "") },
  handle: async ({ ctx, params, body, fromForm }) => {
    const end = await approveDecision(ctx, { decisionId: paramOf(params, "id") });
    if (end !== "carried_out") throw new ConflictError(`decision_${end}`);
    return fromForm
      ? seeOther(`${reviewPath(body.subject)}?notice=carried-out`)
      : jsonAnswer({ success: true });
  },
});
