import { z } from "zod";
import { reviewPath } from "@/components/dashboard/review-path";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { decide } from "@/lib/recovery/review/decide";

/** A member of staff decides about a case, with a reason. What an action needs is its own to read. */
export const POST = withApi({
  route: "POST /dashboard/review/[id]/decide",
  who: "staff",
  body: z.looseObject({
    action: typedText,
    reason: z.string().default(""),
    /** Whom a search had found, for the page to show them again. */
    customers: z.string().optional(),
  }),
  form: {
    name: "decide",
    back: ({ params, values: { customers } }) =>
      reviewPath(paramOf(params, "id")) +
      (customers ? `?${new URLSearchParams({ customers })}` : ""),
  },
  handle: async ({ ctx, params, body, fromForm }) => {
    const subjectId = paramOf(params, "id");
    const { action, reason, customers: _found, ...typed } = body;
    const { kind, decisionId } = await decide(ctx, { subjectId, action, reason, params: typed });
    return fromForm
      ? seeOther(`${reviewPath(subjectId)}?notice=${kind === "done" ? "decided" : "proposed"}`)
      : jsonAnswer({ success: true, kind, decision: decisionId });
  },
});
