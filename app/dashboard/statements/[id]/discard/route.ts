import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { discardStatement } from "@/lib/recovery/statements/discard-statement";

/** Puts a file aside that nothing was booked of. */
export const POST = withApi({
  route: "POST /dashboard/statements/[id]/discard",
  who: "staff",
  body: NoBody,
  form: {
    name: "discard",
    back: ({ params }) => `/dashboard/statements/${paramOf(params, "id")}`,
  },
  handle: async ({ ctx, params, fromForm }) => {
    const statementId = paramOf(params, "id");
    const isFirst = await discardStatement(ctx, { statementId });
    if (!isFirst) throw new ConflictError("statement_was_begun");
    return fromForm
      ? seeOther("/dashboard/statements?notice=discarded")
      : jsonAnswer({ success: true });
  },
});
