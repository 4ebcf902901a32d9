import { jsonAnswer } from "@/lib/http/json-answer";
import { NoBody, withApi } from "@/lib/http/with-api";
import { getBalance } from "@/lib/payments/get-balance";

/** The signed-in customer's money: `{ available, held, currency }`. */
export const GET = withApi({
  route: "GET /api/balance",
  who: "customer",
  body: NoBody,
  handle: async ({ ctx }) => jsonAnswer(await getBalance(ctx)),
});
