import { z } from "zod";
import { reviewPath } from "@/components/dashboard/review-path";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { turnDownDecision } from "@/lib/recovery/review/turn-down-decision";

/** A second member of staff turns down what the first decided, and says why. */
export const POST = withApi({
  route: "POST /dashboard/review/decisions/[id]/turn-down",
  who: "staff",
  body: z.object({ subject: typedText, reason: z.string().default("") }),
  form: { name: "turn-down", back: ({ values }) => reviewPath(values.subject ?? "") },
  handle: async ({ ctx, params, body, fromForm }) => {
    const decisionId = paramOf(params, "id");
    const isFirst = await turnDownDecision(ctx, { decisionId, reason: body.reason });
    if (!isFirst) throw new ConflictError("decision_ended");
    return fromForm
      ? seeOther(`${reviewPath(body.subject)}?notice=turned-down`)
      : jsonAnswer({ success: true });
  },
});
