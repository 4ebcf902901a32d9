import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { closeStatement } from "@/lib/recovery/statements/close-statement";

/** Compares both books again, with what has come in since. */
export const POST = withApi({
  route: "POST /dashboard/statements/[id]/close",
  who: "staff",
  body: NoBody,
  form: {
    name: "close",
    back: ({ params }) => `/dashboard/statements/${paramOf(params, "id")}`,
  },
  handle: async ({ ctx, params, fromForm }) => {
    const statementId = paramOf(params, "id");
    const report = await closeStatement(ctx, { statementId });
    return fromForm ? seeOther(`/dashboard/statements/${statementId}`) : jsonAnswer({ report });
  },
});
