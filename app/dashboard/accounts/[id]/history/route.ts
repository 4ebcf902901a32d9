import { z } from "zod";
import { jsonAnswer } from "@/lib/http/json-answer";
import { paramOf } from "@/lib/http/param-of";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { askHistory } from "@/lib/recovery/pull/ask-history";

const Window = z.object({ from: typedText, to: typedText });

/** Staff have M-Pesa's list read for a window of their own. */
export const POST = withApi({
  route: "POST /dashboard/accounts/[id]/history",
  who: "staff",
  body: Window,
  form: { name: "history", back: () => "/dashboard/history" },
  handle: async ({ ctx, params, body, fromForm }) => {
    const pulled = await askHistory(ctx, { accountId: paramOf(params, "id"), ...body });
    if (fromForm) return seeOther(`/dashboard/history?notice=asked&run=${pulled.runId}`);
    const { runId: run, newRows: new_rows, outcome, rows, unreadable } = pulled;
    return jsonAnswer({ run, outcome, rows, new_rows, unreadable });
  },
});
