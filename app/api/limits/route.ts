import { z } from "zod";
import { InvalidInputError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { listOwnLimits } from "@/lib/payments/withdrawals/list-own-limits";
import { setOwnLimit } from "@/lib/payments/withdrawals/set-own-limit";

/** Sets what the signed-in customer lets themselves take out; an empty amount sets nothing of their own. */
export const POST = withApi({
  route: "POST /api/limits",
  who: "customer",
  body: z.object({ kind: z.enum(["payment", "day", "week"]), amount: typedText }),
  form: { name: "limit", back: () => "/account" },
  handle: async ({ ctx, body, fromForm }) => {
    try {
      await setOwnLimit(ctx, body);
    } catch (error) {
      throw error instanceof InvalidInputError ? aboutLimit(error) : error;
    }
    if (fromForm) return seeOther(`/account?saved=${body.kind}#limits`);
    return jsonAnswer({ limits: await listOwnLimits(ctx) });
  },
});

/** How small or large a limit may be has sentences of its own: others name what may be paid. */
function aboutLimit({ fields: { amount = "" } }: InvalidInputError): InvalidInputError {
  const isRange = amount === "too_small" || amount === "too_large";
  return new InvalidInputError({ amount: isRange ? `limit_${amount}` : amount });
}
