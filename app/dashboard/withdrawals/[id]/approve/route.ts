import { z } from "zod";
import { ConflictError } from "@/lib/errors";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { withApi } from "@/lib/http/with-api";
import { approveWithdrawal } from "@/lib/payments/withdrawals/approve-withdrawal";
import { NOTE_MAX } from "@/lib/payments/withdrawals/withdrawal-for-people";

/** A member of staff lets a withdrawal go out that somebody else asked for. */
export const POST = withApi({
  route: "POST /dashboard/withdrawals/[id]/approve",
  who: "staff",
  body: z.object({ note: z.string().max(NOTE_MAX).default("") }),
  form: { name: "approve", back: () => "/dashboard/withdrawals" },
  handle: async ({ ctx, params, body, fromForm }) => {
    const withdrawalId = paramOf(params, "id");
    const isFirst = await approveWithdrawal(ctx, { withdrawalId, note: body.note });
    if (!isFirst) throw new ConflictError("no_longer_waiting");
    return fromForm
      ? seeOther(`/dashboard/withdrawals?notice=approved&of=${withdrawalId}`)
      : jsonAnswer({ success: true });
  },
});
