import { jsonAnswer } from "@/lib/http/json-answer";
import { NoBody, withApi } from "@/lib/http/with-api";
import { getAllowance } from "@/lib/payments/withdrawals/get-allowance";

/** What the signed-in customer may take out now, by which methods and for what fee. */
export const GET = withApi({
  route: "GET /api/withdraw/allowance",
  who: "customer",
  body: NoBody,
  handle: async ({ ctx }) => jsonAnswer(await getAllowance(ctx)),
});
