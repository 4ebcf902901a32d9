import { jsonAnswer } from "@/lib/http/json-answer";
import { NoBody, withApi } from "@/lib/http/with-api";
import { listPayments } from "@/lib/payments/list-payments";

/** The signed-in customer's payments, newest first: `{ payments, next_cursor }`. */
export const GET = withApi({
  route: "GET /api/payments",
  who: "customer",
  body: NoBody,
  handle: async ({ ctx, request }) => {
    const cursor = new URL(request.url).searchParams.get("cursor") ?? undefined;
    return jsonAnswer(await listPayments(ctx, { cursor }));
  },
});
