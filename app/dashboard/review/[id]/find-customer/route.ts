import { z } from "zod";
import { reviewPath } from "@/components/dashboard/review-path";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { findCustomers } from "@/lib/recovery/review/find-customers";

/** Finds whose money it could be. A post, so that no number or name stands in an address or a log. */
export const POST = withApi({
  route: "POST /dashboard/review/[id]/find-customer",
  who: "staff",
  body: z.object({ owner: typedText }),
  form: { name: "find", back: ({ params }) => reviewPath(paramOf(params, "id")) },
  handle: async ({ ctx, params, body, fromForm }) => {
    const subjectId = paramOf(params, "id");
    const customers = await findCustomers(ctx, { subjectId, text: body.owner });
    return fromForm
      ? seeOther(`${reviewPath(subjectId)}?customers=${customers.join(".")}#assign_customer`)
      : jsonAnswer({ customers });
  },
});
