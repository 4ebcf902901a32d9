import { z } from "zod";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { rejectWithdrawal } from "@/lib/payments/withdrawals/reject-withdrawal";

/** A member of staff turns down a withdrawal that somebody else asked for, and says why. */
export const POST = withApi({
  route: "POST /dashboard/withdrawals/[id]/reject",
  who: "staff",
  body: z.object({ note: z.string().default("") }),
  form: { name: "reject", back: () => "/dashboard/withdrawals" },
  handle: async ({ ctx, params, body, fromForm }) => {
    const withdrawalId = paramOf(params, "id");
    const isFirst = await rejectWithdrawal(ctx, { withdrawalId, note: body.note });
    if (!isFirst) throw new ConflictError("no_longer_waiting");
    return fromForm
      ? seeOther(`/dashboard/withdrawals?notice=rejected&of=${withdrawalId}`)
      : jsonAnswer({ success: true });
  },
});
