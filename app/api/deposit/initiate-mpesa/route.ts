import { z } from "zod";
import { countTry } from "@/lib/auth/tries";
import { jsonAnswer } from "@/lib/http/json-answer";
import { seeOther } from "@/lib/http/see-other";
import { typedText } from "@/lib/http/typed-text";
import { withApi } from "@/lib/http/with-api";
import { parseKenyanPhone } from "@/lib/kit/phone";
import { getPayment } from "@/lib/payments/get-payment";
import { requestMpesaDeposit } from "@/lib/payments/request-mpesa-deposit";
import { retryMpesaDeposit } from "@/lib/payments/retry-mpesa-deposit";

const Asked = z.object({
  phone: typedText,
  amount: typedText,
  attempt: z.string().min(1).max(100).optional(),
  shortcode: z.string().max(20).optional(),
});
const AskedAgain = z.object({ retry_of: z.string().min(1).max(64) });

/** Sends an M-Pesa prompt to the customer's phone, or shows the one that is open there. */
export const POST = withApi({
  route: "POST /api/deposit/initiate-mpesa",
  who: "customer",
  body: z.union([AskedAgain, Asked]),
  form: {
    name: "mpesa",
    back: ({ values }) =>
      values.retry_of
        ? `/payments/${encodeURIComponent(values.retry_of)}`
        : "/deposit?method=mpesa",
  },
  handle: async ({ ctx, body, fromForm }) => {
    await countTry("initiate_customer", ctx.actor.id);
    const phone = "phone" in body ? parseKenyanPhone(body.phone) : null;
    if (phone) await countTry("prompt_phone", phone);
    const { depositId, existing } =
      "retry_of" in body
        ? await retryMpesaDeposit(ctx, { paymentId: body.retry_of })
        : await requestMpesaDeposit(ctx, {
            phone: body.phone,
            amount: body.amount,
            attemptKey: body.attempt ?? crypto.randomUUID(),
            shortcode: body.shortcode,
          });
    if (fromForm) {
      return seeOther(`/payments/${depositId}${existing ? "?notice=first-prompt" : ""}`);
    }
    const payment = await getPayment(ctx, { paymentId: depositId });
    return jsonAnswer({ payment, existing }, existing ? 200 : 201);
  },
});
