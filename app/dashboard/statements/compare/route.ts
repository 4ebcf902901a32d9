import { decimalFromCents } from "@/lib/kit/money";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { NoBody, withApi } from "@/lib/http/with-api";
import { compareBalanceNow } from "@/lib/recovery/compare-balances";

/** Compares the voucher books with the provider's balance now, as the job does once a day. */
export const POST = withApi({
  route: "POST /dashboard/statements/compare",
  who: "staff",
  body: NoBody,
  form: { name: "compare", back: () => "/dashboard/statements" },
  handle: async ({ ctx, fromForm }) => {
    const { driftCents } = await compareBalanceNow(ctx);
    return fromForm
      ? seeOther("/dashboard/statements?notice=compared")
      : jsonAnswer({ drift: decimalFromCents(driftCents) });
  },
});
