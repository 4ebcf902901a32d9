import { z } from "zod";
import { setFlash } from "@/lib/http/flash";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { quoteWithdrawal } from "@/lib/payments/withdrawals/quote-withdrawal";
import { backToForm, TypedFields, typedWithdrawal } from "../../../withdraw/typed-withdrawal";

const Reviewed = TypedFields.extend({
  attempt: z.string().max(100).optional(),
  /** Asks for the form again, filled in, instead of the review. */
  change: z.literal("1").optional(),
});

/** Says what a withdrawal would do. Nothing is held and nothing is sent: that is `POST /api/withdraw`. */
export const POST = withApi({
  route: "POST /api/withdraw/review",
  who: "customer",
  body: Reviewed,
  form: { name: "withdraw", back: backToForm },
  handle: async ({ ctx, body, params, fromForm }) => {
    const { change, ...typed } = body;
    const { attempt, ...kept } = typed;
    const values = attempt === undefined ? kept : { ...kept, attempt };
    if (fromForm && change) {
      return setFlash(seeOther(backToForm({ params, values })), { form: "withdraw", values });
    }
    const quote = await quoteWithdrawal(ctx, typedWithdrawal(typed));
    if (!fromForm) return jsonAnswer({ quote });
    return setFlash(seeOther("/withdraw/review"), { form: "review", values });
  },
});
