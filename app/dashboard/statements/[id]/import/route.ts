import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { importStatement } from "@/lib/recovery/statements/import-statement";

/** Books the lines of a statement that was looked at. */
export const POST = withApi({
  route: "POST /dashboard/statements/[id]/import",
  who: "staff",
  body: NoBody,
  form: {
    name: "import",
    back: ({ params }) => `/dashboard/statements/${paramOf(params, "id")}`,
  },
  handle: async ({ ctx, params, fromForm }) => {
    const statementId = paramOf(params, "id");
    const isFirst = await importStatement(ctx, { statementId });
    if (!isFirst) throw new ConflictError("statement_was_begun");
    return fromForm
      ? seeOther(`/dashboard/statements/${statementId}`)
      : jsonAnswer({ success: true });
  },
});
